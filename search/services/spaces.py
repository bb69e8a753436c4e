"""The spaces that there are: which one is searched, which ones new pictures go to, new ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from search.embedder import get_embedder, stored_card
from search.embedding import Card, EmbeddingError, get_card
from search.embedding.projection import Projection
from search.engine.stored import stored_active_space
from search.errors import SearchUnavailable, SpaceMismatch, SpaceRefused
from search.models import EmbeddingSpace, SpaceProjection

State = EmbeddingSpace.State
# In the report of a space that somebody has switched to.
CHOSEN = "chosen"
LONGEST_NAME = EmbeddingSpace._meta.get_field("name").max_length or 0

# A row that is read so can't be dropped before the transaction ends; everything else may go on.
SHARED = "SELECT id FROM search_embeddingspace WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"


def ensure_space() -> EmbeddingSpace:
    """The active space; in a new shop it is made from the card that the settings name.

    Raises SearchUnavailable where there is no such card.
    """
    active = stored_active_space()
    if active is None or _may_give_way(active):
        return _first_space(get_card_of_settings())
    return active


def get_card_of_settings() -> Card:
    """The card that EMBEDDER names. Raises SearchUnavailable."""
    return get_embedder().card


def followed_roots() -> list[EmbeddingSpace]:
    """The spaces that new pictures are embedded in, the active one's root first.

    The others are roots of spaces that are being built, and of those that may be switched back to.
    """
    following = EmbeddingSpace.objects.following().select_related("base")
    roots: dict[int, EmbeddingSpace] = {}
    for space in sorted(following, key=lambda each: (each.state != State.ACTIVE, each.pk)):
        roots.setdefault(space.root_id, space.root)
    return list(roots.values())


def filled_roots() -> list[EmbeddingSpace]:
    """Those of the followed roots whose pictures are embedded now: all that aren't paused."""
    return [root for root in followed_roots() if not root.paused]


def followed_derived(root: EmbeddingSpace) -> list[EmbeddingSpace]:
    """The spaces derived from the root that its new vectors go to as well, held as by
    `hold_followed`."""
    following = EmbeddingSpace.objects.following().filter(base=root)
    derived = {space.pk: space for space in following}
    return [derived[space_id] for space_id in hold_followed(derived)]


def hold_followed(space_ids: Iterable[int]) -> list[int]:
    """Those of the spaces that new pictures still go to; none is dropped before the caller's
    transaction ends.

    Who drops a space leaves it first, then waits for all who hold it: whoever holds it later sees
    here that it was left.
    """
    held = hold_spaces(space_ids)
    following = EmbeddingSpace.objects.following().values_list("pk", "base")
    followed = {space_id for pair in following for space_id in pair}
    return [space_id for space_id in held if space_id in followed]


def hold_spaces(space_ids: Iterable[int]) -> list[int]:
    """Those of the spaces that are still there; they stay until the caller's transaction ends."""
    wanted = list(space_ids)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(SHARED, [wanted])
        return [space_id for (space_id,) in cursor.fetchall()]


def create_space(card_name: str, *, name: str | None = None) -> EmbeddingSpace:
    """A new, empty space of the card (a name, an alias or `package.module:factory`).

    It follows the catalogue from now on, and is paused: new pictures wait, until `filling.fill` is
    asked to embed them and those that are there already. Raises SpaceRefused where the card is
    unknown, or a space has the name.
    """
    try:
        card = get_card(card_name)
    except EmbeddingError as error:
        told = _("No space was made: %(reason)s")
        raise SpaceRefused(told % {"reason": error}) from error
    return _create(name=name or card.name, dim=card.dim, card=plain(card), paused=True)


def create_derived(
    base: EmbeddingSpace,
    projection: Projection,
    report: Mapping[str, Any],
    *,
    name: str | None = None,
) -> EmbeddingSpace:
    """A new, empty space a matrix away from the base's stored vectors; `deriving.derive_missing`
    fills it. `report` is kept with it as JSON.

    The name is the base's with `+tuned` and a number unless one is given. Raises SpaceMismatch
    where the projection doesn't take the base's vectors, SpaceRefused where a space has the name,
    and where the base was dropped meanwhile.
    """
    root = base.root
    _check_fits(root, projection)
    name = name or _tuned_name(root)
    card = {**root.card, "name": name, "dim": projection.dim, "bands": {}}
    matrix = projection.to_bytes()
    with transaction.atomic():
        if not hold_spaces([root.pk]):
            told = _("%(space)s was dropped meanwhile: nothing derives from it.")
            raise SpaceRefused(told % {"space": root.name})
        space = _create(
            name=name, dim=projection.dim, card=card, base=root, report=json.loads(_json(report))
        )
        SpaceProjection.objects.create(
            space=space, matrix=matrix, sha256=hashlib.sha256(matrix).hexdigest()
        )
    return space


def get_space(name: str) -> EmbeddingSpace:
    """The space of that name. Raises SpaceRefused."""
    try:
        return EmbeddingSpace.objects.select_related("base").get(name=name)
    except EmbeddingSpace.DoesNotExist as error:
        raise SpaceRefused(
            f"There is no space {name!r}. `manage.py space list` names them."
        ) from error


def plain(card: Card) -> dict[str, Any]:
    """The card as JSON gives it back: lists instead of tuples."""
    values: dict[str, Any] = json.loads(_json(card.as_json()))
    return values


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, default=str)


def _create(*, name: str, **columns: Any) -> EmbeddingSpace:
    if len(name) > LONGEST_NAME:
        told = _("A space's name has %(most)s characters at the most.")
        raise SpaceRefused(told % {"most": LONGEST_NAME})
    try:
        with transaction.atomic():
            return EmbeddingSpace.objects.create(name=name, **columns)
    except IntegrityError as error:
        told = _(
            "There is a space %(space)s already. Fill that one, or give the new one a name of its "
            "own."
        )
        raise SpaceRefused(told % {"space": name}) from error


def _check_fits(root: EmbeddingSpace, projection: Projection) -> None:
    if projection.base_dim != root.dim:
        raise SpaceMismatch(
            f"The projection takes vectors of {projection.base_dim} dimensions; those of "
            f"{root.name} have {root.dim}."
        )
    if projection.colour_dim and not stored_card(root).descriptors:
        raise SpaceMismatch(
            f"The projection takes colours, and {root.name} stores none with its vectors."
        )


def _tuned_name(root: EmbeddingSpace) -> str:
    """`<base>+tuned1`, or the first number that is free."""
    taken = set(
        EmbeddingSpace.objects.filter(name__startswith=f"{root.name}+tuned").values_list(
            "name", flat=True
        )
    )
    number = 1
    while f"{root.name}+tuned{number}" in taken:
        number += 1
    return f"{root.name}+tuned{number}"


def _may_give_way(space: EmbeddingSpace) -> bool:
    """The only space of a shop gives way to another EMBEDDER while it is empty: there is nothing in
    it that anybody would miss. One that somebody switched to stays: that was a choice."""
    if space.name == settings.EMBEDDER or space.base_id is not None or CHOSEN in space.report:
        return False
    alone = not EmbeddingSpace.objects.exclude(pk=space.pk).exists()
    if not alone or space.embeddings.exists():
        return False
    try:
        return get_card_of_settings().name != space.name
    except SearchUnavailable:
        return False


def _first_space(card: Card) -> EmbeddingSpace:
    """Make the card's space the active one. Two processes may try at once; the first one wins."""
    try:
        with transaction.atomic():
            EmbeddingSpace.objects.active().exclude(name=card.name).update(state=State.RETIRED)
            now = timezone.now()
            space, _ = EmbeddingSpace.objects.update_or_create(
                name=card.name,
                defaults={"state": State.ACTIVE, "activated_at": now, "paused": False},
                create_defaults={
                    "state": State.ACTIVE,
                    "activated_at": now,
                    "dim": card.dim,
                    "card": plain(card),
                },
            )
    except IntegrityError:
        return EmbeddingSpace.objects.get(state=State.ACTIVE)
    return space
