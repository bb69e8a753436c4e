"""What a killed supervisor, a killed Postgres or a lying lock file leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.helpers import alive, eventually, query, state


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_killed_supervisor_leaves_no_orphan(clients, data: Path):
    clients().env()
    found = state(data)
    family = [*found["pids"].values(), *children_of(found["pids"]["postgres"])]
    assert len(family) > 4

    os.kill(found["pid"], signal.SIGKILL)

    assert eventually(lambda: not any(map(alive, family)))


def test_data_survives_a_killed_supervisor(clients, data: Path):
    first = clients()
    query(first.env()["DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS n")
    os.kill(state(data)["pid"], signal.SIGKILL)
    first.kill()

    assert query(clients().env()["DATABASE_URL"], "SELECT n FROM kept") == 42


def test_a_killed_postgres_comes_back_with_its_data(clients, data: Path):
    url = clients().env()["DATABASE_URL"]
    query(url, "CREATE TABLE kept AS SELECT 42 AS n")
    before = state(data)["pids"]["postgres"]

    os.kill(before, signal.SIGKILL)

    assert eventually(lambda: answers(url, "SELECT n FROM kept") == 42)
    assert (
        "Postgres was killed by SIGKILL; starting it again."
        in (data / "logs" / "servers.log").read_text()
    )


def test_a_lock_file_whose_process_id_was_reused_does_not_keep_postgres_down(clients, data: Path):
    first = clients()
    first.env()
    servers = state(data)["pid"]
    first.close()
    eventually(lambda: not alive(servers))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        cluster = next(data.rglob("PG_VERSION")).parent
        (cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster}\n1\n5432\n\n\n")
        (data / "run" / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n{cluster}\n1\n")

        assert query(clients().env()["DATABASE_URL"], "SELECT 1") == 1
        assert alive(stranger.pid)
        stranger.communicate()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers are another user's")
@pytest.mark.parametrize("server", ["postgres", "redis"])
def test_a_server_that_still_leaves_is_seen_where_root_may_not_trace(clients, data: Path, server):
    clients().env()
    look = (
        "import pathlib, sys; from config.stack import leftovers; leftovers.SECONDS = 0\n"
        "leftovers.wait_until_unused(pathlib.Path(sys.argv[1]), programs=(sys.argv[2],))"
    )

    seen = subprocess.run(
        [
            "/usr/bin/setpriv",
            "--bounding-set=-sys_ptrace",
            sys.executable,
            "-c",
            look,
            data / server,
            server,
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"(process {state(data)['pids'][server]}): stop it with kill -INT" in seen.stderr


def answers(url: str, statement: str) -> object:
    import psycopg

    try:
        return query(url, statement)
    except psycopg.OperationalError:
        return None
