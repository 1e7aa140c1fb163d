"""The directory as tables: out as .xlsx and .csv, and in again row by row.

A kind of table says what its columns are, what stands in it now, and how one row is taken over. A dry run takes
every row over and rolls back: what it tells is what will happen. Features above register kinds of their own.
"""

from app.organisations.exchange import agencies, groups, names  # noqa: F401  (they register themselves)
from app.organisations.exchange.kinds import KINDS, Column, Kind, Later, register
from app.organisations.exchange.running import Fate, State, run

__all__ = ["KINDS", "Column", "Fate", "Kind", "Later", "State", "register", "run"]
