"""Where a list goes on: an opaque word that stays right while its rows come and go."""

from __future__ import annotations

import base64
import binascii

from search.api.limits import HIGHEST_ID
from search.errors import InvalidSearch


def encode(row_id: int) -> str:
    return base64.urlsafe_b64encode(str(row_id).encode()).decode().rstrip("=")


def decode(cursor: str) -> int:
    """The id after which to go on. Raises InvalidSearch for a word that `encode` never wrote."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        row_id = int(base64.urlsafe_b64decode(padded))
    except (UnicodeError, binascii.Error, ValueError) as error:
        raise _foreign() from error
    if not 0 < row_id <= HIGHEST_ID:
        raise _foreign()
    return row_id


def _foreign() -> InvalidSearch:
    return InvalidSearch(
        "cursor is none of this list's. Follow `next` as it was given, or leave it out to begin "
        "again.",
        field="cursor",
    )
