"""Whom the embedded servers run as, and what that user can reach.

`initdb` and `postgres` refuse to run as root. Run as root, the servers alone drop to an
unprivileged account; no folder that we did not make changes its owner or mode.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from config.stack.errors import StackError


@dataclass(frozen=True)
class Account:
    """A user that a child process becomes."""

    name: str
    uid: int
    gid: int


def invoking_user() -> str:
    """The login name of this process; Postgres's peer authentication compares names."""
    return _name_of(os.geteuid())


def server_account(clusters: Iterable[Path]) -> Account | None:
    """Who runs the servers: None (we ourselves) for a plain user.

    For root it is the owner of the first of `clusters` that is there already, as Postgres serves
    no other, else the user whom STACK_USER names.
    """
    if os.geteuid() != 0:
        return None
    for cluster in clusters:
        if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
            return Account(name=_name_of(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)
    name = os.environ.get("STACK_USER") or "nobody"
    try:
        entry = pwd.getpwnam(name)
    except KeyError as error:
        raise StackError(
            f"There is no user {name!r} for the database to run as: "
            "set STACK_USER to an unprivileged user, or run as a plain user."
        ) from error
    if entry.pw_uid == 0:
        raise StackError(
            "STACK_USER must be an unprivileged user: PostgreSQL refuses to run as root."
        )
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def can_enter(path: Path, account: Account | None) -> bool:
    """Whether `account` may pass through a folder, or run a file, at `path`.

    The kernel is asked, as that user: mode bits alone know nothing of access lists.
    """
    if account is None:
        return os.access(path, os.X_OK)
    probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    found = subprocess.run(
        probe, user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False
    )
    return found.returncode == 0


def private_folder(path: Path, account: Account | None) -> Path:
    """A 0700 folder of the account's own; refuses one that somebody else put there."""
    owner = account.uid if account else os.geteuid()
    try:
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, account.uid, account.gid)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise StackError(
                f"{path} must be a folder of user id {owner} that nobody else may enter: "
                "move it away and start again."
            ) from None
    return path


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError as error:
        raise StackError(
            f"User id {uid} has no name in /etc/passwd, and PostgreSQL needs one: "
            "run as a named user, or point DATABASE_URL and REDIS_URL at other servers."
        ) from error
