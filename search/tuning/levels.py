"""The levels of labels that a catalogue carries, each as classes of photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from search.tuning.types import Indices, TrainingSet

VIEWS, PRODUCT, CATEGORY, TAGS = "views", "product", "category", "tags"

# In the order in which they are tried: the surer a label is about the thing itself, the earlier.
LABELS = (PRODUCT, CATEGORY, TAGS)

# Below this many photos categories and tags are not learned from: the tags of 41 packshots passed
# the gate with one draw of augmented views, and customers' photos then found their product less
# often (R@1 40.0 for 44.2).
LEAST_LABELLED = 100
# A tag that most photos carry separates nothing.
_COMMON_TAG = 0.5


@dataclass(frozen=True)
class Level:
    """Memberships: photo `photos[i]` belongs to class `classes[i]`, numbered from 0. A photo may
    have no class or, for tags, several."""

    name: str
    photos: Indices
    classes: Indices


def levels_of(training: TrainingSet, *, least_labelled: int = LEAST_LABELLED) -> dict[str, Level]:
    """The levels that say something: those with a class of at least two products, and for the
    product level a product of at least two photos. `views` is always there, each photo a class;
    categories and tags count from `least_labelled` photos on."""
    everyone = np.arange(training.photos)
    products = _numbered(training.products)
    found = {VIEWS: Level(VIEWS, everyone, everyone)}
    if len(products) and np.bincount(products).max() > 1:
        found[PRODUCT] = Level(PRODUCT, everyone, products)
    if training.photos >= least_labelled:
        for level in (_leaves(training.categories), _tags(training.tags)):
            if _joins_products(level, products):
                found[level.name] = level
    return found


def shuffled(level: Level, products: Indices, *, seed: int) -> Level:
    """The same labels given to other products; of the product level, to other photos. Whatever
    this teaches as well is not in the labels."""
    random = np.random.default_rng(seed)
    if level.name == PRODUCT:
        return Level(level.name, level.photos, random.permutation(level.classes))
    _, first, numbers = np.unique(products, return_index=True, return_inverse=True)
    lender = first[random.permutation(len(first))][numbers]
    places, classes = memberships(level, lender)
    return Level(level.name, places, classes)


def memberships(level: Level, item_photos: Indices) -> tuple[Indices, Indices]:
    """Every (item, class) pair for items that show these photos: an item whose photo has two tags
    appears twice, one whose photo has no class not at all."""
    order = np.argsort(level.photos, kind="stable")
    photos, classes = level.photos[order], level.classes[order]
    first = np.searchsorted(photos, item_photos, side="left")
    count = np.searchsorted(photos, item_photos, side="right") - first
    rows = np.repeat(np.arange(len(item_photos)), count)
    offset = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    return rows, classes[np.repeat(first, count) + offset]


def leaves(categories: Sequence[tuple[int, ...]]) -> Indices:
    """Each photo's leaf category as a class from 0, -1 where it has none."""
    ids = np.array([path[-1] if path else -1 for path in categories], dtype=np.int64)
    known = ids >= 0
    classes = np.full(len(ids), -1, dtype=np.int64)
    classes[known] = _numbered(ids[known])
    return classes


def _leaves(categories: Sequence[tuple[int, ...]]) -> Level:
    classes = leaves(categories)
    photos = np.flatnonzero(classes >= 0)
    return Level(CATEGORY, photos, classes[photos])


def _tags(tags: Sequence[tuple[int, ...]]) -> Level:
    counts = np.fromiter(map(len, tags), dtype=np.int64, count=len(tags))
    photos = np.repeat(np.arange(len(tags)), counts)
    ids = np.fromiter(chain.from_iterable(tags), dtype=np.int64, count=len(photos))
    classes = _numbered(ids)
    share = np.bincount(classes) / max(1, len(tags)) if len(classes) else np.zeros(0)
    telling = share[classes] <= _COMMON_TAG
    return Level(TAGS, photos[telling], _numbered(classes[telling]))


def _joins_products(level: Level, products: Indices) -> bool:
    """Whether at least two classes exist and one of them holds two products."""
    # A class and a product as one number: pairs take three times the memory to sort.
    side = int(products.max(initial=0)) + 1
    pairs = np.unique(level.classes * side + products[level.photos])
    counts = np.bincount(pairs // side)
    return len(counts) > 1 and bool(counts.max() > 1)


def _numbered(ids: Indices) -> Indices:
    return np.unique(ids, return_inverse=True)[1].astype(np.int64)
