"""Clauses and mentions become drafts: one module for each kind of draft."""
