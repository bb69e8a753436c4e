"""The Chinese catalogue is whole: every sentence is there, is translated, and is what is served."""

from __future__ import annotations

import gettext
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command

from tests.locale.catalogue import MO, PO, Entry, compiled_keys, read_entries

HOW_TO_GET_IT = "No gettext. Get it with `apt-get install gettext`."
SOURCES = ("catalog", "config", "search", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)|\{\w+\}|%n|<[^>]*>")
# An English sign beside a Chinese letter, and a space beside a full-width sign.
MIXED = re.compile(
    r"[\u4e00-\u9fff][,;:!?\"'()]|[,;:!?\"'()][\u4e00-\u9fff]| [，。；：！？]|[，。；：！？] "
)
ENTRIES = read_entries()


def faulty(fault: Callable[[Entry], object]) -> list[str]:
    return [entry.english for entry in ENTRIES if fault(entry)]


def test_every_sentence_has_one_translation_that_somebody_has_read() -> None:
    assert len(ENTRIES) > 600
    assert faulty(lambda entry: len(entry.chinese) != 1 or not entry.chinese[0]) == []
    assert faulty(lambda entry: entry.is_fuzzy) == []
    assert "\n#~" not in PO.read_text(encoding="utf-8")


def test_no_sentence_stands_there_twice() -> None:
    assert len({entry.key for entry in ENTRIES}) == len(ENTRIES)


def test_placeholders_and_tags_are_those_of_the_english_sentence() -> None:
    def differ(entry: Entry) -> bool:
        known = set(PLACEHOLDER.findall(entry.english + entry.plural))
        return set(PLACEHOLDER.findall(entry.chinese[0])) != known

    assert faulty(differ) == []


def test_punctuation_is_of_one_kind() -> None:
    assert faulty(lambda entry: MIXED.search(PLACEHOLDER.sub("X", entry.chinese[0]))) == []


def test_sentences_end_as_the_english_ones_do() -> None:
    ends = {".": "。", "?": "？", "!": "！"}

    def differ(entry: Entry) -> bool:
        end = ends.get(entry.english[-1])
        return end is not None and entry.chinese[0][-1] not in f"{end}）"

    assert faulty(differ) == []


def test_what_is_served_is_what_is_written() -> None:
    with MO.open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]

    compiled.pop("")
    assert compiled == dict(pair for entry in ENTRIES for pair in compiled_keys(entry))


@pytest.mark.skipif(not shutil.which("xgettext") and not os.environ.get("CI"), reason=HOW_TO_GET_IT)
def test_no_sentence_of_the_sources_is_missing_and_none_is_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """What `make messages` would write into a copy is what is there."""
    for name in SOURCES:
        shutil.copytree(project.BASE_DIR / name, tmp_path / name)
    copy = tmp_path / PO.relative_to(project.BASE_DIR)
    copy.parent.mkdir(parents=True)
    shutil.copy(PO, copy)
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]

    call_command("makemessages", locale=["zh_Hans"], no_obsolete=True, no_wrap=True, verbosity=0)

    fresh = {entry.key: entry.chinese for entry in read_entries(copy)}
    assert fresh == {entry.key: entry.chinese for entry in ENTRIES}
