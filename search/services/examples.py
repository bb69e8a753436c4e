"""What a search may start from: photos, products, earlier queries, each liked or disliked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.images import Box, Readable
from catalog.models import Product
from search.errors import InvalidSearch, telling
from search.models import PhotoQuery

MAX_EXAMPLES = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A photo (or its part `crop`: x, y, width, height in 0..1), a product or an earlier query.

    `weight` is -1 to 1 and not 0: what is found is to look like a positive example and unlike a
    negative one. `field` is the path under which it came in; errors about it carry that.
    """

    photo: bytes | Readable | None = None
    product: Product | None = None
    query: PhotoQuery | None = None
    crop: Box | None = None
    weight: float = 1.0
    field: str | None = None

    @property
    def sources(self) -> list[str]:
        """The names of what is given; a sensible example has one."""
        names = ("photo", "product", "query")
        return [name for name in names if getattr(self, name) is not None]


def check_examples(examples: Sequence[Example]) -> None:
    """Raises InvalidSearch, with the field, unless each is one thing of a sensible weight, and they
    are 1 to MAX_EXAMPLES with a positive one among them."""
    if len(examples) > MAX_EXAMPLES:
        raise InvalidSearch(
            f"A search starts from {MAX_EXAMPLES} examples at most, not from {len(examples)}.",
            field="images",
        )
    for example in examples:
        with telling(example.field):
            _check(example)
    if not any(each.weight > 0 for each in examples):
        raise InvalidSearch(
            "Everything here is to be avoided. Add an example of what you want.", field="images"
        )


def _check(example: Example) -> None:
    given = example.sources
    if not given:
        raise InvalidSearch("An example is a photo, a product or an earlier search: give one.")
    if len(given) > 1:
        raise InvalidSearch(
            f"A search starts from one thing, not from {' and '.join(given)}. Keep one of them.",
            field=given[1],
        )
    if example.crop is not None and example.photo is None:
        raise InvalidSearch("A crop is a part of a photo. Send the photo too.", field="crop")
    check_weight(example.weight)


def check_weight(weight: float) -> float:
    """The weight. Raises InvalidSearch unless it is -1 to 1 and not 0."""
    if not math.isfinite(weight) or not 0 < abs(weight) <= 1:
        raise InvalidSearch(
            f"weight is a number from -1 (unlike this) to 1 (like this) and not 0; {weight} isn't.",
            field="weight",
        )
    return weight
