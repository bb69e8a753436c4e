"""What shoppers made of the answers: the counted rows, and what they tell together."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from search.admin.bases import FeedbackAdminBase, ReadOnly
from search.admin.feedback_summary import feedback_by_day, most_opened
from search.models import SearchFeedback

# As the page says it; the farthest hits carry no word there.
BANDS = {
    "same": _("Same item"),
    "very_similar": _("Very similar"),
    "similar": _("Similar"),
    "weak": _("Less close"),
}


class BandFilter(admin.SimpleListFilter):
    title = _("how close")
    parameter_name = "band"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(BANDS.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SearchFeedback]
    ) -> QuerySet[SearchFeedback]:
        band = self.value()
        return queryset.filter(band=band) if band in BANDS else queryset


@admin.register(SearchFeedback)
class SearchFeedbackAdmin(ReadOnly, FeedbackAdminBase):
    list_display = ("created_at", "kind", "asked_by", "product", "position", "how_close", "space")
    list_display_links = None
    list_filter = ("kind", "asked_by", BandFilter, "created_at")
    list_select_related = ("product",)
    ordering = ("-pk",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        summary = {"days": feedback_by_day(), "most_opened": most_opened()}
        return super().changelist_view(request, {**(extra_context or {}), **summary})

    @admin.display(description=_("how close"), ordering="band")
    def how_close(self, feedback: SearchFeedback) -> str:
        return str(BANDS.get(feedback.band, feedback.band)) or "–"
