"""One shape and one table for everything that goes wrong under /api/.

    {"error": {"code": "...", "message": "...", "field": null, "request_id": "..."}}

`code` is stable and for programs, `message` for people, `field` the path of the input it is about.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, JsonResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response

from catalog.errors import LookalikeError
from search.api.codes import CODES

# By the codes of DRF's own complaints.
REMEDIES = {
    "null_characters_not_allowed": "Take the NUL out.",
    "surrogate_characters_not_allowed": "Send whole characters: surrogates stand in pairs.",
    "blank": "Fill it in, or leave it out.",
    "required": "Add it.",
    "empty": "Put something in, or leave it out.",
    "not_a_list": "Send a JSON list.",
    "null": "Fill it in, or leave it out.",
}


@dataclass(frozen=True)
class Problem:
    """What is told of an error; `code` is a key of CODES."""

    code: str
    message: str
    field: str | None = None
    retry_after: int | None = None
    more_headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def status(self) -> int:
        return CODES[self.code].status

    @property
    def headers(self) -> dict[str, str]:
        pause = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        return {**self.more_headers, **pause}

    def about(self, field: str | None) -> Problem:
        """The same of another field."""
        return replace(self, field=field)

    @property
    def detail(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "field": self.field}

    def body(self) -> dict[str, Any]:
        return {"error": {**self.detail, "request_id": request_id()}}


def request_id() -> str | None:
    """The id under which the log knows this request; its answer carries it as X-Request-ID too."""
    bound: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return bound


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to a view's exception; None for one nobody foresaw, which Django logs."""
    problem = problem_of(error)
    if problem is None:
        return None
    if isinstance(error, exceptions.UnsupportedMediaType):
        problem = replace(problem, message=f"{problem.message} {_taken(context['view'])}")
    field = problem.field
    if field and context["request"].method not in {"POST", "PUT", "PATCH"}:
        field = field.removeprefix("filters.")  # in a query string filters stand by themselves
    headers = {**getattr(context["view"], "headers", {}), **problem.headers}
    return Response(problem.about(field).body(), status=problem.status, headers=headers)


def plain(problem: Problem) -> JsonResponse:
    """The same answer where no API view is at work: an address that doesn't exist, a crash."""
    return JsonResponse(problem.body(), status=problem.status, headers=problem.headers)


@singledispatch
def problem_of(error: Exception) -> Problem | None:  # noqa: ARG001 - the others read it
    return None


@problem_of.register
def _expected(error: LookalikeError) -> Problem:
    code = error.code if error.code in CODES else "invalid"
    pause = getattr(error, "retry_after", CODES[code].retry_after)
    return Problem(code, error.message, error.field, pause, getattr(error, "headers", {}))


@problem_of.register
def _validation(error: exceptions.ValidationError) -> Problem:
    path, message = _first_message(error.detail)
    return Problem("invalid", f"{path}: {message}" if path else message, path or None)


def _first_message(detail: Any) -> tuple[str, str]:
    """The path of the first complaint in DRF's nested lists and dicts, such as `filters.tags[2]`,
    its words, and what to do where these don't say it."""
    path = ""
    while isinstance(detail, dict | list) and detail:
        if isinstance(detail, dict):
            step, detail = next(iter(detail.items()))
            path += f"[{step}]" if isinstance(step, int) else f".{step}"
        else:
            detail = detail[0]
    remedy = REMEDIES.get(getattr(detail, "code", None) or "")
    told = f"{detail} {remedy}" if remedy else str(detail)
    return path.replace(".non_field_errors", "").removeprefix("."), told


@problem_of.register
def _parse(error: exceptions.ParseError) -> Problem:
    return Problem("malformed", f"The body can't be read. {error.detail}")


@problem_of.register
def _too_deep(error: RecursionError) -> Problem:  # noqa: ARG001 - registered by its type
    """What could just be parsed may be too deep to be looked at."""
    return Problem("malformed", "The body can't be read. The JSON is nested too deeply.")


@problem_of.register
def _bad_request(error: BadRequest) -> Problem:
    return Problem("malformed", f"The request can't be read. {error}")


@problem_of.register
def _too_many(error: TooManyFieldsSent) -> Problem:  # noqa: ARG001 - registered by its type
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return Problem("malformed", f"There are more than {most} parameters or fields. Send fewer.")


@problem_of.register
def _suspicious(error: SuspiciousOperation) -> Problem:
    return Problem("malformed", f"The request can't be read. {error}")


@problem_of.register
def _cut_off(error: UnreadablePostError) -> Problem:
    if isinstance(error.__cause__, TimeoutError):
        return Problem("too_slow", "The body came too slowly. Send less, or over a better line.")
    return Problem("malformed", "The connection broke before the whole body was here.")


@problem_of.register
def _too_big(error: RequestDataTooBig) -> Problem:  # noqa: ARG001 - registered by its type
    return Problem("too_large", "The body is too large. Send a smaller photo, or fewer.")


@problem_of.register
def _no_page(error: Http404) -> Problem:  # noqa: ARG001 - registered by its type
    return Problem("not_found", "There is nothing at this address.")


@problem_of.register
def _not_found(error: exceptions.NotFound) -> Problem:
    return Problem("not_found", str(error.detail))


@problem_of.register
def _method(error: exceptions.MethodNotAllowed) -> Problem:
    return Problem("method_not_allowed", f"{error.detail} The Allow header says what is.")


@problem_of.register
def _accept(error: exceptions.NotAcceptable) -> Problem:  # noqa: ARG001 - registered by its type
    return Problem("not_acceptable", "Answers are JSON: send Accept: application/json.")


@problem_of.register
def _media_type(error: exceptions.UnsupportedMediaType) -> Problem:
    return Problem("unsupported_media_type", str(error.detail))


def _taken(view: Any) -> str:
    """What a view reads instead."""
    taken = [parser.media_type for parser in view.parser_classes]
    photo = " with the photo as `image`" if "multipart/form-data" in taken else ""
    return f"Send {', or '.join(taken)}{photo}."


@problem_of.register(OperationalError)
@problem_of.register(InterfaceError)
def _database(error: Exception) -> Problem:
    structlog.get_logger(__name__).error("database_unavailable", reason=str(error))
    message = "The shop's database doesn't answer. Try again in a few seconds."
    return Problem("unavailable", message, retry_after=CODES["unavailable"].retry_after)
