"""What shoppers made of the answers: the counted rows, and what they tell together."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from search.admin.bases import FeedbackAdminBase, ReadOnly
from search.admin.feedback_summary import feedback_by_day, most_opened
from search.models import SearchFeedback


@admin.register(SearchFeedback)
class SearchFeedbackAdmin(ReadOnly, FeedbackAdminBase):
    list_display = ("created_at", "kind", "asked_by", "product", "position", "band", "space")
    list_display_links = None
    list_filter = ("kind", "asked_by", "band", "created_at")
    list_select_related = ("product",)
    ordering = ("-pk",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        summary = {"days": feedback_by_day(), "most_opened": most_opened()}
        return super().changelist_view(request, {**(extra_context or {}), **summary})
