"""Agencies merge, split, are renamed or end: prepared, previewed, carried out on the day, taken back.

Stands above the features, since what an agency has is spread over all of them: people, plans that it runs, what it
owes, reviews and is assigned. The tables are those of `organisations.reorganisations`.
"""
