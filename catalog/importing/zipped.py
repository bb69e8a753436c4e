"""Pictures out of a zip, entry by entry, without writing anything to disk."""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from django.conf import settings

from catalog.importing.errors import CellRefused, ImportUnreadable
from catalog.importing.misses import missing, refused, too_large

MAX_ENTRIES = 50_000
# What `zipfile` and the decompressors below it raise for bytes that are not what they claim to be.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(OSError, RuntimeError, EOFError, ValueError, MemoryError),
)
_PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif"}


class ZippedPictures:
    """The pictures of a zip, by their path in it or, where that is unique, by their bare name.

    Entries with `../` or an absolute path, links, folders and everything that isn't named like a
    picture (a zip within the zip too) do not exist for it. An entry is never unfolded beyond the
    largest photo that is taken, whatever its header promises. Raises ImportUnreadable where the
    file is no zip or has more than 50,000 entries.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGE as error:
            message = f"{path} is no zip file that can be read. Make it anew, or name a folder."
            raise ImportUnreadable(message) from error
        count = len(self._zip.infolist())
        if count > MAX_ENTRIES:
            self.close()
            raise ImportUnreadable(
                f"{path} has {count:,} entries; at most {MAX_ENTRIES:,} are taken. Unpack it and "
                "name the folder, or split it."
            )
        self._entries = _by_name(self._zip.infolist())

    def read(self, name: str) -> bytes:
        entry = self._entry(name)
        if entry.file_size > settings.MAX_PHOTO_BYTES:
            raise too_large(name)
        try:
            with self._zip.open(entry) as file:
                content = file.read(settings.MAX_PHOTO_BYTES + 1)
        except _DAMAGE as error:
            message = f"“{name[:80]}” can't be read from the zip: it is damaged or locked."
            raise refused(message) from error
        if len(content) > settings.MAX_PHOTO_BYTES:
            raise too_large(name)
        return content

    def close(self) -> None:
        self._zip.close()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        found = self._entries.get(_tidy(name), [])
        if not found:
            raise missing(name, self._entries)
        if len(found) > 1:
            raise _ambiguous(name, found)
        return found[0]


def _by_name(entries: list[zipfile.ZipInfo]) -> dict[str, list[zipfile.ZipInfo]]:
    """Entries by whole path; those in folders by their bare name too, unless a whole path is
    spelt so."""
    usable = [entry for entry in entries if _is_picture(entry)]
    by_path: dict[str, list[zipfile.ZipInfo]] = {}
    for entry in usable:
        by_path.setdefault(_tidy(entry.filename), []).append(entry)
    by_bare_name: dict[str, list[zipfile.ZipInfo]] = {}
    for entry in usable:
        by_bare_name.setdefault(PurePosixPath(_tidy(entry.filename)).name, []).append(entry)
    return {**by_bare_name, **by_path}


def _is_picture(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(_tidy(entry.filename))
    inside = not path.is_absolute() and ".." not in path.parts
    mode = entry.external_attr >> 16
    plain = not entry.is_dir() and (stat.S_IFMT(mode) in {0, stat.S_IFREG})
    return inside and plain and path.suffix.lower() in _PICTURES and not _is_apple_double(path)


def _is_apple_double(path: PurePosixPath) -> bool:
    """macOS puts a file of attributes beside each file that it zips, under the same name."""
    return "__MACOSX" in path.parts


def _tidy(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")


def _ambiguous(name: str, found: list[zipfile.ZipInfo]) -> CellRefused:
    paths = sorted({entry.filename for entry in found})
    if len(paths) == 1:
        return refused(f"The zip holds “{name[:80]}” {len(found)} times. Keep one of them.")
    return refused(f"“{name[:80]}” may be {' or '.join(paths[:3])}. Write the whole path.")
