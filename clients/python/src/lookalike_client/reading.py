"""JSON into the types of `answers`: extra fields are left out, missing and wrong ones are told."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from lookalike_client.answers.sparse import Sparse
from lookalike_client.errors import UnexpectedAnswer

T = TypeVar("T")


def read(kind: type[T], value: Any, at: str = "answer", *, sparse: bool = False) -> T:
    """`value` as a `kind`; `at` is its path. Raises UnexpectedAnswer.

    Where the request named `fields`, the answer is `sparse`: products and images may lack some.
    """
    reader: Callable[[Any, str], T] = _reader(cast("Hashable", kind), sparse)
    return reader(value, at)


@cache
def _reader(kind: Any, sparse: bool) -> Callable[[Any, str], Any]:
    origin = get_origin(kind)
    if is_dataclass(kind):
        return lambda value, at: _object(kind, value, at, sparse)
    if origin in {UnionType, Union}:
        [inner] = [each for each in get_args(kind) if each is not NoneType]
        reader = _reader(inner, sparse)
        return lambda value, at: None if value is None else reader(value, at)
    if origin is Sequence:
        return _vector
    if origin is tuple:
        reader = _reader(get_args(kind)[0], sparse)
        return lambda value, at: tuple(
            reader(each, f"{at}[{place}]") for place, each in enumerate(_checked(list, value, at))
        )
    if origin is dict:
        reader = _reader(get_args(kind)[1], sparse)
        return lambda value, at: {
            name: reader(each, f"{at}.{name}") for name, each in _checked(dict, value, at).items()
        }
    return _plain(kind)


def _plain(kind: Any) -> Callable[[Any, str], Any]:
    if kind is Any:
        return lambda value, _: value
    if kind is datetime:
        return lambda value, at: _moment(_checked(str, value, at), at)
    if get_origin(kind) is Literal:  # a word that a later version adds is no reason to fail
        return lambda value, at: _checked(str, value, at)
    if kind is float:
        return lambda value, at: float(_checked((float, int), value, at))
    return lambda value, at: _checked(kind, value, at)


def _object(kind: Any, value: Any, at: str, sparse: bool) -> Any:
    given: Mapping[str, Any] = _checked(dict, value, at)
    hints = _hints(kind)
    known = [each.name for each in fields(kind)]
    missing = [name for name in known if name not in given]
    if missing and not (sparse and issubclass(kind, Sparse)):
        raise UnexpectedAnswer(
            f"{at} lacks {', '.join(missing)}: is this the API of a Lookalike shop, and of a "
            "version that this client knows?"
        )
    made = object.__new__(kind)
    for name in known:
        if name in given:
            read_one = _reader(hints[name], sparse)
            # Past the initialiser, which asks for all of them.
            object.__setattr__(made, name, read_one(given[name], f"{at}.{name}"))
    return made


def _vector(value: Any, at: str) -> tuple[float, ...] | array[float]:
    """Numbers as a list, or float32 in base64."""
    if not isinstance(value, str):
        return read(tuple[float, ...], value, at)
    try:
        numbers = array("f", base64.b64decode(value, validate=True))
    except ValueError as error:
        raise UnexpectedAnswer(f"{at} is no vector in base64.") from error
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _checked(kind: Any, value: Any, at: str) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        wanted = kind.__name__ if isinstance(kind, type) else "number"
        raise UnexpectedAnswer(f"{at} is of the type {type(value).__name__}, not {wanted}.")
    return value


def _moment(text: str, at: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise UnexpectedAnswer(f"{at} is no time: {text[:64]!r}.") from error
