"""The body of a search becomes an `Ask`: what to look for, and how to narrow and order it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from search.api import limits
from search.api.fields import Strict
from search.api.parsers import read_json
from search.api.photos import decode_base64, read_form
from search.api.refinement import Refinement
from search.api.serializers import (
    SOURCES,
    FeedbackSerializer,
    PhotoFormSerializer,
    QuestionSerializer,
    SearchSerializer,
)
from search.crops import Box, parse_crop
from search.engine.types import KINDS, Filters
from search.errors import InvalidSearch
from search.throttling import Kind

_FORM_NAMES = tuple(PhotoFormSerializer().fields)
# What makes a question one about pictures; an earlier query's vector is there already.
PICTURES = ("image", "image_base64", "product", "images")


@dataclass(frozen=True)
class Given:
    """One thing to search from, as it came in under the path `field`: one of the first three."""

    field: str
    photo: bytes | None = None
    product: str = ""
    query_id: UUID | None = None
    crop: Box | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Ask:
    """A question as it came in."""

    refinement: Refinement
    text: str = ""
    examples: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Marks:
    """SKUs of hits that the customer wants more of, and less of, each once."""

    refinement: Refinement
    like: tuple[str, ...]
    dislike: tuple[str, ...]


def kind_of(body: Any) -> Kind:
    """As what the question counts: one that names nothing but words costs less."""
    given = body if isinstance(body, Mapping) else {}
    return "photo" if any(given.get(name) for name in PICTURES) else "words"


def read_ask(request: Request) -> Ask:
    """The question in the body, JSON or multipart. Raises InvalidSearch, ImageRejected."""
    if isinstance(request.data, QueryDict):
        return _from_form(request.data)
    return read_json_ask(request.data)


def read_json_ask(body: Any) -> Ask:
    """The question in a JSON value. Raises InvalidSearch, ImageRejected."""
    checked = checked_body(rules_of(SearchSerializer), body, such_as='{"text": "red shoes"}')
    return _make_ask(checked, image_base64=checked.get("image_base64"))


def read_marks(request: Request) -> Marks:
    """The marks in the body, JSON. Raises InvalidSearch."""
    checked = checked_body(
        rules_of(FeedbackSerializer), request.data, such_as='{"like": ["SHOE-7"]}'
    )
    return Marks(
        refinement=_refinement(checked),
        like=tuple(dict.fromkeys(checked.get("like", ()))),
        dislike=tuple(dict.fromkeys(checked.get("dislike", ()))),
    )


@cache
def rules_of(kind: type[Strict]) -> Strict:
    """One for all requests: making a serializer copies every field of it, and checking changes
    none."""
    return kind()


def checked_body(rules: Strict, body: Any, *, such_as: str) -> dict[str, Any]:
    """The values of a JSON object. Raises ParseError, ValidationError, UnknownField."""
    if not isinstance(body, dict):
        raise ParseError(f"The body must be a JSON object, such as {such_as}.")
    checked: dict[str, Any] = rules.run_validation(body)
    return checked


def _from_form(form: QueryDict) -> Ask:
    """The question of a form; its texts pass the same checks as the JSON body's values."""
    photo, given = read_form(form, allowed=_FORM_NAMES)
    if "filters" in given:
        given["filters"] = read_json(given["filters"])
    if "crop" in given:
        given["crop"] = parse_crop(given["crop"])
    serializer = QuestionSerializer(data=given)
    serializer.is_valid(raise_exception=True)
    return _make_ask(serializer.validated_data, image=photo)


def _make_ask(
    checked: dict[str, Any], *, image: bytes | None = None, image_base64: str | None = None
) -> Ask:
    sources = {
        "image": image,
        "image_base64": image_base64,
        "product": checked.get("product"),
        "query_id": checked.get("query_id"),
        "images": checked.get("images"),
    }
    given = [name for name, value in sources.items() if value is not None]
    _refuse_senseless(given, text=checked.get("text", ""), crop=checked.get("crop"))
    return Ask(
        refinement=_refinement(checked),
        text=checked.get("text", ""),
        examples=_examples(given, checked, image=image),
    )


def _refinement(checked: dict[str, Any]) -> Refinement:
    return Refinement(
        filters=checked.get("filters", Filters()),
        sort=checked["sort"],
        k=checked["k"],
        facets=checked["facets"],
        explain=checked["explain"],
        min_similarity=checked.get("min_similarity"),
        weights=tuple(
            (kind, checked[name]) for kind in KINDS if (name := f"{kind}_weight") in checked
        ),
    )


def _refuse_senseless(given: Sequence[str], *, text: str, crop: Box | None) -> None:
    if len(given) > 1:
        raise InvalidSearch(
            f"{' and '.join(given)} are different questions. Send one of them, or all of them in "
            "`images`; text may be added.",
            field=given[1],
        )
    if not given and not text:
        raise InvalidSearch(
            "Nothing to search for. Send one of image, image_base64, product, query_id, images, "
            "text."
        )
    if crop and not set(given) & {"image", "image_base64"}:
        raise InvalidSearch("crop cuts a photo out, and there is no photo here.", field="crop")


def _examples(
    given: Sequence[str], checked: dict[str, Any], *, image: bytes | None
) -> tuple[Given, ...]:
    """The single form as one example, or those of `images`. Their photos share a photo's limit."""
    if image is not None:
        return (Given(field="image", photo=image, crop=checked.get("crop")),)
    if given != ["images"]:
        return tuple(_example(checked, name, within="") for name in given)
    examples = []
    for place, each in enumerate(checked["images"]):
        [name] = [name for name in SOURCES if name in each]
        examples.append(_example(each, name, within=f"images[{place}]."))
        total = sum(len(one.photo or b"") for one in examples)
        limits.refuse_large_photo(total, field=examples[-1].field)
    return tuple(examples)


def _example(checked: dict[str, Any], name: str, *, within: str) -> Given:
    field = within + name
    photo = decode_base64(checked[name], field=field) if name == "image_base64" else None
    return Given(
        field=field,
        photo=photo,
        product=checked.get("product", ""),
        query_id=checked.get("query_id"),
        crop=checked.get("crop"),
        weight=checked.get("weight", 1.0),
    )
