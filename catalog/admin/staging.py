"""Photos kept between a refused form and its next try, so that nobody chooses them twice.

A browser can't be handed back the files it sent. What passed the decode contract is therefore put
aside on the server's disk under a signed token, which travels in the form as a hidden field. It is
outside the media folder: nothing serves it.
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from django.conf import settings
from django.core import signing

SALT = "catalog.admin.staging"
LIFETIME_SECONDS = 24 * 3600


def stage(data: bytes, name: str) -> str | None:
    """The token under which `unstage` finds the bytes for a day; None if the disk took no more."""
    folder = _folder()
    path = folder / secrets.token_hex(16)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _drop_old(folder)
        path.write_bytes(data)
    except OSError:
        path.unlink(missing_ok=True)
        return None
    return signing.dumps([path.name, name], salt=SALT)


def unstage(token: str) -> tuple[bytes, str] | None:
    """The bytes and the name they came with; None where the token is forged or its day is over."""
    try:
        stored, name = signing.loads(token, salt=SALT, max_age=LIFETIME_SECONDS)
        return (_folder() / stored).read_bytes(), name
    except (signing.BadSignature, OSError):
        return None


def drop_old() -> None:
    """Remove what nobody came back for within a day."""
    folder = _folder()
    if folder.is_dir():
        _drop_old(folder)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "staged-photos"


def _drop_old(folder: Path) -> None:
    oldest = time.time() - LIFETIME_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
