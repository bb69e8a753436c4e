"""How many processes and threads serve the web, for gunicorn, the settings and Postgres alike."""

from __future__ import annotations

import os

from config.stack.errors import StackError

# Each takes 300 MB with its embedder.
MOST_PROCESSES = 4
# In each: those that search, embed or wait for it, and some to spare (config/settings/room.py).
THREADS = 24


def usable_cores() -> int:
    """The cores that this process may run on; fewer than the machine's where it was bound to some,
    as containers are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_processes() -> int:
    """One process for each core, as one of Python uses one core; no more than MOST_PROCESSES."""
    return min(usable_cores(), MOST_PROCESSES)


def web_processes() -> int:
    """What WEB_CONCURRENCY says, or the default. Raises StackError where it says no number."""
    return _number("WEB_CONCURRENCY", default_processes())


def web_threads() -> int:
    """The threads of each: what WEB_THREADS says, or the default. Raises StackError."""
    return _number("WEB_THREADS", THREADS)


def _number(name: str, default: int) -> int:
    said = os.environ.get(name) or str(default)
    if not said.isdecimal() or int(said) < 1:
        raise StackError(f"{name} must be a whole number and at least 1, not {said!r}.")
    return int(said)
