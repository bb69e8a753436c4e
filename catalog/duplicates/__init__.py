"""The same photo twice: the same file, or a copy that was resized or encoded again."""

from __future__ import annotations

from catalog.duplicates.groups import Group, find_groups
from catalog.duplicates.hashing import Hashing, hash_missing
from catalog.duplicates.nearest import COPY, Nearby, nearby
from catalog.duplicates.twins import Twin, twins_elsewhere, twins_of

__all__ = [
    "COPY",
    "Group",
    "Hashing",
    "Nearby",
    "Twin",
    "find_groups",
    "hash_missing",
    "nearby",
    "twins_elsewhere",
    "twins_of",
]
