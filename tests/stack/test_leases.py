from __future__ import annotations

from pathlib import Path

import pytest

from config.stack.manage import needs_database
from tests.stack.helpers import alive, eventually, query, state


def test_two_commands_at_once_share_the_servers(clients, data: Path):
    first, second = clients(), clients()

    assert first.env() == second.env()
    assert state(data)["kind"] == "servers"


def test_servers_stay_while_one_command_is_left(clients):
    first = clients()
    first.env()
    second = clients()
    url = second.env()["DATABASE_URL"]

    first.close()

    assert not eventually(lambda: query(url, "SELECT 1") != 1, seconds=1)


def test_servers_leave_when_the_last_command_is_killed(clients, data: Path):
    client = clients()
    client.env()
    found = state(data)

    client.kill()

    everyone = [found["pid"], *found["pids"].values()]
    assert len(everyone) == 3
    assert eventually(lambda: not any(map(alive, everyone)))
    assert not (data / "stack.json").exists()


def test_a_command_that_comes_during_the_stop_gets_new_servers(clients, data: Path):
    first = clients()
    first.env()
    before = state(data)["pid"]

    first.kill()
    eventually(lambda: not (data / "stack.json").exists())
    url = clients().env()["DATABASE_URL"]

    assert query(url, "SELECT 1") == 1
    assert state(data)["pid"] != before


def test_a_state_file_of_a_dead_stack_is_not_believed(clients, data: Path):
    data.mkdir(mode=0o711)
    (data / "stack.json").write_text(
        '{"kind": "up", "pid": 1, "born": 123456789, "redis_url": "unix:///gone",'
        ' "database_url": "postgresql:///gone"}'
    )

    assert query(clients().env()["DATABASE_URL"], "SELECT 1") == 1


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("manage.py migrate", True),
        ("manage.py search photo.jpg", True),
        ("manage.py", False),
        ("manage.py up --port 8001", False),
        ("manage.py search --help", False),
        ("manage.py collectstatic --noinput", False),
    ],
)
def test_only_commands_that_need_a_database_get_one(line, needed):
    assert needs_database(line.split()) is needed
