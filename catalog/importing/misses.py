"""How a picture that can't be had is told to people."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from django.conf import settings

from catalog.importing.errors import CellRefused


def refused(message: str) -> CellRefused:
    return CellRefused(message, field="images")


def missing(name: str, present: Iterable[str]) -> CellRefused:
    """The name isn't there; a name among `present` that looks like it is offered instead."""
    by_folded = {each.casefold(): each for each in present}
    nearest = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.85)
    hint = f" Did you mean “{by_folded[nearest[0]]}”?" if nearest else ""
    return refused(f"There is no picture “{name[:80]}”.{hint} Names must match exactly.")


def too_large(name: str) -> CellRefused:
    limit = settings.MAX_PHOTO_BYTES / 2**20
    return refused(f"“{name[:80]}” is larger than {limit:.3g} MB. Save it smaller.")
