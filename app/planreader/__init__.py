"""Reads an administrative plan into drafts: who does what by when, each with the words that say so.

Plain Python: no web, no database, no clock. `read_plan(text, directory)` is the door; `reading_as_dict`
gives its result as JSON; `fold` is the search key for names that the whole application uses.
"""

from app.planreader.abolished import Abolished, read_abolished
from app.planreader.classified import find_classification
from app.planreader.directory import Directory, Entry, Successor
from app.planreader.mentions.dates import read_dates
from app.planreader.messages import message
from app.planreader.models import PlanReading
from app.planreader.predecessor import Predecessor, read_predecessor
from app.planreader.reader import read_plan
from app.planreader.serialise import reading_as_dict
from app.planreader.text import fold

__all__ = [
    "Abolished",
    "Directory",
    "Entry",
    "PlanReading",
    "Predecessor",
    "Successor",
    "find_classification",
    "fold",
    "message",
    "read_abolished",
    "read_dates",
    "read_plan",
    "read_predecessor",
    "reading_as_dict",
]
