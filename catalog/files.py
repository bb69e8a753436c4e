"""Stored files that follow the transaction: gone when it rolls back, or when their row goes."""

from __future__ import annotations

import errno
import logging
import weakref
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.errors import StorageFull

logger = logging.getLogger(__name__)

_FULL = {errno.ENOSPC, errno.EDQUOT}


def write_files(storage: Storage, files: Iterable[tuple[str, bytes]]) -> None:
    """Stores each (name, content); must be called inside a transaction.

    All of them are removed again when one can't be written or when the transaction, or the
    savepoint it is in, rolls back later. Raises StorageFull where the disk takes no more.
    """
    written: list[str] = []
    try:
        for name, content in files:
            written.append(name)
            storage.save(name, ContentFile(content))
    except BaseException as error:
        remove_files(storage, written)
        if isinstance(error, OSError) and error.errno in _FULL:
            message = _("The disk is full; nothing was stored. Free some space and try again.")
            raise StorageFull(message) from error
        raise
    transaction.on_commit(_Kept(storage, written))


def remove_files_after_commit(storage: Storage, names: list[str]) -> None:
    transaction.on_commit(partial(remove_files, storage, names), robust=True)


def remove_files(storage: Storage, names: list[str]) -> None:
    """Removes the files, and their folders where the storage has such things. A file that can't be
    removed is logged and left: the caller's own work is done by then."""
    folders = dict.fromkeys(str(PurePosixPath(name).parent) for name in names)
    for name in names:
        try:
            storage.delete(name)
        except Exception:  # object storages raise types of their own
            logger.exception("A stored file could not be removed: %s", name)
    for folder in folders:
        with suppress(OSError):  # it isn't empty
            storage.delete(folder)


class _Kept:
    """An after-commit callback that undoes the writing when it is dropped without being called.

    Django calls nothing on rollback, but it does drop the callbacks of the transaction or the
    savepoint that is undone, whichever level that is.
    """

    def __init__(self, storage: Storage, names: list[str]) -> None:
        self._undo = weakref.finalize(self, remove_files, storage, names)
        self._undo.atexit = False

    def __call__(self) -> None:
        self._undo.detach()
