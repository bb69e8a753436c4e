"""A catalogue of translations as its file holds it, read without gettext."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "locale" / "zh_Hans" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
LINE = re.compile(r'^(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) )?"(.*)"$')
ESCAPED = {"n": "\n", "t": "\t"}


@dataclass(frozen=True)
class Entry:
    """A sentence and its translation; `key` tells two alike ones apart by their context."""

    context: str
    english: str
    plural: str
    chinese: tuple[str, ...]
    comments: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.english

    @property
    def is_fuzzy(self) -> bool:
        return any(line.startswith("#,") and "fuzzy" in line for line in self.comments)


def read_entries(path: Path = PO) -> list[Entry]:
    """The entries of the file, without its header."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [entry for entry in map(_entry, blocks) if entry.english]


def _entry(block: str) -> Entry:
    parts: dict[str, str] = {}
    comments: list[str] = []
    name = ""
    for line in block.strip().splitlines():
        found = LINE.match(line)
        if found is None:
            comments.append(line)
            continue
        name = found[1] or name
        parts[name] = parts.get(name, "") + _plain(found[2])
    chinese = tuple(text for each, text in parts.items() if each.startswith("msgstr"))
    return Entry(
        parts.get("msgctxt", ""),
        parts.get("msgid", ""),
        parts.get("msgid_plural", ""),
        chinese,
        tuple(comments),
    )


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPED.get(found[1], found[1]), text)


def compiled_keys(entry: Entry) -> Iterator[tuple[Any, str]]:
    """What Python's gettext files the entry under in a compiled catalogue, and what it finds."""
    name = f"{entry.context}\x04{entry.english}" if entry.context else entry.english
    for form, text in enumerate(entry.chinese):
        yield ((name, form) if entry.plural else name), text
