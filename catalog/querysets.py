"""The catalogue's words: every read of products is a sentence of these."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from catalog.models import Category, Product, Tag  # noqa: F401 - Product stands in a string


class ProductQuerySet(models.QuerySet["Product"]):
    def published(self) -> Self:
        """Products a customer may see."""
        return self.filter(status="active")

    def in_category(self, category: Category) -> Self:
        """Products of the category and of everything below it."""
        return self.filter(category__path__contains=[category.pk])

    def tagged(self, *tags: Tag) -> Self:
        """Products that carry every one of the tags."""
        narrowed = self
        for tag in tags:
            narrowed = narrowed.filter(tags=tag)
        return narrowed

    def priced(self, *, low: Decimal | None = None, high: Decimal | None = None) -> Self:
        """Products whose price lies in [low, high]; None leaves that end open."""
        bounds = Q()
        if low is not None:
            bounds &= Q(price__gte=low)
        if high is not None:
            bounds &= Q(price__lte=high)
        return self.filter(bounds)

    def with_relations(self) -> Self:
        """What a card or an API result shows, in a fixed number of queries."""
        return self.select_related("category").prefetch_related("tags", "images")
