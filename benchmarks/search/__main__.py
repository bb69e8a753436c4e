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
    parser.add_argument("--photos", type=Path, help="a folder of photos to embed and multiply")
    parser.add_argument("--no-peers", action="store_true", help="the engine and bare SQL alone")
    parser.add_argument("--out", default="search", help="name of the files in benchmarks/out")
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
    from benchmarks.search.real import embedded, multiply
    from benchmarks.search.report import show, write
    from benchmarks.search.runs import image_rows, machine, product_rows

    _say(f"gallery of {asked.n:,}")
    if asked.photos:
        gallery = multiply(embedded(asked.photos, OUT / "photos.npy"), n=asked.n)
    else:
        gallery = make_gallery(n=asked.n, dim=asked.dim)
    size = f"{asked.n:,} x {gallery.vectors.shape[1]} {gallery.name}"
    _say(f"Postgres: {size}")
    space = load(gallery)
    with tempfile.TemporaryDirectory(prefix="lookalike-bench-") as folder:
        peers = [] if asked.no_peers else make_peers(gallery, Path(folder) / "shard")
        rows = image_rows(gallery, space, peers, queries=asked.queries, say=_say)
    rows += product_rows(gallery, space, queries=asked.queries, say=_say)
    write(rows, OUT / f"{asked.out}.json")
    draw(rows, OUT / f"{asked.out}.png", title=f"{size}; {machine()}")
    show(rows, title=f"Search of {size}: recall@k and CPU per query", caption=machine())
    _say(f"wrote {asked.out}.json and {asked.out}.png to {OUT}")


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
