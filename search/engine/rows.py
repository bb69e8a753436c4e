"""Rows of the engine's own statements as objects of the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.sql import Query

from search.engine.statements import Row

Made = TypeVar("Made", bound=Model)


def names_of(model: type[Model], *, without: str = "") -> list[str]:
    """The columns of a model's table; one that is left out is read when somebody asks for it."""
    return [f.attname for f in model._meta.concrete_fields if f.name != without]


def columns(alias: str, names: Sequence[str]) -> str:
    """For a SELECT, in that order."""
    return ", ".join(f"{alias}.{name}" for name in names)


def instance(model: type[Made], names: Sequence[str], row: Row) -> Made:
    """The object that is stored as `row`, whose values are in the order of `names`.

    Made as Django unpickles one: past `__init__` and its signals, which take longer than all else
    for a page of 24 products with an image each.
    """
    made = model.__new__(model)
    vars(made).update(zip(names, row, strict=True))
    made._state = ModelState()
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    return made


def prefetch(made: Model, related: Mapping[str, QuerySet[Any]]) -> None:
    """What prefetch_related leaves behind: `made.tags.all()` asks nobody."""
    vars(made)["_prefetched_objects_cache"] = dict(related)


def loaded(model: type[Made], objects: Sequence[Made]) -> QuerySet[Made]:
    """A queryset that holds the objects already: `.all()` of a relation gives these. What is made
    of it by filter() or order_by() knows nothing of the relation, and asks for all of the model."""
    queryset: QuerySet[Made] = QuerySet(model, query=_query(model))
    vars(queryset).update(_result_cache=list(objects), _prefetch_done=True)
    return queryset


@cache
def _query(model: type[Model]) -> Query:
    """Shared by all of a model: whoever goes on from such a queryset works on a copy."""
    return Query(model)
