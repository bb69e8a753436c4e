"""Doors whose writes may be sent again under an `Idempotency-Key` without happening twice."""

from __future__ import annotations

import re
from contextlib import suppress
from hashlib import sha256
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from search.api.base import Door
from search.errors import InvalidSearch
from search.services import idempotency

log = structlog.get_logger(__name__)

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
# Told again as they were; every other header belongs to the request at hand.
KEPT = ("Content-Type", "Content-Location", "Location", "ETag", "Cache-Control", "Retry-After")
CONDITIONS = ("If-Match", "If-None-Match")
TOO_MANY = 429
SERVER_FAULT = 500


class _Replay(Exception):
    """The work was done before; this is what was answered."""

    def __init__(self, answered: idempotency.Answered) -> None:
        super().__init__()
        self.answered = answered


class Repeatable(Door):
    """Of requests of one caller with one key, one does the work and the others get its answer.

    A fault of the server (5xx) and a 429 are not kept: sending the request again does the work.
    """

    _claim: idempotency.Claim | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except BaseException:
            self._let_go()
            raise

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = request.method or ""
        if method in SAFE_METHODS or not self.scope_of(method):
            return  # nothing is written, or there is no such method and nobody was asked for a key
        if (key := request.headers.get(HEADER)) is None:
            return
        claimed = idempotency.claim(_sent(request, key))
        if isinstance(claimed, idempotency.Answered):
            raise _Replay(self.from_store(claimed))
        self._claim = claimed

    def to_store(self, answered: idempotency.Answered) -> idempotency.Answered:
        """What is kept of an answer, where there is something in it that must not lie about."""
        return answered

    def from_store(self, answered: idempotency.Answered) -> idempotency.Answered:
        """The answer again, of what was kept of it."""
        return answered

    def handle_exception(self, exc: Exception) -> Response:
        if not isinstance(exc, _Replay):
            return super().handle_exception(exc)
        again = HttpResponse(exc.answered.body, status=exc.answered.status)
        del again["Content-Type"]
        for name, value in exc.answered.headers.items():
            again[name] = value
        again["Idempotency-Replayed"] = "true"
        return again  # type: ignore[return-value] # DRF passes any answer on

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self._claim is not None:
            self._keep(answer, self._claim)
        return answer

    def _keep(self, answer: Response, claim: idempotency.Claim) -> None:
        if answer.status_code >= SERVER_FAULT or answer.status_code == TOO_MANY:
            self._let_go()
            return
        answer.render()
        headers = {name: answer[name] for name in KEPT if name in answer}
        answered = idempotency.Answered(answer.status_code, headers, answer.content)
        try:
            idempotency.keep(claim, self.to_store(answered))
        except (DatabaseError, InterfaceError):
            # The work is done and can be told of; who asks again waits until the claim is given up.
            log.exception("An answer could not be kept for its Idempotency-Key")

    def _let_go(self) -> None:
        if self._claim is not None:
            with suppress(DatabaseError, InterfaceError):  # it is given up by itself after a while
                idempotency.release(self._claim)
            self._claim = None


def _sent(request: Request, key: str) -> idempotency.Sent:
    if not _KEY.fullmatch(key):
        raise InvalidSearch(
            f"{HEADER} is 1 to 255 letters, digits and signs without spaces, such as a UUID.",
            field=HEADER,
        )
    plain = request._request  # noqa: SLF001 - DRF keeps Django's request there
    return idempotency.Sent(
        caller=str(request.auth.pk) if request.auth else "",
        key=key,
        method=request.method or "",
        path=plain.get_full_path(),
        fingerprint=_fingerprint(plain),
    )


def _fingerprint(request: HttpRequest) -> str:
    """A form's boundary is made anew each time, and is no part of what is said."""
    boundary = (request.content_params or {}).get("boundary", "")
    body = request.body
    if boundary:
        body = body.replace(boundary.encode("latin-1", "replace"), b"")
    digest = sha256()
    conditions = [request.headers.get(name, "") for name in CONDITIONS]
    for part in (request.method or "", request.get_full_path(), request.content_type, *conditions):
        digest.update(f"{part}\0".encode())
    digest.update(body)
    return digest.hexdigest()
