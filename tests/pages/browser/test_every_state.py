"""No state of the shop shuts anybody out: axe finds nothing, nothing reaches beyond the screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.pages.browser.conftest import PHONE, Shop
from tests.pages.browser.states import STATES, WITHOUT_SCRIPT, Stage, in_order

pytestmark = pytest.mark.browser

SCREENS = os.environ.get("LOOKALIKE_SCREENS")
DARK = {"color_scheme": "dark"}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": DARK,
    "phone": PHONE,
    "phone-dark": {**PHONE, **DARK},
}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
# The two that have least in common; pictures are wanted of all.
JUDGED = [("en", "light"), ("zh", "phone-dark")]
ALL = [(language, look) for language in LOCALES for look in LOOKS]
CHANGED = ("MAX_PHOTO_BYTES", "PHOTO_SEARCHES_PER_MINUTE", "SECRET_KEY")


@pytest.mark.parametrize(("language", "look"), ALL if SCREENS else JUDGED)
def test_nobody_is_shut_out(
    shop: Shop, held: Event, settings: Any, language: str, look: str
) -> None:
    """One shop for all states of a look, a page of its own for each."""
    found = {}
    for name in in_order():
        page = shop.open(
            **LOOKS[look],
            locale=LOCALES[language],
            java_script_enabled=name not in WITHOUT_SCRIPT,
        )
        with as_before(settings):
            held.set()
            STATES[name](Stage(shop, page, held, settings))
            picture(page, name, f"{language}-{look}")
            found[name] = wrong(page) if name not in WITHOUT_SCRIPT else []
            held.set()
            page.context.close()
    assert {name: each for name, each in found.items() if each} == {}


def wrong(page: Page) -> list[str]:
    """What axe finds, and by how much the page is wider than the screen."""
    # Pictures that fade in or slide would be judged half-way.
    page.emulate_media(reduced_motion="reduce")
    violations = Axe().run(page).response["violations"]
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [
        *(f"{each['id']}: {node['html']}" for each in violations for node in each["nodes"]),
        *([f"{beyond} pixels wider than the screen"] if beyond > 0 else []),
    ]


def picture(page: Page, name: str, look: str) -> None:
    if SCREENS:
        folder = Path(SCREENS) / look
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")


@contextmanager
def as_before(settings: Any) -> Iterator[None]:
    kept = {name: getattr(settings, name) for name in CHANGED}
    yield
    for name, value in kept.items():
        setattr(settings, name, value)
