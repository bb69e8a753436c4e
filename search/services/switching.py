"""Which space is searched: changed in one transaction, and changed back."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from search.engine.index import find_index, needs_index
from search.errors import SpaceRefused
from search.models import EmbeddingSpace
from search.services.filling import failed_in, lacking
from search.services.spaces import CHOSEN, State

LOOK = "`manage.py space list` shows how it is now."
FORCED = "with --force it is searched as it is."


def switch_space(
    space: EmbeddingSpace,
    *,
    force: bool = False,
    without_failed: bool = False,
    instead_of: EmbeddingSpace | None = None,
) -> EmbeddingSpace:
    """Search in the space from now on; returns the space that was searched until now, or the space
    itself where it was active already.

    No search fails or mixes spaces: those under way, and stored queries, go on in the space that
    they began in, which follows the catalogue for SPACE_ROLLBACK. Raises SpaceRefused, with nothing
    changed, while the space lacks pictures or its index (unless `force`; `without_failed` does
    without those that failed in it), where it follows the catalogue no longer, and where another
    switch came first: since now, or since `instead_of` was the one that is searched.
    """
    before = instead_of or EmbeddingSpace.objects.active().first()
    if not force:
        _check_whole(space, without_failed=without_failed)
        _check_indexed(space)
    return _exchange(space, before)


def roll_back(to: EmbeddingSpace | None = None) -> EmbeddingSpace:
    """Search again in the space that was left last; returns it. It kept following the catalogue, so
    that nothing has to be filled.

    Who was shown that space names it by `to`: asked twice, that changes nothing more, where the
    space left last has become another one. Raises SpaceRefused then, and where none was left within
    SPACE_ROLLBACK.
    """
    before = EmbeddingSpace.objects.active().first()
    if to is not None and to == before:
        return before
    left = EmbeddingSpace.objects.following().filter(state=State.RETIRED)
    space = left.order_by("-retired_at").first()
    if space is None:
        hours = settings.SPACE_ROLLBACK.total_seconds() / 3600
        told = _(
            "No space was left within the last %(hours)s hours, so none is up to date. Fill an "
            "older one, then switch to it."
        )
        raise SpaceRefused(
            told % {"hours": f"{hours:.0f}"},
            typed="`manage.py space fill NAME`, then `space switch NAME`.",
        )
    if to is not None and space != to:
        told = _("%(last)s was left last meanwhile, not %(space)s: nothing was changed.")
        raise SpaceRefused(told % {"last": space.name, "space": to.name}, typed=LOOK)
    _exchange(space, before)
    return space


def _check_whole(space: EmbeddingSpace, *, without_failed: bool) -> None:
    if not (missing := lacking(space)):
        return
    failed = failed_in(space)
    if missing > failed:
        told = _(
            "%(space)s lacks %(count)s of the pictures that customers find now. Fill it first."
        )
        raise SpaceRefused(
            told % {"space": space.name, "count": f"{missing - failed:,}"},
            typed=f"`manage.py space fill {space.name} --wait` does; {FORCED}",
        )
    if not without_failed:
        told = _(
            "%(count)s of the pictures that customers find now failed in %(space)s and would not "
            "be found. Fill it to try them again, or switch without them."
        )
        raise SpaceRefused(
            told % {"space": space.name, "count": f"{failed:,}"},
            typed=f"`manage.py space fill {space.name} --wait`, or --without-failed.",
        )


def _check_indexed(space: EmbeddingSpace) -> None:
    if needs_index(space) and not find_index(space.pk).valid:
        told = _(
            "%(space)s has no index yet: every search would compare all its vectors. It is built "
            "as soon as the space is filled."
        )
        raise SpaceRefused(
            told % {"space": space.name},
            typed=f"`manage.py index build --space {space.name}` builds it alone; {FORCED}",
        )


def _exchange(space: EmbeddingSpace, before: EmbeddingSpace | None) -> EmbeddingSpace:
    """Of two at once the second waits here for the first, and sees that it came second."""
    with transaction.atomic():
        # Not FOR UPDATE: that would wait for every vector and query that is just being written.
        locked = EmbeddingSpace.objects.select_for_update(no_key=True).order_by("pk")
        spaces = {each.pk: each for each in locked}
        active = next((each for each in spaces.values() if each.state == State.ACTIVE), None)
        if space.pk not in spaces:
            raise SpaceRefused(_("%(space)s was dropped meanwhile.") % {"space": space.name})
        if active is not None and active.pk == space.pk:
            return active
        if not spaces[space.pk].follows:
            # Also one that is just being dropped: its vectors go while it lacks none yet.
            told = _("%(space)s was left, and new pictures don't go to it any more. Fill it first.")
            raise SpaceRefused(
                told % {"space": space.name},
                typed=f"`manage.py space fill {space.name} --wait` does.",
            )
        if active != before:
            told = _("Somebody else has just switched to %(space)s: nothing was changed.")
            raise SpaceRefused(told % {"space": active and active.name}, typed=LOOK)
        now = timezone.now()
        if active is not None:
            EmbeddingSpace.objects.filter(pk=active.pk).update(state=State.RETIRED, retired_at=now)
        EmbeddingSpace.objects.filter(pk=space.pk).update(
            state=State.ACTIVE,
            activated_at=now,
            retired_at=None,
            report={**spaces[space.pk].report, CHOSEN: True},
        )
        # What waits in a space that is searched is embedded, also where nobody asked to fill it.
        EmbeddingSpace.objects.filter(pk=space.root_id).update(paused=False)
    space.refresh_from_db()
    return active or space
