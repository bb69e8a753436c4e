"""What the product list can be narrowed by: a branch of the category tree, tags by facet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product, Tag

# A longer side column hides more than it offers; the search field reaches the rest.
VALUES_PER_FACET = 40
FACETS = 8


class CategoryFilter(admin.SimpleListFilter):
    """The way from the root to the chosen category, and the categories right below it.

    Its length follows the depth of the tree and one level's width, not the size of the tree.
    """

    title = _("category")
    parameter_name = "category"

    @cached_property
    def chosen(self) -> Category | None:
        value = self.value() or ""
        return Category.objects.filter(pk=value).first() if value.isdecimal() else None

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        path = self.chosen.path if self.chosen else []
        ways = list(Category.objects.filter(pk__in=path).order_by("path"))
        below = list(Category.objects.filter(parent=self.chosen))
        steps = [
            *((node, depth) for depth, node in enumerate(ways)),
            *((b, len(ways)) for b in below),
        ]
        return [(str(node.pk), "\u2003" * depth + node.name) for node, depth in steps]

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        if self.chosen is None:
            return queryset.none()
        return queryset.filter(category__path__contains=[self.chosen.pk])


class FacetFilter(admin.SimpleListFilter):
    """One facet's values. Several of these narrow the list one after the other."""

    tags: list[Tag] = []

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [(str(tag.pk), tag.value) for tag in self.tags]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(tags=int(value)) if value.isdecimal() else queryset.none()


def facet_filters() -> Iterator[type[FacetFilter]]:
    """A filter class for each facet, bare tags under "tag"; one query for all of them."""
    rank = Window(RowNumber(), partition_by="facet", order_by="value")
    tags = Tag.objects.annotate(rank=rank).filter(rank__lte=VALUES_PER_FACET)
    grouped = groupby(tags.order_by("facet", "value"), key=lambda tag: tag.facet)
    for facet, values in islice(grouped, FACETS):
        names = {
            "title": facet or _("tag"),
            "parameter_name": f"facet:{facet}",
            "tags": list(values),
        }
        yield type("FacetFilter", (FacetFilter,), names)


class ProductChangeList(ChangeList):
    """The page's products with their category and images, in a fixed number of queries."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Product]:
        rows: QuerySet[Product] = super().get_queryset(*args, **kwargs)
        return rows.select_related("category").prefetch_related("images").defer("description")
