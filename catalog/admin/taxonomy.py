"""Categories as a tree, and tags."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.admin.bases import CategoryAdminBase, TagAdminBase
from catalog.models import Category, Product, Tag

# Deeper levels share the last step; the style sheet has one rule for each.
DEEPEST_STEP = 6


class CountingChangeList(ChangeList):
    """Counts the products of the page's rows alone. The autocomplete fields share the admin's
    queryset, so it isn't annotated there: they would count at every key."""

    link = ""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(*args, **kwargs)
        theirs = Product.objects.filter(**{self.link: OuterRef("pk")}).order_by()
        counted = theirs.values(self.link).annotate(number=Count("pk")).values("number")
        with_count: QuerySet[Any] = rows.annotate(own_products=Coalesce(Subquery(counted), 0))
        return with_count


class CategoryChangeList(CountingChangeList):
    link = "category"


class TagChangeList(CountingChangeList):
    link = "tags"


@admin.register(Category)
class CategoryAdmin(CategoryAdminBase):
    list_display = ("branch", "slug", "product_count")
    list_display_links = ("branch",)
    search_fields = ("name",)
    # Paths of ids, compared element by element, put every node right below its parent.
    ordering = ("path",)
    autocomplete_fields = ("parent",)
    fields = ("name", "parent", "slug")
    list_per_page = 200

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CategoryChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Category], search_term: str
    ) -> tuple[QuerySet[Category], bool]:
        """Alphabetically while someone types into an autocomplete field."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        return (found.order_by("name", "pk") if search_term else found), duplicates

    @admin.display(description=_("category"))
    def branch(self, category: Category) -> SafeString:
        step = min(len(category.path) - 1, DEEPEST_STEP)
        return format_html('<span class="branch branch-{}">{}</span>', step, category.name)

    @admin.display(description=_("products"))
    def product_count(self, category: Any) -> int:
        count: int = category.own_products
        return count


@admin.register(Tag)
class TagAdmin(TagAdminBase):
    list_display = ("name", "facet", "value", "product_count")
    list_filter = ("facet",)
    search_fields = ("facet", "value")
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TagChangeList

    @admin.display(description=_("products"))
    def product_count(self, tag: Any) -> int:
        count: int = tag.own_products
        return count
