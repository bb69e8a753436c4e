"""What customers ask becomes a stored question, without the photo."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.errors import ImageRejected
from catalog.images import decode
from search import services
from search.embedding import EmbedderUnavailable, Rejected
from search.embedding.fake import FakeEmbedder
from search.errors import InvalidSearch, NotIndexedYet, SearchUnavailable
from search.models import CandidateSet, PhotoQuery, SearchEvent
from search.services import Took, ensure_space, photo_query
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product

pytestmark = pytest.mark.django_db

EVENT = {"kind": "photo", "door": "page", "plan": "exact", "results": 3, "took_ms": 8.0}
FOUND = {
    "product_ids": [7],
    "image_ids": [8],
    "distances": [0.5],
    "plan": "exact",
    "total": 1,
    "complete": True,
}


def vector_of(content: bytes) -> np.ndarray:
    [outcome] = FakeEmbedder().embed([decode(content).image])
    return outcome.vector


def test_a_photo_becomes_its_vector():
    photo = jpeg_bytes(draw_photo(1))

    query, took = photo_query(photo=photo)

    stored = PhotoQuery.objects.get(pk=query.pk)
    np.testing.assert_allclose(stored.vector, vector_of(photo), atol=1e-3)
    assert stored.space == ensure_space()
    assert (stored.text, stored.product, stored.crop) == ("", None, None)
    assert took.decode_ms > 0
    assert took.embed_ms > 0


def test_a_crop_is_what_is_embedded():
    photo = draw_photo(1, size=(400, 200))
    right_half = jpeg_bytes(photo.crop((200, 0, 400, 200)), quality=100, subsampling=0)

    query, _ = photo_query(
        photo=jpeg_bytes(photo, quality=100, subsampling=0), crop=(0.5, 0, 0.5, 1)
    )

    np.testing.assert_allclose(query.vector, vector_of(right_half), atol=5e-3)
    assert PhotoQuery.objects.get().crop == [0.5, 0, 0.5, 1]


def test_words_alone_need_no_embedder(settings):
    settings.EMBEDDER = "nobody@1"

    query, took = photo_query(text="  red \x00 shoes\n")

    assert (query.text, query.vector, query.space) == ("red shoes", None, None)
    assert took == Took()


def test_words_may_stand_beside_a_photo():
    query, _ = photo_query(photo=jpeg_bytes(draw_photo(1)), text="red")

    assert query.text == "red"
    assert query.vector is not None


def test_a_products_own_vectors_ask_for_its_like():
    product = make_product()
    add_photo(product, seed=3)
    services.embed_pending()

    query, took = photo_query(product=product)

    with product.images.get().file.open() as file:
        np.testing.assert_allclose(query.vector, vector_of(file.read()), atol=2e-3)
    assert (query.product, query.space) == (product, ensure_space())
    assert took == Took()


def test_a_product_without_vectors_is_not_indexed_yet():
    ensure_space()

    with pytest.raises(NotIndexedYet):
        photo_query(product=make_product())


def test_an_earlier_photo_takes_new_words_without_another_upload():
    earlier, _ = photo_query(photo=jpeg_bytes(draw_photo(1)), text="red", crop=(0, 0, 0.5, 0.5))

    later, took = photo_query(query=earlier, text="blue")

    assert later.pk != earlier.pk
    assert later.text == "blue"
    np.testing.assert_array_equal(later.vector, earlier.vector)
    assert (later.space, later.crop) == (earlier.space, earlier.crop)
    assert took == Took()


def test_a_query_expires(settings):
    settings.PHOTO_QUERY_LIFETIME = timedelta(minutes=7)

    query, _ = photo_query(text="red")

    left = query.expires_at - timezone.now()
    assert timedelta(minutes=6) < left <= timedelta(minutes=7)


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({}, None, "nothing to search for"),
        ({"text": " \t"}, None, "nothing to search for"),
        ({"text": "x" * 201}, "text", "201 characters"),
        ({"text": "red", "crop": (0, 0, 1, 1)}, "crop", "Send the photo too"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(asked, field, told: str):
    with pytest.raises(InvalidSearch, match=told) as raised:
        photo_query(**asked)

    assert raised.value.field == field
    assert not PhotoQuery.objects.exists()


def test_two_starting_points_are_one_too_many():
    with pytest.raises(InvalidSearch, match="not from photo and product"):
        photo_query(photo=jpeg_bytes(draw_photo(1)), product=make_product())


def test_a_file_that_is_no_picture_is_refused_with_its_code():
    with pytest.raises(ImageRejected) as raised:
        photo_query(photo=b"no picture")

    assert raised.value.code == "unsupported_type"
    assert not PhotoQuery.objects.exists()


def test_what_the_embedder_rejects_is_told_as_such(embedder_that):
    embedder_that(lambda _: [Rejected("This photo is all one colour.")])

    with pytest.raises(ImageRejected, match="all one colour"):
        photo_query(photo=jpeg_bytes(draw_photo(1)))


def test_without_weights_the_customer_is_told_calmly_and_the_log_tells_why(embedder_that, caplog):
    def unavailable(images):
        raise EmbedderUnavailable("no weights at /srv/models")

    embedder_that(unavailable)

    with pytest.raises(SearchUnavailable) as raised:
        photo_query(photo=jpeg_bytes(draw_photo(1)))

    assert raised.value.message == (
        "Searching by photo is not possible at the moment. Searching by words works; "
        "please try a photo again later."
    )
    assert "no weights at /srv/models" in caplog.text
    assert "manage.py doctor" in caplog.text


def test_a_photo_is_embedded_as_the_searched_space_was_whatever_the_settings_name(settings):
    add_photo(make_product())
    services.embed_pending()
    before, _ = photo_query(photo=jpeg_bytes(draw_photo(1)))
    settings.EMBEDDER = "tests.search.cards:centred"

    after, _ = photo_query(photo=jpeg_bytes(draw_photo(1)))

    assert after.space == before.space
    assert np.array_equal(after.vector, before.vector)


def test_nobody_who_brings_a_photo_waits_for_an_export(settings, tmp_path, caplog):
    settings.DATA_DIR = tmp_path
    services.ensure_space()
    space = services.create_space("efficientnet-lite0/fast@2")
    services.switch_space(space, force=True)

    with pytest.raises(SearchUnavailable, match="not possible at the moment"):
        photo_query(photo=jpeg_bytes(draw_photo(1)))

    assert "is not exported yet" in caplog.text
    assert not list(tmp_path.iterdir())


def test_a_space_whose_code_is_gone_stops_photos_and_not_words(caplog):
    services.ensure_space()
    gone = services.create_space("tests.search.cards:without_code")
    services.switch_space(gone, force=True)

    with pytest.raises(SearchUnavailable, match="not possible at the moment"):
        photo_query(photo=jpeg_bytes(draw_photo(1)))

    assert "the network of tests/gone@1 is not exported yet" in caplog.text
    assert photo_query(text="red")[0].text == "red"


def test_a_query_can_be_forgotten_at_once():
    query, _ = photo_query(text="red")

    assert services.forget_query(query_id=query.pk) is True
    assert services.forget_query(query_id=query.pk) is False
    assert services.forget_query(query_id=uuid4()) is False
    assert services.forget_query(query_id="no uuid") is False


def test_expired_queries_are_purged_and_no_others():
    old, _ = photo_query(text="red")
    kept, _ = photo_query(text="blue")
    PhotoQuery.objects.filter(pk=old.pk).update(expires_at=timezone.now())

    assert services.purge_queries() == 1

    assert PhotoQuery.objects.get() == kept


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
def test_queries_are_purged_in_slices_without_reading_their_vectors(
    monkeypatch: pytest.MonkeyPatch, at_once: int
):
    monkeypatch.setattr("search.services.queries.QUERIES_AT_ONCE", at_once)
    old = [ask_and_keep(seed) for seed in range(3)]
    kept = ask_and_keep(3)
    PhotoQuery.objects.filter(pk__in=[each.pk for each in old]).update(expires_at=timezone.now())

    with CaptureQueriesContext(connection) as captured:
        assert services.purge_queries() == 3

    assert not [each["sql"] for each in captured if '"vector"' in each["sql"]]
    assert PhotoQuery.objects.get() == kept
    assert CandidateSet.objects.get().query == kept


def test_a_query_is_forgotten_with_what_it_found_without_reading_its_vector():
    query = ask_and_keep(1)

    with CaptureQueriesContext(connection) as captured:
        assert services.forget_query(query_id=query.pk) is True

    assert not [each["sql"] for each in captured if '"vector"' in each["sql"]]
    assert not CandidateSet.objects.exists()


def ask_and_keep(seed: int) -> PhotoQuery:
    """A query by photo, with one set of candidates."""
    query, _ = photo_query(photo=jpeg_bytes(draw_photo(seed)))
    CandidateSet.objects.create(query=query, key="", **FOUND)
    return query


def test_searches_are_counted_for_ninety_days(settings):
    events = [SearchEvent.objects.create(**EVENT) for _ in range(2)]
    long_ago = timezone.now() - settings.SEARCH_EVENT_LIFETIME - timedelta(seconds=1)
    SearchEvent.objects.filter(pk=events[0].pk).update(created_at=long_ago)

    assert services.purge_queries() == 1

    assert SearchEvent.objects.get() == events[1]
