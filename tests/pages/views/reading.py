"""A page as a person meets it: elements with their attributes and the words inside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Every word inside, white space folded."""
        return " ".join("".join(self.parts).split())

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def fits(self, tag: str, css: str, attributes: dict[str, str]) -> bool:
        classes = self.attributes.get("class", "").split()
        given = self.attributes.items()
        return tag in {"", self.tag} and (not css or css in classes) and attributes.items() <= given


class Reading(HTMLParser):
    """The elements of a response's HTML, in their order.

    Raises AssertionError where an element is closed that isn't the one that is open: what a browser
    would silently mend.
    """

    def __init__(self, response: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(response.content.decode())
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)

    def all(self, tag: str = "", css: str = "", **attributes: str) -> list[Element]:
        return [each for each in self.elements if each.fits(tag, css, attributes)]

    def one(self, tag: str = "", css: str = "", **attributes: str) -> Element:
        found = self.all(tag, css, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} class={css} {attributes}>"
        return found[0]

    def texts(self, tag: str = "", css: str = "", **attributes: str) -> list[str]:
        return [each.text for each in self.all(tag, css, **attributes)]

    @property
    def heading(self) -> str:
        return self.one("h1").text

    @property
    def titles(self) -> list[str]:
        """The products on the wall, in their order."""
        return self.texts("span", css="card-title")
