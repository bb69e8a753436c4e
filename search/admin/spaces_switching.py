"""Switching to another space: what is read before, and what is checked when it is meant."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from search.engine.index import find_index, needs_index
from search.models import EmbeddingSpace
from search.services.filling import failed_in, filling
from search.services.switching import switch_space

# The button that says so has this name.
WITHOUT_FAILED = "without_failed"


def switch(request: HttpRequest, space: EmbeddingSpace) -> str:
    """Search in the space from now on; what the person is told. Raises SpaceRefused."""
    before = switch_space(space, without_failed=WITHOUT_FAILED in request.POST)
    if before == space:
        return _("%(space)s is searched already.") % {"space": space.name}
    return _("%(space)s is searched now. You can go back to %(before)s for a day.") % {
        "space": space.name,
        "before": before.name,
    }


def hindrances(space: EmbeddingSpace, active: EmbeddingSpace | None) -> dict[str, Any]:
    """What stands against the switch, as far as the jobs tell; the switch itself looks at every
    picture, which takes a large shop's database a while. Those that wait in both are no loss."""
    left = filling(space).left - (filling(active).left if active else 0)
    return {
        "waits": max(0, left),
        "failed": failed_in(space),
        "without_failed": WITHOUT_FAILED,
        "unindexed": needs_index(space) and not find_index(space.pk).valid,
    }
