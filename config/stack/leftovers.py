"""Servers of a supervisor that was killed: on their way out, but perhaps not gone yet."""

from __future__ import annotations

import os
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
            if _works_in(entry, folder, programs):
                found.append(int(entry.name))
        except OSError:  # gone meanwhile
            continue
    return found


def _works_in(process: Path, folder: Path, programs: tuple[str, ...]) -> bool:
    """Whether the process, a folder of /proc, is one of the programs at work in `folder`."""
    try:
        here = (process / "cwd").readlink() == folder
        return here and (process / "exe").readlink().name.startswith(programs)
    except PermissionError:
        # Another user's. In a container root may not look either, but both servers name a path
        # beside the folder on their command line, which everybody may read.
        words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
        program = Path(os.fsdecode(words.partition(b" ")[0])).name
        return program.startswith(programs) and os.fsencode(folder.parent) + b"/" in words
