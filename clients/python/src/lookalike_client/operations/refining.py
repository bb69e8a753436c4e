"""What narrows and orders an answer, in a body, a form and a query string."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

from lookalike_client.questions import Crop, Example, Filters, Photo, Sort


class Refinement(TypedDict, total=False):
    """What every question may add; a weight says how much that counts in the order, and with
    `explain` the answer tells how it was found."""

    filters: Filters | None
    sort: Sort | None
    k: int | None
    facets: bool | None
    explain: bool | None
    min_similarity: float | None
    colour_weight: float | None
    texture_weight: float | None
    shape_weight: float | None


class Question(Refinement, total=False):
    """One of many questions: what `search` takes."""

    photo: Photo | None
    product: str | None
    text: str | None
    query_id: str | None
    images: Sequence[Example] | None
    crop: Crop | None


class Paging(Refinement, total=False):
    """What every question may add, which page, and `fields`: the parts of each product that are
    wanted, such as `["sku", "image.url"]`; to read another one raises AttributeError then."""

    page: int | None
    fields: Sequence[str] | None


def query_of(refined: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """A query string's values: filters stand by themselves there."""
    filters: Filters = refined.get("filters") or Filters()
    given = {**{name: refined[name] for name in refined if name != "filters"}, **filters.given()}
    if (fields := given.pop("fields", None)) is not None:
        given["fields"] = ",".join(fields)
    return {name: _in_query(value) for name, value in given.items() if value is not None}


def body_of(refined: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON body's values."""
    filters: Filters = refined.get("filters") or Filters()
    given = {**refined, "filters": filters.given() or None}
    return {name: value for name, value in given.items() if value is not None}


def form_of(refined: Mapping[str, Any]) -> dict[str, str]:
    """A form's values: the filters are JSON there, and a crop has commas."""
    return {name: _in_form(value) for name, value in body_of(refined).items()}


def _in_form(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, list):
        return ",".join(map(str, value))
    return _text(value)


def _in_query(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [_escaped(each) for each in cast("Sequence[str]", value)]
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _escaped(value: str) -> str:
    """A comma parts two values there, unless a backslash stands before it."""
    return re.sub(r"([\\,])", r"\\\1", value)
