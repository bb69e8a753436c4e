"""A shop that is built once and put back for each test: 30 photos drawn, stored and embedded anew
cost two seconds of CPU, and rows that are copied a twentieth of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

ROOMS = ("catalog", "search")


class Kept:
    """The rows of catalogue and search, and the media folder, as `build` left them.

    Sequences are left alone: they stand behind these rows since they were built, and an id that was
    given out twice would meet the vector index of an earlier test's space.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, bytes] = {}

    def stock(self, media: Path, build: Callable[[], None]) -> None:
        """The shop in an empty database: built the first time, put back from then on."""
        if self._rows:
            self._put_back(media)
            return
        build()
        self._rows = {table: _copied_out(table) for table in _tables()}
        shutil.copytree(media, self._folder)

    def _put_back(self, media: Path) -> None:
        shutil.copytree(self._folder, media)
        with transaction.atomic(), connection.cursor() as cursor:
            # A request of the test before may have come in after its rows were cleared away.
            cursor.execute(f"TRUNCATE {', '.join(self._rows)}")
            for table in self._rows:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # they'd derive again
            for table, rows in self._rows.items():
                _copy_in(table, rows)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in self._rows:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _tables() -> list[str]:
    return [
        each._meta.db_table
        for room in ROOMS
        for each in apps.get_app_config(room).get_models(include_auto_created=True)
    ]


def _copied_out(table: str) -> bytes:
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as rows,
    ):
        return b"".join(bytes(each) for each in rows)


def _copy_in(table: str, rows: bytes) -> None:
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(rows)
