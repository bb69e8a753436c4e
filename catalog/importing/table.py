"""A CSV file as rows of named cells, whatever program wrote it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from catalog.importing.errors import CellRefused, ImportUnreadable

COLUMNS = (
    "sku",
    "title",
    "description",
    "category",
    "tags",
    "price",
    "currency",
    "stock",
    "status",
    "images",
)
REQUIRED = ("sku", "title", "price")
MAX_BYTES = 200 * 2**20

# How .xlsx and .ods (zips) and .xls begin.
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITERS = (",", ";", "\t")
_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of a row by column, stripped; `line` is where the row begins in the file."""

    line: int
    cells: dict[str, str]
    refused: CellRefused | None = None


@dataclass(slots=True)
class Table:
    """A readable table: its rows in order, and remarks on how it was read."""

    rows: list[RawRow]
    notices: list[str] = field(default_factory=list)


def read_table(path: Path) -> Table:
    """The rows of the CSV file.

    Comma, semicolon and tab are told apart by the header; a byte-order mark is skipped. Raises
    ImportUnreadable where the file is no such table or where a column is missing that every
    product needs.
    """
    content = _content(path)
    if content.startswith(_SPREADSHEETS):
        message = f"{path.name} is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” first."
        raise ImportUnreadable(message)
    text, notices = _decoded(content)
    delimiter, header = _header(text)
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise ImportUnreadable(
            f"{path.name} has no column {_listed(missing)}. Its first line must name the columns; "
            f"expected are {_listed(COLUMNS)}, of which {_listed(REQUIRED)} are required. "
            f"Found: {_listed(_readable(header)) or 'nothing'}."
        )
    notices += _remarks_on(header)
    return Table(list(_rows(text, delimiter, header)), notices)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            limit = MAX_BYTES // 2**20
            message = f"{path} is larger than {limit} MB. Split it into several files."
            raise ImportUnreadable(message)
        return path.read_bytes()
    except OSError as error:
        message = f"{path} can't be read ({error.strerror}). Check the name and the permissions."
        raise ImportUnreadable(message) from error


def _decoded(content: bytes) -> tuple[str, list[str]]:
    try:
        return content.decode(_WIDE.get(content[:2], "utf-8-sig")), []
    except UnicodeDecodeError:
        notice = (
            "The file is not UTF-8 and was read as Windows-1252. Check letters such as é and ß; "
            "to be safe, save it as “CSV UTF-8”."
        )
        return content.decode("cp1252", errors="replace"), [notice]


def _header(text: str) -> tuple[str, list[str]]:
    """The delimiter under which the first line names most of our columns, and that line's names."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    readings = {each: _names(first, each) for each in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda each: len(set(readings[each]) & set(COLUMNS)))
    return best, readings[best]


def _names(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _remarks_on(header: list[str]) -> list[str]:
    unknown = [name for name in header if name and name not in COLUMNS]
    twice = [name for name in COLUMNS if header.count(name) > 1]
    remarks = []
    if unknown:
        remarks.append(f"Columns that are not known and were ignored: {_listed(unknown)}.")
    if twice:
        remarks.append(f"Columns that are there twice; the last one counts: {_listed(twice)}.")
    return remarks


def _rows(text: str, delimiter: str, header: list[str]) -> Iterator[RawRow]:
    """Every row below the header that isn't blank. A row that can't be parsed is there too, with
    the reason, and does not stop those below it."""
    reader = csv.reader(
        io.StringIO(text.replace("\x00", "\ufffd"), newline=""),
        delimiter=delimiter,
        skipinitialspace=True,
    )
    started = False
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield RawRow(
                line, {}, CellRefused(f"The row can't be read: {error}. Check its quotes.")
            )
            continue
        if any(cells) and started:
            yield _named(line, reader.line_num, cells, header)
        started = started or any(cells)


def _named(line: int, last: int, cells: list[str], header: list[str]) -> RawRow:
    pairs = zip_longest(header, cells[: len(header)], fillvalue="")
    named = {name: cell for name, cell in pairs if name in COLUMNS}
    if any(cells[len(header) :]):
        refused = CellRefused(
            f"The row has {len(cells)} cells, the header {len(header)}. Put a value that contains "
            "the separator in double quotes."
        )
        return RawRow(line, named, refused)
    if last > line and len(cells) < len(header):
        refused = CellRefused(
            f"The row runs on to line {last} and has {len(cells)} cells, the header {len(header)}. "
            "Close the double quote that a cell of it begins with."
        )
        return RawRow(line, named, refused)
    return RawRow(line, named)


def _readable(header: list[str]) -> list[str]:
    """What a person can recognise of a first line that may be anything."""
    return [name[:30] for name in header if name and name.isprintable()][:20]


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names)
