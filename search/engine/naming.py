"""Names of tags, categories and colours: found, or refused with the nearest ones that exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Concat

from catalog.models import Category, Tag
from search.embedding.descriptors import COLOURS
from search.engine.rows import instance
from search.engine.statements import fetch
from search.errors import UnknownFilter

SUGGESTIONS = 3

TAG_FIELDS = ["id", "facet", "value"]
TAGS = f"""
    SELECT id, facet, value FROM {Tag._meta.db_table}
    WHERE (facet, value) IN (SELECT * FROM unnest(%(facets)s::text[], %(values)s::text[]))
"""  # noqa: S608 - a table's name
CATEGORY_FIELDS = [field.attname for field in Category._meta.concrete_fields]
CATEGORY_COLUMNS = [str(field.column) for field in Category._meta.concrete_fields]
CATEGORY = f"""
    SELECT {", ".join(CATEGORY_COLUMNS)}
    FROM {Category._meta.db_table} WHERE slug = %(slug)s
"""  # noqa: S608 - names of a table and its columns


# Names that this process has looked up, so that a filter needs no statement of its own. They may
# have changed since: whoever uses one proves it (search.engine.predicates), in the same statement.
_tags: dict[str, Tag] = {}
_categories: dict[str, Category] = {}
MOST_REMEMBERED = 10_000


def remembered_tags(names: Iterable[str]) -> dict[str, Tag] | None:
    """The tags of these names as they were when last seen; None where one was never seen."""
    found = {name: _tags.get(name) for name in names}
    known = {name: tag for name, tag in found.items() if tag is not None}
    return known if len(known) == len(found) else None


def forget_names() -> None:
    """As in a process that has just started."""
    _tags.clear()
    _categories.clear()


def remembered_category(slug: str) -> Category | None:
    return _categories.get(slug)


def known_tags(named: Mapping[str, tuple[str, ...]]) -> dict[str, Tag]:
    """The tags of these names by name, in one query. `named` maps a field to what it names; raises
    UnknownFilter, with the field, for the first that isn't there."""
    everything = {name for names in named.values() for name in names}
    parts = [_parts(name) for name in everything]
    asked = {"facets": [each[0] for each in parts], "values": [each[1] for each in parts]}
    rows = fetch(TAGS, asked) if everything else []
    tags = (instance(Tag, TAG_FIELDS, row) for row in rows)
    by_name = {tag.name: tag for tag in tags}
    for field, names in named.items():
        for name in names:
            if name not in by_name:
                raise _unknown("tag", name, field=field, existing=_tag_names(name))
    _remember(_tags, by_name)
    return by_name


def known_category(slug: str) -> Category:
    """The category of that slug. Raises UnknownFilter."""
    rows = fetch(CATEGORY, {"slug": _storable(slug)})
    if not rows:
        nearest = _nearest(Category.objects.annotate(called=F("slug")), slug)
        raise _unknown("category", slug, field="filters.category", existing=nearest)
    category = instance(Category, CATEGORY_FIELDS, rows[0])
    _remember(_categories, {slug: category})
    return category


def known_colours(names: Iterable[str]) -> tuple[int, ...]:
    """The codes of these colours, each once. Raises UnknownFilter."""
    codes = {each.name: each.code for each in COLOURS}
    for name in names:
        if name not in codes:
            near = difflib.get_close_matches(name.lower()[:40], codes, n=SUGGESTIONS, cutoff=0.5)
            raise _unknown("colour", name, field="filters.colours", existing=near or list(codes))
    return tuple(sorted({codes[name] for name in names}))


def _remember(known: dict[str, Any], seen: Mapping[str, Any]) -> None:
    if len(known) + len(seen) > MOST_REMEMBERED:
        known.clear()
    known.update(seen)


def _parts(name: str) -> tuple[str, str]:
    """Facet and value. A facet holds no colon, so the first one ends it."""
    facet, colon, value = _storable(name).partition(":")
    return (facet, value) if colon else ("", facet)


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
