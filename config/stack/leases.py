"""A database for one command's time: attach to the stack that runs, or start the servers.

Every command holds a shared lock (its lease) on a file of the data folder for as long as it
lives. Servers started for commands stop when they get that lock for themselves alone, which the
kernel grants however the last command ended.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from config.stack import servers
from config.stack.errors import StackError, log_tail
from config.stack.ownership import State, is_owned, owned, publish, running_state, try_lock
from config.stack.ownership import birth as birth_of
from config.stack.paths import CHECKOUT, Layout, data_folder, lay_out
from config.stack.process import rotate
from config.stack.secret_files import kept_secret
from config.stack.supervisor import Supervisor, interruptible, to_stderr

SECONDS_TO_START = 180.0
POLL_SECONDS = 0.1
_leases: list[TextIO] = []  # held until this process ends


@dataclass(frozen=True)
class StackEnv:
    """What a process needs to know to work with a stack."""

    data: Path
    database_url: str
    redis_url: str
    secret_key: str

    def variables(self) -> dict[str, str]:
        """As environment variables; REDIS_URL is left out where nobody knows one."""
        names = {
            "DATA": str(self.data),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.secret_key,
        }
        return {name: value for name, value in names.items() if value}


def attach_or_start(data: Path | None = None) -> StackEnv:
    """The servers that DATABASE_URL names, those of the stack on `data`, or new ones.

    New ones live as long as this process or another that attached to them. Raises StackError.
    """
    data = data or data_folder()
    given = servers.given()
    if given.database_url:
        state = running_state(Layout(data=data, servers=data, account=None))
        redis_url = given.redis_url or (state.redis_url if state else "")
        return StackEnv(data, given.database_url, redis_url, _secret_key(data))
    layout = lay_out(data)
    _leases.append(_take_lease(layout))
    state = _await_state(layout)
    redis_url = given.redis_url or state.redis_url
    return StackEnv(data, state.database_url, redis_url, _secret_key(data))


def serve_leases(layout: Layout) -> None:
    """Run both servers until no command holds a lease; return at once where others serve."""
    with ExitStack() as stack:
        stack.enter_context(interruptible())
        leases = stack.enter_context(layout.leases.open("a+"))
        stack.enter_context(owned(layout, "servers"))
        supervisor = Supervisor(tell=to_stderr)
        stack.callback(supervisor.stop)
        addresses = servers.start(layout, supervisor, servers.Addresses("", ""))
        publish(layout, own_state("servers", addresses, supervisor.pids()))
        while not try_lock(leases.fileno(), fcntl.LOCK_EX):
            if supervisor.check():
                publish(layout, own_state("servers", addresses, supervisor.pids()))
            time.sleep(POLL_SECONDS)
        # The lock is ours: commands that come now wait for it, and then start servers anew.
        layout.state.unlink(missing_ok=True)


def own_state(
    kind: str, addresses: servers.Addresses, pids: Mapping[str, int], address: str = ""
) -> State:
    """What this process publishes as the owner of a data folder."""
    return State(
        kind=kind,
        pid=os.getpid(),
        born=birth_of(os.getpid()),
        database_url=addresses.database_url,
        redis_url=addresses.redis_url,
        address=address,
        pids=dict(pids),
    )


def _secret_key(data: Path) -> str:
    return os.environ.get("SECRET_KEY") or kept_secret(lay_out(data).data / "secret_key")


def _take_lease(layout: Layout) -> TextIO:
    lease = layout.leases.open("a+")
    fcntl.flock(lease, fcntl.LOCK_SH)
    return lease


def _await_state(layout: Layout) -> State:
    """The state of whoever serves this folder; starts the servers where nobody does."""
    deadline = time.monotonic() + SECONDS_TO_START
    log = layout.logs / "servers.log"
    process: subprocess.Popen[bytes] | None = None
    offset = 0
    while (state := running_state(layout)) is None:
        if process is not None and process.poll():
            raise StackError(log_tail(log, offset=offset) or f"The servers stopped: see {log}")
        if (process is None or process.poll() == 0) and not is_owned(layout):
            rotate(log)
            offset = log.stat().st_size if log.exists() else 0
            process = _spawn_servers(layout, log)
        if time.monotonic() > deadline:
            raise StackError(f"The servers were not ready in time: see {layout.logs}")
        time.sleep(POLL_SECONDS)
    return state


def _spawn_servers(layout: Layout, log: Path) -> subprocess.Popen[bytes]:
    """Servers in a session of their own: they must outlive the command that happens to be first."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "config.stack", "servers"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "DATA": str(layout.data)},
            cwd=CHECKOUT,
            start_new_session=True,
        )
