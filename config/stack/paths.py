"""Where everything of one stack lies. All of it follows from the data folder."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.stack.errors import StackError
from config.stack.privileges import Account, can_enter, private_folder, server_account

CHECKOUT = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/lib/lookalike")
# sun_path holds 108 bytes with its NUL; Postgres adds "/.s.PGSQL.5432.lock" to the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
# A new cluster takes 40 MB, one of its write-ahead segments 16 MB.
LEAST_FREE_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Layout:
    """Paths of one data folder; `servers` differs from `data` only where root's is unreachable."""

    data: Path
    servers: Path
    account: Account | None

    @property
    def postgres(self) -> Path:
        return self.servers / "postgres"

    @property
    def redis(self) -> Path:
        return self.servers / "redis"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def metrics(self) -> Path:
        """What the web's processes have counted since they were started."""
        return self.data / "metrics"

    @property
    def lock(self) -> Path:
        return self.data / "stack.lock"

    @property
    def state(self) -> Path:
        return self.data / "stack.json"

    @property
    def leases(self) -> Path:
        return self.data / "leases.lock"

    def sockets(self) -> Path:
        """The 0700 folder of both sockets, made where it is missing; short enough to bind."""
        return private_folder(_socket_folder(self), self.account)


def data_folder() -> Path:
    """The folder that DATA names, or `.data` in the checkout; absolute."""
    return Path(os.environ.get("DATA") or CHECKOUT / ".data").expanduser().resolve()


def lay_out(data: Path) -> Layout:
    """The layout of `data`, which exists and can be written afterwards. Raises StackError."""
    _make_data_folder(data)
    outside = OUTSIDE / _tag(data)
    account = server_account(folder / "postgres" for folder in (outside, data))
    layout = Layout(data=data, servers=_servers_folder(data, outside, account), account=account)
    own_folder(layout.logs, 0o700)
    return layout


def own_folder(path: Path, mode: int) -> None:
    """Make a folder with exactly this mode, whatever the umask; one that exists is left alone.

    The mode is there from the first moment: two commands may start at once.
    """
    before = os.umask(0)
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        if not path.is_dir():
            raise
    finally:
        os.umask(before)


def _make_data_folder(data: Path) -> None:
    is_new = not data.exists()
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        # Root's servers drop to another user, who must pass through but need not look around.
        own_folder(data, 0o711 if os.geteuid() == 0 else 0o700)
        with tempfile.TemporaryFile(dir=data) as probe:
            probe.write(b"room?")
    except (FileExistsError, NotADirectoryError) as error:
        raise StackError(
            f"The data folder {data} is not a folder: name another with DATA=..."
        ) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _disk_full(data) from error
        raise StackError(
            f"The data folder {data} cannot be written ({error.strerror}): "
            "name another with DATA=..., or run as its owner."
        ) from error
    # A shop that is there already may start on a full disk: it still answers searches.
    if is_new and shutil.disk_usage(data).free < LEAST_FREE_BYTES:
        raise _disk_full(data)


def _disk_full(data: Path) -> StackError:
    need = LEAST_FREE_BYTES // 2**20
    return StackError(
        f"The disk of the data folder {data} is full (a new shop needs {need} MB): "
        "free some space, or name a folder on another disk with DATA=..."
    )


def _tag(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:16]


def _servers_folder(data: Path, outside: Path, account: Account | None) -> Path:
    if account is None:
        return data
    if (outside / "postgres").exists():
        return outside
    if can_enter(data, account):
        return data
    if (data / "postgres").exists():
        raise StackError(
            f"User {account.name!r} can no longer enter {data}, where the database lies: let it "
            f"pass (chmod o+x on that folder and those above), or move postgres/ to {outside}."
        )
    return _make_outside(outside, data)


def _make_outside(outside: Path, data: Path) -> Path:
    for folder in (OUTSIDE, outside):
        own_folder(folder, 0o711)
    (outside / "README").write_text(f"The database of the Lookalike stack on {data}.\n")
    return outside


def _socket_folder(layout: Layout) -> Path:
    own = layout.servers / "run"
    if len(os.fsencode(own)) <= LONGEST_SOCKET_FOLDER:
        return own
    runtime = os.environ.get("XDG_RUNTIME_DIR", "") if layout.account is None else "/run"
    # Files of others in the shared folder do no harm: private_folder() checks owner and mode.
    for base in (runtime, tempfile.gettempdir(), "/tmp"):  # noqa: S108 - see the line above
        folder = Path(base, f"lookalike-{os.geteuid()}-{_tag(layout.data)}")
        short = len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER
        if base and short and os.access(base, os.W_OK) and can_enter(Path(base), layout.account):
            return folder
    raise StackError(
        f"No folder with a short enough name for the sockets of {layout.data} can be made: "
        "name a shorter data folder with DATA=..."
    )
