"""64-bit hashes in bands: how an index finds those that differ in few bits.

A hash has four bands of 16 bits. Of two hashes that differ in at most 3 bits, one band is equal
in both: there are four bands, and three bits can't touch them all. Of two that differ in at most 7,
one band differs in at most one bit. So 4 keys, or 4 x 17, find everything that near.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.postgres.fields import ArrayField
from django.db import models

BANDS = 4
BAND_BITS = 16
FURTHEST = 2 * BANDS - 1

_BAND = 2**BAND_BITS - 1


class Bands(models.Func):
    """A hash column's four keys, band number and content in one; NULL for a flat picture.

    Of bigint, not int: where the extension intarray is installed, `int[] &&` no longer uses GIN's
    own operator class.
    """

    function = "catalog_phash_bands"
    output_field = ArrayField(models.BigIntegerField())


def masks(distance: int) -> list[int]:
    """What a key is XORed with to reach every key that a hash within `distance` (0 to 7) can share:
    nothing, and beyond a distance of 3 also each one bit. Raises ValueError for other distances."""
    if not 0 <= distance <= FURTHEST:
        raise ValueError(f"A distance of 0 to {FURTHEST} bits can be searched, not {distance}.")
    return [0] if distance < BANDS else [0, *(1 << bit for bit in range(BAND_BITS))]


def band_keys(phash: int, *, distance: int) -> list[int]:
    """4 keys up to a distance of 3, 68 up to 7: a hash that near has at least one of them."""
    each = masks(distance)
    return [key ^ mask for key in _own_keys(phash) for mask in each]


def _own_keys(phash: int) -> Iterator[int]:
    """Python shifts a negative number as Postgres does: the sign stays out of the band."""
    for band in range(BANDS):
        yield band << BAND_BITS | phash >> BAND_BITS * band & _BAND
