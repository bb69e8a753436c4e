"""Management commands; settings or a database that can't serve them are told in a sentence."""

from __future__ import annotations

import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError, ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable


def run(arguments: list[str]) -> None:
    """Run `manage.py COMMAND ...`; --traceback shows where a fault came from."""
    try:
        execute_from_command_line(arguments)
    except (ImproperlyConfigured, OperationalError, InterfaceError, ProgrammingError) as error:
        told = _told(error)
        if not told or "--traceback" in arguments:
            raise
        sys.exit(told)


def _told(error: Exception) -> str:
    """What is wrong and what to do; "" where the fault is our own."""
    if isinstance(error, ImproperlyConfigured):
        return f"A setting is wrong: {error}"
    if isinstance(error, OperationalError | InterfaceError):
        return f"The database failed: {str(error).strip()}\nTo see what is wrong: manage.py doctor"
    if isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
        return "The database is not up to date with this version: run manage.py migrate first."
    return ""
