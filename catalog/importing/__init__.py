"""A catalogue from a table and a folder or zip of pictures."""

from __future__ import annotations

from catalog.importing.errors import ImportUnreadable
from catalog.importing.report import ImportReport, Problem
from catalog.importing.run import import_catalog

__all__ = ["ImportReport", "ImportUnreadable", "Problem", "import_catalog"]
