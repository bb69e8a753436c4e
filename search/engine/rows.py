"""Rows of the engine's own statements as objects of the models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.base import ModelState

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
