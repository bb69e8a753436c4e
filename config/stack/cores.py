"""How many processes and threads serve the web, for gunicorn, the settings and Postgres alike."""

from __future__ import annotations

import os
from pathlib import Path

from config.stack.errors import StackError

# Of the control group, version 2, that this process is in, as containers see it.
CPU_MAX = Path("/sys/fs/cgroup/cpu.max")
# Each takes 300 MB with its embedder.
MOST_PROCESSES = 4
# In each: those that search, embed or wait for it, and some to spare (config/settings/room.py).
THREADS = 24


def usable_cores() -> int:
    """The cores that this process may use: fewer than the machine's where it is bound to some of
    them, or its container has a share of their time."""
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    return min(cores, _cores_worth() or cores)


def _cores_worth() -> int:
    """What the control group's share of time comes to, rounded up; 0 without a limit."""
    try:
        quota, period = CPU_MAX.read_text().split()
        return 0 if quota == "max" else -(-int(quota) // int(period))
    except (OSError, ValueError, ZeroDivisionError):
        return 0


def default_processes() -> int:
    """One process for each core, as one of Python uses one core; no more than MOST_PROCESSES."""
    return min(usable_cores(), MOST_PROCESSES)


def web_processes() -> int:
    """What WEB_CONCURRENCY says, or the default. Raises StackError where it says no number."""
    return whole_number("WEB_CONCURRENCY", default_processes())


def web_threads() -> int:
    """The threads of each: what WEB_THREADS says, or the default. Raises StackError."""
    return whole_number("WEB_THREADS", THREADS)


def whole_number(name: str, default: int) -> int:
    """What the environment says, 1 at least. Raises StackError."""
    said = os.environ.get(name) or str(default)
    if not said.isdecimal() or int(said) < 1:
        raise StackError(f"{name} must be a whole number and at least 1, not {said!r}.")
    return int(said)
