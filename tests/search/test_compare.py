"""Two spaces asked the same questions: what is told about their answers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from catalog.errors import NoSuchProduct
from catalog.models import Product, ProductImage
from search.errors import NotEnough
from search.models import EmbeddingSpace, GoldenQuery, ImageEmbedding
from search.services import embed_pending
from search.services.comparing import Comparison, Expectations, K, compare, remember, remembered
from search.services.golden import golden_questions, pin, pin_product
from tests.factories import add_photo, make_product

PRODUCTS = 16


@pytest.fixture
def products(space: EmbeddingSpace) -> list[Product]:
    """One photo each, embedded."""
    made = [make_product(sku=f"P-{seed}") for seed in range(PRODUCTS)]
    for seed, product in enumerate(made):
        add_photo(product, seed)
    embed_pending(limit=PRODUCTS)
    return made


def second_space(space: EmbeddingSpace, *, turned: bool = False) -> EmbeddingSpace:
    """A space that holds the same vectors; `turned`: those of other pictures."""
    other = EmbeddingSpace.objects.create(name="other@1", dim=space.dim, card=space.card)
    rows = list(ImageEmbedding.objects.filter(space=space).order_by("image_id"))
    vectors = [row.vector for row in rows]
    if turned:
        order = np.random.default_rng(1).permutation(len(vectors))
        vectors = [vectors[place] for place in order]
    for row, vector in zip(rows, vectors, strict=True):
        row.space, row.vector = other, vector
    ImageEmbedding.objects.bulk_create(rows)
    return other


def picture(product: Product) -> ProductImage:
    return product.images.order_by("pk")[0]


def test_same_vectors_give_the_same_answers(space: EmbeddingSpace, products: list[Product]):
    found = compare(before=space, after=second_space(space), questions=10)
    assert (found.before, found.after) == ("fake@1", "other@1")
    assert (found.questions, found.overlap, found.first_changed) == (10, 1.0, 0.0)
    assert found.histogram == (0,) * K + (10,)
    assert found.changes == ()


def test_other_vectors_change_the_answers(space: EmbeddingSpace, products: list[Product]):
    found = compare(before=space, after=second_space(space, turned=True))
    assert found.questions == PRODUCTS
    assert sum(found.histogram) == PRODUCTS
    assert found.overlap == pytest.approx(
        sum(common * count for common, count in enumerate(found.histogram)) / PRODUCTS / K
    )
    assert 0 < found.overlap < 1
    assert found.first_changed > 0.5
    overlaps = [each.overlap for each in found.changes]
    assert overlaps == sorted(overlaps)
    assert len(found.changes) == 12


def test_a_picture_is_not_its_own_answer(space: EmbeddingSpace, products: list[Product]):
    found = compare(before=space, after=second_space(space, turned=True))
    for asked in found.changes:
        assert asked.product_id not in {each.product_id for each in asked.before}


def test_another_picture_of_its_product_is(space: EmbeddingSpace, products: list[Product]):
    add_photo(products[3], seed=3, alt="again")
    embed_pending()
    other = second_space(space)
    pin(image=picture(products[3]), expected=[products[3]])
    found = compare(before=space, after=other, questions=0)
    assert found.expectations == Expectations(kept=1)


def test_same_seed_asks_the_same_pictures(space: EmbeddingSpace, products: list[Product]):
    other = second_space(space)

    def asked(seed: int) -> list[int]:
        found = golden_questions(before=space, after=other, count=6, seed=seed)
        return [each.image_id for each in found]

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)


def test_only_pictures_of_both_spaces_are_asked(space: EmbeddingSpace, products: list[Product]):
    other = second_space(space)
    kept, changed, *rest = ImageEmbedding.objects.filter(space=other).order_by("image_id")
    ImageEmbedding.objects.filter(
        space=other, image_id__in=[each.image_id for each in rest]
    ).delete()
    ImageEmbedding.objects.filter(space=other, image_id=changed.image_id).update(checksum="older")
    asked = golden_questions(before=space, after=other, count=50)
    assert [each.image_id for each in asked] == [kept.image_id]


def test_spaces_without_a_common_picture_cannot_be_compared(
    space: EmbeddingSpace, products: list[Product]
):
    empty = EmbeddingSpace.objects.create(name="empty@1", dim=space.dim, card=space.card)
    with pytest.raises(NotEnough, match=r"Fill them first\.$"):
        compare(before=space, after=empty)


def test_pins_are_asked_first_and_once(space: EmbeddingSpace, products: list[Product]):
    golden, new = pin(image=picture(products[5]), note="The bestseller")
    again, new_again = pin(image=picture(products[5]), expected=[products[6]])
    assert (new, new_again, golden) == (True, False, again)
    first, *others = golden_questions(before=space, after=second_space(space), count=PRODUCTS)
    assert (first.image_id, first.pinned) == (golden.image_id, True)
    assert first.expected == (products[6].pk,)
    assert len(others) == PRODUCTS - 1
    assert not any(each.pinned for each in others)


def test_a_product_is_pinned_by_its_main_picture(space: EmbeddingSpace, products: list[Product]):
    golden, _ = pin_product("P-2")
    assert golden.image == products[2].main_image


def test_a_product_without_pictures_cannot_be_pinned(space: EmbeddingSpace):
    make_product(sku="BARE")
    with pytest.raises(NotEnough, match=r"BARE has no picture"):
        pin_product("BARE")
    with pytest.raises(NoSuchProduct, match=r"no published product 'NONE'"):
        pin_product("NONE")
    assert not GoldenQuery.objects.exists()


def test_expectations_are_kept_lost_gained_or_missing(
    space: EmbeddingSpace, products: list[Product]
):
    other = second_space(space, turned=True)
    plain = compare(before=space, after=other, questions=PRODUCTS)
    asked = plain.changes[0]
    before, after = ({each.product_id for each in side} for side in (asked.before, asked.after))
    everything = {product.pk for product in products} - {asked.product_id}
    pin(
        image=ProductImage.objects.get(pk=asked.image_id),
        expected=Product.objects.filter(pk__in=everything),
    )
    found = compare(before=space, after=other, questions=0)
    assert found.expectations == Expectations(
        kept=len(before & after),
        lost=len(before - after),
        gained=len(after - before),
        missing=len(everything - before - after),
    )


def test_a_loss_of_what_is_expected_is_shown_first(space: EmbeddingSpace, products: list[Product]):
    other = second_space(space, turned=True)
    least = compare(before=space, after=other).changes[-1]
    only_before = {e.product_id for e in least.before} - {e.product_id for e in least.after}
    pin(
        image=ProductImage.objects.get(pk=least.image_id),
        expected=Product.objects.filter(pk__in=only_before),
    )
    assert compare(before=space, after=other).changes[0].image_id == least.image_id


def test_a_comparison_is_kept_with_its_space(space: EmbeddingSpace, products: list[Product]):
    other = second_space(space, turned=True)
    EmbeddingSpace.objects.filter(pk=other.pk).update(report={"tuning": {"gain": 2.0}})
    found = compare(before=space, after=other)
    remember(comparison=found, space=other)
    other.refresh_from_db()
    assert remembered(other) == found
    assert other.report["tuning"] == {"gain": 2.0}
    assert remembered(space) is None


def test_a_comparison_survives_json(space: EmbeddingSpace, products: list[Product]):
    found = compare(before=space, after=second_space(space, turned=True))
    told: dict[str, Any] = json.loads(json.dumps(found.as_json()))
    assert Comparison.from_json(told) == found


def test_progress_is_told_question_by_question(space: EmbeddingSpace, products: list[Product]):
    seen: list[tuple[int, int]] = []
    compare(
        before=space,
        after=second_space(space),
        questions=3,
        told=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
