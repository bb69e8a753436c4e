"""What came of a tuning, and what is remembered of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from search.errors import SpaceRefused
from search.models import EmbeddingSpace
from search.services.comparing import Comparison
from search.tuning.types import Step, TuningReport


@dataclass(frozen=True, slots=True)
class TuningOutcome:
    """`space` is the one whose vectors were learned from, `derived` the new one that is ready to be
    switched to: None where the gate refused it, or nothing was to be made.

    `comparison` is of the active space with it. `sampled` photos were augmented; `unreadable` more
    could not be opened.
    """

    space: EmbeddingSpace
    report: TuningReport
    sampled: int
    unreadable: int
    derived: EmbeddingSpace | None = None
    comparison: Comparison | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "space": self.space.name,
            "report": self.report.as_json(),
            "sampled": self.sampled,
            "unreadable": self.unreadable,
            "derived": self.derived.name if self.derived else None,
            "comparison": self.comparison.as_json() if self.comparison else None,
        }


@dataclass(frozen=True, slots=True)
class LastTuning:
    """When learning from a space last began, how many photos it had, and what was found."""

    at: str
    photos: int
    report: TuningReport


def note_tuning(space: EmbeddingSpace, *, report: TuningReport, photos: int, at: datetime) -> None:
    """Remember with a base space that it was learned from, also where nothing came of it: the
    policy waits until there is more to learn than there was `at` that time. Raises SpaceRefused
    where the space was dropped meanwhile."""
    last = LastTuning(at.isoformat(), photos, report)
    with transaction.atomic():
        held = EmbeddingSpace.objects.select_for_update(no_key=True).filter(pk=space.pk).first()
        if held is None:
            told = _("%(space)s was dropped meanwhile: nothing was learned from it.")
            raise SpaceRefused(told % {"space": space.name})
        held.report = {**held.report, "last_tuning": asdict(last)}
        held.save(update_fields=["report"])


def last_tuning(space: EmbeddingSpace) -> LastTuning | None:
    """What was remembered of a base space; None where nobody ever learned from it."""
    kept = space.report.get("last_tuning")
    if not kept:
        return None
    return LastTuning(kept["at"], kept["photos"], _report(kept["report"]))


def tuning_report(space: EmbeddingSpace) -> TuningReport | None:
    """The report of the fit that a derived space was made by; None for any other space."""
    kept = space.report.get("tuning")
    return _report(kept) if kept else None


def _report(values: dict[str, Any]) -> TuningReport:
    probes = {name: tuple(pair) for name, pair in values.get("probes", {}).items()}
    steps = tuple(Step(**step) for step in values.get("steps", ()))
    return TuningReport(**{**values, "probes": probes, "steps": steps})
