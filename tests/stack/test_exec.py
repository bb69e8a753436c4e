from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from tests.stack.helpers import query, run_stack

REPORT = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(connection.execute("SHOW fsync").fetchone()[0])
    print(connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = user").fetchone()[0])
print(redis.Redis.from_url(os.environ["REDIS_URL"]).ping())
print(len(os.environ["SECRET_KEY"]) >= 40)
print(os.environ["DATA"])
"""
NEW_DATABASE = """
import os, psycopg
url = os.environ["DATABASE_URL"]
with psycopg.connect(url, autocommit=True) as connection:
    connection.execute("CREATE DATABASE fresh")
with psycopg.connect(url.replace("/lookalike?", "/fresh?")) as connection:
    connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    print(connection.execute("SELECT '[1,2]'::halfvec <=> '[2,1]'::halfvec < 1").fetchone()[0])
"""


def python(script: str) -> tuple[str, ...]:
    return ("--", sys.executable, "-c", script)


def test_ephemeral_servers_are_complete_and_leave_nothing(data: Path):
    done = run_stack("exec", "--ephemeral", *python(REPORT))

    fsync, superuser, pong, secret, folder = done.stdout.split()
    assert (fsync, superuser, pong, secret) == ("off", "False", "True", "True")
    assert Path(folder).parent == Path(tempfile.gettempdir())
    assert not Path(folder).exists()
    assert not data.exists()


def test_test_databases_come_with_the_extensions():
    assert run_stack("exec", "--ephemeral", *python(NEW_DATABASE)).stdout == "True\n"


@pytest.mark.parametrize(
    ("script", "code"),
    [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 128 + 9)],
)
def test_the_commands_exit_code_comes_back(data: Path, script, code):
    given = {"DATABASE_URL": "postgresql://nowhere/x", "REDIS_URL": "redis://nowhere"}

    assert run_stack("exec", "--ephemeral", *python(script), **given).returncode == code


def test_servers_that_are_named_are_used_as_they_are(data: Path):
    script = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
    given = {"DATABASE_URL": "postgresql://nowhere/x", "REDIS_URL": "redis://nowhere"}

    done = run_stack("exec", *python(script), **given)

    assert done.stdout == "postgresql://nowhere/x redis://nowhere\n"


def test_a_command_that_does_not_exist_is_named(data: Path):
    given = {"DATABASE_URL": "postgresql://nowhere/x", "REDIS_URL": "redis://nowhere"}

    done = run_stack("exec", "--", "no-such-command", **given)

    assert done.returncode == 1
    assert done.stderr == "no-such-command cannot be run: No such file or directory.\n"


def test_data_survives_from_one_run_to_the_next(data: Path):
    write = (
        "import os, psycopg, redis\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as c:\n"
        "    c.execute('CREATE TABLE kept AS SELECT 42 AS n')\n"
        "redis.Redis.from_url(os.environ['REDIS_URL']).set('kept', '43')\n"
    )
    read = (
        "import os, psycopg, redis\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as c:\n"
        "    print(c.execute('SELECT n FROM kept').fetchone()[0])\n"
        "print(redis.Redis.from_url(os.environ['REDIS_URL']).get('kept').decode())\n"
    )

    run_stack("exec", *python(write))

    assert run_stack("exec", *python(read)).stdout == "42\n43\n"


def test_a_lost_password_file_is_made_anew(clients, data: Path):
    first = clients()
    before = first.env()["DATABASE_URL"]
    first.close()
    (data / "postgres_password").unlink()

    after = clients().env()["DATABASE_URL"]

    assert after != before
    assert query(after, "SELECT 1") == 1
