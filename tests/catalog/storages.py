"""Storages that fail the way real ones do."""

from __future__ import annotations

import errno
from typing import Any

from django.core.files.storage import FileSystemStorage


class FullStorage(FileSystemStorage):
    """A disk that has room for two files and a part of the third."""

    def _save(self, name: str, content: Any) -> str:
        saved = super()._save(name, content)
        if name.endswith("480.webp"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return saved


class BrokenStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        raise OSError(errno.EIO, f"Input/output error at {name} of {content.size} bytes")
