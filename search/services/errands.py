"""Long work that staff ask for on a page: written down, done by a worker, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from catalog.errors import LookalikeError
from search.models import EmbeddingSpace, Errand
from search.selectors import active_space
from search.services.bands import tend_bands
from search.services.comparing import Comparison, compare, remember
from search.services.dropping import drop_space
from search.services.filling import fill
from search.services.indexing import tend_index
from search.services.switching import switch_space
from search.services.tuning.lock import Work, only_one
from search.services.tuning.policy import is_due, may_switch
from search.services.tuning.run import tune

log = structlog.get_logger(__name__)

TASK = "search.tasks.run_errands"
# A worker that dies twice over the same errand won't survive it a third time.
ATTEMPTS = 2
TOLD_SECONDS = 1.0

Kind, State = Errand.Kind, Errand.State
Told = Callable[[str, int, int], None]


def request_errand(
    *,
    kind: Errand.Kind,
    space: EmbeddingSpace,
    against: EmbeddingSpace | None = None,
    user: User | None = None,
) -> Errand:
    """The errand, new unless the same one is open already; `ring` tells the workers."""
    with transaction.atomic():
        EmbeddingSpace.objects.select_for_update().get(pk=space.pk)
        same = Errand.objects.filter(
            kind=kind, space=space, state__in=[State.WAITING, State.RUNNING]
        )
        return same.first() or Errand.objects.create(
            kind=kind, space=space, space_name=space.name, against=against, asked_by=user
        )


def follow_policy() -> Errand | None:
    """Ask for a tuning where TUNE_POLICY wants one now; the errand, None where it doesn't."""
    root = active_space().root
    return request_errand(kind=Kind.TUNE, space=root) if is_due(root) else None


def run_errands() -> int:
    """Do what is asked, the oldest first, until nothing is left; how many were done.

    One process at a time: where another one is at it, nothing is done here.
    """
    done = 0
    while Errand.objects.filter(state__in=[State.WAITING, State.RUNNING]).exists():
        with only_one(Work.ERRANDS) as alone:
            if not alone:
                break
            while errand := _next():
                _run(errand)
                done += 1
    return done


def ring() -> bool:
    """Tell the workers that there is an errand; False when the broker can't be reached. Never
    raises; `tend_spaces` looks for errands too, so none is forgotten."""
    try:
        current_app.send_task(TASK, queue="default", retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("The queue can't be reached; errands wait until it is back", error=str(error))
        return False
    return True


def _next() -> Errand | None:
    """The errand to do now. One that is `running` was left by a worker that died: it begins again,
    ATTEMPTS times in all."""
    lost = Errand.objects.filter(state=State.RUNNING, attempts__gte=ATTEMPTS)
    lost.update(
        state=State.FAILED,
        outcome=_("The worker stopped twice while it did this. Its log may say why."),
        changed_at=timezone.now(),
    )
    open_ones = Errand.objects.filter(state__in=[State.WAITING, State.RUNNING])
    errand = open_ones.select_related("space__base", "against").order_by("pk").first()
    if errand:
        errand.state, errand.attempts = State.RUNNING, errand.attempts + 1
        _save(errand)
    return errand


def _run(errand: Errand) -> None:
    try:
        if errand.space is None:
            errand.outcome = _("The space is gone.")
        else:
            errand.outcome = _WAYS[Errand.Kind(errand.kind)](errand, errand.space, _teller(errand))
        errand.state = State.DONE
    except LookalikeError as error:
        errand.state, errand.outcome = State.FAILED, error.message
    except Exception as error:
        log.exception("An errand failed", errand=errand.pk, kind=errand.kind)
        errand.state, errand.outcome = State.FAILED, f"{type(error).__name__}: {error}"
    _save(errand)


def _tune(errand: Errand, space: EmbeddingSpace, told: Told) -> str:
    found = tune(space, told=told)
    if found.derived is None or found.comparison is None:
        return _("Nothing better was found: %(reason)s") % {"reason": found.report.reason}
    if errand.asked_by_id is None and may_switch(found.comparison):
        switch_space(found.derived)
        return _("%(space)s is searched now.") % {"space": found.derived.name}
    return _("%(space)s is ready: it finds %(gain).1f points more.") % {
        "space": found.derived.name,
        "gain": found.report.gain,
    }


def _fill(_errand: Errand, space: EmbeddingSpace, told: Told) -> str:
    count = fill(space, lambda done, total: told(_("Filling"), done, total))
    if space.base_id is not None:
        told(_("Building the index"), 0, 0)
        tend_index(space=space)
        tend_bands(space)
    waiting = ngettext(
        "%(count)d picture waits to be embedded; what was embedded already is in the space.",
        "%(count)d pictures wait to be embedded; what was embedded already is in the space.",
        count,
    )
    return waiting % {"count": count} if count else _("Everything there is is in the space.")


def _compare(errand: Errand, space: EmbeddingSpace, told: Told) -> str:
    comparison = compare(
        before=errand.against or active_space(),
        after=space,
        told=lambda done, total: told(_("Asking the golden queries"), done, total),
    )
    remember(comparison=comparison, space=space)
    return summary(comparison)


def _drop(_errand: Errand, space: EmbeddingSpace, told: Told) -> str:
    drop_space(space, lambda done, total: told(_("Deleting vectors"), done, total))
    return _("Dropped with its vectors and its index.")


_WAYS: dict[Errand.Kind, Callable[[Errand, EmbeddingSpace, Told], str]] = {
    Kind.TUNE: _tune,
    Kind.FILL: _fill,
    Kind.COMPARE: _compare,
    Kind.DROP: _drop,
}


def summary(comparison: Comparison) -> str:
    return _("Of the first ten, %(overlap)d %% are the same as in %(before)s.") % {
        "overlap": round(100 * comparison.overlap),
        "before": comparison.before,
    }


def _teller(errand: Errand) -> Told:
    """Writes down how far the errand is, once a second and at each new step."""
    last = [0.0]

    def told(step: str, done: int, total: int) -> None:
        if step == errand.step and time.monotonic() - last[0] < TOLD_SECONDS:
            return
        last[0] = time.monotonic()
        errand.step, errand.done, errand.total = step, done, total
        _save(errand)

    return told


def _save(errand: Errand) -> None:
    """Only what changes while it runs: the space may be dropped meanwhile."""
    errand.changed_at = timezone.now()
    errand.save(
        update_fields=["state", "attempts", "step", "done", "total", "outcome", "changed_at"]
    )
