"""What can go wrong with the stack, in a sentence for the person at the terminal."""

from __future__ import annotations

from pathlib import Path


class StackError(Exception):
    """Carries one clear sentence: what is wrong, where, and what to do next."""


class AlreadyOwned(StackError):
    """Another process holds the data folder."""

    def __init__(self, message: str, *, pid: int, kind: str) -> None:
        super().__init__(message)
        self.pid = pid
        self.kind = kind


def log_tail(path: Path, *, lines: int = 12, offset: int = 0) -> str:
    """The last lines of a log file from byte `offset` on, or "" where there is no such file."""
    try:
        with path.open("rb") as log:
            log.seek(max(offset, path.stat().st_size - 64 * 1024))
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-lines:])
