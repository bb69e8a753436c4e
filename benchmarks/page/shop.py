"""A shop of one's own for a benchmark: the whole stack, as `make run` starts it, sample and all."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 600.0
QUERIES = Path("sample/queries")


@contextmanager
def running_shop() -> Iterator[tuple[str, Path]]:
    """The address of a shop with the sample catalogue, every picture searchable, and the folder of
    its query photos. It is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lookalike-bench-") as folder:
        # The servers drop to a plain user, who has to get through to their folder.
        Path(folder).chmod(0o711)
        data, port = Path(folder) / "data", _free_port()
        up = [sys.executable, "-m", "config.stack", "--data", str(data), "up", "--port", str(port)]
        environment = {**os.environ, "PHOTO_SEARCHES_PER_MINUTE": "0"}
        shop = subprocess.Popen(up, cwd=ROOT, env=environment, stdout=sys.stderr)
        try:
            _wait(shop, f"http://127.0.0.1:{port}/healthz")
            _embed(data)
            yield f"http://127.0.0.1:{port}", data / QUERIES
        finally:
            shop.send_signal(signal.SIGTERM)
            shop.wait()


def _wait(shop: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + SECONDS
    while not _answers(address):
        if shop.poll() is not None or time.monotonic() > until:
            raise SystemExit("The shop did not start; what it wrote above says why.")
        time.sleep(0.5)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _embed(data: Path) -> None:
    """Wait until the workers have embedded the whole catalogue."""
    attached = [sys.executable, "-m", "config.stack", "--data", str(data), "exec", "--"]
    command = [*attached, sys.executable, "manage.py", "embed", "--wait"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
