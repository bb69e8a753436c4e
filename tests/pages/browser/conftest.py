"""A running shop with thirty embedded products, and a customer in front of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page

from search import services
from search.embedder import get_embedder
from search.embedding import Outcome
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_category, make_product
from tests.pages.browser.kept import Kept

PRODUCTS = 30
COLOURS = ("red", "blue", "green")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


@dataclass(frozen=True)
class Shop:
    """The shop's address, and how to open one of its pages."""

    url: str
    new_page: Callable[..., Page]

    def open(self, path: str = "/", **options: Any) -> Page:
        page = self.new_page(base_url=self.url, **options)
        page.goto(path)
        return page


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept") / "media")


@pytest.fixture
def shop(
    transactional_db: None,
    live_server: Any,
    new_page: Callable[..., Page],
    kept: Kept,
    media_folder: Path,
) -> Shop:
    """Products 1 to 30 with the photos of those seeds; 1 is red, 2 blue, 3 green, 4 red ...; each
    costs its number; the even ones are chairs; 30 is sold out."""
    kept.stock(media_folder, build)
    return Shop(live_server.url, new_page)


def build() -> None:
    services.ensure_space()
    living = make_category("Living")
    chairs = make_category("Chairs", parent=living)
    for number in range(1, PRODUCTS + 1):
        product = make_product(
            sku=f"P-{number}",
            title=f"Piece {number}",
            description=f"What piece {number} is made of.",
            price=Decimal(number),
            stock=0 if number == PRODUCTS else 5 + number,
            category=living if number % 2 else chairs,
            tags=(f"colour:{COLOURS[(number - 1) % 3]}",),
        )
        add_photo(product, seed=number)
    services.embed_pending(limit=PRODUCTS)


@pytest.fixture(autouse=True)
def sample(settings: Any, tmp_path: Path) -> str:
    """A sample photo that shows product 7; returns its name."""
    settings.DATA_DIR = tmp_path / "data"
    folder = tmp_path / "data" / "sample" / "queries"
    folder.mkdir(parents=True)
    (folder / "seven.jpg").write_bytes(photo(7)["buffer"])
    entry = {"name": "seven", "title": "Piece 7", "file": "seven.jpg", "sku": "P-7"}
    (folder / "index.json").write_text(json.dumps([entry]), encoding="utf-8")
    return "seven"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Photos are embedded no sooner than the event is set."""
    embedder, go_on = get_embedder(), threading.Event()
    embed = embedder.embed

    def embed_later(images: Sequence[Image.Image]) -> list[Outcome]:
        go_on.wait(timeout=20)
        return embed(images)

    monkeypatch.setattr(embedder, "embed", embed_later)
    yield go_on
    go_on.set()


def photo(number: int, size: tuple[int, int] = (320, 240)) -> FilePayload:
    """A customer's photo of that product: its picture, packed more tightly."""
    content = jpeg_bytes(draw_photo(number, size), quality=80)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content}


def choose(page: Page, number: int, **options: Any) -> None:
    """Chooses a photo of that product on the front, and waits for its results."""
    page.set_input_files("#photo-input", files=[photo(number, **options)])
    page.wait_for_url("**/search/*/")


def titles(page: Page) -> list[str]:
    """The products on the wall, in their order; all of them, however slowly the page comes."""
    page.wait_for_load_state()
    return page.locator(".card-title").all_text_contents()


def box(page: Page, colour: str) -> Locator:
    """The box of a colour that the shop's staff have named; pictures have colours of their own."""
    return page.get_by_role("group", name="Colour", exact=True).get_by_label(colour)
