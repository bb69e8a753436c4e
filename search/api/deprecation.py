"""What of the API will go, as programs are told: with every answer, and in the schema.

`docs/api-versioning.md` says what may go, and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.http import http_date
from drf_spectacular.openapi import AutoSchema


@dataclass(frozen=True)
class Deprecation:
    """`since` when something is deprecated, on which day it goes (`sunset`), what to use `instead`
    (a sentence), and the address (`link`) that tells more."""

    since: date
    sunset: date
    instead: str
    link: str

    def __post_init__(self) -> None:
        if self.sunset < self.since:
            raise ValueError("Nothing goes before it is deprecated.")

    @property
    def sentence(self) -> str:
        """For the schema's readers, as Markdown."""
        return f"**Deprecated since {self.since}, gone on {self.sunset}.** {self.instead}"


def headers(deprecations: Iterable[Deprecation]) -> dict[str, str]:
    """RFC 9745's `Deprecation`, RFC 8594's `Sunset` and the links; of several things the dates of
    the one that was deprecated, or goes, first."""
    all_of_them = list(dict.fromkeys(deprecations))
    if not all_of_them:
        return {}
    links = dict.fromkeys(each.link for each in all_of_them)
    return {
        "Deprecation": f"@{_seconds(min(each.since for each in all_of_them))}",
        "Sunset": http_date(_seconds(min(each.sunset for each in all_of_them))),
        "Link": ", ".join(f'<{link}>; rel="deprecation"; type="text/html"' for link in links),
    }


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time.min, UTC).timestamp())


class Schema(AutoSchema):
    """An operation as drf-spectacular describes it, and what of it is deprecated: by the marks that
    its Door carries."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        deprecated: Mapping[str, Deprecation] = getattr(self.view, "deprecated", {})
        if whole := deprecated.get(self.method):
            operation["deprecated"] = True
            told = [operation.get("description", ""), whole.sentence]
            operation["description"] = "\n\n".join(filter(None, told))
        for parameter in operation.get("parameters", ()):
            if part := deprecated.get(parameter["name"]):
                parameter["deprecated"] = True
                parameter["description"] = f"{parameter.get('description', '')} {part.sentence}"
        return operation
