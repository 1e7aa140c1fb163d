"""`python -m benchmarks [NAME …]`: run all benchmarks, or some.

Every process that a benchmark starts imports this module again, so it imports nothing before it is asked to run:
what such a process holds is then its own, not the application's.
"""

from __future__ import annotations

import signal
import sys

if __name__ == "__main__":
    from benchmarks.suite import main

    # Ended from outside it still stops the servers that it started and removes its databases.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
