"""Hashes that tell one file of weights from another."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The file's sha256 in hex, read in pieces: weights may be larger than memory allows twice."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
