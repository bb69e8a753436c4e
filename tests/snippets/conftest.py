"""A running shop that snippets are tried on, and what they name of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from lookalike_client import Lookalike
from search import services
from search.api.snippets.samples import SNIPPETS
from tests.api.conftest import photo
from tests.api.keys import make_key
from tests.conftest import no_request_left
from tests.factories import add_photo, make_product
from tests.pages.browser.kept import Kept
from tests.snippets.checking import as_said, assert_as_documented, operations
from tests.snippets.recorder import recorded
from tests.snippets.runners import Runner, in_browser, in_node, in_python, in_shell

RECEIVER = "http://127.0.0.1:9999/hooks"  # nobody is told: no worker runs here
Try = Callable[..., None]


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
def anew(
    transactional_db: None,
    kept: Kept,
    media_folder: Path,
    live_server: LiveServer,
    own_machine: None,
) -> Callable[[str], dict[str, str]]:
    """Puts the shop back to what the snippets speak of; gives the values that a snippet names."""

    def put_back(name: str) -> dict[str, str]:
        shutil.rmtree(media_folder, ignore_errors=True)
        kept.stock(media_folder, build)
        key = make_key("admin")[1]
        with Lookalike(live_server.url, key) as shop:
            return {"KEY": key, **named_in(name, shop)}

    return put_back


def changes_the_shop(name: str) -> bool:
    """A search leaves its query, which changes nothing for the next one."""
    asked = SNIPPETS[name]
    return asked.method != "GET" and not asked.path.startswith(("search/", "embeddings/"))


def named_in(name: str, shop: Lookalike) -> dict[str, str]:
    """Values for what the snippet names, of things that are there."""
    asked = SNIPPETS[name]
    names = set(re.findall(r"\$([A-Z_]+)", f"{asked.path} {asked.headers} {asked.json}"))
    return {each: MAKERS[each](shop) for each in names}


def webhook_id(shop: Lookalike) -> int:
    return shop.create_webhook(RECEIVER, ["image.ready"]).id


MAKERS: dict[str, Callable[[Lookalike], str]] = {
    "QUERY_ID": lambda shop: str(shop.search(product="SHOE-7").query_id),
    "ETAG": lambda shop: str(shop.product("SHOE-7").etag),
    "IMAGE_ID": lambda shop: str(shop.product("SHOE-7").images[0].id),
    "RECEIVER": lambda _: RECEIVER,
    "WEBHOOK_ID": lambda shop: str(webhook_id(shop)),
    "DELIVERY_ID": lambda shop: str(shop.ping_webhook(webhook_id(shop)).id),
}


@pytest.fixture
def try_snippet(
    anew: Callable[[str], dict[str, str]], live_server: LiveServer, tmp_path: Path
) -> Iterator[Try]:
    """Runs an operation's snippets, each on the shop as it was: all ask the same in one request,
    and are answered as the schema says."""
    (tmp_path / "photo.jpg").write_bytes(photo(4))

    def try_each(name: str, page: Page | None = None) -> None:
        _, operation = operations()[name]
        sources = {each["label"]: each["source"] for each in operation["x-codeSamples"]}
        asked, given = {}, anew(name)
        for runner, (label, run) in runners(page).items():
            if asked and changes_the_shop(name):
                given = anew(name)
            with recorded(live_server.url) as (url, seen):
                run(sources[label], {"SHOP": url, **given}, tmp_path)
            [exchange] = [each for each in seen if "/api/" in each.path]
            assert_as_documented(exchange, name, given)
            asked[runner] = as_said(exchange, given)
        assert {runner: each for runner, each in asked.items() if each != asked["curl"]} == {}

    with no_request_left():
        yield try_each


def runners(page: Page | None = None) -> dict[str, tuple[str, Runner]]:
    """Which sample is run, and how."""
    here: dict[str, tuple[str, Runner]] = {
        "curl": ("curl", in_shell),
        "Python": ("Python", in_python),
        "Node": ("JavaScript", in_node),
    }
    return here if page is None else {**here, "browser": ("JavaScript", in_browser(page))}
