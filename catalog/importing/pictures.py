"""Where an import finds its pictures: a folder, or a zip that is read but never unpacked."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from django.conf import settings

from catalog.importing.errors import ImportUnreadable
from catalog.importing.misses import missing, refused, too_large
from catalog.importing.zipped import ZippedPictures

# The longest name a file system takes; asking for a longer one is an error of its own.
_MAX_NAME = 255


class Pictures(Protocol):
    def read(self, name: str) -> bytes:
        """The bytes of the picture of that name. Raises CellRefused."""
        ...

    def close(self) -> None: ...


def open_pictures(path: Path) -> Pictures:
    """The folder's or the zip's pictures. Raises ImportUnreadable where it is neither."""
    if path.is_dir():
        return FolderPictures(path)
    if path.is_file():
        return ZippedPictures(path)
    message = f"{path} is neither a folder nor a zip file. Name one of them with --images."
    raise ImportUnreadable(message)


class FolderPictures:
    """Pictures of a folder and of the folders below it; never one outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def read(self, name: str) -> bytes:
        try:
            path = self._path(name)
            if path.stat().st_size > settings.MAX_PHOTO_BYTES:
                raise too_large(name)
            return path.read_bytes()
        except OSError as error:
            raise refused(f"“{name[:80]}” can't be read ({error.strerror}).") from error

    def _path(self, name: str) -> Path:
        if any(len(part) > _MAX_NAME for part in name.split("/")):
            raise missing(name, [])
        path = (self._folder / name.replace("\\", "/")).resolve()
        if not path.is_relative_to(self._folder):
            raise refused(f"“{name[:80]}” lies outside of the folder. Put the file inside it.")
        if not path.is_file():
            raise missing(name, (each.name for each in self._folder.iterdir()))
        return path

    def close(self) -> None:
        """A folder holds nothing open."""
