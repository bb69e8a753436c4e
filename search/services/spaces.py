"""The active space: the one whose vectors are searched."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from search.embedder import get_embedder
from search.embedding import Card
from search.errors import SpaceMismatch
from search.models import EmbeddingSpace

# What fixes the vectors. The rest of a card (licence, source, bands) may be reworded freely.
_DEFINING = ("name", "backbone", "dim", "preprocessing", "views", "precision")


def ensure_space() -> EmbeddingSpace:
    """The active space, made from the embedder's card where there is none yet.

    Raises SpaceMismatch when the stored space isn't the configured embedder's: vectors of two
    spaces are never compared. Raises SearchUnavailable when there is no such embedder.
    """
    card = get_embedder().card
    space = EmbeddingSpace.objects.filter(state=EmbeddingSpace.State.ACTIVE).first()
    if space is None or _may_give_way(space, card):
        space = _activate(card)
    if fault := difference(space, card):
        raise SpaceMismatch(fault)
    return space


def switch_space() -> EmbeddingSpace:
    """Make the configured embedder's space the active one, new or as it was left.

    The former one is retired with its vectors, so switching back is quick. What the space lacks is
    queued by the next `reconcile`; until then photos find fewer products. Raises as `ensure_space`.
    """
    _activate(get_embedder().card)
    return ensure_space()


def _may_give_way(space: EmbeddingSpace, card: Card) -> bool:
    """An empty space of another embedder holds nothing that anybody would miss."""
    return space.name != card.name and not space.embeddings.exists()


def _activate(card: Card) -> EmbeddingSpace:
    """Make the card's space the active one. Two processes may try at once; the first one wins."""
    active, retired = EmbeddingSpace.State.ACTIVE, EmbeddingSpace.State.RETIRED
    try:
        with transaction.atomic():
            EmbeddingSpace.objects.filter(state=active).exclude(name=card.name).update(
                state=retired
            )
            space, _created = EmbeddingSpace.objects.update_or_create(
                name=card.name,
                defaults={"state": active},
                create_defaults={"state": active, "dim": card.dim, "card": _plain(card)},
            )
    except IntegrityError:
        return EmbeddingSpace.objects.get(state=active)
    return space


def difference(space: EmbeddingSpace, card: Card) -> str:
    """Why the space's vectors and the card's can't be compared, and what to do; "" if they can."""
    if space.name != card.name:
        return (
            f"The index was built with EMBEDDER={space.name}, but EMBEDDER is now "
            f"{settings.EMBEDDER}. Set EMBEDDER={space.name} again, or run "
            "`manage.py space switch` to embed the catalogue with the new one."
        )
    stored, given = {"dim": space.dim, **space.card}, _plain(card)
    changed = [key for key in _DEFINING if stored.get(key) != given[key]]
    if space.dim != card.dim:
        changed.append(f"dim {space.dim} -> {card.dim}")
    if not changed:
        return ""
    return (
        f"The embedder {card.name} is not the one that built the index ({', '.join(changed)} "
        "changed). Install the version of Lookalike that built it, or give the new card a new name."
    )


def _plain(card: Card) -> dict[str, Any]:
    """The card as JSON gives it back: lists instead of tuples."""
    plain: dict[str, Any] = json.loads(json.dumps(card.as_json()))
    return plain
