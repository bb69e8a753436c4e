"""What customers notice of a change of the model, against a running shop.

Clients search by photo all the time while a space is created, filled, switched to, left again and
dropped by the commands that an operator would use:

    make run                                   # in another terminal
    PYTHONPATH=clients/python/src .venv/bin/python -m config.stack exec -- \\
        .venv/bin/python -m benchmarks.model_change --photos DIR --card resnet18

Prints the times of answers phase by phase, and what failed: every answer must be a 200 that names
one of the two spaces, with that product first which the named space itself puts first. The exit
status is 1 where one is not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import django

from lookalike_client import Lookalike, LookalikeError

ROOT = Path(__file__).parents[1]
OUT = Path(__file__).parent / "out"


@dataclass
class Phase:
    """What customers saw while one thing was done. Times are in milliseconds."""

    name: str
    took: list[float] = field(default_factory=list)
    spaces: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def quantile(self, share: float) -> float:
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def as_json(self) -> dict[str, object]:
        return {
            "phase": self.name,
            "answers": len(self.took),
            "p50_ms": round(self.quantile(0.50), 1),
            "p95_ms": round(self.quantile(0.95), 1),
            "seconds": round(self.seconds, 1),
            "spaces": dict(self.spaces),
            "failed": dict(self.failed),
        }


class Customers:
    """`clients` threads that search, each about once in `pause` seconds."""

    def __init__(self, address: str, photos: list[bytes], *, clients: int, pause: float) -> None:
        self._shop = Lookalike(address, retries=0)  # what fails once is to be seen
        self._photos, self._clients, self._pause = photos, clients, pause
        # By the space's name, for each photo.
        self._first: dict[str, list[frozenset[str]]] = {}
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.phase = Phase("warming up")
        self.phases: list[Phase] = []

    def learn(self, space: str) -> None:
        """From now on answers may come from that space, and show what it puts first."""
        from benchmarks.first_hits import first_hits

        self._first[space] = first_hits(space, self._photos)

    @contextmanager
    def searching(self) -> Iterator[None]:
        with ThreadPoolExecutor(self._clients) as pool:
            running = [pool.submit(self._search, number) for number in range(self._clients)]
            try:
                yield
            finally:
                self._over.set()
        for each in running:
            each.result()

    @contextmanager
    def during(self, name: str, *, at_least: float = 0.0) -> Iterator[None]:
        """What is asked inside belongs to the phase, which lasts `at_least` so many seconds."""
        phase, started = Phase(name), time.monotonic()
        self.phase = phase
        yield
        time.sleep(max(0.0, at_least - (time.monotonic() - started)))
        phase.seconds = time.monotonic() - started
        self.phases.append(phase)
        print(json.dumps(phase.as_json()), flush=True)

    def _search(self, number: int) -> None:
        dice = random.Random(number)
        while not self._over.wait(dice.expovariate(1 / self._pause)):
            phase, started = self.phase, time.perf_counter()
            try:
                space = self._ask(dice.randrange(len(self._photos)))
            except (LookalikeError, ValueError, LookupError) as error:
                with self._lock:
                    phase.failed[f"{type(error).__name__}: {getattr(error, 'message', error)}"] += 1
                continue
            with self._lock:
                phase.took.append(1000 * (time.perf_counter() - started))
                phase.spaces[space] += 1

    def _ask(self, number: int) -> str:
        """The space that the answer names. Raises where it isn't an answer of that space."""
        answer = self._shop.search(self._photos[number])
        space, first = answer.space, answer.results[0].sku
        if first not in self._first[space][number]:
            raise ValueError(f"{first} comes first in an answer of {space}")
        return space


def manage(*arguments: str) -> str:
    """Run a command as an operator would; its output. Raises CalledProcessError."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def change(customers: Customers, *, card: str, name: str, seconds: float) -> None:
    customers.learn(_searched())
    with customers.searching():
        with customers.during("before", at_least=seconds):
            pass
        with customers.during("created"):
            print(manage("space", "create", card, "--name", name))
        with customers.during("while it is filled"):
            print(manage("space", "fill", name, "--wait"))
        with customers.during("its first hits are asked"):
            customers.learn(name)
        with customers.during("switched", at_least=seconds):
            print(manage("space", "switch", name))
        with customers.during("rolled back", at_least=seconds):
            print(manage("space", "rollback"))
        with customers.during("dropped", at_least=seconds):
            print(manage("space", "drop", name))


def _searched() -> str:
    found = json.loads(manage("space", "list", "--json"))["spaces"]
    return next(each["name"] for each in found if each["state"] == "active")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--photos", type=Path, required=True, help="a folder of JPEG photos")
    parser.add_argument("--card", required=True, help="what the shop changes to")
    parser.add_argument("--name", default="model-change", help="the name of its space")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between two of a client")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each quiet phase")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    photos = [path.read_bytes() for path in sorted(given.photos.rglob("*.jpg"))[:200]]
    customers = Customers(given.address, photos, clients=given.clients, pause=given.pause)
    change(customers, card=given.card, name=given.name, seconds=given.seconds)
    report = [phase.as_json() for phase in customers.phases]
    OUT.mkdir(exist_ok=True)
    (OUT / "model_change.json").write_text(json.dumps(report, indent=2) + "\n")
    failed = sum(sum(phase.failed.values()) for phase in customers.phases)
    answered = sum(len(phase.took) for phase in customers.phases)
    slowest = max(phase.quantile(0.95) for phase in customers.phases)
    usual = statistics.median(customers.phases[0].took)
    print(f"{answered} answers, {failed} failed.")
    print(f"Half of them took {usual:.0f} ms before; the worst phase's p95 is {slowest:.0f} ms.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
