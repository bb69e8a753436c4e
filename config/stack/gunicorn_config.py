"""Gunicorn's settings: a process for each core, whose threads share a loaded embedder."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from config.stack.cores import web_processes, web_threads
from config.stack.process import die_with_parent

# Before numpy is loaded: its libraries' own threads would take the cores of other requests.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

_memory = Path("/dev/shm")  # noqa: S108 - gunicorn keeps an unlinked heartbeat file there

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = web_processes()
worker_class = "config.stack.patience.PatientWorker"  # gthread, for no client for ever
threads = web_threads()
preload_app = False  # an embedder that was loaded before the fork would hang in the worker
timeout = 60
graceful_timeout = 4  # below the supervisor's 5 s
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# A heartbeat file on a busy disk can stall the worker until gunicorn takes it for dead.
worker_tmp_dir = str(_memory) if os.access(_memory, os.W_OK) else None
control_socket_disable = True
proc_name = "lookalike"

# What prometheus_client's files are called; somebody may have named a folder that holds others.
COUNTS = ("counter", "histogram", "summary", "gauge")


def on_starting(server: Any) -> None:
    """What runs is what the settings of the workers reckon with, whether it was said in the
    environment or by --workers; and what an earlier life counted is gone."""
    os.environ["WEB_CONCURRENCY"] = str(server.cfg.workers)
    os.environ["WEB_THREADS"] = str(server.cfg.threads)
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for kind in COUNTS:
            for left in Path(folder).glob(f"{kind}_*.db"):
                left.unlink()


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """A killed master must not leave workers that hold the port."""
    die_with_parent(signal.SIGKILL, server.pid)


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """What is loaded by now stays. A full collection, which holds everybody up, need not look at it
    each time: 110 ms without this."""
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Its counts stay, as those of a living worker do; what was true of it at the moment goes."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call] # the library's
