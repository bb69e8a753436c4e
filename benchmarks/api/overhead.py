"""The API's own CPU per request: everything but decoding, embedding and SQL.

    python -m config.stack exec --ephemeral -- .venv/bin/python -m benchmarks.api.overhead

Asks the WSGI application in this process, all middleware with it, on the drawn sample catalogue and
the real weights, by turns: a photo, a product, words, a stored query, a list. Milliseconds of CPU
of the thread that answers; what it spends on the photo's pixels (the decode contract, the look at
its light, the embedder, the boxes in what the embedder saw) and inside the database driver
(sending, waiting, reading rows) is taken off. As in the shop, numpy has one thread, and the log is
written, here to nowhere. Needs an empty database.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import django

OUT = Path(__file__).parents[1] / "out"
GOAL_MS = 3.0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    return parser.parse_args()


class Meter:
    """CPU milliseconds of this thread inside what is measured, however deep the calls nest."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._inside = False

    def around(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*args: Any, **kwargs: Any) -> Any:
            if self._inside:
                return call(*args, **kwargs)
            self._inside, started = True, time.thread_time()
            try:
                return call(*args, **kwargs)
            finally:
                self._inside = False
                self.spent[part] = self.spent.get(part, 0.0) + 1000 * (time.thread_time() - started)

        return measured


@contextmanager
def metered(meter: Meter) -> Iterator[None]:
    """Decoding, embedding and the driver's calls count as such meanwhile."""
    import psycopg
    from django.db.backends.postgresql import base

    from search.embedding.onnx_engine import OnnxEmbedder
    from search.services import photos

    names = ("execute", "executemany", "fetchone", "fetchmany", "fetchall")
    cursors = [(base.Cursor, name) for name in names] + [(psycopg.Cursor, name) for name in names]
    connections = [(psycopg.Connection, name) for name in ("commit", "rollback")]
    parts = [("sql", owner, name) for owner, name in (*cursors, *connections)]
    parts += [("embed", OnnxEmbedder, "embed"), ("embed", photos, "place")]
    parts += [("decode", photos, "decode"), ("decode", photos, "check_light")]
    with _patched(parts, meter):
        yield


@contextmanager
def _patched(parts: list[tuple[str, Any, str]], meter: Meter) -> Iterator[None]:
    patches = [
        mock.patch.object(owner, name, meter.around(part, getattr(owner, name)))
        for part, owner, name in parts
        if hasattr(owner, name)
    ]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in reversed(patches):
            each.stop()


def asker(application: Any) -> Callable[..., tuple[int, bytes]]:
    """Asks the application as a web server does, with its answer read to the end."""

    def ask(method: str, target: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        path, _, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT": "application/json",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
            **headers,
        }
        told: list[str] = []
        answer = application(environ, lambda status, _headers, _info=None: told.append(status))
        content = b"".join(answer)
        answer.close()
        return int(told[0].split()[0]), content

    return ask


def main() -> None:
    asked = options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", LOG_LEVEL="INFO")
    os.environ["PHOTO_SEARCHES_PER_MINUTE"] = "0"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    settings.AXES_ENABLED = False
    [log] = logging.getLogger().handlers
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device, not a path
        log.setStream(nowhere)  # type: ignore[attr-defined]
        rows = measured(asked.rounds)
    OUT.mkdir(exist_ok=True)
    (OUT / "api-overhead.json").write_text(json.dumps(rows, indent=2) + "\n")
    for name, row in rows.items():
        told = "  ".join(f"{part} {ms:6.2f}" for part, ms in row.items())
        sys.stdout.write(f"{name:<28}{told}\n")
    worst = max(row["own"] for row in rows.values())
    sys.stdout.write(f"most of its own: {worst:.2f} ms; the goal is {GOAL_MS}\n")


def measured(rounds: int) -> dict[str, dict[str, float]]:
    """Medians of CPU milliseconds by the part of a request, for each way to ask."""
    from base64 import b64encode

    from catalog.models import Product
    from catalog.sample.load import load_sample
    from config.wsgi import application
    from search import services

    load_sample(force_drawn=True)
    services.ensure_space()
    while services.embed_pending().claimed:
        pass
    product = Product.objects.published().filter(images__isnull=False).first()
    if product is None:
        sys.exit("The sample catalogue holds no product with a picture.")
    photo = product.main_image.file.read()
    ask = asker(application)
    by_photo = json.dumps({"image_base64": b64encode(photo).decode()}).encode()
    status, first = ask("POST", "/api/v1/search/", by_photo)
    if status != 200:
        sys.exit(first.decode())
    stored = f"/api/v1/search/{json.loads(first)['query_id']}/"
    ways = {
        "POST search/ photo": ("POST", "/api/v1/search/", by_photo),
        "POST search/ product": ("POST", "/api/v1/search/", _json(product=product.sku)),
        "POST search/ words": ("POST", "/api/v1/search/", _json(text="lamp")),
        "GET search/{id}/": ("GET", stored, b""),
        "GET search/{id}/?facets": ("GET", f"{stored}?facets=true", b""),
        "GET products/": ("GET", "/api/v1/products/", b""),
        "GET products/{sku}/": ("GET", f"/api/v1/products/{product.sku}/", b""),
        "GET products/{sku}/similar/": ("GET", f"/api/v1/products/{product.sku}/similar/", b""),
    }
    return _by_turns(ask, ways, rounds)


def _json(**body: Any) -> bytes:
    return json.dumps(body).encode()


def _by_turns(
    ask: Callable[..., tuple[int, bytes]], ways: dict[str, tuple[str, str, bytes]], rounds: int
) -> dict[str, dict[str, float]]:
    meter, seen = Meter(), {name: [] for name in ways}
    with metered(meter):
        for _ in range(rounds):
            for name, (method, target, body) in ways.items():
                meter.spent = {}
                started = time.thread_time()
                status, content = ask(method, target, body)
                total = 1000 * (time.thread_time() - started)
                if status != 200:
                    sys.exit(f"{name}: {status} {content.decode()[:300]}")
                seen[name].append({**meter.spent, "total": total})
    return {name: _medians(rows) for name, rows in seen.items()}


def _medians(rows: list[dict[str, float]]) -> dict[str, float]:
    parts = ("decode", "embed", "sql", "total")
    medians = {part: statistics.median(row.get(part, 0.0) for row in rows) for part in parts}
    own = (row["total"] - sum(row.get(part, 0.0) for part in parts[:-1]) for row in rows)
    return {**medians, "own": statistics.median(own)}


if __name__ == "__main__":
    main()
