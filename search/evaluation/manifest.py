"""The manifest of an evaluation set: which pictures are the gallery, which are asked, and what is
relevant to what."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from search.errors import InvalidSet

REQUIRED = ("split", "file", "product_id", "category")
# A level's name, and the column in which a query and a relevant gallery picture agree.
LEVELS = {"variant": "variant_id", "product": "product_id", "category": "category"}

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Gallery and queries, each sorted by file. `folder` and `manifest` are as they were given."""

    folder: Path
    manifest: str
    gallery: tuple[Row, ...]
    queries: tuple[Row, ...]

    def path(self, row: Row) -> Path:
        return self.folder / row["file"]

    def levels(self) -> list[str]:
        """The levels that ask something, finest first.

        A level asks nothing when no query's label occurs in the gallery. `variant` must also be
        finer than `product`: some sets keep another grouping in that column.
        """
        return [level for level, column in LEVELS.items() if self._asks(level, column)]

    def _asks(self, level: str, column: str) -> bool:
        known = {row.get(column, "") for row in self.gallery} - {""}
        if not any(row.get(column) in known for row in self.queries):
            return False
        return level != "variant" or self._finer_than_product()

    def _finer_than_product(self) -> bool:
        pairs = {(row["variant_id"], row["product_id"]) for row in (*self.gallery, *self.queries)}
        variants, products = ({pair[side] for pair in pairs} for side in (0, 1))
        return len(pairs) == len(variants) > len(products)


def read_set(folder: Path, manifest: str = "manifest.csv") -> EvaluationSet:
    """The set in `folder`. Raises InvalidSet, naming the line, for whatever can't be evaluated."""
    path = folder / manifest
    if not folder.is_dir():
        raise InvalidSet(f"{folder} is not a folder. Name the folder that holds {manifest}.")
    if not path.is_file():
        raise InvalidSet(f"{folder} holds no {manifest}. Name another one with --manifest.")
    rows = _rows(path)
    for line, row in enumerate(rows, start=2):
        _check(row, f"{manifest}, line {line}", folder)
    gallery, queries = (_of(rows, split) for split in ("gallery", "query"))
    if not gallery or not queries:
        missing = "query" if gallery else "gallery"
        raise InvalidSet(f"{path} has no row whose split is {missing}. Both splits are needed.")
    files = [row["file"] for row in rows]
    if twice := next((file for file in files if files.count(file) > 1), None):
        raise InvalidSet(f"{path} names {twice} twice. Each picture may stand in one row.")
    return EvaluationSet(folder, manifest, gallery, queries)


def _rows(path: Path) -> list[Row]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            rows = [] if missing else [{k: v or "" for k, v in row.items() if k} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidSet(f"{path} can't be read as CSV in UTF-8: {error}") from error
    if missing:
        raise InvalidSet(f"{path} lacks the columns {', '.join(missing)}.")
    return rows


def _check(row: Row, where: str, folder: Path) -> None:
    if row["split"] not in {"gallery", "query"}:
        raise InvalidSet(f"{where}: split is gallery or query, not {row['split']!r}.")
    path = folder / row["file"]
    if not row["file"] or not path.resolve().is_relative_to(folder.resolve()):
        raise InvalidSet(f"{where}: {row['file']!r} is no file inside {folder}.")
    if not path.is_file():
        raise InvalidSet(f"{where}: {path} is missing.")


def _of(rows: Sequence[Row], split: str) -> tuple[Row, ...]:
    return tuple(
        sorted((row for row in rows if row["split"] == split), key=lambda row: row["file"])
    )
