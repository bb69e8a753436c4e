"""Child processes that never outlive us."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.stack.privileges import Account

PR_SET_PDEATHSIG = 1
LOG_BYTES = 5 * 2**20
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Service:
    """One row of the stack's table: what runs, as whom, and how it is asked to leave."""

    name: str
    title: str
    argv: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    cwd: Path = Path("/")
    account: Account | None = None
    # Sent one after the other to the process, each with its share of time; SIGKILL comes last.
    stop_signals: tuple[signal.Signals, ...] = (signal.SIGTERM,)
    # What the kernel sends when the supervisor dies, however it dies.
    death_signal: signal.Signals = signal.SIGKILL
    # Services of a later round stop when those of the earlier ones have gone.
    stop_round: int = 0


def die_with_parent(signum: int, parent: int) -> None:
    """Have the kernel send us `signum` when `parent`'s thread that started us ends; Linux only."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def spawn(service: Service) -> subprocess.Popen[bytes]:
    """Start a service in a process group of its own, its output appended to its log."""
    with service.log.open("ab") as log:
        return start_mortal(
            service.argv,
            death_signal=service.death_signal,
            account=service.account,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(service.environment),
            cwd=service.cwd,
            process_group=0,
        )


def start_mortal(
    argv: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGKILL,
    account: Account | None = None,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start a child that gets `death_signal` when this process ends, however it ends.

    Call it from the main thread: the kernel takes the end of the *thread* that started a child
    for its parent's death. The signal is set after the change of user, which would clear it.
    """
    parent = os.getpid()
    return subprocess.Popen(
        argv,
        preexec_fn=lambda: die_with_parent(death_signal, parent),  # noqa: PLW1509 - no threads here
        **options,
        **as_account(account),
    )


def as_account(account: Account | None) -> dict[str, Any]:
    """Popen's arguments for a child that drops to `account`."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def server_environment() -> dict[str, str]:
    """What the servers see of ours: a search path and plain messages, no secrets, no PG* names."""
    passed = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": "/usr/bin:/bin", **passed, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def rotate(log: Path) -> bool:
    """Put a log that has grown past 5 MB aside as `.1`, over the one before; whether it had.

    A copy is put aside and the file emptied, since the service that writes it keeps it open.
    """
    if not log.exists() or log.stat().st_size <= LOG_BYTES:
        return False
    with suppress(OSError):  # on a full disk room is worth more than old lines
        shutil.copyfile(log, log.with_name(log.name + ".1"))
    os.truncate(log, 0)
    return True


def signal_group(process: subprocess.Popen[bytes], signum: int) -> None:
    """Signal the whole process group that a child leads; nothing where it has gone."""
    try:
        os.killpg(process.pid, signum)
    except ProcessLookupError:
        return
