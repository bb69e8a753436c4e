"""What `manage.py api_key` shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from search.models import ApiKey

COLUMNS = ("Name", "State", "Scopes", "A minute", "A day", "Last used", "Expires")
STYLES = {"usable": "green", "expired": "yellow", "revoked": "dim"}


def print_keys(keys: Iterable[ApiKey], console: Console) -> None:
    table = Table(Column("Key", no_wrap=True), *COLUMNS, title="API keys")
    for key in keys:
        state = key.state.value
        table.add_row(
            key.shown,
            escape(key.name),
            f"[{STYLES[state]}]{state}[/]",
            " ".join(key.scopes),
            *(f"{limit:,}" if limit else "" for limit in (key.per_minute, key.per_day)),
            _local(key.last_used_at) or "never",
            _local(key.expires_at),
        )
    console.print(table)


def as_json(key: ApiKey) -> dict[str, Any]:
    """The key without its secret."""
    return {
        "prefix": key.prefix,
        "name": key.name,
        "state": key.state.value,
        "scopes": key.scopes,
        "per_minute": key.per_minute,
        "per_day": key.per_day,
        "created_at": _iso(key.created_at),
        "expires_at": _iso(key.expires_at),
        "revoked_at": _iso(key.revoked_at),
        "last_used_at": _iso(key.last_used_at),
    }


def _local(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
