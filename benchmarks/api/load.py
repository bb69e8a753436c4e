"""What the API holds under load, open-loop, against the ceiling that its own CPU sets.

    make bench-api [ARGS="--seconds 30 --kinds vector --url URL --pid SUPERVISOR --photos DIR"]

Without --url it runs a shop of its own. For each kind of search (a photo; a stored vector) it asks
one by one first and reads the CPU that the whole stack spent per answer. The ceiling is cores x 0.7
x 1000 / those milliseconds. Then requests come as a Poisson process at 50, 80, 100 and 150 % of it,
whether the ones before were answered or not, a tenth of them no photo at all, and once more one by
one after the storm. The sender runs on the same machine, and takes its part of the cores; so does
whatever else runs there, which is told: figures of a machine that others use say little.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.embed.pictures import jpeg, photos
from benchmarks.page.shop import running_shop

OUT = Path(__file__).parents[1] / "out"
KINDS = ("photo", "vector")
LEVELS = (0.5, 0.8, 1.0, 1.5)
USABLE = 0.7
DIFFERENT = 12
LONGER_SIDE = 800
BAD_SHARE = 0.1
ALONE = 60
WARMING = 40

Row = dict[str, Any]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-api", description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="a running shop that counts no searches")
    parser.add_argument("--pid", type=int, help="its supervisor, whose children's CPU counts")
    parser.add_argument("--photos", type=Path, help="a folder of photos; else the sample's")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each level")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--levels", type=float, nargs="+", default=LEVELS)
    return parser.parse_args()


def main() -> None:
    asked = options()
    with _shop(asked) as (url, pid, folder), tempfile.TemporaryDirectory() as scratch:
        kinds = _kinds(url, folder, Path(scratch))
        found = {
            kind: _measured(url, pid, requests, asked, Path(scratch))
            for kind, requests in kinds.items()
            if kind in asked.kinds
        }
    OUT.mkdir(exist_ok=True)
    report = {"load_before": os.getloadavg(), "cores": os.cpu_count(), "kinds": found}
    (OUT / "api-load.json").write_text(json.dumps(report, indent=2) + "\n")
    for kind, row in found.items():
        _show(kind, row)


@contextmanager
def _shop(asked: argparse.Namespace) -> Iterator[tuple[str, int, Path]]:
    if asked.url:
        if not (asked.pid and asked.photos):
            raise SystemExit("--url needs --pid and --photos.")
        yield asked.url, asked.pid, asked.photos
        return
    with running_shop() as (url, queries):
        [supervisor] = (
            each.pid
            for each in psutil.Process().children()
            if "config.stack" in each.cmdline() and "up" in each.cmdline()
        )
        yield url, supervisor, asked.photos or queries


def _kinds(url: str, folder: Path, scratch: Path) -> dict[str, list[Row]]:
    """The requests of each kind; of those with a photo, a tenth are cut off in the middle."""
    files = []
    for number, picture in enumerate(photos(folder, count=DIFFERENT)):
        files.append(scratch / f"{number}.jpg")
        files[-1].write_bytes(jpeg(picture, side=LONGER_SIDE))
    half = scratch / "half.jpg"
    half.write_bytes(files[0].read_bytes()[: files[0].stat().st_size // 2])
    good = [{"method": "POST", "path": "/api/v1/search/", "image": str(each)} for each in files]
    bad = round(len(good) * BAD_SHARE / (1 - BAD_SHARE)) or 1
    listed = httpx.get(f"{url}/api/v1/products/", params={"k": 50}).json()["results"]
    skus = [each["sku"] for each in listed if each["image"]]
    return {
        "photo": good + [{**good[0], "image": str(half)}] * bad,
        "vector": [{"method": "GET", "path": f"/api/v1/products/{sku}/similar/"} for sku in skus],
    }


def _measured(
    url: str, pid: int, requests: Sequence[Row], asked: argparse.Namespace, scratch: Path
) -> Row:
    good = [each for each in requests if not each.get("image", "").endswith("half.jpg")]
    _warm(url, good)
    alone = _alone(url, pid, good, count=ALONE)
    ceiling = (os.cpu_count() or 1) * USABLE * 1000 / alone["cpu_ms"]
    levels = [
        _level(url, pid, requests, level * ceiling, ceiling, asked.seconds, scratch)
        for level in asked.levels
    ]
    time.sleep(1)
    after = _alone(url, pid, good, count=20)
    return {"alone": alone, "ceiling": ceiling, "levels": levels, "after": after}


def _warm(url: str, requests: Sequence[Row]) -> None:
    """Ask on a connection each, whichever process accepts it, until all have loaded what they
    need."""
    for number in range(WARMING):
        with httpx.Client(base_url=url, timeout=30) as client:
            _ask(client, requests[number % len(requests)])


def _alone(url: str, pid: int, requests: Sequence[Row], *, count: int) -> Row:
    """One request after the other: seconds by the clock, and the stack's CPU for each of them."""
    took, before = [], _cpu(pid)
    with httpx.Client(base_url=url, timeout=30) as client:
        for number in range(count):
            began = time.perf_counter()
            _ask(client, requests[number % len(requests)])
            took.append(time.perf_counter() - began)
    return {
        "cpu_ms": 1000 * (_cpu(pid) - before) / count,
        "p50_ms": 1000 * statistics.median(took),
        "p95_ms": 1000 * _percentile(took, 0.95),
    }


def _ask(client: httpx.Client, request: Row) -> None:
    files = {"image": Path(request["image"]).read_bytes()} if "image" in request else None
    client.request(request["method"], request["path"], files=files).raise_for_status()


def _level(
    url: str,
    pid: int,
    requests: Sequence[Row],
    rate: float,
    ceiling: float,
    seconds: float,
    scratch: Path,
) -> Row:
    plan = scratch / "plan.json"
    plan.write_text(json.dumps({"rate": rate, "seconds": seconds, "requests": list(requests)}))
    command = [sys.executable, "-m", "benchmarks.api.arrivals", "--url", url, "--plan", str(plan)]
    began, others = time.perf_counter(), _others(pid)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    others = (_others(pid) - others) / (time.perf_counter() - began)
    rows = json.loads(done.stdout)
    answered = [each["took"] for each in rows if each["status"] == 200]
    shed = [each["took"] for each in rows if each["status"] == 503]
    refused = sum(each["status"] == 400 for each in rows)
    counted = len(answered) + refused
    return {
        "share": rate / ceiling,
        "others_cores": others,
        "offered_per_s": len(rows) / seconds,
        "good_per_s": counted / seconds,
        "good_of_ceiling": counted / seconds / ceiling,
        "p50_ms": 1000 * statistics.median(answered or [0.0]),
        "p95_ms": 1000 * _percentile(answered or [0.0], 0.95),
        "busy": len(shed),
        "busy_p50_ms": 1000 * statistics.median(shed or [0.0]),
        "busy_p95_ms": 1000 * _percentile(shed or [0.0], 0.95),
        "errors": sum(each["status"] not in {200, 400, 503} for each in rows),
    }


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _cpu(pid: int) -> float:
    """CPU seconds of a process and all below it, those that ended included."""
    supervisor = psutil.Process(pid)
    spent = 0.0
    for each in (supervisor, *supervisor.children(recursive=True)):
        try:
            spent += sum(each.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return spent


def _others(pid: int) -> float:
    """CPU seconds of the machine that went to neither the shop nor us and those we started."""
    now, own = psutil.cpu_times(), os.times()
    busy = sum(now) - now.idle - now.iowait - now.guest - now.guest_nice
    return busy - _cpu(pid) - sum(own[:4])


def _show(kind: str, row: Row) -> None:
    alone = row["alone"]
    table = Table(
        title=f"{kind}: {alone['cpu_ms']:.1f} ms of CPU and {alone['p50_ms']:.0f} ms (p95 "
        f"{alone['p95_ms']:.0f}) alone, {row['after']['p95_ms']:.0f} afterwards; ceiling "
        f"{row['ceiling']:.1f}/s"
    )
    for name in ("of ceiling", "offered/s", "good/s", "of ceiling", "p50", "p95", "x alone"):
        table.add_column(name, justify="right")
    for name in ("503", "503 p50", "503 p95", "errors", "others' cores"):
        table.add_column(name, justify="right")
    for each in row["levels"]:
        table.add_row(
            f"{each['share']:.0%}",
            f"{each['offered_per_s']:.1f}",
            f"{each['good_per_s']:.1f}",
            f"{each['good_of_ceiling']:.0%}",
            f"{each['p50_ms']:.0f}",
            f"{each['p95_ms']:.0f}",
            f"{each['p95_ms'] / alone['p95_ms']:.1f}",
            str(each["busy"]),
            f"{each['busy_p50_ms']:.0f}",
            f"{each['busy_p95_ms']:.0f}",
            str(each["errors"]),
            f"{each['others_cores']:.2f}",
        )
    Console(width=170).print(table)


if __name__ == "__main__":
    main()
