"""What stands in the API's addresses."""

from __future__ import annotations

from uuid import UUID


class QueryId:
    """An id as RFC 9562 lets it be written: letters of either case, with hyphens or without."""

    regex = "[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        return str(value)


class Sku:
    """Whatever stands there, line breaks too: the view says what no SKU holds."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
