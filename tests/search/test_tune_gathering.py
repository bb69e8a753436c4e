"""What a fit reads: the gallery as numbers, a sample of its photos, their augmented views."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.models import Category, Product
from search.embedder import embedder_of
from search.models import EmbeddingSpace, ImageEmbedding
from search.services import embed_pending
from search.services.tuning.gathering import gather
from search.services.tuning.lessons import Lessons, choose, draw_lessons
from tests.factories import add_photo, make_category, make_product, make_tag


@pytest.fixture
def shoes(space: EmbeddingSpace) -> Category:
    """Six products below it, all with one photo but the second, which has two; the third is a
    draft; the fourth is red."""
    clothes = make_category("Clothes")
    shoes = make_category("Shoes", parent=clothes)
    for number in range(6):
        product = make_product(
            sku=f"S-{number}",
            category=shoes if number else clothes,
            status="draft" if number == 2 else "active",
            tags=("colour:red",) if number == 3 else (),
        )
        add_photo(product, number)
    add_photo(Product.objects.get(sku="S-1"), 10)
    embed_pending(limit=10)
    return shoes


def rows(space: EmbeddingSpace) -> list[ImageEmbedding]:
    return list(ImageEmbedding.objects.filter(space=space, published=True).order_by("image_id"))


def test_vectors_come_as_they_are_stored(space: EmbeddingSpace, shoes: Category):
    found, stored = gather(space), rows(space)
    assert len(found) == found.total == 6
    assert found.image_ids.tolist() == [row.image_id for row in stored]
    assert found.products.tolist() == [row.product_id for row in stored]
    assert found.vectors.dtype == np.float32
    assert found.vectors.tolist() == [list(row.vector) for row in stored]


def test_labels_are_paths_and_tags(space: EmbeddingSpace, shoes: Category):
    found = gather(space)
    red = make_tag("colour:red")
    labels = dict(
        zip(found.products.tolist(), zip(found.categories, found.tags, strict=True), strict=True)
    )
    plain, coloured = (Product.objects.get(sku=sku) for sku in ("S-0", "S-3"))
    assert labels[plain.pk] == ((shoes.parent_id,), ())
    assert labels[coloured.pk] == ((shoes.parent_id, shoes.pk), (red.pk,))


def test_descriptors_come_along_and_are_zero_where_there_are_none(
    space: EmbeddingSpace, shoes: Category
):
    first, *others = rows(space)
    width = 48
    for row in others:
        ImageEmbedding.objects.filter(pk=row.pk).update(descriptors=[0.5] + [0.0] * (width - 1))
    ImageEmbedding.objects.filter(pk=first.pk).update(descriptors=None)
    found = gather(space).descriptors
    assert found is not None
    assert found.shape == (6, width)
    assert found[:, 0].tolist() == [0.0, 0.5, 0.5, 0.5, 0.5, 0.5]


def test_a_space_without_descriptors_gives_none(space: EmbeddingSpace, shoes: Category):
    ImageEmbedding.objects.update(descriptors=None)
    assert gather(space).descriptors is None


def test_a_large_shop_is_sampled_by_product_and_the_same_way_each_time(
    space: EmbeddingSpace, shoes: Category
):
    for number in range(20):
        product = make_product()
        add_photo(product, 100 + number)
        add_photo(product, 200 + number)
    embed_pending(limit=40)
    found = gather(space, most=20)
    assert 0 < len(found) <= 20
    assert found.total == 46
    assert found.image_ids.tolist() == gather(space, most=20).image_ids.tolist()
    photos = dict(zip(*np.unique(found.products, return_counts=True), strict=True))
    assert 2 in photos.values()


def test_one_photo_of_each_product_comes_before_a_second_one():
    products = np.array([7, 7, 7, 8, 9, 9], dtype=np.int64)
    first_three = choose(products, count=3, seed=0)
    assert sorted(products[first_three].tolist()) == [7, 8, 9]
    assert choose(products, count=100, seed=0)[:3] == first_three
    assert sorted(choose(products, count=100, seed=0)) == list(range(6))


def lessons_of(space: EmbeddingSpace, *, sample: int = 10, seed: int = 0) -> Lessons:
    return draw_lessons(
        gather(space),
        embedder=embedder_of(space),
        sample=sample,
        views=3,
        seed=seed,
        told=lambda *_: None,
    )


def test_each_photo_is_seen_several_times_from_its_own_row(space: EmbeddingSpace, shoes: Category):
    found = lessons_of(space)
    assert sorted(found.of.tolist()) == sorted([*range(6)] * 3)
    assert found.vectors.shape == (18, space.dim)
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(np.ones(18), abs=1e-5)
    assert found.unreadable == 0


def test_views_lie_nearer_to_their_own_photo(space: EmbeddingSpace, shoes: Category):
    found = lessons_of(space)
    similarity = found.vectors @ gather(space).vectors.T
    own = np.arange(similarity.shape[1]) == found.of[:, np.newaxis]
    assert similarity[own].mean() > similarity[~own].mean() + 0.02


def test_the_same_seed_gives_the_same_lessons(space: EmbeddingSpace, shoes: Category):
    one, same, other = (lessons_of(space, seed=seed) for seed in (3, 3, 4))
    assert one.vectors.tolist() == same.vectors.tolist()
    assert one.vectors.tolist() != other.vectors.tolist()


def test_a_picture_whose_file_is_gone_is_left_out(space: EmbeddingSpace, shoes: Category):
    image = Product.objects.get(sku="S-4").images.get()
    image.file.storage.delete(image.file.name)
    found = lessons_of(space)
    row = gather(space).image_ids.tolist().index(image.pk)
    assert found.unreadable == 1
    assert row not in found.of.tolist()
    assert len(found.of) == 15


def test_progress_is_told_in_photos(space: EmbeddingSpace, shoes: Category):
    seen: list[tuple[int, int]] = []
    draw_lessons(
        gather(space),
        embedder=embedder_of(space),
        sample=5,
        views=2,
        seed=0,
        told=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(4, 5), (5, 5)]
