"""What the log says, without what would open a shopper's search."""

from __future__ import annotations

import logging
import re

import structlog

# Whoever has the id of a search, or of a link to one, sees what was asked.
SEARCH_ID = re.compile(r"(/search/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class LogLines(structlog.stdlib.ProcessorFormatter):
    """Writes a record as structlog does, whoever logged it, and leaves ids of searches out."""

    def format(self, record: logging.LogRecord) -> str:
        return SEARCH_ID.sub(r"\1…", super().format(record))
