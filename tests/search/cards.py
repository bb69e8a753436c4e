"""A second card that needs no weights: what the shop changes to."""

from __future__ import annotations

from dataclasses import replace

from search.embedding import Card
from search.embedding.fake import FAKE

CENTRED = replace(
    FAKE,
    name="tests/centred@1",
    preprocessing=replace(FAKE.preprocessing, mean=(120.0, 120.0, 120.0)),
    bands={},
)


def centred() -> Card:
    """The fake's colours around a middle grey: of the same length, and another space."""
    return CENTRED


def without_code() -> Card:
    """A card whose network went with the package that brought it."""
    return replace(CENTRED, name="tests/gone@1", backbone="package_that_is_gone.networks:build")
