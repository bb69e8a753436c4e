"""A bounded number of photos is in work at once; who waits too long is told so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from catalog.errors import ImageRejected
from search import services
from search.embedder import accepted, embed_photos, get_embedder
from search.embedding import Vector
from search.errors import EmbedderBusy, SearchUnavailable
from search.slots import slot
from tests.factories import draw_photo


@pytest.fixture(autouse=True)
def limits(settings) -> None:
    settings.EMBED_CONCURRENCY = 2
    settings.EMBED_QUEUE_SECONDS = 0


def in_turn() -> Vector:
    with slot():
        [outcome] = embed_photos([draw_photo(1)])
    return accepted(outcome).vector


def test_a_third_caller_is_told_to_come_back():
    with slot(), slot(), pytest.raises(EmbedderBusy) as raised:
        in_turn()

    assert raised.value.code == "busy"
    assert raised.value.retry_after == 2


@pytest.mark.django_db
def test_a_photo_is_not_even_decoded_before_its_turn():
    with slot(), slot(), pytest.raises(EmbedderBusy):
        services.photo_query(photo=b"no picture at all")
    with pytest.raises(ImageRejected):
        services.photo_query(photo=b"no picture at all")


def test_a_slot_is_free_again_after_use_and_after_a_failure():
    for _ in range(5):
        with pytest.raises(KeyError), slot():
            raise KeyError
    with slot(), slot():
        pass

    assert in_turn().shape == (49,)


def test_a_caller_waits_for_its_turn(settings):
    settings.EMBED_CONCURRENCY = 1
    settings.EMBED_QUEUE_SECONDS = 10
    taken, go_on = Event(), Event()

    def hold() -> None:
        with slot():
            taken.set()
            go_on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        holder = pool.submit(hold)
        taken.wait(10)
        waiting = pool.submit(in_turn)
        assert not waiting.done()
        go_on.set()
        holder.result()
        assert waiting.result().shape == (49,)


def test_there_is_one_embedder_per_process():
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: id(get_embedder()), range(32)))

    assert found == {id(get_embedder())}


def test_an_unknown_embedder_is_named_in_the_log_only(settings, caplog):
    settings.EMBEDDER = "nobody@1"

    with pytest.raises(SearchUnavailable) as raised:
        embed_photos([draw_photo(1)])

    assert "nobody@1" not in raised.value.message
    assert "nobody@1" in caplog.text
