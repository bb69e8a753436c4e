"""Which photos of the catalogue a photo is a copy of, or was copied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from django.db import connection
from PIL import Image

from catalog.duplicates import nearby
from catalog.errors import ImageRejected
from catalog.images import Readable, decode, phash
from catalog.images.variants import THUMBNAIL_SIZES
from catalog.models import ProductImage
from search import selectors
from search.copies import (
    PROOFS,
    SURE_BITS,
    Evidence,
    Look,
    Rule,
    agreement,
    farthest_copy,
    looks,
    prepare,
)
from search.embedder import accepted, embed_photos, embedder_of
from search.embedding import Vector
from search.engine.bands import bands_of
from search.engine.types import Question
from search.models import EmbeddingSpace, ImageEmbedding
from search.services.placing import place
from search.slots import slot

# Products whose pairs say how near different ones come: 80,000 pairs, .3 s.
SAMPLED = 400
# The longer side, in pixels, of the photo that is looked at: a quarter of it fills the input of a
# network, and the looks at one of 50 megapixels would take 1 GB.
LOOKED_AT = 1280
# Images fetched for each look, and those of them all that are laid over the photo. Of copies that
# only an overlay shows, 99 in 100 are among the five nearest.
NEAREST = 10
OVERLAID = 8
# Looks by which one of these came near, laid over it beside the photo as it is.
LOOKS_LAID = 3
# The longer side, in pixels, of the stored picture that is laid over: eight times what is needed.
_THUMBNAIL = THUMBNAIL_SIZES[1]

_SAMPLE = f"""
    SELECT DISTINCT ON (product_id) vector::text FROM {ImageEmbedding._meta.db_table}
    WHERE space_id = %(space)s AND published AND product_id = ANY (
        SELECT product_id FROM {ImageEmbedding._meta.db_table}
        WHERE space_id = %(space)s AND published
        GROUP BY product_id ORDER BY md5(product_id::text) LIMIT %(count)s
    )
    ORDER BY product_id, image_id
"""  # noqa: S608 - a table's name


@dataclass(frozen=True, slots=True)
class Copy:
    """A stored image that shows the photo, with its product: `how` is the look under which it does
    ("mirrored"), `proof` one of PROOFS, `evidence` the figures."""

    image: ProductImage
    how: str
    proof: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Seen:
    """A look, where it lies in the space, and its perceptual hash."""

    look: Look
    vector: Vector
    phash: int


def find_copies(
    *,
    photo: bytes | Readable | None = None,
    image: ProductImage | None = None,
    space: EmbeddingSpace | None = None,
) -> list[Copy]:
    """The images that show the same photo as an upload, or as a stored image (itself left out).

    The surest come first: by hash, by vector, by overlay. The vectors are those of published
    products, in the active space unless another is named; the hashes are everybody's. Nothing is
    kept of the photo. Raises ImageRejected, EmbedderBusy, SearchUnavailable.
    """
    space = space or selectors.active_space()
    content = photo if photo is not None else _stored(image)
    with slot():
        seen = _looked_at(decode(content, at_least=LOOKED_AT).image, space)
    found = _evidence(seen, space)
    if image is not None:
        found.pop(image.pk, None)
    rule = copy_rule(space)
    images = ProductImage.objects.select_related("product").in_bulk(list(found))
    _lay_over(seen, found, rule, images)
    names = [each.look.how for each in seen]
    copies = (_copy(images[pk], found[pk], rule, names) for pk in images)
    return sorted((each for each in copies if each), key=_certainty)


def copy_rule(space: EmbeddingSpace) -> Rule:
    """The rule for the space's gallery, from the distances between its own products; by the bands
    where they are few."""
    bands = bands_of(space)
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, {"space": space.pk, "count": SAMPLED})
        vectors = [np.fromstring(text[1:-1], dtype=np.float32, sep=",") for (text,) in cursor]
    fallback = bands.get("same", 0.0)
    if len(vectors) < 2:
        return Rule(fallback)
    fitted = farthest_copy(np.stack(vectors), most=bands.get("very_similar", fallback))
    return Rule(fallback if fitted is None else fitted)


def _stored(image: ProductImage | None) -> bytes:
    if image is None:
        raise ValueError("Copies are sought of a photo or of a stored image: give one.")
    with image.file.open() as file:
        content: bytes = file.read()
    return content


def _looked_at(photo: Image.Image, space: EmbeddingSpace) -> list[_Seen]:
    photo.thumbnail((LOOKED_AT, LOOKED_AT), reducing_gap=3.0)
    all_looks = list(looks(photo))
    outcomes = embed_photos([each.image for each in all_looks], embedder=embedder_of(space))
    return [
        _Seen(look, place(accepted(outcome), space).vector, phash(look.image))
        for look, outcome in zip(all_looks, outcomes, strict=True)
    ]


Found = dict[int, dict[int, Evidence]]


def _evidence(seen: Sequence[_Seen], space: EmbeddingSpace) -> Found:
    """What hashes and vectors say of every image that comes near: image id -> number of the look
    -> evidence. All hashes in one query, each look's vector in one."""
    found: defaultdict[int, dict[int, Evidence]] = defaultdict(dict)
    numbers = defaultdict(list)
    for number, each in enumerate(seen):
        numbers[each.phash].append(number)
        question = Question(vector=each.vector, space_id=space.pk, dim=space.dim)
        for image_id, distance in selectors.rank_images(question=question, k=NEAREST):
            found[image_id][number] = Evidence(distance=distance)
    for near in nearby(hashes=list(numbers), distance=SURE_BITS):
        for number in numbers[near.phash]:
            known = found[near.image_id].get(number, Evidence())
            found[near.image_id][number] = Evidence(near.bits_apart, known.distance)
    return dict(found)


def _lay_over(
    seen: Sequence[_Seen], found: Found, rule: Rule, images: Mapping[int, ProductImage]
) -> None:
    """Adds how well the photo fits over the nearest images of which nothing is known for sure."""
    unsure = [
        pk
        for pk, looked in found.items()
        if pk in images and not any(rule.proof(each) for each in looked.values())
    ]
    for pk in sorted(unsure, key=lambda pk: _nearest(found[pk].values()))[:OVERLAID]:
        stored = _thumbnail(images[pk])
        if stored is None:
            continue
        whole, looked = prepare(stored), found[pk]
        near = sorted(looked, key=lambda number: _nearest([looked[number]]))
        for number in dict.fromkeys([0, *near][:LOOKS_LAID]):
            known = looked.get(number, Evidence())
            fits = agreement(seen[number].look.image, whole)
            looked[number] = Evidence(known.bits, known.distance, fits)


def _nearest(evidence: Iterable[Evidence]) -> float:
    return min((each.distance for each in evidence if each.distance is not None), default=2.0)


def _thumbnail(image: ProductImage) -> Image.Image | None:
    """The stored picture in a small size; None where its file is lost or damaged."""
    name = str(PurePosixPath(image.file.name or "").with_name(f"{_THUMBNAIL}.webp"))
    try:
        with image.file.storage.open(name) as file:
            content = file.read()
        return decode(content, max_bytes=len(content)).image
    except (FileNotFoundError, ImageRejected):
        return None


def _copy(
    image: ProductImage, looked: Mapping[int, Evidence], rule: Rule, names: Sequence[str]
) -> Copy | None:
    """The image as a copy, under the look that shows it most surely; None where none does."""
    copies = [
        Copy(image, names[number], proof, evidence)
        for number, evidence in sorted(looked.items())
        if (proof := rule.proof(evidence))
    ]
    return min(copies, key=_certainty, default=None)


def _certainty(copy: Copy) -> tuple[int, float, float, int]:
    """Sorts the surest first: hashes by their bits, vectors by distance, overlays by agreement."""
    bits, distance, agreed = copy.evidence.bits, copy.evidence.distance, copy.evidence.agreement
    apart = 64 if bits is None else bits
    far = 2.0 if distance is None else distance
    rank = PROOFS.index(copy.proof)
    by_proof = (apart, far, -(agreed or 0.0))[rank]
    return rank, by_proof, far, copy.image.pk
