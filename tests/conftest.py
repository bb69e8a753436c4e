"""Fixtures that several rooms share: a real Chromium, a clean media folder, a webhook's target."""

from __future__ import annotations

import io
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from threading import current_thread
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.utils import translation
from hypothesis import settings as property_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.webhooks.receivers import Receiver, open_receiver

CHROMIUM = os.environ.get("LOOKALIKE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
HOW_TO_GET_IT = (
    f"No Chromium at {CHROMIUM}. Get it with `apt-get install chromium`, "
    "or name one in LOOKALIKE_CHROMIUM."
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# A test never depends on how fast the machine is.
property_settings.register_profile("untimed", deadline=None)
property_settings.load_profile("untimed")
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium the browser tests are skipped and say how to get it; in CI they fail."""
    if Path(CHROMIUM).exists() or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=HOW_TO_GET_IT))


@pytest.fixture(autouse=True)
def language_of_the_shop() -> Iterator[None]:
    """Each test begins in LANGUAGE_CODE: a request leaves its visitor's language in the thread."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def media_folder(settings: Any, tmp_path: Path) -> Path:
    """Each test has a media folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """What the console's handler writes meanwhile, however little is to be logged elsewhere."""
    caplog.set_level(logging.INFO)
    [console] = [each for each in logging.root.handlers if type(each) is logging.StreamHandler]
    written = io.StringIO()
    before = console.setStream(written)
    yield written
    console.setStream(before)


@pytest.fixture
def own_machine(settings: Any) -> None:
    """The operator's leave to send webhooks to this machine, without TLS."""
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_PRIVATE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.fixture
def receiver(own_machine: None) -> Iterator[Receiver]:
    """A webhook's target on this machine."""
    with open_receiver() as opened:
        yield opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    # Playwright's synchronous API runs an event loop in this thread; Django then refuses the
    # database there although nothing is asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if not Path(CHROMIUM).exists():
        pytest.fail(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def no_request_left() -> Iterator[None]:
    """Waits at the end for the requests that the live server is still answering: one that comes to
    the database while it is cleared for the next test locks tables against it."""
    under_way: set[object] = set()

    def begun(environ: object = None, **_kwargs: object) -> None:
        under_way.add(current_thread())

    def ended(**_kwargs: object) -> None:
        under_way.discard(current_thread())

    request_started.connect(begun)
    request_finished.connect(ended)
    try:
        yield
        deadline = time.monotonic() + 20
        while under_way and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        request_started.disconnect(begun)
        request_finished.disconnect(ended)


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages: `new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")`.

    A page that logged an error to the console fails its test: a broken script and a violated
    content policy both show there. A refused request (a 4xx that a test provokes) does not count.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(**options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        return page

    with no_request_left():
        yield open_page
        for context in contexts:
            context.close()
    unexpected = [line for line in errors if "Failed to load resource" not in line]
    assert unexpected == []
