"""What the process does in which one text is read; it imports the reader and nothing of the application beside it."""

from __future__ import annotations

import time

from app.planreader import Directory, read_plan
from benchmarks.measure import Times, time_calls


def read_times(text: str, directory: Directory, repeats: int) -> Times:
    """Processor time of `read_plan`."""
    return time_calls(lambda: read_plan(text, directory), repeats=repeats, clock=time.process_time)
