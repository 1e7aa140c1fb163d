"""The drill: everything that can go wrong with reminders, done on purpose to real processes, and counted.

`make drill` runs all of it on both databases and prints the table; `test_drill.py` is its short form. The office is
a generated one, the mail server a real one on loopback that can be told to fail, the processes are `flask deliver`,
`flask remind` and `flask scheduler`, ended by their numbers.
"""
