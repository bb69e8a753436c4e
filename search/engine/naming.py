"""Names of tags and categories: found, or refused with the nearest ones that exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from catalog.models import Category, Tag
from search.errors import UnknownFilter

SUGGESTIONS = 3


def known_tags(named: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[Tag, ...]]:
    """The tags of each field, in one query. Raises UnknownFilter for the first that isn't there."""
    everything = {name for names in named.values() for name in names}
    if not everything:
        return dict.fromkeys(named, ())
    by_name = {tag.name: tag for tag in Tag.objects.filter(_called(everything))}
    for field, names in named.items():
        for name in names:
            if name not in by_name:
                raise _unknown("tag", name, field=field, existing=_tag_names(name))
    return {field: tuple(by_name[name] for name in names) for field, names in named.items()}


def known_category(slug: str) -> Category:
    """The category of that slug. Raises UnknownFilter."""
    category = Category.objects.filter(slug=_storable(slug)).first()
    if category is None:
        nearest = _nearest(Category.objects.annotate(called=F("slug")), slug)
        raise _unknown("category", slug, field="filters.category", existing=nearest)
    return category


def _called(names: Iterable[str]) -> Q:
    """Tags of these names. A facet holds no colon, so the first one ends it."""
    wanted = Q()
    for name in names:
        facet, colon, value = _storable(name).partition(":")
        wanted |= Q(facet=facet, value=value) if colon else Q(facet="", value=facet)
    return wanted


def _tag_names(name: str) -> list[str]:
    bare = When(facet="", then=F("value"))
    called = Case(bare, default=Concat(F("facet"), Value(":"), F("value")))
    return _nearest(Tag.objects.annotate(called=called), name)


def _nearest(named: QuerySet[Any], name: str) -> list[str]:
    """The values of `called` that share most trigrams with the name."""
    closeness = TrigramSimilarity("called", _storable(name))
    ranked = named.annotate(closeness=closeness).order_by("-closeness", "called")
    return list(ranked.values_list("called", flat=True)[:SUGGESTIONS])


def _unknown(kind: str, name: str, *, field: str, existing: list[str]) -> UnknownFilter:
    if not existing:
        advice = "The catalogue has none yet: leave the filter out."
    else:
        advice = f"The nearest are {', '.join(existing)}: use one of them or leave the filter out."
    return UnknownFilter(f"There is no {kind} {name[:80]!r}. {advice}", field=field)


def _storable(name: str) -> str:
    """Postgres refuses NUL in a text; no name holds one."""
    return name.replace("\x00", "\ufffd")
