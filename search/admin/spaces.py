"""Embedding spaces, to look at: `manage.py space` changes them."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from search.admin.bases import ReadOnly, SpaceAdminBase
from search.models import EmbeddingJob, EmbeddingSpace


@admin.register(EmbeddingSpace)
class EmbeddingSpaceAdmin(ReadOnly, SpaceAdminBase):
    list_display = ("name", "dim", "state", "ready", "pending", "failed", "created_at")
    fields = ("name", "dim", "state", "created_at", "readable_card")
    readonly_fields = fields
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[EmbeddingSpace]:
        counts = {
            f"{state}_jobs": Count("jobs", filter=Q(jobs__state=state))
            for state in EmbeddingJob.State.values
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("ready"))
    def ready(self, space: Any) -> int:
        count: int = space.ready_jobs
        return count

    @admin.display(description=_("pending"))
    def pending(self, space: Any) -> int:
        count: int = space.pending_jobs
        return count

    @admin.display(description=_("failed"))
    def failed(self, space: Any) -> int:
        count: int = space.failed_jobs
        return count

    @admin.display(description=_("card"))
    def readable_card(self, space: EmbeddingSpace) -> SafeString:
        return format_html('<pre class="card">{}</pre>', json.dumps(space.card, indent=2))
