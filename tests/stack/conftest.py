"""Real servers on data folders that every user of the machine can reach."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.stack.paths import OUTSIDE, Layout, lay_out
from config.stack.supervisor import Supervisor, interruptible
from tests.stack.helpers import Client, clear_environment


@pytest.fixture(autouse=True)
def own_servers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite itself runs on servers that these tests must not touch."""
    clear_environment(monkeypatch)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """An empty folder with a short name; pytest's own may not be entered by other users."""
    folder = Path(tempfile.mkdtemp(prefix="lookalike-stack-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder that does not exist yet, named by DATA."""
    folder = scratch / "data"
    monkeypatch.setenv("DATA", str(folder))
    yield folder
    if os.geteuid() == 0:
        tag = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        shutil.rmtree(OUTSIDE / tag, ignore_errors=True)


@pytest.fixture
def layout(data: Path) -> Layout:
    return lay_out(data)


@pytest.fixture
def told() -> list[str]:
    """What the supervisor told people."""
    return []


@pytest.fixture
def supervisor(told: list[str]) -> Iterator[Supervisor]:
    """A supervisor whose services are stopped at the end."""
    with interruptible():
        made = Supervisor(tell=told.append)
        yield made
        made.stop()


@pytest.fixture
def clients(data: Path) -> Iterator[Callable[[], Client]]:
    """Start commands that hold on to the servers of the data folder; none survives the test."""
    started: list[Client] = []

    def start() -> Client:
        started.append(Client())
        return started[-1]

    yield start
    for each in started:
        each.kill()
