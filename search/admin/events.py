"""Searches as numbers: a day's count, how many found nothing, how long they took."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Aggregate, Count, F, FloatField, Q
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from search.admin.bases import EventAdminBase, ReadOnly
from search.models import SearchEvent

DAYS = 14


class Percentile(Aggregate):
    """The value that this `share` of the rows does not exceed, interpolated."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def daily_summary() -> list[Any]:
    """The last days that saw searches, newest first: `day`, `searches`, `by_photo`, `nothing`
    (without any result) and `p95_ms`."""
    since = timezone.now() - timedelta(days=DAYS)
    recent = SearchEvent.objects.filter(created_at__gte=since)
    per_day = recent.annotate(day=TruncDate("created_at")).values("day")
    counted = per_day.annotate(
        searches=Count("pk"),
        by_photo=Count("pk", filter=Q(kind__startswith=SearchEvent.Kind.PHOTO)),
        nothing=Count("pk", filter=Q(results=0)),
        p95_ms=Percentile(F("took_ms"), share=0.95),
    )
    return list(counted.order_by("-day"))


@admin.register(SearchEvent)
class SearchEventAdmin(ReadOnly, EventAdminBase):
    list_display = ("created_at", "kind", "door", "plan", "results", "distance", "took")
    list_display_links = None
    list_filter = ("kind", "door", "plan")
    ordering = ("-pk",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "days": daily_summary()}
        return super().changelist_view(request, context)

    @admin.display(description=_("best distance"), ordering="best_distance")
    def distance(self, event: SearchEvent) -> str:
        return "–" if event.best_distance is None else f"{event.best_distance:.3f}"

    @admin.display(description=_("took"), ordering="took_ms")
    def took(self, event: SearchEvent) -> str:
        return gettext("%(count)s ms") % {"count": f"{event.took_ms:.0f}"}
