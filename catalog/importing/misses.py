"""How a picture that can't be had is told to people."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from django.conf import settings

from catalog.importing.errors import CellRefused

# Comparing one name with so many takes 20 ms. A table whose ten thousand names are all missing from
# a zip of 50,000 would otherwise keep the import busy for an hour.
MAX_COMPARED = 2_000


def refused(message: str) -> CellRefused:
    return CellRefused(message, field="images")


def missing(name: str, present: Iterable[str]) -> CellRefused:
    """The name isn't there; a name among `present` that looks like it is offered instead."""
    by_folded = {each.casefold(): each for each in present}
    near = by_folded.get(name.casefold()) or _nearest(name.casefold(), by_folded)
    hint = f" Did you mean “{near}”?" if near else ""
    return refused(f"There is no picture “{name[:80]}”.{hint} Names must match exactly.")


def _nearest(folded: str, by_folded: dict[str, str]) -> str | None:
    if len(by_folded) > MAX_COMPARED:
        return None
    found = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.85)
    return by_folded[found[0]] if found else None


def too_large(name: str) -> CellRefused:
    limit = settings.MAX_PHOTO_BYTES / 2**20
    return refused(f"“{name[:80]}” is larger than {limit:.3g} MB. Save it smaller.")
