"""What the schema says of every operation alike: keys, scopes, limits, and the headers of each."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from search.api import deprecation
from search.api.authentication import OPEN
from search.models import Scope

SCHEME = "ApiKey"
DESCRIPTION = """\
`Authorization: Bearer lk_…`. Whoever runs the shop makes keys in the admin, or with
`manage.py api_key create`; each has scopes:

| scope | opens |
|---|---|
| `search` | searching by photo, words, product or earlier query |
| `read` | reading the catalogue |
| `write` | changing the catalogue |
| `admin` | everything |

Whether `search` and `read` need a key is the shop's choice. A key in an address is refused.
"""


def _header(name: str, kind: Any, text: str, statuses: list[str] | bool = True) -> OpenApiParameter:
    return OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, description=text, response=statuses
    )


COUNT = {"type": "integer", "minimum": 0}
HEADERS = [
    _header("X-Request-ID", OpenApiTypes.STR, "The id of the request; finds it in the log."),
    _header(
        "RateLimit-Limit",
        COUNT,
        "Requests that the caller may make at once or, where that is nearer to its end, today. "
        "Absent, like the others, where no limit applies.",
    ),
    _header("RateLimit-Remaining", COUNT, "How many of these are left."),
    _header("RateLimit-Reset", COUNT, "Seconds until all of them are there again."),
    _header(
        "RateLimit-Policy",
        OpenApiTypes.STR,
        "Every limit that applies, such as `600;w=60, 10000;w=86400`: 600 requests, which come "
        "again evenly within 60 seconds, and 10,000 a day.",
    ),
    _header("Retry-After", COUNT, "Seconds after which to try again.", ["409", "429", "503"]),
    _header(
        "WWW-Authenticate", OpenApiTypes.STR, "The scheme, and what was wrong.", ["401", "403"]
    ),
]


class Operation(deprecation.Schema):
    """An operation of the API: its headers, and the key that it needs."""

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *HEADERS]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """The key with the scope or, where anybody may, none."""
        keyed: list[dict[str, list[str]]] = super().get_auth()
        if settings.ANONYMOUS_SEARCH and scope_of(self) in OPEN:
            return [*keyed, {}]
        return keyed


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # its own
    target_class = "search.api.authentication.BearerKey"
    name = SCHEME

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "lk_<prefix>_<secret>",
            "description": DESCRIPTION,
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        return {SCHEME: [scope_of(auto_schema)]}


def scope_of(operation: AutoSchema) -> str:
    view: Any = operation.view
    return str(Scope(view.scope_of(operation.method)))
