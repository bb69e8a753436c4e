"""What must have happened in a data folder before its shop can open; each step is idempotent."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.stack.errors import StackError, log_tail
from config.stack.paths import CHECKOUT, Layout
from config.stack.process import rotate, signal_group, start_mortal


@dataclass(frozen=True)
class Step:
    """A management command of the set-up; one that `speaks` shows progress of its own."""

    title: str
    command: tuple[str, ...]
    speaks: bool = False


MIGRATE = Step("Bring the database up to date", ("migrate", "--noinput"))
COLLECT_STATIC = Step("Collect the page's files", ("collectstatic", "--noinput"))
SAMPLE = Step("Load the sample catalogue", ("load_sample",), speaks=True)
WARM = Step("Prepare the embedder", ("warm_embedder",), speaks=True)
ENSURE_ADMIN = Step("Make the admin user", ("ensure_admin", "--json"))


@dataclass(frozen=True)
class Admin:
    username: str
    password: str | None  # known only when it has just been made


def fill(environment: Mapping[str, str]) -> tuple[Step, ...]:
    """What makes the shop worth opening; SAMPLE=no leaves the catalogue empty."""
    return (WARM,) if environment.get("SAMPLE", "").lower() == "no" else (SAMPLE, WARM)


def run_step(step: Step, layout: Layout, environment: Mapping[str, str]) -> None:
    """Run a step to its end; StackError with the end of its output where it fails."""
    log = layout.logs / "setup.log"
    rotate(log)
    with log.open("ab") as output:
        offset = output.tell()
        shown = None if step.speaks else output
        process = _manage(step, environment, stdout=shown, stderr=shown)
        _finish(process)
    if process.returncode:
        tail = log_tail(log, offset=offset)
        where = f"; its output ends:\n{tail}" if tail else ", for the reason above."
        raise StackError(f"manage.py {step.command[0]} failed{where}")


def collect_static(layout: Layout, environment: Mapping[str, str]) -> None:
    """Collect, hash and compress the page's files (3.6 s of CPU), unless none has changed since."""
    stamp = layout.data / "static.stamp"
    sources = _static_sources()
    if stamp.exists() and stamp.read_text() == sources and (layout.data / "static").is_dir():
        return
    run_step(COLLECT_STATIC, layout, environment)
    stamp.write_text(sources)


def _static_sources() -> str:
    """A digest that changes with our own files, and with the packages that bring more."""
    digest = hashlib.sha256((CHECKOUT / "requirements.txt").read_bytes())
    for folder in ("static", "catalog/static", "search/static"):
        for path in sorted((CHECKOUT / folder).rglob("*")):
            found = path.stat()
            digest.update(f"{path}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def ensure_admin(layout: Layout, environment: Mapping[str, str]) -> Admin:
    """The admin's login; the password goes from the command's output to the screen, no further."""
    log = layout.logs / "setup.log"
    with log.open("ab") as output:
        process = _manage(ENSURE_ADMIN, environment, stdout=subprocess.PIPE, stderr=output)
        said = _finish(process)
    if process.returncode:
        raise StackError(f"manage.py ensure_admin failed; {log} ends:\n{log_tail(log)}")
    return Admin(**json.loads(said))


def _manage(step: Step, environment: Mapping[str, str], **streams: Any) -> subprocess.Popen[bytes]:
    return start_mortal(
        [sys.executable, "manage.py", *step.command],
        stdin=subprocess.DEVNULL,
        env=dict(environment),
        cwd=CHECKOUT,
        process_group=0,
        **streams,
    )


def _finish(process: subprocess.Popen[bytes]) -> bytes:
    """Wait for a child and what it wrote into its pipe; an interrupt ends it too."""
    try:
        return process.communicate()[0] or b""
    except KeyboardInterrupt:
        signal_group(process, signal.SIGKILL)
        process.wait()
        raise
