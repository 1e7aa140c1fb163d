"""Finds mentions in a clause: bodies (`agencies`), days and kinds of reports (`dates`)."""
