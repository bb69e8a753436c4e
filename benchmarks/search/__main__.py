"""How right and how dear the search is at every selectivity, beside the best of its rivals.

    make bench-search [N=100000] [DIM=512] [ARGS="--queries 60"]

Needs an empty database on this machine (`python -m config.stack exec --ephemeral` brings one), and
Linux, whose clocks it reads.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import django

OUT = Path(__file__).parents[1] / "out"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-search", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=100_000, help="images")
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--queries", type=int, default=60, help="for each case")
    return parser.parse_args()


def main() -> None:
    asked = options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Models can be imported from here on.
    from benchmarks.search.gallery import make_gallery
    from benchmarks.search.load import load
    from benchmarks.search.peers import make_peers
    from benchmarks.search.plot import draw
    from benchmarks.search.report import show, write
    from benchmarks.search.runs import image_rows, machine, product_rows

    _say(f"gallery of {asked.n:,} x {asked.dim}")
    gallery = make_gallery(n=asked.n, dim=asked.dim)
    _say("Postgres: rows and index")
    space = load(gallery)
    _say("hnswlib, faiss, qdrant-edge")
    with tempfile.TemporaryDirectory(prefix="lookalike-bench-") as folder:
        peers = make_peers(gallery, Path(folder) / "shard")
        rows = image_rows(gallery, space, peers, queries=asked.queries, say=_say)
    rows += product_rows(gallery, space, queries=asked.queries, say=_say)
    write(rows, OUT / "search.json")
    size = f"{asked.n:,} x {asked.dim}"
    draw(rows, OUT / "search.png", title=f"{size}; {machine()}")
    show(rows, title=f"Search of {size}: recall@k and CPU per query", caption=machine())
    _say(f"wrote {OUT / 'search.json'} and search.png")


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
