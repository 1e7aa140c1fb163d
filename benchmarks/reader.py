"""What the processes do in which texts are read; they import the libraries and nothing of the application beside."""

from __future__ import annotations

import resource
import time
from pathlib import Path

from app.documents import read_document_safely
from app.planreader import Directory, read_plan
from benchmarks.measure import Times, time_calls


def read_times(text: str, directory: Directory, repeats: int) -> Times:
    """Processor time of `read_plan`."""
    return time_calls(lambda: read_plan(text, directory), repeats=repeats, clock=time.process_time)


def extract_times(path: Path, repeats: int) -> tuple[Times, int, float]:
    """(times of each reading of a file, characters of its text, the most memory of a worker process in MB)."""
    characters = len(read_document_safely(path).text)
    times = time_calls(lambda: read_document_safely(path), repeats=repeats, warm_up=0)
    return times, characters, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
