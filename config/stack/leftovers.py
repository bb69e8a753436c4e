"""Servers of a supervisor that was killed: on their way out, but perhaps not gone yet."""

from __future__ import annotations

import time
from pathlib import Path

from config.stack.errors import StackError

SECONDS = 10


def wait_until_unused(folder: Path, *, programs: tuple[str, ...]) -> None:
    """Return when none of `programs` works in the folder; StackError where one stays."""
    deadline = time.monotonic() + SECONDS
    while living := _at_work_in(folder, programs):
        if time.monotonic() > deadline:
            raise StackError(
                f"A {programs[0]} of an earlier run still uses {folder} (process {living[0]}): "
                f"stop it with kill -INT {living[0]}, then start again."
            )
        time.sleep(0.1)


def _at_work_in(folder: Path, programs: tuple[str, ...]) -> list[int]:
    """Process ids of such programs whose working folder it is; both servers move into theirs."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            here = (entry / "cwd").readlink() == folder
            if here and (entry / "exe").readlink().name.startswith(programs):
                found.append(int(entry.name))
        except OSError:  # gone meanwhile, or another user's
            continue
    return found
