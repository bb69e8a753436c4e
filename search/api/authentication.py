"""Whose request it is, told by `Authorization: Bearer KEY`, and what that key may do."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qsl

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from catalog.errors import LookalikeError
from search import key_format, services
from search.api import wrong_keys
from search.models import ApiKey, Scope

REALM = 'Bearer realm="Lookalike API"'
HOW = "Send it in the header `Authorization: Bearer KEY`"
WHERE = "whoever runs the shop makes one in the admin, or with `manage.py api_key create`"
# What others call it in an address.
NAMES = {"key", "api_key", "apikey", "api-key", "token", "access_token", "authorization"}
# What nobody needs a key for while ANONYMOUS_SEARCH is on.
OPEN = {Scope.SEARCH, Scope.READ}


class KeyRefused(LookalikeError):
    """The request comes with no key that opens this. `challenge` is what WWW-Authenticate says."""

    challenge = REALM

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": self.challenge}


class MissingKey(KeyRefused):
    """There is no key, and the address needs one."""

    code = "missing_key"


class InvalidKey(KeyRefused):
    """What was sent is no key, or one that opens nothing any more."""

    code = "invalid_key"
    challenge = f'{REALM}, error="invalid_token"'


class MissingScope(KeyRefused):
    """The key is right, but for other things."""

    code = "missing_scope"

    def __init__(self, message: str, *, scope: str, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.challenge = f'{REALM}, error="insufficient_scope", scope="{scope}"'


class BearerKey(BaseAuthentication):
    """`request.auth` is the caller's ApiKey; without a key it is None.

    A key that is wrong, revoked or expired is refused at every address, also at those open to
    anyone: its program would not learn of it otherwise.
    """

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        plain = request._request  # noqa: SLF001 - DRF keeps Django's request there
        _refuse_in_address(plain)
        sent = _sent(plain)
        if sent is None:
            return None
        key = _named_by(sent, plain)
        services.note_use(key)
        structlog.contextvars.bind_contextvars(api_key=key.prefix)
        return None, key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        return REALM


def key_of(request: Request) -> ApiKey | None:
    """The caller's key; None for a caller without."""
    return cast("ApiKey | None", request.auth)


def require(key: ApiKey | None, scope: str) -> None:
    """Raise MissingKey or MissingScope where the key, or none, doesn't open what needs the scope.

    What is open to anyone is open with every key.
    """
    if scope in OPEN and settings.ANONYMOUS_SEARCH:
        return
    if key is None:
        raise MissingKey(f"This needs an API key with the scope `{scope}`. {HOW}; {WHERE}.")
    if not key.holds(scope):
        held = ", ".join(f"`{each}`" for each in key.scopes)
        raise MissingScope(
            f"This needs the scope `{scope}`, and the key {key.shown} has {held}. Use another key; "
            f"{WHERE}.",
            scope=scope,
        )


def _refuse_in_address(request: HttpRequest) -> None:
    """A key in an address stays in histories and in the logs of everything on its way."""
    query = request.META.get("QUERY_STRING", "")
    if not query:
        return
    named = {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)} & NAMES
    if named or key_format.holds_key(query):
        raise InvalidKey(
            "A key doesn't belong into an address, where logs and histories keep it. "
            f"{HOW}, and revoke the one that was in the address.",
            field=next(iter(named), None),
        )


def _sent(request: HttpRequest) -> str | None:
    """The key that the header holds; None without one, and for a proxy's own log-in."""
    header = request.META.get("HTTP_AUTHORIZATION", "").strip()
    scheme, _, sent = header.partition(" ")
    if scheme.lower() == "bearer":
        return str(sent.strip())
    if key_format.holds_key(header):
        raise InvalidKey(f"The key came in another way than by the scheme Bearer. {HOW}.")
    return None


def _named_by(sent: str, request: HttpRequest) -> ApiKey:
    """The key itself. What is wrong with one is told to nobody but who has its secret."""
    wrong_keys.refuse_where_many(request, sent)
    key = ApiKey.objects.named_by(sent)
    if key is not None and key.state == ApiKey.State.USABLE:
        wrong_keys.was_right(sent)
        return key
    wrong_keys.count(request, sent)
    if key is None:
        raise InvalidKey(f"That is no API key of this shop. See that it is whole; {WHERE}.")
    if key.revoked_at is not None:
        raise InvalidKey(f"The key {key.shown} was revoked; {WHERE}.")
    expired = timezone.localtime(key.expires_at).date()
    raise InvalidKey(f"The key {key.shown} expired on {expired:%Y-%m-%d}; {WHERE}.")
