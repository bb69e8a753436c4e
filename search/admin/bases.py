"""What the lists of this room share: read-only, typed by their model, quick when long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest

from catalog.admin.paging import BoundedCountPaginator

# Django's admin classes are generic for the type checker alone; at run time they take no brackets.
if TYPE_CHECKING:
    from search.models import (
        ApiKey,
        EmbeddingJob,
        EmbeddingSpace,
        GoldenQuery,
        SearchEvent,
        SearchFeedback,
        Webhook,
        WebhookDelivery,
    )

    JobAdminBase = admin.ModelAdmin[EmbeddingJob]
    SpaceAdminBase = admin.ModelAdmin[EmbeddingSpace]
    EventAdminBase = admin.ModelAdmin[SearchEvent]
    GoldenAdminBase = admin.ModelAdmin[GoldenQuery]
    FeedbackAdminBase = admin.ModelAdmin[SearchFeedback]
    KeyAdminBase = admin.ModelAdmin[ApiKey]
    KeyFormBase = forms.ModelForm[ApiKey]
    WebhookAdminBase = admin.ModelAdmin[Webhook]
    DeliveryAdminBase = admin.ModelAdmin[WebhookDelivery]
    WebhookFormBase = forms.ModelForm[Webhook]
else:
    JobAdminBase = SpaceAdminBase = EventAdminBase = GoldenAdminBase = admin.ModelAdmin
    FeedbackAdminBase = KeyAdminBase = admin.ModelAdmin
    WebhookAdminBase = DeliveryAdminBase = admin.ModelAdmin
    KeyFormBase = WebhookFormBase = forms.ModelForm


class ReadOnly:
    """Rows that nobody adds, edits or deletes by hand, in a list that may be very long."""

    list_per_page = 50
    paginator: ClassVar[type[Paginator[Any]]] = BoundedCountPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
