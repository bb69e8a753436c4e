"""Ways to drive the stack from outside, as its users do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
CLIENT = """
import dataclasses, json, sys
from config.stack.leases import attach_or_start
env = attach_or_start()
print(json.dumps(env.variables()), flush=True)
sys.stdin.read()
"""


class Client:
    """A process that uses the servers as a manage.py command does, until it is closed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", CLIENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
            text=True,
        )

    def env(self) -> dict[str, str]:
        """What it was told; waits until the servers are ready."""
        assert self._process.stdout is not None
        found: dict[str, str] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        self._process.communicate()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def clear_environment(patch: pytest.MonkeyPatch) -> None:
    """Forget which servers the suite itself runs on."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA", "HOST", "PORT"):
        patch.delenv(name, raising=False)


def run_stack(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m config.stack ARGUMENTS`, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "config.stack", *arguments],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        timeout=60,
    )


def state(data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data / "stack.json").read_text())
    return found


def query(url: str, statement: str) -> Any:
    """The first value of a statement's answer, None where it has none; committed."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie that waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(true: Callable[[], bool], *, seconds: float = 20) -> bool:
    """Whether `true()` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
