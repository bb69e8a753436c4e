"""The client, waiting and asynchronous, against a running shop and against a scripted server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from inspect import isasyncgen
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from pytest_django.live_server_helper import LiveServer

from lookalike_client import AsyncLookalike, Lookalike
from tests.api.keys import make_key
from tests.client.scripted import Script, scripted
from tests.conftest import no_request_left
from tests.pages.browser.kept import Kept
from tests.shop import open_shop


class Awaited:
    """An AsyncLookalike whose calls are awaited in a loop of another thread."""

    def __init__(self, client: AsyncLookalike, portal: BlockingPortal) -> None:
        self._client, self._portal = client, portal

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._run, getattr(self._client, name))

    def __repr__(self) -> str:
        return repr(self._client)

    def _run(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = partial(method, *args, **kwargs)
        made = self._portal.call(_in_loop, given)
        return self._each(made) if isasyncgen(made) else made

    def _each(self, made: Any) -> Iterator[Any]:
        while True:
            try:
                yield self._portal.call(made.__anext__)
            except StopAsyncIteration:
                return


async def _in_loop(given: Callable[[], Any]) -> Any:
    made = given()
    return made if isasyncgen(made) else await made


@pytest.fixture(params=["waiting", "asynchronous"])
def connect(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Makes clients of either kind; the methods of both are called alike."""
    clients: list[Any] = []

    def waiting(url: str, key: str | None = None, **options: Any) -> Any:
        clients.append(Lookalike(url, key, **options))
        return clients[-1]

    if request.param == "waiting":
        yield waiting
        for each in clients:
            each.close()
        return
    with start_blocking_portal() as portal:

        def asynchronous(url: str, key: str | None = None, **options: Any) -> Any:
            clients.append(Awaited(AsyncLookalike(url, key, **options), portal))
            return clients[-1]

        yield asynchronous
        for each in clients:
            each.close()


@pytest.fixture
def script() -> Iterator[Script]:
    with scripted() as served:
        yield served


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept") / "media")


@pytest.fixture
def running(
    transactional_db: None, live_server: LiveServer, kept: Kept, media_folder: Path
) -> Iterator[str]:
    """The address of the small shop of `tests.shop`, running."""
    kept.stock(media_folder, open_shop)
    with no_request_left():
        yield live_server.url


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of no length; how long they are is tested with `backoff` itself."""
    monkeypatch.setattr("lookalike_client.tries.backoff", lambda _attempt: 0.0)


@pytest.fixture
def writer(running: str, connect: Callable[..., Any]) -> Any:
    """A client whose key may read and write."""
    return connect(running, make_key("search", "read", "write")[1])


@pytest.fixture
def client(running: str, connect: Callable[..., Any]) -> Any:
    return connect(running)
