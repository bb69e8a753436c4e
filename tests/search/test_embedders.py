"""Each space is served by the card that was stored with it; a process keeps two embedders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search import embedder
from search.embedder import embedder_of, get_embedder, serving
from search.embedding.fake import FAKE
from search.errors import SearchUnavailable, SpaceMismatch
from search.models import EmbeddingSpace
from search.services import create_derived, create_space, ensure_space
from tests.search.cards import CENTRED
from tests.search.projections import any_projection

pytestmark = pytest.mark.django_db


def test_a_space_is_served_by_its_own_card_and_a_derived_one_by_its_bases(settings):
    first = ensure_space()
    second = create_space("tests.search.cards:centred")
    derived = create_derived(second, any_projection(), {})
    settings.EMBEDDER = "efficientnet-lite0/fast@1"

    assert embedder_of(first).card.name == "fake@1"
    assert embedder_of(derived) is embedder_of(second)
    assert embedder_of(second).card == CENTRED


def test_reworded_bands_and_licence_are_no_other_embedder():
    space = ensure_space()
    space.card = {**space.card, "bands": {}, "licence": "MIT"}

    assert embedder_of(space) is get_embedder()


@pytest.mark.parametrize("change", [{"precision": "int8"}, {"views": ("zoom70",)}])
def test_other_vectors_are_another_embedder(change: dict[str, object]):
    assert serving(replace(FAKE, **change)) is not serving(FAKE)


def test_a_process_keeps_the_two_that_were_used_last():
    kept = serving(FAKE)
    other = serving(CENTRED)
    assert serving(FAKE) is kept

    serving(replace(CENTRED, name="third@1"))

    assert serving(FAKE) is kept
    assert len(embedder._kept) == embedder.KEPT
    assert serving(CENTRED) is not other


def test_a_card_that_can_not_be_read_says_which_and_what_to_do(caplog):
    space = EmbeddingSpace.objects.create(name="old@1", dim=3, card={"name": "old@1"})

    with pytest.raises(SearchUnavailable):
        embedder_of(space)

    assert "the card that is stored with the space old@1 can't be read" in caplog.text
    assert "manage.py space create" in caplog.text


def test_a_card_of_another_dimension_than_its_space_is_refused():
    space = ensure_space()
    space.dim = 7

    with pytest.raises(SpaceMismatch, match="of 7 dimensions, but its card makes some of 49"):
        embedder_of(space)
