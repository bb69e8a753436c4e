"""Every photo of the gallery that is there more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction

from catalog.duplicates.families import Families
from catalog.duplicates.nearest import COPY
from catalog.hamming import band_keys, masks
from catalog.images import FLAT
from catalog.models import ProductImage

# Files that are there more than once, with their hashes: usually one; none before it is computed;
# two where one was computed from the upload and one from what was stored of it.
SAME_FILE = """
SELECT checksum, array_agg(DISTINCT phash) FILTER (WHERE phash <> %(flat)s)
FROM catalog_productimage GROUP BY checksum HAVING count(*) > 1
"""
SAME_HASH = """
SELECT phash FROM catalog_productimage WHERE phash <> %(flat)s GROUP BY phash HAVING count(*) > 1
"""
# The gallery joined with itself on the keys of its bands, written out: called 100,000 times, the
# function takes another second or two. A merge of sorted keys takes 1.5 s at 100,000 images, where
# asking the index for each hash takes 5; beyond work_mem it sorts on disk. Each hash stands for all
# of its images: ten thousand of one placeholder would make fifty million pairs.
NEAR_HASHES = """
WITH keys AS MATERIALIZED (
    SELECT phash AS hash, (band << 16) | ((phash >> (16 * band)) & 65535) AS key
    FROM (SELECT DISTINCT phash FROM catalog_productimage WHERE phash <> %(flat)s) AS hashes,
        generate_series(0, 3) AS band
)
SELECT one.hash, other.hash
FROM keys AS one
CROSS JOIN unnest(%(masks)s::bigint[]) AS mask
JOIN keys AS other ON other.key = (one.key # mask) AND other.hash > one.hash
WHERE bit_count((one.hash # other.hash)::bit(64)) <= %(distance)s
"""
MEMBERS = """
SELECT image.id, image.checksum, image.phash, image.file, product.sku
FROM catalog_productimage image
JOIN catalog_product product ON product.id = image.product_id
WHERE image.checksum = ANY (%(checksums)s) OR (
    catalog_phash_bands(image.phash) && (SELECT %(keys)s::bigint[])
    AND image.phash = ANY (%(hashes)s::bigint[])
)
ORDER BY image.id
"""
FILES = ProductImage._meta.get_field("file").storage
CHUNK = 10_000
GROUPS_AT_ONCE = 200

# A hash stands for all images that have it, a checksum for all of that file.
Node = int | str


class Member(NamedTuple):
    """What tells an image of a group: a placeholder may be on every product of the shop, and as
    models, with their descriptions, these wouldn't fit in memory."""

    pk: int
    checksum: str
    phash: int | None
    file: str
    sku: str

    @property
    def url(self) -> str:
        return FILES.url(self.file)


@dataclass(frozen=True)
class Group:
    """Images of one photo, oldest first. Two of them may be further apart than the distance asked
    for, with a third in between."""

    images: Sequence[Member]

    @property
    def same_file(self) -> bool:
        return len({image.checksum for image in self.images}) == 1

    @property
    def skus(self) -> list[str]:
        return list(dict.fromkeys(image.sku for image in self.images))


def find_groups(*, distance: int = COPY) -> Iterator[Group]:
    """Every photo that is there more than once: as the same file, or within `distance` bits (0 to
    7) of its hash. Memory follows the number of duplicates, not that of images."""
    families = iter(_families(distance))
    while some := list(islice(families, GROUPS_AT_ONCE)):
        yield from _groups(some)


def _families(distance: int) -> list[list[Node]]:
    found: Families[Node] = Families()
    for checksum, hashes in _rows(SAME_FILE):
        for phash in hashes or [checksum]:
            found.join(checksum, phash)
    for (phash,) in _rows(SAME_HASH):
        found.join(phash, phash)
    for one, other in _rows(NEAR_HASHES, distance=distance, masks=masks(distance)):
        found.join(one, other)
    return sorted(found.families(), key=lambda family: min(map(str, family)))


def _rows(statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
    """The rows as the server sends them, some thousands at a time."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, {"flat": FLAT, **values})
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _groups(families: list[list[Node]]) -> Iterator[Group]:
    """The families' images. One that was deleted or replaced meanwhile may leave another alone."""
    family_of = {node: family[0] for family in families for node in family}
    members: dict[Node | None, list[Member]] = defaultdict(list)
    for image in _members(family_of):
        by_file = family_of.get(image.checksum)
        members[by_file or family_of.get(image.phash or FLAT)].append(image)
    found = (members.pop(family[0], []) for family in families)
    return (Group(images) for images in found if len(images) > 1)


def _members(nodes: Iterable[Node]) -> Iterator[Member]:
    """Every image with one of these hashes or checksums, found through their indexes."""
    hashes = [node for node in nodes if isinstance(node, int)]
    values: dict[str, Any] = {
        "hashes": hashes,
        "keys": [key for phash in hashes for key in band_keys(phash, distance=0)],
        "checksums": [node for node in nodes if isinstance(node, str)],
    }
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, values)
        while rows := cursor.fetchmany(CHUNK):
            yield from (Member(*row) for row in rows)
