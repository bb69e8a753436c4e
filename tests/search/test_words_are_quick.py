"""Words never wait for photos, and the same words are embedded once."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from search import selectors, services, slots
from search.embedding.fake_text import FakeTextEmbedder
from search.services import create_space, ensure_space, photo_query, switch_space
from search.slots import slot, words_slot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMBEDDER = "fake-text@1"
    settings.EMBED_CONCURRENCY = 2
    settings.EMBED_QUEUE_SECONDS = 0
    monkeypatch.setattr(slots, "WORDS_SECONDS", 0)
    ensure_space()


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that were embedded."""
    asked: list[str] = []
    embed = FakeTextEmbedder.embed_texts

    def listening(self, texts):
        asked.extend(texts)
        return embed(self, texts)

    monkeypatch.setattr(FakeTextEmbedder, "embed_texts", listening)
    return asked


def refused() -> float | None:
    return REGISTRY.get_sample_value("lookalike_query_embed_refused_total")


def test_words_have_their_vector_while_photos_take_every_slot():
    with slot(), slot():
        query, _ = photo_query(text="red")

    assert query.worded


def test_where_many_search_by_words_they_are_searched_alone_and_no_photo_was_refused():
    before = refused()

    with words_slot(), words_slot():
        query, _ = photo_query(text="red")

    assert (query.worded, refused()) == (False, before)
    assert photo_query(text="red")[0].worded


def test_a_slot_for_words_is_free_again_after_a_failure():
    for _ in range(3):
        with pytest.raises(KeyError), words_slot():
            raise KeyError


def test_the_same_words_are_embedded_once(embedded: list[str]):
    query, _ = photo_query(text="red")
    question = selectors.question_of(query)

    pages = [services.reworded(question, "blue") for _ in range(3)]

    assert embedded == ["red", "blue"]
    assert all((page.vector == pages[0].vector).all() for page in pages)


def test_each_space_has_words_of_its_own(embedded: list[str]):
    photo_query(text="red")
    switch_space(create_space("fake-text@1", name="second@1"))

    photo_query(text="red")

    assert embedded == ["red", "red"]
