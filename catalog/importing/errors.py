"""Why an import can't start, or why one row of it is left out."""

from __future__ import annotations

from catalog.errors import LookalikeError, ValueRefused


class ImportUnreadable(LookalikeError):
    """The table or the pictures can't be read at all; nothing was changed."""

    code = "import_unreadable"


class CellRefused(ValueRefused):
    """A value of a row makes no sense; `field` is its column. The row stays out."""

    code = "cell_refused"
