"""One owner per data folder, and what it tells the others."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from config.stack.errors import AlreadyOwned
from config.stack.paths import Layout
from config.stack.secret_files import write_private

# Those who only look whether a lock is taken hold it for a moment.
SECONDS_TO_INSIST = 1.0


@dataclass(frozen=True)
class State:
    """What a running stack publishes in stack.json."""

    kind: str
    pid: int
    born: int
    database_url: str
    redis_url: str
    address: str = ""
    pids: dict[str, int] = field(default_factory=dict)


@contextmanager
def owned(layout: Layout, kind: str) -> Iterator[None]:
    """Hold the data folder for the block; raises AlreadyOwned, naming the holder's process."""
    with layout.lock.open("a+") as lock:
        deadline = time.monotonic() + SECONDS_TO_INSIST
        while not try_lock(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise _already_owned(layout)
            time.sleep(0.05)
        layout.state.unlink(missing_ok=True)
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "kind": kind}))
        lock.flush()
        try:
            yield
        finally:
            layout.state.unlink(missing_ok=True)
            lock.truncate(0)


def try_lock(handle: int, mode: int) -> bool:
    """Take a flock without waiting; whether that worked."""
    try:
        fcntl.flock(handle, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_owned(layout: Layout) -> bool:
    """Whether a live process holds the data folder."""
    with layout.lock.open("a+") as lock:
        return not try_lock(lock.fileno(), fcntl.LOCK_SH)


def publish(layout: Layout, state: State) -> None:
    write_private(layout.state, json.dumps(asdict(state), indent=1) + "\n")


def running_state(layout: Layout) -> State | None:
    """What the live owner of the folder has published; None before that, or without an owner."""
    try:
        state = State(**json.loads(layout.state.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return state if state.born == birth(state.pid) else None


def birth(pid: int) -> int:
    """When a process started, in clock ticks since boot; 0 where none runs under that id.

    With the id this names a process for good: ids are given out again. A zombie has ended, though
    a container without an init process may keep it for ever.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    condition, *fields = stat.rpartition(")")[2].split()
    return 0 if condition in {"Z", "X"} else int(fields[18])


def _already_owned(layout: Layout) -> AlreadyOwned:
    try:
        holder = json.loads(layout.lock.read_text())
    except ValueError:
        holder = {"pid": 0, "kind": "starting"}
    state = running_state(layout)
    where = f" at {state.address}" if state and state.address else ""
    return AlreadyOwned(
        f"Another stack runs on {layout.data} already (process {holder['pid']}){where}: "
        "use that one, stop it first, or name another folder with DATA=...",
        pid=holder["pid"],
        kind=holder["kind"],
    )
