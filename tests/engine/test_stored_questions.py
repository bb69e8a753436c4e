"""Questions made from what is stored: a photo's query, a product's pictures."""

from __future__ import annotations

import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from search import selectors
from search.engine.questions import nearest_picture
from search.engine.types import Question
from search.errors import NotIndexedYet, QueryExpired, SearchUnavailable
from search.models import PhotoQuery
from tests.engine import gallery
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def stored(minutes: int = 5, **fields: object) -> PhotoQuery:
    expires_at = timezone.now() + timedelta(minutes=minutes)
    return PhotoQuery.objects.create(expires_at=expires_at, **fields)


def test_a_stored_query_asks_what_was_asked() -> None:
    space = gallery.make_space()
    product = make_product()
    query = stored(space=space, vector=gallery.axis(2), text="red", product=product)
    question = selectors.question_of(selectors.get_query(query.pk))

    np.testing.assert_array_equal(question.vector, gallery.axis(2))
    assert question.vector.dtype == np.float32
    assert (question.space_id, question.dim) == (space.pk, gallery.DIM)
    assert (question.text, question.exclude_product_id) == ("red", product.pk)


def test_a_query_of_words_alone_needs_no_space() -> None:
    question = selectors.question_of(stored(text="red lamp"))

    assert (question.vector, question.text, question.kind) == (None, "red lamp", "text")


def test_a_query_of_a_retired_space_says_to_choose_the_photo_again() -> None:
    space = gallery.make_space(state="retired")
    query = stored(space=space, vector=gallery.axis(0))

    with pytest.raises(QueryExpired, match="Choose the photo again"):
        selectors.question_of(query)


def test_a_query_is_found_by_its_id_as_text_too() -> None:
    query = stored(text="lamp")

    assert selectors.get_query(str(query.pk)) == query


@pytest.mark.parametrize("query_id", [uuid.uuid4(), "not-a-uuid", "", "\x00"])
def test_an_unknown_id_is_an_expired_query(query_id: object) -> None:
    with pytest.raises(QueryExpired, match="Choose the photo again") as caught:
        selectors.get_query(query_id)

    assert caught.value.field == "query_id"


def test_a_query_past_its_time_is_gone() -> None:
    query = stored(minutes=-1, text="lamp")

    with pytest.raises(QueryExpired):
        selectors.get_query(query.pk)


def test_a_product_asks_with_the_direction_between_its_pictures() -> None:
    space = gallery.make_space()
    product = gallery.shown("Lamp", gallery.axis(0), gallery.axis(1), space=space)
    question = selectors.similar_question(product=product)

    expected = gallery.unit_rows(gallery.axis(0) + gallery.axis(1))
    np.testing.assert_allclose(question.vector, expected, atol=1e-6)
    assert (question.kind, question.exclude_product_id) == ("product", product.pk)


def test_opposite_pictures_do_not_cancel_out() -> None:
    space = gallery.make_space()
    product = gallery.shown("Lamp", gallery.axis(0), -gallery.axis(0), space=space)

    np.testing.assert_array_equal(
        selectors.similar_question(product=product).vector, gallery.axis(0)
    )


def test_a_product_among_hits_stands_by_its_nearest_picture() -> None:
    space = gallery.make_space()
    product = gallery.shown("Lamp", gallery.axis(0), gallery.axis(1), space=space)
    asked = gallery.unit_rows(gallery.axis(0) + 2 * gallery.axis(1))

    found = nearest_picture(space, product_id=product.pk, to=asked)

    assert found is not None
    np.testing.assert_array_equal(found.vector, gallery.axis(1))


def test_a_product_found_by_words_stands_by_all_its_pictures() -> None:
    space = gallery.make_space()
    product = gallery.shown("Lamp", gallery.axis(0), gallery.axis(1), space=space)

    found = nearest_picture(space, product_id=product.pk, to=None)

    expected = gallery.unit_rows(gallery.axis(0) + gallery.axis(1))
    assert found is not None
    np.testing.assert_allclose(found.vector, expected, atol=1e-6)


def test_a_product_without_vectors_has_no_nearest() -> None:
    space = gallery.make_space()

    assert nearest_picture(space, product_id=make_product().pk, to=gallery.axis(0)) is None


def test_a_product_without_vectors_is_not_indexed_yet() -> None:
    gallery.make_space()
    product = make_product(sku="LAMP-1")

    with pytest.raises(NotIndexedYet, match="No picture of LAMP-1 is indexed yet"):
        selectors.similar_question(product=product)


def test_the_active_space_is_the_one_that_is_searched() -> None:
    gallery.make_space("old@1", state="retired")
    space = gallery.make_space("new@1")

    assert selectors.active_space() == space


def test_without_an_active_space_it_says_what_to_start() -> None:
    gallery.make_space(state="building")

    with pytest.raises(SearchUnavailable, match=r"manage\.py embed"):
        selectors.active_space()


@pytest.mark.parametrize("dim", [31, None])
def test_a_vector_of_another_length_is_a_programming_error(dim: int | None) -> None:
    with pytest.raises(ValueError, match="space's dimension"):
        Question(vector=gallery.axis(0), space_id=1, dim=dim)


def test_pictures_cannot_be_ranked_by_words() -> None:
    with pytest.raises(ValueError, match="Words alone"):
        selectors.rank_images(question=Question(text="lamp"), k=3)
