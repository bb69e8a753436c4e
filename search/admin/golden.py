"""Golden queries: the pictures that staff always ask about, and what they expect to be found."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.admin.images import thumbnail
from search.admin.bases import GoldenAdminBase
from search.models import GoldenQuery


@admin.register(GoldenQuery)
class GoldenQueryAdmin(GoldenAdminBase):
    """They are pinned on the Spaces page and in a comparison; here is said what they expect."""

    list_display = ("photo", "product", "expectations", "note")
    list_display_links = ("photo", "product")
    list_select_related = ("image__product",)
    search_fields = ("image__product__sku", "image__product__title", "note")
    ordering = ("-pk",)
    fields = ("photo", "product", "expected", "note")
    readonly_fields = ("photo", "product")
    autocomplete_fields = ("expected",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[GoldenQuery]:
        return super().get_queryset(request).annotate(expected_count=Count("expected"))

    @admin.display(description=_("photo"))
    def photo(self, golden: GoldenQuery) -> SafeString | str:
        return thumbnail(golden.image)

    @admin.display(description=_("product"))
    def product(self, golden: GoldenQuery) -> str:
        return f"{golden.image.product.sku} {golden.image.product.title}"

    @admin.display(description=_("expected products"), ordering="expected_count")
    def expectations(self, golden: Any) -> int:
        count: int = golden.expected_count
        return count
