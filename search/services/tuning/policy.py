"""When the shop learns again by itself, and when what it learned may be searched unasked.

TUNE_POLICY is `off`, `offer` or `auto`. With both of the latter the catalogue is learned from once
it holds TUNE_PHOTOS photos, and again whenever TUNE_SHARE per cent of them (and TUNE_PHOTOS at
least) are new, replaced or gone since; never while pictures wait for their vectors. `offer` makes
the tuned space ready and says so in the admin. `auto` also switches to it, where it loses none of
the products that staff expect of a golden query, and the first ten of all golden queries have
TUNE_OVERLAP per cent in common with what was found before; else, and where somebody has switched
meanwhile, it stays an offer. Having switched, it drops the tuned spaces of the same base that were
left more than SPACE_ROLLBACK ago.

A tuning that failed isn't begun again by itself for a day (search/services/errands.py).
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.conf import settings
from django.db.models import Q

from search.errors import SpaceRefused
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.selectors import active_space
from search.services.comparing import Comparison
from search.services.switching import switch_space
from search.services.tuning.outcome import TuningOutcome, last_tuning
from search.services.tuning.run import drop_outdated

log = structlog.get_logger(__name__)

OFF, OFFER, AUTO = "off", "offer", "auto"


def is_due(root: EmbeddingSpace) -> bool:
    """Whether the policy wants the base space to be learned from now."""
    if settings.TUNE_POLICY == OFF or _waits(root):
        return False
    photos = ImageEmbedding.objects.filter(space=root, published=True).count()
    last = last_tuning(root)
    if last is None:
        return photos >= int(settings.TUNE_PHOTOS)
    enough: float = max(settings.TUNE_PHOTOS, last.photos * settings.TUNE_SHARE / 100)
    return _changed(root, photos=photos, since=last.at, before=last.photos) >= enough


def may_switch(comparison: Comparison) -> bool:
    """Whether `auto` may switch to what was compared."""
    return (
        settings.TUNE_POLICY == AUTO
        and not comparison.expectations.lost
        and 100 * comparison.overlap >= settings.TUNE_OVERLAP
    )


def take_up(found: TuningOutcome) -> bool:
    """Switch to what was found, where `auto` may: whether it did.

    Only in place of the space that it was compared with, and of the same base: whoever has switched
    to another one meanwhile has chosen that.
    """
    if found.derived is None or found.comparison is None or not may_switch(found.comparison):
        return False
    active = active_space()
    if active.root != found.space or active.name != found.comparison.before:
        return False
    try:
        switch_space(found.derived, instead_of=active)
    except SpaceRefused as error:
        log.warning("A tuned space stays an offer", space=found.derived.name, reason=error.message)
        return False
    drop_outdated(found.space)
    return True


def _waits(root: EmbeddingSpace) -> bool:
    return EmbeddingJob.objects.filter(space=root, state=EmbeddingJob.State.PENDING).exists()


def _changed(root: EmbeddingSpace, *, photos: int, since: str, before: int) -> int:
    """Photos that came or were replaced since, or that went: whichever is more."""
    embedded = Q(state=EmbeddingJob.State.READY, changed_at__gt=datetime.fromisoformat(since))
    return max(EmbeddingJob.objects.filter(embedded, space=root).count(), abs(photos - before))
