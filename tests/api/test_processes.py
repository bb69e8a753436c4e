"""Two processes of a real gunicorn: what each counted is told by either, and settings know both."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.api.gunicorns import serving
from tests.search.conftest import wait_until
from tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)

COUNTED = ("lookalike_searches_total", "api", "exact")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


class Web:
    """A shop of two processes, in which one can be made to answer everything."""

    def __init__(self, port: int, metrics: Path) -> None:
        self._address, self._metrics = f"http://127.0.0.1:{port}", metrics

    @property
    def processes(self) -> list[int]:
        """All that have counted, the dead ones too."""
        return sorted(int(each.stem.partition("_")[2]) for each in self._metrics.glob("counter_*"))

    @contextmanager
    def only(self, process: int) -> Iterator[None]:
        """The others stand still meanwhile."""
        others = [each for each in self.processes if each != process and _lives(each)]
        for each in others:
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in others:
                os.kill(each, signal.SIGCONT)

    def search(self, times: int) -> None:
        for _ in range(times):
            found = httpx.get(f"{self._address}/api/v1/products/RED-1/similar/", timeout=30)
            assert found.status_code == 200

    def numbers(self) -> dict[tuple[str, ...], float]:
        told = httpx.get(f"{self._address}/metrics", timeout=30)
        assert told.status_code == 200
        families = list(text_string_to_metric_families(told.text))
        assert len({each.name for each in families}) == len(families)
        samples = [each for family in families for each in family.samples]
        return {(each.name, *each.labels.values()): each.value for each in samples}


@pytest.fixture
def web(shop: Shop, tmp_path: Path) -> Iterator[Web]:
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    (metrics / "counter_1.db").write_bytes(b"of an earlier life")
    environment = {"WEB_CONCURRENCY": "2", "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
    with serving(tmp_path / "log", **environment) as port:
        found = Web(port, metrics)
        wait_until(lambda: len(found.processes) == 2, "both processes are there")
        yield found


def test_counts_add_up_whoever_is_asked(web: Web):
    first, second = web.processes
    with web.only(first):
        web.search(3)
    with web.only(second):
        web.search(2)
        of_second = web.numbers()
    with web.only(first):
        of_first = web.numbers()

    assert of_first[COUNTED] == of_second[COUNTED] == 5
    assert of_first["lookalike_search_seconds_count", "exact"] == 5
    assert of_first["lookalike_images", "ready"] == 3


def test_what_a_dead_process_counted_is_kept(web: Web):
    first, second = web.processes
    with web.only(first):
        web.search(2)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(web.processes) == 3, "another process is there")
    with web.only(second):
        assert web.numbers()[COUNTED] == 2


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
