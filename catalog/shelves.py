"""Categories and tags by name, made where they are not there yet."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from catalog.errors import ValueRefused
from catalog.models import Category, Tag

# Comparing one slug with so many takes 20 ms; ten thousand lines may each name a wrong one.
MAX_COMPARED = 2_000
MAX_HINTS = 20
LONGEST_SLUG = 140

# A category by its slug, or by the names from the root down: none of them is no category.
Place = str | tuple[str, ...]


class Shelves:
    """Remembers what it has found or made, so that a row of a thousand asks the database once."""

    def __init__(self) -> None:
        self._slugs: dict[str, Category] = {}
        self._categories: dict[tuple[str, ...], Category] = {}
        self._tags: dict[tuple[str, str], Tag] = {}
        self._hints: dict[str, str] = {}

    def forget(self) -> None:
        """After a rollback: what was made in it isn't there."""
        self._slugs.clear()
        self._categories.clear()
        self._tags.clear()

    def place(self, place: Place) -> Category | None:
        """The category of that slug, which must be there, or at the end of that way, which is made.

        Raises ValueRefused.
        """
        return self._by_slug(place) if isinstance(place, str) else self.category(place)

    def _by_slug(self, slug: str) -> Category:
        if slug not in self._slugs:
            found = Category.objects.filter(slug=slug).first()
            if found is None:
                raise self._unknown(slug)
            self._slugs[slug] = found
        return self._slugs[slug]

    def _unknown(self, slug: str) -> ValueRefused:
        if slug not in self._hints and len(self._hints) < MAX_HINTS:
            self._hints[slug] = _hint(slug)
        return ValueRefused(
            f"There is no category with the slug “{slug[:60]}”.{self._hints.get(slug, '')} To make "
            "a new one, write the way from the root: Home > Lamps, or > Home for one at the root.",
            field="category",
        )

    def category(self, names: tuple[str, ...]) -> Category | None:
        """The category at the end of the way from the root; None for an empty way."""
        if not names:
            return None
        if names not in self._categories:
            parent = self.category(names[:-1])
            found, _ = Category.objects.get_or_create(parent=parent, name=names[-1])
            self._categories[names] = found
        return self._categories[names]

    def find_tags(self, names: Iterable[tuple[str, str]]) -> None:
        """Finds or makes the tags of many products by a fixed number of statements."""
        lacking = sorted(set(names) - set(self._tags))
        if not lacking:
            return
        self._remember(lacking)
        new = [
            Tag(facet=facet, value=value)
            for facet, value in lacking
            if (facet, value) not in self._tags
        ]
        if new:
            Tag.objects.bulk_create(new, ignore_conflicts=True)
            self._remember(lacking)

    def _remember(self, names: Sequence[tuple[str, str]]) -> None:
        facets, values = zip(*names, strict=True)
        candidates = Tag.objects.filter(facet__in=set(facets), value__in=set(values))
        self._tags.update({(tag.facet, tag.value): tag for tag in candidates})

    def tag(self, facet: str, value: str) -> Tag:
        if (facet, value) not in self._tags:
            self._tags[facet, value] = Tag.objects.get_or_create(facet=facet, value=value)[0]
        return self._tags[facet, value]


def _hint(slug: str) -> str:
    slugs = list(Category.objects.values_list("slug", flat=True)[:MAX_COMPARED])
    near = difflib.get_close_matches(slug[:LONGEST_SLUG].lower(), slugs, n=1)
    return f" Did you mean {near[0]}?" if near else ""
