"""Random secrets that are made once and kept in files of the invoking user alone."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from config.stack.errors import StackError


def kept_secret(path: Path) -> str:
    """The secret in the file at `path`, made where there is none; 256 random bits, URL-safe.

    The file appears whole or not at all, and processes that make it at once agree. Raises
    StackError where it cannot be read.
    """
    try:
        if not path.exists():
            _make(path)
        secret = path.read_text().strip()
    except OSError as error:
        raise StackError(
            f"{path} cannot be read ({error.strerror}): run as the user who made it."
        ) from error
    if not secret:
        raise StackError(f"{path} is empty: restore it, or remove it to have a new one made.")
    return secret


def write_private(path: Path, text: str) -> None:
    """Replace the file at `path` in one step by one that only its owner may read."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(draft).replace(path)


def _make(path: Path) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # somebody else was quicker: theirs counts
    finally:
        Path(draft).unlink()
