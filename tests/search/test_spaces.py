"""One space is active, and only the embedder that made its vectors adds to it."""

from __future__ import annotations

import json

import pytest

from search import services
from search.embedding.fake import FAKE
from search.errors import SpaceMismatch
from search.models import EmbeddingSpace, ImageEmbedding
from search.services import Batch, ensure_space, switch_space
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db


def test_the_first_space_is_made_from_the_card():
    space = ensure_space()

    assert (space.name, space.dim, space.state) == ("fake@1", FAKE.dim, "active")
    assert space.card == json.loads(json.dumps(FAKE.as_json()))
    assert ensure_space() == space


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"dim": 7}, "dim 7 -> 49"),
        ({"card": {"precision": "int8"}}, "precision"),
        ({"card": {"views": ["zoom"]}}, "views"),
    ],
)
def test_a_card_that_changed_under_its_name_is_refused(change, named: str):
    space = ensure_space()
    card = {**space.card, **change.get("card", {})}
    EmbeddingSpace.objects.update(card=card, dim=change.get("dim", space.dim))

    with pytest.raises(SpaceMismatch, match=named):
        ensure_space()


def test_reworded_bands_and_licence_are_no_other_space():
    space = ensure_space()
    EmbeddingSpace.objects.update(card={**space.card, "bands": {}, "licence": "MIT"})

    assert ensure_space() == space


def test_a_filled_space_of_another_embedder_is_refused_with_what_to_do():
    add_photo(make_product())
    services.embed_pending()
    EmbeddingSpace.objects.update(name="another@1")

    with pytest.raises(SpaceMismatch) as raised:
        ensure_space()

    assert raised.value.message == (
        "The index was built with EMBEDDER=another@1, but EMBEDDER is now fake@1. "
        "Set EMBEDDER=another@1 again, or run `manage.py space switch` to embed the catalogue "
        "with the new one."
    )


def test_an_empty_space_gives_way():
    EmbeddingSpace.objects.create(name="another@1", dim=3, state="active")

    assert ensure_space().name == "fake@1"
    assert EmbeddingSpace.objects.get(name="another@1").state == "retired"


def test_switching_embeds_the_catalogue_anew_and_keeps_the_former_vectors():
    add_photo(make_product())
    services.embed_pending()
    EmbeddingSpace.objects.update(name="another@1")

    space = switch_space()
    assert services.reconcile().queued == 1
    assert services.embed_pending() == Batch(claimed=1, ready=1)

    rows = ImageEmbedding.objects.values_list("space__name", "space__state")
    assert sorted(rows) == [("another@1", "retired"), ("fake@1", "active")]
    assert space.name == "fake@1"


def test_switching_back_finds_the_former_vectors_as_they_were():
    add_photo(make_product())
    services.embed_pending()
    EmbeddingSpace.objects.update(state="retired")
    EmbeddingSpace.objects.create(name="another@1", dim=3, state="active")

    switch_space()

    assert EmbeddingSpace.objects.get(state="active").name == "fake@1"
    assert services.reconcile().queued == 0
