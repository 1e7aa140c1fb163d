"""`make bench`: how fast the application is, and what it is measured against."""
