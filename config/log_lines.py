"""What the log says, without what would open a shopper's search or the API."""

from __future__ import annotations

import logging
import re

import structlog

from search.key_format import without_secrets

# Whoever has the id of a search, or of a link to one, sees what was asked.
SEARCH_ID = re.compile(r"(/search/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class LogLines(structlog.stdlib.ProcessorFormatter):
    """Writes a record as structlog does, whoever logged it, and leaves ids of searches out, and
    the secrets of API keys: somebody will put one into an address."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(SEARCH_ID.sub(r"\1…", super().format(record)))
