"""Misconfiguration speaks at start-up, with an id and a hint.

What needs the database runs under the `database` tag (`migrate`, `check --database default`), what
only matters in production with `check --deploy`. A check never breaks on a database that isn't
migrated yet: `migrate` runs them first.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, InterfaceError

from catalog.errors import LookalikeError
from search.doctor import index, installation
from search.embedder import embedder_of, get_embedder, network_missing
from search.models import EmbeddingSpace
from search.requirements import database_fault, database_versions


def register_all() -> None:
    """Called once, when the app is ready."""
    for always in (embedder_known, folders_writable):
        register(always, "search")
    for production in (secret_key_set, network_exported):
        register(production, "search", deploy=True)
    for stored in (database_able, space_matches, embedder_as_configured, index_there):
        register(stored, Tags.database)


def database_able(*, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """E001: Postgres or pgvector is missing something."""
    if not databases:
        return []
    try:
        fault = database_fault(database_versions())
    except (DatabaseError, InterfaceError):
        return []
    return [checks.Error(fault.told, hint=fault.hint, id="search.E001")] if fault else []


def space_matches(*, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """W002: the space can't be searched by photo any more. No error: the shop opens without, and
    `migrate` is what somebody who is mending this may need."""
    active = _active_space() if databases else None
    if active is None:
        return []
    found = index.space(active)
    told = "Searching by photo is off: the embedder of the searched space can't be had."
    return [] if found.ok else [checks.Warning(told, hint=found.todo, id="search.W002")]


def embedder_as_configured(*, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """W008: EMBEDDER names another embedder than the one that is searched by. The shop goes on."""
    active = _active_space() if databases else None
    if active is None:
        return []
    found = index.space(active)
    if not (found.advice and found.todo):
        return []
    told = f"Pictures are searched by {active.name}, not by EMBEDDER={settings.EMBEDDER}."
    return [checks.Warning(told, hint=found.todo, id="search.W008")]


def index_there(*, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """W003: a large space is searched one by one."""
    active = _active_space() if databases else None
    if active is None:
        return []
    found = index.hnsw(active)
    return [] if found.ok else [checks.Warning(found.told, hint=found.todo, id="search.W003")]


def _active_space() -> EmbeddingSpace | None:
    try:
        return EmbeddingSpace.objects.active().select_related("base").first()
    except (DatabaseError, InterfaceError):
        return None


def embedder_known(**_: Any) -> list[CheckMessage]:
    """W004: EMBEDDER names nothing that can be had here. The shop opens without photo search."""
    try:
        get_embedder()
    except LookalikeError as error:
        hint = f"{error.__cause__}"
        return [
            checks.Warning(
                f"EMBEDDER={settings.EMBEDDER} can't be used.", hint=hint, id="search.W004"
            )
        ]
    return []


def network_exported(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """W005: searches by photo answer 503 until the network is there."""
    active = _active_space() if databases else None
    try:
        missing = network_missing(get_embedder() if active is None else embedder_of(active))
    except LookalikeError:
        return []  # W004 says why
    hint = "Run `manage.py warm_embedder`."
    return [checks.Warning(f"{missing}.", hint=hint, id="search.W005")] if missing else []


def folders_writable(**_: Any) -> list[CheckMessage]:
    """W006: data or media can't be written."""
    folders = (
        installation.folder("Data folder", Path(settings.DATA_DIR), setting="DATA"),
        installation.folder("Media folder", Path(settings.MEDIA_ROOT), setting="MEDIA"),
    )
    return [
        checks.Warning(each.told, hint=each.todo, id="search.W006")
        for each in folders
        if not each.ok
    ]


def secret_key_set(**_: Any) -> list[CheckMessage]:
    """W007: log-ins end with the process, and two processes don't share them."""
    found = installation.secret_key()
    told = f"SECRET_KEY {found.told}."
    return [] if found.ok else [checks.Warning(told, hint=found.todo, id="search.W007")]
