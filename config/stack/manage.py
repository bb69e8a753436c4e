"""What `manage.py` does before Django is loaded: a database for the commands that need one."""

from __future__ import annotations

import os
import sys

import environ

from config.stack.errors import StackError
from config.stack.leases import attach_or_start
from config.stack.paths import CHECKOUT, data_folder

WITHOUT_DATABASE = frozenset(
    {
        "",
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "spectacular",
        "startapp",
        "up",
        "version",
    }
)


def prepare(arguments: list[str]) -> None:
    """Export DATABASE_URL, REDIS_URL, SECRET_KEY and DATA for the command in `arguments`.

    Exits with a sentence on stderr where the servers cannot be had.
    """
    environ.Env.read_env(CHECKOUT / ".env")
    os.environ["DATA"] = str(data_folder())
    if not needs_database(arguments):
        return
    try:
        os.environ.update(attach_or_start().variables())
    except StackError as error:
        sys.exit(str(error))


def needs_database(arguments: list[str]) -> bool:
    """Whether the command line `manage.py COMMAND ...` asks for more than words."""
    command = arguments[1] if len(arguments) > 1 else ""
    asks_for_help = {"-h", "--help", "--version"} & set(arguments[1:])
    return command not in WITHOUT_DATABASE and not asks_for_help
