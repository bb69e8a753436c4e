"""A management command on a database that can't serve it: a sentence, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.stack.up import a_host_of
from tests.stack.helpers import CHECKOUT

NO_TABLES = "The database is not up to date with this version: run manage.py migrate first.\n"


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "EMBEDDER": "fake@1", **environment},
        timeout=60,
    )


@pytest.mark.parametrize("command", [("ensure_admin",), ("search", "--text", "hat"), ("embed",)])
def test_a_database_without_tables(clients, data: Path, command: tuple[str, ...]):
    clients().env()

    done = manage(*command)

    assert (done.returncode, done.stderr) == (1, NO_TABLES)


def test_the_traceback_is_there_for_who_asks(clients, data: Path):
    clients().env()

    assert "Traceback" in manage("ensure_admin", "--traceback").stderr


def test_the_doctor_examines_a_database_without_tables(clients, data: Path):
    clients().env()

    done = manage("doctor")

    assert done.returncode == 1
    assert "are not applied" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer(data: Path):
    done = manage("ensure_admin", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert done.returncode == 1
    assert done.stderr.endswith("To see what is wrong: manage.py doctor\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("EMBED_BATCH", "many", "EMBED_BATCH must be a whole number, not 'many'."),
        ("DATABASE_URL", "mysql://h/x", "DATABASE_URL must start with postgresql://, not 'mysql'."),
    ],
)
def test_a_setting_that_makes_no_sense(data: Path, setting: str, value: str, told: str):
    done = manage("ensure_admin", **{"DATABASE_URL": "postgresql:///none", setting: value})

    assert (done.returncode, done.stderr) == (1, f"A setting is wrong: {told}\n")


@pytest.mark.parametrize(
    ("allowed_hosts", "host"),
    [
        ("localhost,127.0.0.1", "localhost"),
        ("shop.example, localhost", "shop.example"),
        (".shop.example", "shop.example"),
        ("*", "localhost"),
        ("", "localhost"),
    ],
)
def test_the_shop_is_asked_under_a_name_it_answers_to(allowed_hosts: str, host: str):
    assert a_host_of(allowed_hosts) == host
