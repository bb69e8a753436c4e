"""How fast pictures become vectors: engines, decoding, the worker, queries and memory.

    make bench-embed [ARGS="--photos DIR --compile --memory 50000"]

Needs an empty database on this machine (`python -m config.stack exec --ephemeral` brings one), and
Linux, whose clocks it reads.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

OUT = Path(__file__).parents[1] / "out"
TENSORS = 64
# Beside the shop's own card: what others do with one pass of the network.
ONE_VIEW = "efficientnet-lite0/fast@2"
PARTS = ("engines", "decode", "worker", "queries", "memory")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-embed", description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="a folder of photos; drawn ones without it")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--compile", action="store_true", help="torch.compile too (a minute more)")
    parser.add_argument("--memory", type=int, default=5_000, help="pictures for the memory curve")
    parser.add_argument("--out", default="embed", help="name of the files in benchmarks/out")
    return parser.parse_args()


def main() -> None:
    asked = options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    with tempfile.TemporaryDirectory(prefix="lookalike-bench-") as media:
        os.environ["MEDIA"] = media
        django.setup()
        call_command("migrate", verbosity=0)
        found = _measured(asked)
    # Models can be imported from here on.
    from benchmarks.embed.plot import draw
    from benchmarks.embed.report import show

    OUT.mkdir(exist_ok=True)
    (OUT / f"{asked.out}.json").write_text(json.dumps(found, indent=2) + "\n")
    draw(found, OUT / f"{asked.out}.png")
    show(found)
    _say(f"wrote {asked.out}.json and {asked.out}.png to {OUT}")


def _measured(asked: argparse.Namespace) -> dict[str, Any]:
    import numpy as np

    from benchmarks.embed import shop
    from benchmarks.embed.decoding import decode_rows
    from benchmarks.embed.engines import engine_rows, onnx_forward
    from benchmarks.embed.networks import networks
    from benchmarks.embed.pictures import SIZES, jpeg, photos
    from benchmarks.embed.queries import crowd_row, query_row
    from benchmarks.embed.worker import cores_row, worker_row
    from benchmarks.search.runs import machine
    from search.embedder import get_embedder
    from search.embedding import get_card
    from search.embedding.preprocess import to_tensor

    card = get_embedder().card
    fp32, int8 = networks(card)
    forward = onnx_forward(fp32)
    pictures = photos(asked.photos, count=TENSORS)
    found: dict[str, Any] = {"card": card.name, "machine": machine()}
    if "engines" in asked.parts:
        _say("engines")
        tensors = np.stack([to_tensor(each, card.preprocessing) for each in pictures])
        found["engines"] = engine_rows(
            fp32, int8, tensors, rounds=asked.rounds, compiled=asked.compile
        )
    if "decode" in asked.parts:
        _say("decode")
        found["decode"] = decode_rows(card, forward, pictures[:8], rounds=asked.rounds // 4)
    files = {
        size: [jpeg(each, side=side) for each in pictures] for size, side in list(SIZES.items())[:2]
    }
    if "worker" in asked.parts:
        _say("worker")
        found["worker"] = []
        for each in (get_card(ONE_VIEW), card):
            shop.search_in(each.name)
            found["worker"] += [
                worker_row(each, forward, files[size], size=size, rounds=asked.rounds // 2)
                for size in files
            ]
        found["cores"] = cores_row(files["512"])
    if "queries" in asked.parts:
        _say("queries")
        found["queries"] = [
            query_row(card, forward, each[:8], size=size, rounds=asked.rounds)
            for size, each in files.items()
        ]
        found["crowd"] = crowd_row(files["512"], seconds=8)
    if "memory" in asked.parts:
        found["memory"] = {kind: _memory(kind, asked) for kind in ("worker", "web")}
    return found


def _memory(kind: str, asked: argparse.Namespace) -> list[dict[str, float]]:
    _say(f"memory of a {kind} process over {asked.memory:,} pictures")
    command = [sys.executable, "-m", "benchmarks.embed.memory", kind, "--count", str(asked.memory)]
    command += ["--photos", str(asked.photos)] if asked.photos else []
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
