"""More like this hit, less like that one: the query moves, nothing is embedded again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from catalog.models import Product
from search import selectors, services
from search.engine.rocchio import moved
from search.errors import InvalidSearch, NotIndexedYet, QueryExpired
from search.models import EmbeddingSpace, PhotoQuery
from search.services import forget_query, photo_query, refine_query
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product
from tests.search.test_photo_query import vector_of

pytestmark = pytest.mark.django_db

PHOTO = jpeg_bytes(draw_photo(0))


def stored_vector(seed: int) -> np.ndarray:
    """Of the picture that `shown(seed)` shows."""
    return vector_of(jpeg_bytes(draw_photo(seed)))


def shown(*seeds: int, **overrides: Any) -> Product:
    """A product whose pictures are indexed."""
    product = make_product(**overrides)
    for seed in seeds:
        add_photo(product, seed=seed)
    services.embed_pending()
    return product


def test_a_query_moves_towards_what_is_liked_and_away_from_what_is_not():
    liked, disliked = shown(1, title="Lamp"), shown(2, title="Chair")
    earlier, _ = photo_query(photo=PHOTO, text="red", crop=(0, 0, 1, 1))

    later = refine_query(query=earlier, like=[liked], dislike=[disliked])

    expected = moved(vector_of(PHOTO), like=[stored_vector(1)], dislike=[stored_vector(2)])
    np.testing.assert_allclose(PhotoQuery.objects.get(pk=later.pk).vector, expected, atol=2e-3)
    assert (later.text, later.crop, later.space) == ("red", [0, 0, 1, 1], earlier.space)
    assert (later.liked, later.disliked) == (["Lamp"], ["Chair"])
    assert (later.parent, later.origin) == (earlier.pk, earlier.pk)


def test_the_earlier_query_stays_as_it_was():
    liked = shown(1)
    earlier, _ = photo_query(photo=PHOTO)
    before = PhotoQuery.objects.filter(pk=earlier.pk).values().get()

    refine_query(query=earlier, like=[liked])

    after = PhotoQuery.objects.filter(pk=earlier.pk).values().get()
    assert {**before, "vector": list(before["vector"])} == {
        **after,
        "vector": list(after["vector"]),
    }


def test_a_liked_hit_comes_nearer_and_a_disliked_one_sinks():
    liked, disliked = shown(1), shown(2)
    earlier, _ = photo_query(photo=PHOTO)

    def distances(query: PhotoQuery) -> dict[int, float]:
        found = selectors.search(question=selectors.question_of(query), door="api")
        return {hit.product.pk: hit.distance or 0 for hit in found.hits}

    before = distances(earlier)
    more = distances(refine_query(query=earlier, like=[liked]))
    less = distances(refine_query(query=earlier, dislike=[disliked]))

    assert more[liked.pk] < before[liked.pk]
    assert less[disliked.pk] > before[disliked.pk]
    assert set(more) == set(less) == {liked.pk, disliked.pk}


def test_of_a_hits_pictures_the_one_that_was_shown_counts():
    liked = shown(1, 0)
    earlier, _ = photo_query(photo=PHOTO)

    later = refine_query(query=earlier, like=[liked])

    np.testing.assert_allclose(later.vector, vector_of(PHOTO), atol=2e-3)


def test_a_product_that_was_asked_for_is_still_not_its_own_answer():
    asked, liked = shown(1), shown(2)
    earlier, _ = photo_query(product=asked)

    later = refine_query(query=earlier, like=[liked])

    assert later.product == asked


def test_words_alone_get_the_direction_of_what_is_liked():
    liked = shown(1)
    earlier, _ = photo_query(text="lamp")

    later = refine_query(query=earlier, like=[liked])

    np.testing.assert_allclose(later.vector, stored_vector(1), atol=2e-3)
    assert (later.text, later.space) == ("lamp", selectors.active_space())


def test_a_moved_query_moves_on_and_keeps_its_origin():
    first, _ = photo_query(photo=PHOTO)
    second = refine_query(query=first, like=[shown(1)])

    third = refine_query(query=selectors.get_query(second.pk), like=[shown(2)])

    assert (third.parent, third.origin) == (second.pk, first.pk)
    assert third.line == second.line == first.line == first.pk


def test_it_expires_as_any_query(settings):
    settings.PHOTO_QUERY_LIFETIME = timedelta(minutes=7)
    earlier, _ = photo_query(photo=PHOTO)

    later = refine_query(query=earlier, like=[shown(1)])

    left = later.expires_at - timezone.now()
    assert timedelta(minutes=6) < left <= timedelta(minutes=7)


def test_forgetting_one_forgets_its_whole_line_and_no_other():
    liked = shown(1)
    first, _ = photo_query(photo=PHOTO)
    second = refine_query(query=first, like=[liked])
    refine_query(query=second, like=[liked])
    photo_query(query=first, text="red")
    other, _ = photo_query(photo=PHOTO)

    assert forget_query(query_id=second.pk) is True

    assert PhotoQuery.objects.get() == other


def test_a_line_is_forgotten_whole_when_its_first_query_is_gone():
    liked = shown(1)
    first, _ = photo_query(photo=PHOTO)
    second = refine_query(query=first, like=[liked])
    third = refine_query(query=second, like=[liked])
    PhotoQuery.objects.filter(pk=first.pk).update(expires_at=timezone.now())
    services.purge_queries()

    assert forget_query(query_id=third.pk) is True

    assert not PhotoQuery.objects.exists()


@pytest.mark.parametrize(
    ("like", "dislike", "field", "told"),
    [
        ([], [], "like", "No hit is marked"),
        ([1, 2, 3, 4, 5], [6, 7, 8, 9], "like", "9 marks are too many; 8"),
        ([1, 2], [2], "dislike", "S-2 is both liked and disliked"),
    ],
)
def test_marks_that_make_no_sense_are_refused(
    like: list[int], dislike: list[int], field: str, told: str
):
    earlier, _ = photo_query(photo=PHOTO)
    products = {number: make_product(sku=f"S-{number}") for number in {*like, *dislike}}

    with pytest.raises(InvalidSearch, match=told) as raised:
        refine_query(
            query=earlier,
            like=[products[number] for number in like],
            dislike=[products[number] for number in dislike],
        )

    assert raised.value.field == field


def test_words_alone_cannot_be_moved_away():
    words, _ = photo_query(text="lamp")

    with pytest.raises(InvalidSearch, match="Like a hit first") as raised:
        refine_query(query=words, dislike=[shown(1)])

    assert raised.value.field == "dislike"


def test_a_hit_without_vectors_is_named():
    earlier, _ = photo_query(photo=PHOTO)
    bare = make_product(sku="BARE")

    with pytest.raises(NotIndexedYet, match="No picture of BARE") as raised:
        refine_query(query=earlier, like=[shown(1), bare])

    assert raised.value.field == "like[1]"


def test_a_query_of_a_retired_space_moves_no_more():
    earlier, _ = photo_query(photo=PHOTO)
    EmbeddingSpace.objects.update(state="retired")

    with pytest.raises(QueryExpired):
        refine_query(query=selectors.get_query(earlier.pk), like=[make_product()])
