"""The version that pages and mails show."""

VERSION = "0.1.0"
