"""This process's embedders: made once, loaded at first use. Who may call them: search/slots.py."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image

from catalog.errors import ImageRejected
from search import measures
from search.embedding import (
    Card,
    Embedded,
    Embedder,
    EmbedderUnavailable,
    EmbeddingError,
    Outcome,
    Rejected,
    get_card,
    make_embedder,
)
from search.embedding.exported import exported_model
from search.embedding.onnx_engine import OnnxEmbedder
from search.errors import SearchUnavailable, SpaceMismatch
from search.models import EmbeddingSpace

log = structlog.get_logger(__name__)

# A change of model needs two: the space that is searched, and the one that is filled or was left.
KEPT = 2
# Pictures that are prepared together; a GPU takes all that a worker claims at once.
ON_A_CPU = 8
# What of a card may be reworded without its vectors changing.
_WORDING = {"bands", "licence"}

# What embedders refuse a picture for. They know no languages: it is told in the reader's here.
REASONS = {
    gettext_noop("the network's answer to this picture is not a finite vector"),
    gettext_noop("the network saw nothing in this picture: its vector is zero"),
}

_lock = threading.Lock()
_kept: OrderedDict[tuple[str, ...], Embedder] = OrderedDict()


def get_embedder() -> Embedder:
    """The embedder that the settings name for the first space of a new shop.

    Cheap: weights are loaded by the first `embed()`. Raises SearchUnavailable for a name, engine or
    device that doesn't exist.
    """
    try:
        return serving(_named(settings.EMBEDDER))
    except EmbeddingError as error:
        raise unavailable(error, embedder=settings.EMBEDDER) from error


def embedder_of(space: EmbeddingSpace) -> Embedder:
    """The embedder whose vectors lie in the space or, for a derived one, in its base.

    It is made from the card that was stored with the space, whatever the settings name by now, and
    is the same object for equal cards. Raises SearchUnavailable where the card can't be served
    (any more), and SpaceMismatch where it doesn't fit its own space.
    """
    try:
        card = stored_card(space)
        return serving(card)
    except EmbeddingError as error:
        raise unavailable(error, embedder=space.root.name) from error


def loaded_embedder_of(space: EmbeddingSpace) -> Embedder:
    """The same, with its network loaded, and exported before where that is missing: for who can
    wait. Raises SearchUnavailable with the cause."""
    embedder = embedder_of(space)
    try:
        embedder.load()
    except EmbeddingError as error:
        raise unavailable(error, embedder=space.root.name) from error
    return embedder


def stored_card(space: EmbeddingSpace) -> Card:
    """The card by which the space's root was made. Raises EmbedderUnavailable where it can't be
    read, SpaceMismatch where its dimension isn't the space's."""
    root = space.root
    try:
        card = Card.from_json(root.card)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EmbedderUnavailable(
            f"the card that is stored with the space {root.name} can't be read ({error!r}). "
            "Install the version of Lookalike that made it, or make a new space: "
            "`manage.py space create`, then `space fill` and `space switch`"
        ) from error
    if card.dim != root.dim:
        told = _(
            "The space %(space)s holds vectors of %(dim)s dimensions, but its card makes some of "
            "%(made)s. Make a new space: `manage.py space create %(card)s`."
        )
        raise SpaceMismatch(
            told % {"space": root.name, "dim": root.dim, "made": card.dim, "card": card.name}
        )
    return card


def serving(card: Card) -> Embedder:
    """This process's embedder for the card; the one least lately used is let go beyond KEPT.

    Raises EmbeddingError.
    """
    wording = {key: value for key, value in card.as_json().items() if key not in _WORDING}
    key = (
        json.dumps(wording, sort_keys=True),
        str(settings.DATA_DIR),
        settings.EMBEDDER_ENGINE,
        settings.EMBEDDER_DEVICE,
    )
    with _lock:
        if key not in _kept:
            _kept[key] = _made(card)
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return _kept[key]


def _made(card: Card) -> Embedder:
    device = settings.EMBEDDER_DEVICE
    return make_embedder(
        card,
        data_dir=Path(settings.DATA_DIR),
        engine=settings.EMBEDDER_ENGINE,
        device=device,
        batch_size=settings.EMBED_BATCH if device == "cuda" else ON_A_CPU,
    )


@cache
def _named(name: str) -> Card:
    return get_card(name)


def embed_photos(
    images: Sequence[Image.Image], *, embedder: Embedder | None = None
) -> list[Outcome]:
    """One outcome per RGB picture, in order, by one call of the embedder (the settings' one).

    The caller holds a slot. Raises SearchUnavailable.
    """
    embedder = embedder or get_embedder()
    started = time.perf_counter()
    try:
        outcomes = embedder.embed(images)
    except EmbeddingError as error:
        raise unavailable(error, embedder=embedder.card.name) from error
    measures.embedded_query(seconds=time.perf_counter() - started)
    return outcomes


def accepted(outcome: Outcome) -> Embedded:
    """The outcome, if there is a vector. Raises ImageRejected with the embedder's own reason."""
    if isinstance(outcome, Rejected):
        told = _(outcome.reason) if outcome.reason in REASONS else outcome.reason
        raise ImageRejected(told, code="corrupt")
    return outcome


def network_missing(embedder: Embedder) -> str:
    """Why photos can't be embedded at once: the network was not exported yet; "" if it was."""
    exported = exported_model(embedder.card, Path(settings.DATA_DIR))
    if not isinstance(embedder, OnnxEmbedder) or exported.exists():
        return ""
    return f"the network of {embedder.card.name} is not exported yet to {exported.folder}"


def unavailable(error: Exception, *, embedder: str) -> SearchUnavailable:
    """What a customer is told; the cause and the cure go into the log."""
    log.error(
        "Photos can't be embedded",
        embedder=embedder,
        error=str(error),
        hint="Run `manage.py doctor`; it says what is missing.",
    )
    return SearchUnavailable(
        _(
            "Searching by photo is not possible at the moment. Searching by words works; "
            "please try a photo again later."
        )
    )
