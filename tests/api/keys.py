"""Real API keys for tests, and clients that send them."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from django.test import Client

from search import services
from search.models import ApiKey

_numbers = itertools.count(1)


def make_key(*scopes: str, **fields: Any) -> tuple[ApiKey, str]:
    """A new key with the scopes, and what its program sends."""
    key = ApiKey(**{"name": f"Key {next(_numbers)}", "scopes": list(scopes), **fields})
    return key, services.issue_key(key)


def with_key(client: Client, *scopes: str, **fields: Any) -> Client:
    """The client, sending a new key with the scopes; the one that was given goes on without."""
    return sending(client, make_key(*scopes, **fields)[1])


def sending(client: Client, secret: str, *, scheme: str = "Bearer") -> Client:
    """The client, sending that key."""
    keyed = copy.copy(client)
    keyed.defaults = {**client.defaults, "HTTP_AUTHORIZATION": f"{scheme} {secret}"}
    return keyed
