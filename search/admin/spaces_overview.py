"""The spaces as a shop's owner sees them: what is searched, what is being made ready, how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, QuerySet, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.engine.index import find_index, needs_index
from search.engine.index.memory import MB
from search.models import EmbeddingJob, EmbeddingSpace, Errand, ImageEmbedding
from search.services.comparing import Comparison, remembered
from search.services.filling import Filling, filling
from search.services.space_status import bytes_of
from search.services.tuning.outcome import tuning_report
from search.tuning.types import TuningReport

State = EmbeddingSpace.State

# How fast a space is filled is counted over the last minute.
LATELY = timedelta(minutes=1)
ERRANDS_SHOWN = 6

WORDS = {
    State.ACTIVE: gettext_lazy("Searched"),
    State.BUILDING: gettext_lazy("Being made ready"),
    State.RETIRED: gettext_lazy("Left"),
}
BADGES = {State.ACTIVE: "ready", State.BUILDING: "stale", State.RETIRED: "pending"}


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """One space with what the page tells of it.

    `rate` is pictures a second over the last minute, 0 while nothing moves and for derived spaces;
    `megabytes` what its vectors and its index take; `indexed` whether it has the index that it
    needs; `left_last` says that going back leads to it. `errand` is what fills a derived space just
    now.
    """

    space: EmbeddingSpace
    filling: Filling
    rate: float
    megabytes: float
    comparison: Comparison | None
    report: TuningReport | None
    indexed: bool = True
    left_last: bool = False
    errand: Errand | None = None

    @property
    def state(self) -> str:
        if self.space.state == State.BUILDING and self.is_whole:
            return self._ready
        if self.space.root.paused:
            return _("Paused")
        return str(WORDS[State(self.space.state)])

    @property
    def _ready(self) -> str:
        if not self.indexed:
            return _("Its index is being built")
        return _("Ready but for what failed") if self.filling.failed else _("Ready")

    @property
    def badge(self) -> str:
        return BADGES[State(self.space.state)]

    @property
    def is_filling(self) -> bool:
        return self.space.follows and self.filling.left > 0 and not self.space.root.paused

    @property
    def is_whole(self) -> bool:
        """Whether nothing is still to come."""
        return self.filling.total > 0 and self.filling.left == 0

    @property
    def is_ready(self) -> bool:
        """Whether filling it could do nothing more."""
        return self.is_whole and self.indexed and not self.filling.failed

    @property
    def seconds_left(self) -> float | None:
        return self.filling.left / self.rate if self.rate and self.filling.left else None

    @property
    def overlap_percent(self) -> int:
        return round(100 * self.comparison.overlap) if self.comparison else 0

    @property
    def can_be_searched(self) -> bool:
        """Whether it may be switched to, as far as the page can tell; the switch itself checks."""
        may = self.space.state != State.ACTIVE and self.space.follows
        return may and self.indexed and self.filling.ready > 0

    @property
    def can_be_paused(self) -> bool:
        """Whether pausing makes sense; what else stands against it is told by the service."""
        return self.is_filling and self.space.state == State.BUILDING and not self.space.base_id

    @property
    def can_be_dropped(self) -> bool:
        return self.space.state != State.ACTIVE and not self.space.derived.all()


def overview() -> list[SpaceRow]:
    """Every space: the one that is searched, those being made ready, those that were left."""
    place = Case(When(state=State.ACTIVE, then=0), When(state=State.BUILDING, then=1), default=2)
    spaces = EmbeddingSpace.objects.select_related("base").prefetch_related("derived")
    left = EmbeddingSpace.objects.following().filter(state=State.RETIRED)
    last = left.order_by("-retired_at").values_list("pk", flat=True).first()
    return [_row(space, left_last=space.pk == last) for space in spaces.order_by(place, "-pk")]


def recent_errands() -> QuerySet[Errand]:
    """What was asked for lately, the newest first."""
    return Errand.objects.select_related("asked_by").order_by("-pk")[:ERRANDS_SHOWN]


def _row(space: EmbeddingSpace, *, left_last: bool) -> SpaceRow:
    now, vectors = filling(space), ImageEmbedding.objects.filter(space=space).count()
    jobs = 0 if space.base_id else now.ready + now.pending + now.failed
    return SpaceRow(
        space=space,
        filling=now,
        rate=0.0 if space.base_id else _rate(space),
        megabytes=bytes_of(space, vectors=vectors, jobs=jobs) / MB,
        comparison=remembered(space),
        report=tuning_report(space),
        indexed=find_index(space.pk).valid or not needs_index(space),
        left_last=left_last,
        errand=_deriving(space) if space.base_id else None,
    )


def _deriving(space: EmbeddingSpace) -> Errand | None:
    """The rows of a derived space come with its base's jobs, and all at once while an errand makes
    them: so no rate can be told from jobs."""
    return Errand.objects.filter(
        kind=Errand.Kind.FILL, space=space, state=Errand.State.RUNNING, total__gt=0
    ).first()


def _rate(space: EmbeddingSpace) -> float:
    lately = EmbeddingJob.objects.filter(
        space=space.root_id, state=EmbeddingJob.State.READY, changed_at__gt=Now() - LATELY
    )
    return lately.count() / LATELY.total_seconds()
