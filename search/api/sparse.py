"""`fields=sku,title,image.url`: answers with those fields alone.

A name stands for all below it; in a list it means each of its items. Names are those of the shapes,
so that whatever the schema tells of can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from rest_framework import serializers

from search import inputs
from search.errors import InvalidSearch

NAME = "fields"
MAX_FIELDS = 50

Fields = tuple[str, ...]
EVERYTHING: Fields = ()


def parse_fields(params: inputs.Params, *, of: type[serializers.Serializer[Any]]) -> Fields:
    """The fields of a query string, with commas or repeated; EVERYTHING where there are none."""
    given = [name for value in params.get(NAME, ()) for name in value.split(",")]
    return make_fields(given, of=of)


def make_fields(names: Iterable[str], *, of: type[serializers.Serializer[Any]]) -> Fields:
    """The names, each once, those within another one left out.

    `of` is the shape of what they are taken from. Raises UnknownField, which tells the nearest
    name, and InvalidSearch for too many.
    """
    wanted = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(wanted) > MAX_FIELDS:
        raise InvalidSearch(
            f"{len(wanted)} fields are too many: give {MAX_FIELDS} at most.", field=NAME
        )
    for name in wanted:
        _refuse_unknown(name, known_fields(of))
    return tuple(name for name in wanted if not any(above in wanted for above in _above(name)))


def only(fields: Fields, shown: dict[str, Any]) -> dict[str, Any]:
    """What the fields leave of it; all of it where there are none."""
    if not fields:
        return shown
    heads: dict[str, list[str]] = {}
    for name in fields:
        head, _, rest = name.partition(".")
        heads.setdefault(head, []).append(rest)
    return {
        head: shown[head] if "" in below else _inside(shown[head], tuple(below))
        for head, below in heads.items()
    }


@cache
def known_fields(shape: type[serializers.Serializer[Any]]) -> tuple[str, ...]:
    """Every name that the shape has, with those within, such as `image.url`."""
    return tuple(_names(shape()))


def _names(shape: serializers.BaseSerializer[Any]) -> Iterator[str]:
    fields: Mapping[str, Any] = getattr(shape, "fields", {})
    for name, field in fields.items():
        yield name
        within = getattr(field, "child", field)
        yield from (f"{name}.{each}" for each in _names(within))


def _refuse_unknown(name: str, known: tuple[str, ...]) -> None:
    try:
        inputs.refuse_unknown([name], allowed=known)
    except inputs.UnknownField as error:
        error.field = NAME
        raise


def _above(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _inside(value: Any, below: Fields) -> Any:
    if isinstance(value, list):
        return [only(below, each) for each in value]
    return value if value is None else only(below, value)
