"""How much memory a process holds while it embeds many pictures of many sizes.

Runs in a process of its own, which writes one line of JSON for each point of the curve:

    python -m benchmarks.embed.memory worker|web --count 50000 [--photos DIR]
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path

import django

POINTS = 100
SIDES = (300, 500, 800, 1200, 1600)
STOCK = 200


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["worker", "web"])
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--photos", type=Path)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    step = max(1, asked.count // POINTS)
    embedded = {"worker": _worker, "web": _web}[asked.kind](asked.photos, step)
    done = 0
    while done < asked.count:
        done += next(embedded)
        print(json.dumps({"pictures": done, "mb": resident_mb()}), flush=True)


def _files(folder: Path | None) -> list[bytes]:
    from benchmarks.embed.pictures import jpeg, photos

    pictures = photos(folder, count=STOCK)
    return [jpeg(each, side=SIDES[n % len(SIDES)]) for n, each in enumerate(pictures)]


def _worker(folder: Path | None, step: int) -> Iterator[int]:
    """The claim loop over a gallery that waits again and again."""
    from benchmarks.embed import shop
    from search.services import embed_pending

    ids = shop.fill(_files(folder), prefix="memory")
    while True:
        done = 0
        while done < step:
            batch = embed_pending()
            if not batch.claimed:
                shop.again(ids)
            done += batch.ready
        yield done


def _web(folder: Path | None, step: int) -> Iterator[int]:
    """The whole site in this process, called as a server calls it: Django's test client keeps
    nearly a kilobyte of every request."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.core.wsgi import get_wsgi_application
    from django.test import RequestFactory

    site, requests, files = get_wsgi_application(), RequestFactory(), _files(folder)
    answered: list[str] = []
    asked = 0
    while True:
        for _ in range(step):
            photo = SimpleUploadedFile("photo.jpg", files[asked % len(files)], "image/jpeg")
            made = requests.post("/api/v1/search/", {"image": photo}, HTTP_HOST="localhost")
            answer = site(made.environ, lambda status, *_: answered.append(status))
            body = b"".join(answer)
            answer.close()
            if answered.pop() != "200 OK":
                raise SystemExit(f"the search answered {body!r}")
            asked += 1
        yield step


if __name__ == "__main__":
    main()
