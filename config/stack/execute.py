"""`python -m config.stack exec`: a command with servers under it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.stack import servers
from config.stack.errors import StackError
from config.stack.leases import StackEnv, attach_or_start
from config.stack.ownership import is_owned, owned
from config.stack.paths import Layout, lay_out
from config.stack.process import start_mortal
from config.stack.secret_files import kept_secret
from config.stack.supervisor import Supervisor, interruptible, to_stderr

PREFIX = "lookalike-ephemeral-"
SECONDS_TO_END = 10.0
SECONDS_TO_OWN = 60.0


def execute(command: Sequence[str], *, data: Path, ephemeral: bool) -> int:
    """Run `command` with a stack's environment; its exit code (128 + n where signal n ended it).

    Ephemeral servers live in a temporary data folder, trade safety for speed, and vanish
    afterwards; servers that DATABASE_URL and REDIS_URL name are used as they are.
    """
    given = servers.given()
    if not ephemeral or (given.database_url and given.redis_url):
        return _run(command, attach_or_start(data))
    with ExitStack() as stack:
        stack.enter_context(interruptible())
        layout = lay_out(stack.enter_context(_scratch()))
        stack.enter_context(owned(layout, "exec"))
        supervisor = Supervisor(tell=to_stderr)
        stack.callback(supervisor.stop)
        found = servers.start(layout, supervisor, given, durable=False)
        secret_key = kept_secret(layout.data / "secret_key")
        env = StackEnv(layout.data, found.database_url, found.redis_url, secret_key)
        return _run(command, env)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A temporary data folder; those of killed runs before are swept out first."""
    parent = Path(tempfile.gettempdir())
    for left in parent.glob(f"{PREFIX}*"):
        if os.access(left, os.W_OK) and left.stat().st_uid == os.geteuid():
            _sweep(left)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    try:
        yield folder
    finally:
        _remove(folder)


def _sweep(folder: Path) -> None:
    """Remove an older folder without an owner; a new one may be about to get its own."""
    lock = folder / "stack.lock"
    if not lock.exists() or time.time() - lock.stat().st_mtime < SECONDS_TO_OWN:
        return
    if not is_owned(Layout(data=folder, servers=folder, account=None)):
        _remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str], env: StackEnv) -> int:
    """Run the command in our own process group: Ctrl-C on the terminal reaches it directly."""
    try:
        process = start_mortal(
            command, death_signal=signal.SIGTERM, env={**os.environ, **env.variables()}
        )
    except OSError as error:
        raise StackError(f"{command[0]} cannot be run: {error.strerror}.") from error
    try:
        code = process.wait()
    except KeyboardInterrupt as interrupt:
        code = _end(process, forward=interrupt.args not in {(), (signal.SIGINT,)})
    return code if code >= 0 else 128 - code


def _end(process: subprocess.Popen[bytes], *, forward: bool) -> int:
    """Wait for an interrupted command, which a signal sent to us alone has not reached yet."""
    if forward:
        process.terminate()
    try:
        return process.wait(timeout=SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
