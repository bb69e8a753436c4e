"""Gunicorn's settings: one process with several threads, which share the loaded embedder."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from config.stack.process import die_with_parent

# Before numpy is loaded: its libraries' own threads would take the cores of other requests.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

_memory = Path("/dev/shm")  # noqa: S108 - gunicorn keeps an unlinked heartbeat file there

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
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


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """A killed master must not leave workers that hold the port."""
    die_with_parent(signal.SIGKILL, server.pid)
