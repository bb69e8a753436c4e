"""From a chosen photo to painted results, in a real browser: what a customer waits for.

    make bench-page [ARGS="--rounds 10 --profiles desktop phone 4g"]
    .venv/bin/python -m benchmarks.photo_to_results --url http://127.0.0.1:8000 --photos DIR

Without --url it runs a shop of its own. Several --url are asked in turns, photo by photo: two
versions of the shop on one database are compared like that. The shop that is asked must not count
searches (PHOTO_SEARCHES_PER_MINUTE=0). Needs Chromium, which LOOKALIKE_CHROMIUM names where it has
another place. Times are the clock's: the load of the machine stands with them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.embed.pictures import jpeg, photos
from benchmarks.page.journey import PROFILES, Walk, walk
from benchmarks.page.shop import running_shop

OUT = Path(__file__).parent / "out"
CHROMIUM = os.environ.get("LOOKALIKE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# The longer side in pixels: a phone's camera, and a picture saved from a page.
SIZES = {"12 MP": 4000, "small": 800}
DIFFERENT = 4
WIDTH = 150

Found = dict[tuple[str, str, str], list[Walk]]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-page", description=__doc__.splitlines()[0])
    parser.add_argument("--url", action="append", help="a running shop; may be given repeatedly")
    parser.add_argument("--photos", type=Path, help="a folder of photos; else the sample's")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, default=["desktop", "phone"])
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


def main() -> None:
    asked = options()
    with _shops(asked) as (shops, folder), tempfile.TemporaryDirectory() as scratch:
        files = _files(folder, Path(scratch), asked.sizes)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            found = _measured(browser, shops, files, asked)
            version = browser.version
            browser.close()
    rows = [_row(*key, walks) for key, walks in found.items()]
    report = {"machine": _machine(version), "rounds": asked.rounds, "rows": rows}
    OUT.mkdir(exist_ok=True)
    written = json.dumps(report, indent=2)
    (OUT / "photo_to_results.json").write_text(written + "\n")
    if asked.json:
        print(written)
    else:
        _show(report)


@contextmanager
def _shops(asked: argparse.Namespace) -> Iterator[tuple[Sequence[str], Path | None]]:
    if asked.url:
        yield asked.url, asked.photos
        return
    with running_shop() as (address, queries):
        yield [address], asked.photos or queries


def _files(folder: Path | None, into: Path, sizes: Sequence[str]) -> Mapping[str, list[Path]]:
    """A few photos in every size, as files that a customer could choose."""
    files: dict[str, list[Path]] = {size: [] for size in sizes}
    for number, picture in enumerate(photos(folder, count=DIFFERENT)):
        for size in sizes:
            file = into / f"{SIZES[size]}-{number}.jpg"
            file.write_bytes(jpeg(picture, side=SIZES[size]))
            files[size].append(file)
    return files


def _measured(
    browser: Browser,
    shops: Sequence[str],
    files: Mapping[str, Sequence[Path]],
    asked: argparse.Namespace,
) -> Found:
    """Everything in turns, round by round; the first round warms up and isn't counted."""
    found: Found = {}
    for turn in range(asked.rounds + 1):
        for name in asked.profiles:
            for size, choice in files.items():
                for shop in shops:
                    took = walk(browser, shop, choice[turn % len(choice)], PROFILES[name])
                    walks = found.setdefault((shop, name, size), [])
                    if turn:
                        walks.append(took)
    return found


def _row(shop: str, profile: str, size: str, walks: Sequence[Walk]) -> dict[str, Any]:
    names = list(walks[0].parts)
    return {
        "shop": shop,
        "profile": profile,
        "photo": size,
        "sent_kb": statistics.median(each.sent for each in walks),
        "parts": {name: statistics.median(each.parts[name] for each in walks) for name in names},
        "first_paint": statistics.median(each.first_paint for each in walks),
        "p50": statistics.median(each.total for each in walks),
        "p90": sorted(each.total for each in walks)[int(0.9 * (len(walks) - 1))],
        "walks": [asdict(each) for each in walks],
    }


def _machine(chromium: str) -> str:
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, load {load:.1f}, Chromium {chromium}"


def _show(report: Mapping[str, Any]) -> None:
    """Medians in milliseconds, and the total's 90th percentile."""
    rows = report["rows"]
    names = list(rows[0]["parts"])
    title = f"Photo to results, ms: medians of {report['rounds']}"
    table = Table(
        "shop", "profile", "photo", "kB", *names, "first paint", "p50", "p90", title=title
    )
    for row in rows:
        figures = [
            row["sent_kb"],
            *row["parts"].values(),
            row["first_paint"],
            row["p50"],
            row["p90"],
        ]
        shop = row["shop"].rpartition(":")[2]
        table.add_row(shop, row["profile"], row["photo"], *(f"{each:.0f}" for each in figures))
    console = Console(width=WIDTH)
    console.print(report["machine"])
    console.print(table)


if __name__ == "__main__":
    main()
