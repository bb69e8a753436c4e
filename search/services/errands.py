"""Long work that staff ask for on a page: written down, done by a worker, one after the other."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from catalog.errors import LookalikeError
from search.errors import SearchUnavailable, SpaceRefused
from search.models import EmbeddingSpace, Errand
from search.selectors import active_space
from search.services.errand_work import WAYS, Told
from search.services.filling import resume
from search.services.tuning.lock import Work, only_one
from search.services.tuning.policy import is_due

log = structlog.get_logger(__name__)

TASK = "search.tasks.run_errands"
# A worker that dies twice over the same errand won't survive it a third time ...
ATTEMPTS = 2
# ... but for these, which go on where they were: only deaths without any headway between count.
RESUMED = (Errand.Kind.FILL, Errand.Kind.DROP)
# How long the policy leaves a tuning alone that has failed.
PATIENCE = timedelta(days=1)
TOLD_SECONDS = 1.0

Kind, State = Errand.Kind, Errand.State


def request_errand(
    *,
    kind: Errand.Kind,
    space: EmbeddingSpace,
    user: User | None = None,
    by_policy: bool = False,
) -> Errand:
    """The errand, new unless the same one is open already; `ring` tells the workers. A space that
    is to be filled goes on at once. Raises SpaceRefused where the space was dropped meanwhile."""
    if kind == Kind.FILL:
        resume(space)
    with transaction.atomic():
        # Of two who ask at once the second finds the first one's errand.
        if not EmbeddingSpace.objects.select_for_update(no_key=True).filter(pk=space.pk).first():
            raise SpaceRefused(_("%(space)s was dropped meanwhile.") % {"space": space.name})
        same = Errand.objects.filter(
            kind=kind, space=space, state__in=[State.WAITING, State.RUNNING]
        )
        return same.first() or Errand.objects.create(
            kind=kind, space=space, space_name=space.name, asked_by=user, by_policy=by_policy
        )


def follow_policy() -> Errand | None:
    """Ask for a tuning where TUNE_POLICY wants one now; the errand, None where it doesn't.

    What has failed is not tried again by itself for a day: it may have killed its worker.
    """
    root = active_space().root
    if not is_due(root) or _failed_lately(root):
        return None
    return request_errand(kind=Kind.TUNE, space=root, by_policy=True)


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


def _failed_lately(root: EmbeddingSpace) -> bool:
    failed = Errand.objects.filter(kind=Kind.TUNE, space=root, state=State.FAILED)
    return failed.filter(changed_at__gt=timezone.now() - PATIENCE).exists()


def _next() -> Errand | None:
    """The errand to do now. One that is `running` was left by a worker that died: it begins again,
    unless it has used up its ATTEMPTS."""
    lost = Errand.objects.filter(state=State.RUNNING, attempts__gte=ATTEMPTS)
    lost.update(
        state=State.FAILED,
        outcome=_("The worker stopped twice while it did this. Its log may say why."),
        changed_at=timezone.now(),
    )
    open_ones = Errand.objects.filter(state__in=[State.WAITING, State.RUNNING])
    errand = open_ones.select_related("space__base").order_by("pk").first()
    if errand:
        errand.state, errand.attempts = State.RUNNING, errand.attempts + 1
        _save(errand)
    return errand


def _run(errand: Errand) -> None:
    try:
        if errand.space is None:
            errand.outcome = _("The space is gone.")
        else:
            errand.outcome = WAYS[Errand.Kind(errand.kind)](errand, errand.space, _teller(errand))
        errand.state = State.DONE
    except SearchUnavailable as error:
        # Its own words are for customers.
        errand.state, errand.outcome = State.FAILED, str(error.__cause__ or error)
    except LookalikeError as error:
        errand.state, errand.outcome = State.FAILED, error.message
    except Exception as error:
        log.exception("An errand failed", errand=errand.pk, kind=errand.kind)
        errand.state, errand.outcome = State.FAILED, f"{type(error).__name__}: {error}"
    _save(errand)


def _teller(errand: Errand) -> Told:
    """Writes down how far the errand is, once a second and at each new step."""
    last = [0.0]

    def told(step: str, done: int, total: int) -> None:
        if step == errand.step and time.monotonic() - last[0] < TOLD_SECONDS:
            return
        last[0] = time.monotonic()
        errand.step, errand.done, errand.total = step, done, total
        if done and errand.kind in RESUMED:
            errand.attempts = 0
        _save(errand)

    return told


def _save(errand: Errand) -> None:
    """Only what changes while it runs: the space may be dropped meanwhile."""
    errand.changed_at = timezone.now()
    errand.save(
        update_fields=["state", "attempts", "step", "done", "total", "outcome", "changed_at"]
    )
