"""Galleries for the engine's tests, written straight into the tables: no files, no embedder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from catalog.models import Category, Product, ProductImage, Tag
from search import documents
from search.embedding.descriptors import DIMS
from search.engine.types import Question
from search.engine.words import vocabulary
from search.models import EmbeddingSpace, ImageEmbedding
from tests.factories import make_product

DIM = 32
BANDS = {"same": 0.05, "very_similar": 0.2, "similar": 0.5}

Matrix = npt.NDArray[np.float32]


def make_space(
    name: str = "test@1",
    dim: int = DIM,
    state: str = "active",
    *,
    descriptors: tuple[str, ...] = ("colour",),
    **overrides: Any,
) -> EmbeddingSpace:
    card = {"bands": BANDS, "descriptors": list(descriptors)}
    return EmbeddingSpace.objects.create(name=name, dim=dim, state=state, card=card, **overrides)


def block(*bins: int, kind: str = "colour") -> Matrix:
    """A descriptor that shows these bins alike, norm 1: two that share none are 1 apart."""
    shown_bins = np.zeros(DIMS[kind], dtype=np.float32)
    shown_bins[list(bins)] = 1
    return unit_rows(shown_bins)


def unit_rows(rows: npt.ArrayLike) -> Matrix:
    matrix = np.asarray(rows, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=-1, keepdims=True)


def clustered(count: int, *, seed: int = 7, dim: int = DIM, clusters: int = 40) -> Matrix:
    """Unit vectors around some centres, shape (count, dim): more like photos than pure noise."""
    dice = np.random.default_rng(seed)
    centres = dice.normal(size=(clusters, dim))
    return unit_rows(
        centres[dice.integers(clusters, size=count)] + 0.6 * dice.normal(size=(count, dim))
    )


def palettes(count: int, *, seed: int = 11) -> Matrix:
    """Colour descriptors, shape (count, 48), never negative, rows of norm 1: two are as far apart
    as those of two photos of a shop, .26 in the middle."""
    dice = np.random.default_rng(seed)
    return unit_rows(dice.gamma(2.5, size=(count, DIMS["colour"])))


def cosine_distances(vectors: Matrix, query: Matrix) -> npt.NDArray[np.float64]:
    """The oracle: cosine distance of each row, in double precision, of what halfvec stores."""
    stored = vectors.astype(np.float16).astype(np.float64)
    asked = query.astype(np.float16).astype(np.float64)
    return 1 - stored @ asked / (np.linalg.norm(stored, axis=1) * np.linalg.norm(asked))


def axis(number: int, dim: int = DIM) -> Matrix:
    """The unit vector along one axis."""
    return np.eye(dim, dtype=np.float32)[number]


def towards(cosine: float, dim: int = DIM) -> Matrix:
    """A unit vector whose cosine distance from axis(0) is 1 - cosine."""
    vector = cosine * axis(0, dim) + np.sqrt(1 - cosine**2) * axis(1, dim)
    return vector.astype(np.float32)


def embed(
    product: Product,
    *vectors: Matrix,
    space: EmbeddingSpace,
    descriptors: Sequence[Matrix | None] = (),
    colours: Sequence[int] = (),
) -> list[ProductImage]:
    """Gives the product an image for each vector, with filter columns as the catalogue says, the
    descriptors in their order, and all the same dominant colours."""
    images = ProductImage.objects.bulk_create(
        ProductImage(
            product=product, file=f"{product.pk}-{place}.jpg", position=place, width=1, height=1
        )
        for place in range(len(vectors))
    )
    store(
        [
            row(image.pk, product, vector, space=space, descriptors=beside, colours=list(colours))
            for image, vector, beside in zip_longest(images, vectors, descriptors)
        ]
    )
    return images


def row(
    image_id: int, product: Product, vector: Matrix, *, space: EmbeddingSpace, **overrides: Any
) -> Any:
    return ImageEmbedding(
        image_id=image_id,
        space=space,
        product_id=product.pk,
        checksum="",
        vector=vector,
        tag_ids=sorted(tag.pk for tag in product.tags.all()),
        category_ids=product.category.path if product.category else [],
        published=product.status == Product.Status.ACTIVE,
        **overrides,
    )


def store(rows: Sequence[ImageEmbedding]) -> None:
    ImageEmbedding.objects.bulk_create(rows)


def shown(
    title: str,
    *vectors: Matrix,
    space: EmbeddingSpace,
    descriptors: Sequence[Matrix | None] = (),
    colours: Sequence[int] = (),
    **overrides: Any,
) -> Product:
    """A product with an embedded image for each vector."""
    product = make_product(title=title, **overrides)
    embed(product, *vectors, space=space, descriptors=descriptors, colours=colours)
    return product


@dataclass(frozen=True)
class Crowd:
    """A gallery of a few thousand products, one image each, with an HNSW index.

    Every 10th product carries `some`, every 1000th `rare`; `vectors` has one row per product, and
    so has `descriptors`, of colours that say nothing about the vector.
    """

    space: EmbeddingSpace
    products: list[Product]
    vectors: Matrix
    descriptors: Matrix
    some: Tag
    rare: Tag

    def distances(self, query: Matrix) -> dict[int, float]:
        """Product id -> the oracle's distance."""
        distances = cosine_distances(self.vectors, query).tolist()
        return {product.pk: each for product, each in zip(self.products, distances, strict=True)}


def make_crowd(count: int, *, images_each: int = 1) -> Crowd:
    """Bulk-created, with `images_each` copies of every image."""
    space = make_space()
    some, rare = Tag.objects.create(value="some"), Tag.objects.create(value="rare")
    products = Product.objects.bulk_create(
        Product(sku=f"C{n}", title=f"Crowd {n}", slug=f"crowd-{n}", price=n % 100, stock=n % 2)
        for n in range(count)
    )
    vectors = clustered(count)
    descriptors = palettes(count)
    rows = []
    for place, product in enumerate(products):
        tags = [some.pk] * (place % 10 == 0) + [rare.pk] * (place % 1000 == 0)
        for copy in range(images_each):
            each = ImageEmbedding(
                image_id=place * images_each + copy + 1,
                space=space,
                product_id=product.pk,
                vector=vectors[place],
                descriptors=descriptors[place],
                colours=[place % 12 + 1],
                tag_ids=tags,
                published=True,
            )
            rows.append(each)
    store(rows)
    return Crowd(space, products, vectors, descriptors, some, rare)


def analyse() -> None:
    """What autovacuum does by itself: the planner's estimates are right afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_imageembedding, catalog_product")


def check_constraints() -> None:
    """Foreign keys are checked now: an index can't be made while their checks are waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def clear() -> None:
    """Empties what make_crowd filled, for galleries that outlive a test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE search_embeddingspace, catalog_product, catalog_tag, search_word CASCADE"
        )


def asks(vector: Matrix, space: EmbeddingSpace, **overrides: Any) -> Question:
    return Question(vector=vector, space_id=space.pk, dim=space.dim, **overrides)


def refresh_words() -> None:
    """Every product's words, as the writing side keeps them."""
    documents.refresh()
    vocabulary.refresh()


def category_path(*names: str) -> Category:
    """The category at the end of the path; the same path gives the same rows."""
    node: Category | None = None
    for name in names:
        node, _ = Category.objects.get_or_create(name=name, parent=node)
    assert node is not None
    return node


@contextmanager
def rolled_back() -> Iterator[None]:
    """What the block writes is gone after it: one example of a property test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
