"""Answers of which `fields` has left parts out."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, NoReturn


class Sparse:
    """What `fields` may leave parts out of. Reading such a part raises AttributeError."""

    __slots__ = ()

    if not TYPE_CHECKING:  # a type checker would take any name for one that is there

        def __getattr__(self, name: str) -> NoReturn:
            kind = type(self).__name__
            raise AttributeError(f"This {kind} has no {name}: `fields` left it out, perhaps.")

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in _set(self).items())
        return f"{type(self).__name__}({', '.join(shown)})"


def _set(value: Any) -> dict[str, Any]:
    """The fields that it has."""
    names = [each.name for each in fields(value)]
    return {name: getattr(value, name) for name in names if hasattr(value, name)}
