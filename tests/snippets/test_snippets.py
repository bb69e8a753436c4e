"""Every operation of the schema has a snippet in each language, and each does what it says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from lookalike_client import Lookalike
from search import services
from search.api.snippets.samples import LANGUAGES, SNIPPETS
from tests.api import contract
from tests.api.conftest import photo
from tests.factories import add_photo, make_product
from tests.pages.browser.kept import Kept
from tests.snippets.recorder import Exchange, recorded
from tests.snippets.runners import in_browser, in_node, in_python, in_shell

KEY = "lk_none"


def operations() -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        operation["operationId"]: (path, operation)
        for path, methods in contract.schema()["paths"].items()
        for operation in methods.values()
    }


def test_every_operation_has_a_snippet_in_every_language():
    assert set(SNIPPETS) == set(operations())
    for _, operation in operations().values():
        samples = [each["label"] for each in operation["x-codeSamples"]]
        assert samples == ["curl", "Python", "JavaScript"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept") / "media")


def build() -> None:
    """What the snippets speak of: SHOE-7 and BOOT-2, and another red thing."""
    services.ensure_space()
    for seed, sku in enumerate(("SHOE-7", "BOOT-2", "SHOE-8"), start=1):
        add_photo(make_product(sku=sku, tags=("colour:red",)), seed=seed)
    services.embed_pending()


@pytest.fixture
def anew(transactional_db: None, kept: Kept, media_folder: Path) -> Callable[[], None]:
    """Puts the shop back to what the snippets speak of."""

    def put_back() -> None:
        shutil.rmtree(media_folder, ignore_errors=True)
        kept.stock(media_folder, build)

    return put_back


@pytest.fixture
def through(live_server: LiveServer) -> Iterator[tuple[str, list[Exchange]]]:
    with recorded(live_server.url) as (url, seen):
        yield url, seen


@pytest.fixture
def runners(new_page: Callable[..., Page]) -> dict[str, tuple[str, Callable[..., None]]]:
    """Which sample is run, and how."""
    return {
        "curl": ("curl", in_shell),
        "Python": ("Python", in_python),
        "Node": ("JavaScript", in_node),
        "browser": ("JavaScript", in_browser(new_page())),
    }


@pytest.mark.browser
@pytest.mark.parametrize("name", SNIPPETS)
def test_each_does_what_it_says(
    name: str,
    anew: Callable[[], None],
    through: tuple[str, list[Exchange]],
    runners: dict[str, tuple[str, Callable[..., None]]],
    tmp_path: Path,
):
    url, seen = through
    template, operation = operations()[name]
    sources = {each["label"]: each["source"] for each in operation["x-codeSamples"]}
    (tmp_path / "photo.jpg").write_bytes(photo(1))
    asked = {}
    for runner, (label, run) in runners.items():
        anew()
        given = {"SHOP": url, "KEY": KEY, **ids(url)}
        seen.clear()

        run(sources[label], given, tmp_path)

        [exchange] = [each for each in seen if each.path != "/healthz" and "/api/" in each.path]
        assert_as_documented(exchange, operation)
        assert exchange.headers["Authorization"] == f"Bearer {KEY}"
        asked[runner] = as_said(exchange, given)
    assert {runner: each for runner, each in asked.items() if each != asked["curl"]} == {}
    assert fits(asked["curl"][1], template)


def ids(url: str) -> dict[str, str]:
    """The ids that snippets name, of things that are there."""
    with Lookalike(url) as shop:
        return {"QUERY_ID": str(shop.search(photo(1)).query_id)}


def assert_as_documented(exchange: Exchange, operation: dict[str, Any]) -> None:
    successes = {status for status in operation["responses"] if status < "300"}
    assert str(exchange.status) in successes, exchange.answered
    content = operation["responses"][str(exchange.status)].get("content")
    if content is None:
        assert exchange.answered == b""
        return
    schema = content[exchange.answer_headers.get_content_type()]["schema"]
    contract.assert_fits(json.loads(exchange.answer()), schema["$ref"].rpartition("/")[2])


def as_said(exchange: Exchange, given: dict[str, str]) -> tuple[Any, ...]:
    """The request with the names of the ids in their place."""
    path = exchange.path
    for name, value in given.items():
        path = path.replace(value, f"${name}")
    return exchange.method, path, exchange.query, exchange.body()


def fits(sent: str, template: str) -> bool:
    steps, wanted = sent.split("/"), template.split("/")
    return len(steps) == len(wanted) and all(
        want.startswith("{") or step == want for step, want in zip(steps, wanted, strict=True)
    )


@pytest.mark.browser
def test_every_language_is_run(runners: dict[str, tuple[str, Callable[..., None]]]):
    assert {label for label, _ in runners.values()} == set(LANGUAGES)
