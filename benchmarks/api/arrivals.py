"""Requests that come at a rate, whether those before them were answered or not.

    python -m benchmarks.api.arrivals --url http://127.0.0.1:8000 --plan PLAN.json

A process of its own, because Locust's sockets are gevent's. Each request has a connection of its
own, as of so many clients: kept ones would tie each to whichever process accepted it, and break
where one has rested for longer than the server waits. `PLAN.json` holds the rate per second,
the seconds, and the requests: method, path, JSON or a file to send as the form's `image`. Prints a
row for each answer as JSON: when it was asked for, how long it took (from the moment it was due:
what waits for the sender counts too), and the status, 0 where the connection failed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import gevent
from gevent.pool import Group
from locust.contrib.fasthttp import FastHttpSession  # first: it makes the sockets gevent's
from locust.env import Environment

LONGEST = 30.0
AT_ONCE = 500
BOUNDARY = "arrivals-7d3c1f"


class Arrivals:
    """Sends a plan's requests at the plan's rate: a Poisson process."""

    def __init__(self, url: str, plan: dict[str, Any]) -> None:
        self._rate, self._seconds = plan["rate"], plan["seconds"]
        self._requests = [_prepared(each) for each in plan["requests"]]
        self._session = FastHttpSession(
            url,
            Environment().events.request,
            user=None,
            concurrency=AT_ONCE,
            connection_timeout=LONGEST,
            network_timeout=LONGEST,
        )
        self._random = random.Random(plan.get("seed", 1))
        self.rows: list[dict[str, float]] = []

    def run(self) -> None:
        under_way, began = Group(), time.perf_counter()
        due = self._random.expovariate(self._rate)
        while due < self._seconds:
            gevent.sleep(max(0.0, began + due - time.perf_counter()))
            under_way.spawn(self._ask, began, due)
            due += self._random.expovariate(self._rate)
        under_way.join()

    def _ask(self, began: float, due: float) -> None:
        request = self._random.choice(self._requests)
        with self._session.request(**request, catch_response=True) as response:
            status = response.status_code
            response.success()
        took = time.perf_counter() - began - due
        self.rows.append({"due": due, "took": took, "status": status})


def _prepared(request: dict[str, Any]) -> dict[str, Any]:
    headers = {"Connection": "close"}
    path = request["path"]
    given = {"method": request["method"], "url": path, "name": path, "headers": headers}
    if "image" in request:
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="p.jpg"'
        head = f"{part}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        given["data"] = head + Path(request["image"]).read_bytes() + tail
        headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
    elif "json" in request:
        given["data"] = json.dumps(request["json"])
        headers["Content-Type"] = "application/json"
    return given


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--plan", type=Path, required=True)
    asked = parser.parse_args()
    arrivals = Arrivals(asked.url, json.loads(asked.plan.read_text()))
    arrivals.run()
    json.dump(arrivals.rows, sys.stdout)


if __name__ == "__main__":
    main()
