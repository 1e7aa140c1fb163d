"""Becomes another program, after giving up what that program may not have. Run by path, by `programs.run` only.

    bounded.py LIMITS PROGRAM ARGUMENT…

LIMITS is JSON: names of resource limits and their amounts. Memory, CPU time and the size of files are bounded for
good, and where the system allows it the program stands in a network of its own, in which nobody else is.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of linux/sched.h


def main(limits: dict[str, int], command: list[str]) -> None:
    """Lower the limits, leave the network, become the program."""
    leave_network()
    give_up(limits)
    os.execv(command[0], command)  # noqa: S606 - the whole purpose; there is no shell


def give_up(limits: dict[str, int]) -> None:
    """Lower limits of this process and of what it becomes. One that this system does not know is passed over."""
    import resource

    for name, amount in limits.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        try:
            resource.setrlimit(kind, (wanted, wanted))
        except (ValueError, OSError):  # a system that knows the limit by name only (macOS and RLIMIT_AS)
            continue


def leave_network() -> None:
    """Move into an empty network. Who may not do that at once may do it in a user namespace; where the system gives
    none, the program runs on all the same: it was told to fetch nothing."""
    if not sys.platform.startswith("linux"):
        return
    user, group = os.getuid(), os.getgid()
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(_NEW_NETWORK) != 0 and unshare(_NEW_USER | _NEW_NETWORK) == 0:
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            Path("/proc/self", name).write_text(line)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
