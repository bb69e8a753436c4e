"""What a manifest says of a product beside its pictures, as the catalogue keeps it."""

from __future__ import annotations

from catalog.models import Category, Product, Tag
from search.evaluation.manifest import Row

# What the catalogue's columns hold.
NAME_LENGTH, FACET_LENGTH, VALUE_LENGTH = 120, 60, 80


def label(product: Product, row: Row) -> None:
    """Give the product the row's category (`A/B` lies below `A`) and tags (semicolons)."""
    product.category = _category(row["category"])
    product.save()
    product.tags.set(
        [_tag(name.strip()) for name in row.get("tags", "").split(";") if name.strip()]
    )


def _category(path: str) -> Category | None:
    """The node at the end of the path; None for an empty one. The shop's own nodes may be met: what
    becomes of them is rolled back."""
    node = None
    for name in filter(None, map(str.strip, path.split("/"))):
        node, _ = Category.objects.get_or_create(name=name[:NAME_LENGTH], parent=node)
    return node


def _tag(name: str) -> Tag:
    facet, colon, value = name.partition(":")
    if not colon:
        facet, value = "", name
    tag, _ = Tag.objects.get_or_create(facet=facet[:FACET_LENGTH], value=value[:VALUE_LENGTH])
    return tag
