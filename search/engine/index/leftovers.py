"""What a killed rebuild leaves: the new index beside the old one, or the old one beside the new."""

from __future__ import annotations

from django.db import connection

from search.engine.index.state import IndexState, find_named, index_name


def new_name(space_id: int) -> str:
    """A rebuild's index until it takes the name of the one that it replaces."""
    return f"{index_name(space_id)}_new"


def old_name(space_id: int) -> str:
    """The replaced index until it is dropped."""
    return f"{index_name(space_id)}_old"


def find_leftovers(space_id: int) -> list[IndexState]:
    """Indexes beside the space's own. While a rebuild runs they are no leftovers: ask under the
    builders' lock."""
    beside = (find_named(name) for name in (new_name(space_id), old_name(space_id)))
    return [each for each in beside if each.exists]


def drop_leftovers(space_id: int) -> list[str]:
    """Drop them; returns their names. For the process that holds the builders' lock."""
    names = [each.name for each in find_leftovers(space_id)]
    for name in names:
        drop_named(name, concurrently=True)
    return names


def drop_named(name: str, *, concurrently: bool) -> None:
    """Nothing happens where there is no index of that name."""
    how = "CONCURRENTLY" if concurrently else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {how} IF EXISTS {name}")
