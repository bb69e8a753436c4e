"""Every refusal is one sentence that says what to do, exit code 1, and no traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from config.stack import postgres
from config.stack.binaries import postgres_programs, prove
from config.stack.errors import AlreadyOwned, StackError
from config.stack.external import unfit
from config.stack.ownership import owned
from config.stack.paths import Layout
from tests.stack.helpers import run_stack


def refusal(*arguments: str) -> str:
    done = run_stack(*arguments)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_in_use(data: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        said = refusal("up", "--port", str(port))

    assert said == (
        f"Port {port} of 127.0.0.1 cannot be used (Address already in use): stop the program "
        f"that uses it, or choose another with make run PORT={port + 1}.\n"
    )


def test_another_stack_on_the_data_folder(layout: Layout):
    with owned(layout, "up"):
        said = refusal("up", "--port", "1")

    assert said.startswith(f"Another stack runs on {layout.data} already (process ")
    assert "name another folder with DATA=..." in said


def test_the_refusal_names_the_owner(layout: Layout):
    import os

    with owned(layout, "up"), pytest.raises(AlreadyOwned) as refused, owned(layout, "servers"):
        pass

    assert (refused.value.pid, refused.value.kind) == (os.getpid(), "up")


def test_a_data_folder_that_is_a_file(data: Path):
    data.write_text("not a folder")

    assert refusal("up") == (
        f"The data folder {data} is not a folder: name another with DATA=...\n"
    )


def test_a_folder_that_holds_half_a_database(data: Path, layout: Layout):
    layout.postgres.mkdir()
    (layout.postgres / "PG_VERSION").write_text("18\n")

    said = refusal("exec", "--", "true")

    assert said.startswith(f"The database in {layout.postgres} is broken (base, ")
    assert "restore the folder from a backup" in said


def test_a_database_of_another_major_version(layout: Layout):
    for name in postgres.ESSENTIAL:
        (layout.postgres / name).parent.mkdir(parents=True, exist_ok=True)
        (layout.postgres / name).write_text("16\n")

    with pytest.raises(StackError, match="was made by PostgreSQL 16, and this is 18: restore a"):
        postgres.service(layout, postgres_programs(layout), durable=True)


def test_a_program_with_a_missing_library(scratch: Path):
    program = scratch / "postgres"
    program.write_text(
        "#!/bin/sh\necho 'postgres: error while loading shared libraries: libz.so.1: cannot open "
        "shared object file: No such file or directory' >&2\nexit 127\n"
    )
    program.chmod(0o755)

    with pytest.raises(StackError, match=r"needs the library libz\.so\.1.*apt-get install zlib1g"):
        prove(program, None)


def test_a_program_of_another_system(scratch: Path):
    program = scratch / "postgres"
    program.write_bytes(b"\xcf\xfa\xed\xfe not for Linux")
    program.chmod(0o755)

    with pytest.raises(StackError, match=r"cannot run on this system .*DATABASE_URL"):
        prove(program, None)


@pytest.mark.parametrize(
    ("server", "pgvector", "complaint"),
    [
        (16, "0.8.0", ""),
        (18, "0.10.1", ""),
        (15, "0.8.0", "is PostgreSQL 15; Lookalike needs 16 or later"),
        (17, None, "has no pgvector; install 0.8 or later"),
        (17, "0.7.4", "has pgvector 0.7.4; it needs 0.8"),
    ],
)
def test_a_named_server_that_is_too_old(server, pgvector, complaint):
    assert complaint in unfit(server, pgvector)
    assert bool(unfit(server, pgvector)) is bool(complaint)


def test_up_waits_for_a_commands_servers_and_says_so(clients, data: Path):
    import subprocess
    import sys

    client = clients()
    client.env()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])  # so that it ends as soon as it owns the folder
        command = [sys.executable, "-m", "config.stack", "up", "--port", port]
        up = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert up.stdout is not None
        assert up.stderr is not None
        shown = up.stdout.readline()  # it says so while it waits

        client.close()
        shown, refused = shown + up.stdout.read(), up.stderr.read()
        up.wait(timeout=30)

    assert (
        shown.split()
        == (
            f"A manage.py command is using {data}: waiting until it has ended (Ctrl-C to give up)."
        ).split()
    )
    assert refused.startswith(f"Port {port} ")
