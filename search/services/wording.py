"""Words as a place among pictures, where the space knows words (a card of open_clip, say)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings

from search.embedder import stored_card
from search.embedding import (
    Card,
    Embedded,
    EmbeddingError,
    TextEmbedder,
    Vector,
    make_text_embedder,
)
from search.engine.stored import stored_active_space, stored_space
from search.engine.types import Question
from search.errors import EmbedderBusy, SpaceMismatch
from search.models import EmbeddingSpace
from search.services.placing import Placed, place
from search.services.starting import Start
from search.slots import words_slot

log = structlog.get_logger(__name__)

# As many as embedders are kept: a change of model needs two.
KEPT = 2
# Vectors of the words asked last, a few kB each.
WORDS_KEPT = 128


def worded(start: Start, words: str) -> Start:
    """The start with the words' own vector, where there is no picture to start from.

    Unchanged where there are no words, where the active space knows pictures only, and where its
    text tower can't be had at the moment: the products with these words are found all the same.
    """
    if not words or (start.vector is not None and not start.worded):
        return start
    space = _find_space(None)
    found = None if space is None else _place_words(words, space)
    if space is None or found is None:
        return replace(start, vector=None, space=None, worded=False)
    return replace(start, vector=found.vector, space=space, worded=True)


def reworded(question: Question, words: str) -> Question:
    """The question with other words, and with their own vector where there is no picture: in the
    question's own space, so that all its pages are of one."""
    if question.picture is not None or words == question.text:
        return replace(question, text=words)
    space = _find_space(question.space_id)
    found = None if space is None or not words else _place_words(words, space)
    if space is None or found is None:
        return replace(question, text=words, vector=None, space_id=None, dim=None, worded=False)
    return replace(
        question,
        text=words,
        vector=found.vector,
        space_id=space.pk,
        dim=len(found.vector),
        worded=True,
    )


def _find_space(space_id: int | None) -> EmbeddingSpace | None:
    """That one, or the active one."""
    return stored_active_space() if space_id is None else stored_space(space_id)


def _place_words(words: str, space: EmbeddingSpace) -> Placed | None:
    try:
        if not stored_card(space).text:
            return None
        return place(Embedded(_vector_of(words, space.root)), space)
    except (EmbeddingError, EmbedderBusy, SpaceMismatch) as error:
        log.warning("Words are searched without their vector", space=space.name, error=str(error))
        return None


@lru_cache(maxsize=WORDS_KEPT)
def _vector_of(words: str, root: EmbeddingSpace) -> Vector:
    """Where the root's text tower puts the words. Each page and filter asks for them again."""
    card = json.dumps(stored_card(root).as_json())
    with words_slot():
        [vector] = _embedder(card, settings.DATA_DIR).embed_texts([words])
    vector.setflags(write=False)
    return vector


@lru_cache(maxsize=KEPT)
def _embedder(card: str, data_dir: str | Path) -> TextEmbedder:
    """This process's text tower for the card. It is exported with the pictures' network, by whoever
    embeds the catalogue: nobody who types words should wait for that."""
    return make_text_embedder(
        Card.from_json(json.loads(card)), data_dir=Path(data_dir), export_missing=False
    )
