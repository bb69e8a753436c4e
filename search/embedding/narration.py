"""What other packages tell of their own steps, while one of them is at work."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hushed(name: str | None = None) -> Iterator[None]:
    """Lets that logger and those below it, or all, speak of errors alone; then as before.

    Levels belong to the whole process: one that stayed up would silence whatever else runs there.
    """
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
