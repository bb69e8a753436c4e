"""What the caller may see beyond what customers see."""

from __future__ import annotations

from rest_framework.request import Request

from search.api.authentication import MissingScope, key_of
from search.models import Scope


def may_write(request: Request) -> bool:
    """Whether the caller's key holds the scope `write`, and so sees drafts, stock and status."""
    key = key_of(request)
    return key is not None and key.holds(Scope.WRITE)


def require_write(request: Request, *, field: str) -> None:
    if not may_write(request):
        raise MissingScope(
            f"{field} needs an API key with the scope `write`. Leave it out, or send the key.",
            scope=Scope.WRITE,
            field=field,
        )
