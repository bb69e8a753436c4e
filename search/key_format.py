"""How an API key is written: `lk_<prefix>_<secret>`, so that people, logs and scanners know one."""

from __future__ import annotations

import re
from typing import NamedTuple

BRAND = "lk"
PREFIX_LENGTH = 8
# 43 of 62 letters and digits are 256 bits.
SECRET_LENGTH = 43

_KEY = re.compile(
    rf"{BRAND}_([A-Za-z0-9]{{{PREFIX_LENGTH}}})_([A-Za-z0-9]{{{SECRET_LENGTH}}})", re.ASCII
)
# Looser: half a secret, or one with something behind it, is one. An address may write `_` as %5F.
_LIKE_A_KEY = re.compile(
    rf"(?i:{BRAND}(?:_|%5F)([A-Z0-9]{{{PREFIX_LENGTH}}})(?:_|%5F)[A-Z0-9]{{16,}})", re.ASCII
)


class Parts(NamedTuple):
    """What a key consists of. The prefix may be shown."""

    prefix: str
    secret: str


def written(parts: Parts) -> str:
    return f"{BRAND}_{parts.prefix}_{parts.secret}"


def shown(prefix: str) -> str:
    """A key as everybody may see it."""
    return f"{BRAND}_{prefix}_…"


def read(text: str) -> Parts | None:
    """The parts of a key; None for anything else."""
    found = _KEY.fullmatch(text)
    return Parts(*found.groups()) if found else None


def holds_key(text: str) -> bool:
    """Whether there is something like a key somewhere in the text."""
    return _LIKE_A_KEY.search(text) is not None


def without_secrets(text: str) -> str:
    """The text with every key in it cut to its prefix."""
    return _LIKE_A_KEY.sub(lambda found: shown(found[1]), text)
