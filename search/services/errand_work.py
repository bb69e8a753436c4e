"""What is done for each kind of errand, and what its asker is told in the end."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.embedder import loaded_embedder_of
from search.models import EmbeddingSpace, Errand
from search.selectors import active_space
from search.services.bands import tend_bands
from search.services.comparing import Comparison, compare, remember
from search.services.dropping import drop_space
from search.services.filling import fill
from search.services.indexing import tend_index
from search.services.tuning.advice import verdict
from search.services.tuning.policy import take_up
from search.services.tuning.run import tune

# Hears the step, how much of it is done, of how much.
Told = Callable[[str, int, int], None]


def _tune(errand: Errand, space: EmbeddingSpace, told: Told) -> str:
    found = tune(space, told=told)
    if found.derived is None or found.comparison is None:
        return verdict(found.report)
    if errand.by_policy and take_up(found):
        return _("%(space)s is searched now.") % {"space": found.derived.name}
    ready = _("%(space)s is ready: it marks %(gain).1f points of 100 more than %(base)s.")
    return ready % {
        "space": found.derived.name,
        "gain": found.report.gain,
        "base": found.space.name,
    }


def _fill(_errand: Errand, space: EmbeddingSpace, told: Told) -> str:
    """Ends with the index, where all is in the space by then: else the sweep builds it."""
    if space.root.paused:
        return _("It was paused before the worker came to it.")
    count = fill(space, lambda done, total: told(_("Filling"), done, total))
    if space.base_id is None:
        # What can't be had is told here: the worker that embeds tells it to its log alone.
        told(_("Loading the network"), 0, 0)
        loaded_embedder_of(space)
    told(_("Building the index"), 0, 0)
    tend_index(space=space)
    tend_bands(space)
    waiting = ngettext(
        "%(count)d picture was queued; what was embedded already is in the space.",
        "%(count)d pictures were queued; what was embedded already is in the space.",
        count,
    )
    return waiting % {"count": count} if count else _("Everything there is is in the space.")


def _compare(_errand: Errand, space: EmbeddingSpace, told: Told) -> str:
    comparison = compare(
        before=active_space(),
        after=space,
        told=lambda done, total: told(_("Asking the golden queries"), done, total),
    )
    remember(comparison=comparison, space=space)
    return summary(comparison)


def _drop(_errand: Errand, space: EmbeddingSpace, told: Told) -> str:
    drop_space(space, lambda done, total: told(_("Deleting vectors"), done, total))
    return _("Dropped with its vectors and its index.")


def summary(comparison: Comparison) -> str:
    return _("Of the first ten, %(overlap)d %% are the same as in %(before)s.") % {
        "overlap": round(100 * comparison.overlap),
        "before": comparison.before,
    }


WAYS: dict[Errand.Kind, Callable[[Errand, EmbeddingSpace, Told], str]] = {
    Errand.Kind.TUNE: _tune,
    Errand.Kind.FILL: _fill,
    Errand.Kind.COMPARE: _compare,
    Errand.Kind.DROP: _drop,
}
