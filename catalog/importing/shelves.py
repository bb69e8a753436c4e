"""Categories and tags by name, made where they are not there yet."""

from __future__ import annotations

from catalog.models import Category, Tag


class Shelves:
    """Remembers what it has found or made, so that a row of a thousand asks the database once."""

    def __init__(self) -> None:
        self._categories: dict[tuple[str, ...], Category] = {}
        self._tags: dict[tuple[str, str], Tag] = {}

    def forget(self) -> None:
        """After a rollback: what was made in it isn't there."""
        self._categories.clear()
        self._tags.clear()

    def category(self, names: tuple[str, ...]) -> Category | None:
        """The category at the end of the way from the root; None for an empty way."""
        if not names:
            return None
        if names not in self._categories:
            parent = self.category(names[:-1])
            found, _ = Category.objects.get_or_create(parent=parent, name=names[-1])
            self._categories[names] = found
        return self._categories[names]

    def tag(self, facet: str, value: str) -> Tag:
        if (facet, value) not in self._tags:
            self._tags[facet, value] = Tag.objects.get_or_create(facet=facet, value=value)[0]
        return self._tags[facet, value]
