"""The English that is left on a page: in its text, and in the attributes that a person meets."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

# Names, in every language as they are; units and kinds of files.
NAMES = {
    *("Lookalike", "SKU", "JPEG", "PNG", "WebP", "AVIF", "HEIC", "MB", "KB", "EUR", "API"),
    *("Shift", "Cookie", "JavaScript", "Redis", "ID", "UTC", "Webhook"),
}
READ = {"aria-label", "aria-roledescription", "aria-valuetext", "alt", "title", "placeholder"}
# Data attributes that are for scripts and style sheets alone.
FOR_MACHINES = {
    *("data-swap", "data-corner", "data-nudge", "data-sku", "data-band", "data-query"),
    *("data-query-id", "data-crop-now", "data-crop-suggestions"),
    # Those of Django's admin.
    *("data-inline-formset", "data-inline-type", "data-href-template", "data-popup"),
    *("data-model-name", "data-model-ref", "data-app-label", "data-field-name", "data-context"),
    *(
        "data-ajax--cache",
        "data-ajax--type",
        "data-ajax--url",
        "data-theme",
        "data-minimum-input-length",
    ),
}
UNREAD = {"script", "style"}
VOID = {"br", "hr", "img", "input", "link", "meta", "col", "path", "use"}
WORD = re.compile(r"[A-Za-z]{2,}")
# A placeholder that a script fills in, code to be typed, an address.
CODE = re.compile(r"%\(\w+\)s|%n|`[^`]*`|manage\.py \w+|https?://\S+")


def english_in(response: Any, *, names: frozenset[str] = frozenset()) -> list[str]:
    """The phrases of the response's HTML with an English word in them, but for names."""
    page = _Page()
    page.feed(response.content.decode())
    return [each for each in page.phrases if foreign(each) - names]


def foreign(text: str) -> set[str]:
    """The words in Latin letters that are no names."""
    return set(WORD.findall(CODE.sub("", text))) - NAMES


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.phrases: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        # A part in a language of its own, such as the name of that language in the footer.
        apart = tag != "html" and given.get("lang", "zh-hans") != "zh-hans"
        if self._unread or apart or tag in UNREAD:
            self._unread += [] if tag in VOID else [tag]
            return
        self.phrases += [value for name, value in given.items() if _is_read(tag, name, given)]

    def handle_endtag(self, tag: str) -> None:
        if self._unread and self._unread[-1] == tag:
            self._unread.pop()

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.phrases.append(" ".join(data.split()))


def _is_read(tag: str, name: str, given: dict[str, str]) -> bool:
    if name == "content":
        return given.get("name") == "description"
    if name == "value":
        return tag == "input" and given.get("type") in {"submit", "button"}
    return name in READ or (name.startswith("data-") and name not in FOR_MACHINES)
