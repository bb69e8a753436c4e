"""How long after a save in the admin a product is found by photo, against a running shop.

Saves products with two photos each through the admin's own form, then asks the JSON API with edited
copies (turned, cropped, darker) until the product is the first hit, and the page once:

    make run                                   # in another terminal; note the admin's password
    PYTHONPATH=clients/python/src .venv/bin/python benchmarks/save_to_searchable.py \\
        --password ... --photos DIR

The products that it made are deleted at the end.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import re
import secrets
import statistics
import sys
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image, ImageEnhance

from lookalike_client import Lookalike

OUT = Path(__file__).parent / "out"
GIVE_UP = 60.0
PAUSE = 0.05


class Shop:
    """A browser of sorts: cookies, forms with their CSRF token, files; and the API beside it."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.api = Lookalike(address)
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        return self.opener.open(self.address + path, timeout=30).read().decode()

    def post(self, path: str, fields: dict[str, Any]) -> tuple[str, str]:
        """Send the form that stands at `path`; the address it led to, and that page's text."""
        self.get(path)
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
        return self.send(path, {"csrfmiddlewaretoken": token, **fields})

    def send(self, path: str, fields: dict[str, Any]) -> tuple[str, str]:
        body = encode_multipart(BOUNDARY, fields)
        headers = {"Content-Type": MULTIPART_CONTENT, "Referer": self.address + path}
        request = urllib.request.Request(self.address + path, body, headers)
        with self.opener.open(request, timeout=60) as answer:
            return answer.url, answer.read().decode()


def jpeg(image: Image.Image, name: str) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def edited(image: Image.Image) -> Image.Image:
    """A copy as a customer might have it: turned by three degrees, cut by 8 %, darker."""
    width, height = image.size
    turned = image.rotate(3, resample=Image.Resampling.BICUBIC)
    cut = turned.crop((width // 12, height // 12, width - width // 12, height - height // 12))
    return ImageEnhance.Brightness(cut).enhance(0.85)


def save_product(shop: Shop, sku: str, photos: list[Image.Image]) -> float:
    """Save a product with its photos through the admin's form; seconds that the request took."""
    fields = {"sku": sku, "title": f"Benchmark {sku}", "slug": sku.lower(), "status": "active"}
    fields |= {"category": "", "description": "", "price": "1.00", "currency": "EUR", "stock": "1"}
    fields |= {"images-TOTAL_FORMS": "0", "images-INITIAL_FORMS": "0"}
    files = {"new_photos": [jpeg(photo, f"{n}.jpg") for n, photo in enumerate(photos)]}
    shop.get("/admin/catalog/product/add/")
    started = time.perf_counter()
    landed, page = shop.post("/admin/catalog/product/add/", {**fields, **files})
    if "/add/" in landed:
        sys.exit(
            f"The admin refused the product: {re.findall('errorlist.*?</ul>', page, re.DOTALL)}"
        )
    return time.perf_counter() - started


def first_hit(shop: Shop, photo: Image.Image) -> str:
    results = shop.api.search(jpeg(photo, "query.jpg").read(), k=1).results
    return results[0].sku if results else ""


def seconds_until_found(shop: Shop, sku: str, photo: Image.Image, since: float) -> float:
    while time.perf_counter() - since < GIVE_UP:
        if first_hit(shop, photo) == sku:
            return time.perf_counter() - since
        time.sleep(PAUSE)
    sys.exit(f"{sku} was not the first hit within {GIVE_UP:.0f} s of its save.")


def found_on_page(shop: Shop, sku: str, photo: Image.Image) -> bool:
    """Whether the first card of the results page leads to the product."""
    _, page = shop.post("/search/", {"image": jpeg(photo, "query.jpg")})
    cards = re.findall(r'href="/p/([^"/]+)/', page)
    return bool(cards) and cards[0] == sku.lower()


def pictures(folder: Path) -> list[Image.Image]:
    names = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg"})
    if len(names) < 2:
        sys.exit(f"{folder} holds fewer than two JPEG files.")
    return [Image.open(path).convert("RGB") for path in names]


def delete_made(shop: Shop, prefix: str) -> None:
    path = f"/admin/catalog/product/?q={prefix}"
    chosen = re.findall(r'name="_selected_action" value="(\d+)"', shop.get(path))
    fields = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    shop.post(path, fields)


def measure(shop: Shop, photos: list[Image.Image], runs: int, prefix: str) -> list[dict[str, Any]]:
    rows = []
    supply = itertools.cycle(photos)
    for number in range(runs):
        sku = f"{prefix}-{number}"
        pair = [next(supply), next(supply)]
        request = save_product(shop, sku, pair)
        saved = time.perf_counter()
        found = [seconds_until_found(shop, sku, edited(photo), saved) for photo in pair]
        page = found_on_page(shop, sku, edited(pair[1]))
        rows.append({"save_s": request, "first_s": found[0], "both_s": found[1], "page": page})
        print(f"{sku}: saved in {request:.2f} s, both found {found[1]:.2f} s later, page {page}")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--username", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--photos", type=Path, required=True, help="a folder of JPEG photos")
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()

    settings.configure()
    django.setup()
    shop = Shop(options.address)
    login = {"username": options.username, "password": options.password, "next": "/admin/"}
    shop.post("/admin/login/", login)
    prefix = f"BENCH-{secrets.token_hex(3)}"
    try:
        rows = measure(shop, pictures(options.photos), options.runs, prefix)
    finally:
        delete_made(shop, prefix)
    OUT.mkdir(exist_ok=True)
    (OUT / "save_to_searchable.json").write_text(json.dumps(rows, indent=1))
    for key in ("save_s", "first_s", "both_s"):
        values = [row[key] for row in rows]
        print(f"{key}: median {statistics.median(values):.2f} s, worst {max(values):.2f} s")
    print(f"found on the page: {sum(row['page'] for row in rows)} of {len(rows)}")


if __name__ == "__main__":
    main()
