"""What runs beside the servers: one row for each process."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from config.stack.paths import CHECKOUT, Layout
from config.stack.process import Service

CELERY = (sys.executable, "-m", "celery", "-A", "config")
# Customers go first: what waits for a vector takes the cores that no search needs.
PATIENT = ("nice", "-n", "10")
# Threads, not forks: a fork of a process that has run torch or ONNX Runtime hangs for ever.
# Gossip and mingle serve clusters of workers that talk to each other; these do not.
QUIET = ("--without-gossip", "--without-mingle", "-l", "INFO")
WORKER = (*PATIENT, *CELERY, "worker", "-P", "threads", *QUIET)
# A core belongs to one picture: threads that numpy's libraries start beside ours only take turns.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

# Without the default's file of last runs: every task is due within minutes anyway, and a file that
# a power cut has spoiled would keep the clock, and so the shop, from starting.
BEAT = (*CELERY, "beat", "-S", "celery.beat:Scheduler", "--pidfile=", "-l", "INFO")


def services(layout: Layout, environment: Mapping[str, str], *, bind: str) -> tuple[Service, ...]:
    """The shop's own processes, in the order of their start; all run as the invoking user."""
    gunicorn = (sys.executable, "-m", "gunicorn", "-c", "python:config.stack.gunicorn_config")
    # Receivers that don't answer keep waiting who sends to them, and nobody else.
    webhooks = (*WORKER, "-c", "1", "-Q", "webhooks", "-n", "webhooks@%h")
    rows: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("web", "The web server", (*gunicorn, "config.wsgi:application")),
        ("embed", "The embedding worker", (*WORKER, "-c", "1", "-Q", "embed", "-n", "embed@%h")),
        ("worker", "The worker", (*WORKER, "-c", "2", "-Q", "default", "-n", "default@%h")),
        ("webhooks", "The webhooks' worker", webhooks),
        ("beat", "The clock of the workers", BEAT),
    )
    # The workers count in the database: what they would write into such a folder nobody reads.
    shared = {name: value for name, value in environment.items() if name != METRICS_FOLDER}
    own = {"web": {METRICS_FOLDER: str(layout.metrics)}}
    return tuple(
        Service(
            name=name,
            title=title,
            argv=argv,
            log=layout.logs / f"{name}.log",
            environment={**ONE_THREAD, **shared, "BIND": bind, **own.get(name, {})},
            cwd=CHECKOUT,
        )
        for name, title, argv in rows
    )
