"""What the counted feedback tells, day by day, beside the searches of the page it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from catalog.models import Product
from search.admin.events import DAYS, Percentile
from search.models import SearchEvent, SearchFeedback

MOST_OPENED = 10


@dataclass(frozen=True, slots=True)
class Day:
    """`shown` answers on the page, of them `by_photo`; `opened` hits; `missed`: "not what I meant".

    `median_place` is that of the opened hits, from 1; None where none was opened.
    """

    day: date
    shown: int = 0
    by_photo: int = 0
    opened: int = 0
    missed: int = 0
    median_place: float | None = None

    @property
    def opened_per_100(self) -> float | None:
        return self._per_100(self.opened)

    @property
    def missed_per_100(self) -> float | None:
        return self._per_100(self.missed)

    def _per_100(self, count: int) -> float | None:
        """None where no answer was shown: feedback may come after midnight."""
        return 100 * count / self.shown if self.shown else None


def feedback_by_day() -> list[Day]:
    """The last two weeks' days that saw searches on the page, or feedback; newest first."""
    shown = _by_day(
        SearchEvent.objects.filter(door="page"),
        shown=Count("pk"),
        by_photo=Count("pk", filter=Q(kind__startswith=SearchEvent.Kind.PHOTO)),
    )
    said = _by_day(
        SearchFeedback.objects.all(),
        opened=Count("pk", filter=Q(kind=SearchFeedback.Kind.CLICK)),
        missed=Count("pk", filter=Q(kind=SearchFeedback.Kind.MISSED)),
        median_place=Percentile(F("position"), share=0.5),
    )
    days = sorted(shown.keys() | said.keys(), reverse=True)
    return [Day(day, **shown.get(day, {}), **said.get(day, {})) for day in days]


def most_opened() -> list[Any]:
    """The products whose hits were opened most in the last two weeks, each with `opened`."""
    clicks = _recent(SearchFeedback.objects.filter(product__isnull=False))
    counted = clicks.values("product").annotate(opened=Count("pk")).order_by("-opened", "product")
    opened = {each["product"]: each["opened"] for each in counted[:MOST_OPENED]}
    products = Product.objects.in_bulk(opened)
    return [
        {"product": products[pk], "opened": count} for pk, count in opened.items() if pk in products
    ]


def _by_day(rows: QuerySet[Any], **counts: Any) -> Mapping[date, dict[str, Any]]:
    per_day = _recent(rows).annotate(day=TruncDate("created_at")).values("day")
    return {each.pop("day"): each for each in per_day.annotate(**counts)}


def _recent(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(created_at__gte=timezone.now() - timedelta(days=DAYS))
