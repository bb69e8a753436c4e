"""Images without files, for what asks the database alone."""

from __future__ import annotations

from itertools import count

from hypothesis import strategies as st

from catalog.models import Product, ProductImage
from tests.factories import make_product

LEAST, MOST = -(2**63), 2**63 - 1
BIGINTS = st.integers(LEAST, MOST).filter(bool)
BITS = st.integers(0, 63)

_numbers = count(1)


def row(phash: int | None, product: Product | None = None, checksum: str = "") -> ProductImage:
    owner = product or make_product()
    checksum = checksum or f"checksum {next(_numbers)}"
    return ProductImage.objects.create(product=owner, phash=phash, checksum=checksum)


def rows(*hashes: int) -> list[ProductImage]:
    """Images of one product with these hashes."""
    owner = make_product()
    return [row(each, owner) for each in hashes]


def flipped(phash: int, bits: set[int]) -> int:
    """The hash with these bits turned; bit 63 is the sign."""
    for bit in bits:
        phash ^= LEAST if bit == 63 else 1 << bit
    return phash


def bits_apart(a: int, b: int) -> int:
    return ((a ^ b) & (2**64 - 1)).bit_count()
