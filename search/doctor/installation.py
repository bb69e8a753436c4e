"""This machine and these settings."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from search.doctor.finding import Finding

OLDEST_PYTHON = (3, 11)
# Room for a few thousand pictures with their thumbnails, or for Postgres's log of a busy hour.
FREE_BYTES = 2**30
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def examine() -> Iterator[Finding]:
    yield python()
    yield folder("Data folder", Path(settings.DATA_DIR), setting="DATA")
    yield folder("Media folder", Path(settings.MEDIA_ROOT), setting="MEDIA")
    yield disk(Path(settings.DATA_DIR))
    yield secret_key()
    yield hosts()


def python() -> Finding:
    told = platform.python_version()
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("Python", told)
    return Finding("Python", f"{told} is too old", "Install Python 3.11 or later.")


def folder(part: str, path: Path, *, setting: str) -> Finding:
    """Whether files can be written into the folder, or the folder be made where it will lie."""
    if os.access(existing(path), os.W_OK | os.X_OK):
        return Finding(part, f"{path} can be written to")
    todo = f"Make it writable for this user, or name another folder with {setting}=..."
    return Finding(part, f"{path} can't be written to", todo)


def existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    return next(each for each in (path, *path.parents) if each.exists())


def disk(path: Path) -> Finding:
    free = shutil.disk_usage(existing(path)).free
    told = f"{free / 2**30:.1f} GB are free"
    if free >= FREE_BYTES:
        return Finding("Disk", told)
    return Finding("Disk", told, f"Free some space on the disk of {path}: uploads will be refused.")


def secret_key() -> Finding:
    if not settings.SECRET_KEY.startswith(settings.PROCESS_ONLY_KEY):
        return Finding("SECRET_KEY", "is set")
    return Finding(
        "SECRET_KEY",
        "is not set: each process has a key of its own, and log-ins end with it",
        "Set SECRET_KEY to 50 random characters, or start the shop with `make run`.",
    )


def hosts() -> Finding:
    """DEBUG shows settings to whoever makes a page fail, so only this machine may reach it."""
    told = ", ".join(settings.ALLOWED_HOSTS) or "none"
    if settings.DEBUG and not set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
        return Finding("ALLOWED_HOSTS", f"{told}, with DEBUG on", "Set DEBUG=false.")
    if "*" in settings.ALLOWED_HOSTS:
        return Finding("ALLOWED_HOSTS", told, "Name the shop's hosts instead of *.")
    return Finding("ALLOWED_HOSTS", told)
