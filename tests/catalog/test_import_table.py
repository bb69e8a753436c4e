"""Tables as spreadsheets really write them."""

from __future__ import annotations

import pytest

from catalog.importing import ImportUnreadable
from catalog.importing.table import read_table
from tests.catalog.tables import write_table

HEADER = "sku,title,price,tags"
ROW = "S1,Café “Größe”,12.50,colour:red"
CELLS = {"sku": "S1", "title": "Café “Größe”", "price": "12.50", "tags": "colour:red"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings_are_told_apart(tmp_path, delimiter, encoding):
    header, row = HEADER.replace(",", delimiter), ROW.replace(",", delimiter)
    table = read_table(write_table(tmp_path, row, header=header, encoding=encoding))
    assert [row.cells for row in table.rows] == [CELLS]
    assert table.notices == []


def test_a_file_in_windows_1252_is_read_with_a_remark(tmp_path):
    table = read_table(write_table(tmp_path, ROW, header=HEADER, encoding="cp1252"))
    assert table.rows[0].cells == CELLS
    assert "Windows-1252" in table.notices[0]


def test_headers_may_be_capitals_and_spaced_and_quoted(tmp_path):
    table = read_table(write_table(tmp_path, "S1,T,1", header='" SKU ", Title ,PRICE'))
    assert table.rows[0].cells == {"sku": "S1", "title": "T", "price": "1"}


def test_missing_columns_are_named_with_what_is_expected(tmp_path):
    with pytest.raises(ImportUnreadable) as refusal:
        read_table(write_table(tmp_path, "S1,x", header="sku,name"))
    message = refusal.value.message
    assert message.startswith("catalog.csv has no column title, price.")
    assert "sku, title, description, category, tags, price, currency" in message
    assert message.endswith("Found: sku, name.")


def test_unknown_columns_are_ignored_with_a_remark(tmp_path):
    table = read_table(write_table(tmp_path, "S1,T,1,x", header="sku,title,price,weight"))
    assert table.rows[0].cells == {"sku": "S1", "title": "T", "price": "1"}
    assert table.notices == ["Columns that are not known and were ignored: weight."]


def test_lines_are_counted_where_rows_begin(tmp_path):
    rows = ['S1,"two\nlines",1,', "", "S2,T,1,"]
    table = read_table(write_table(tmp_path, *rows, header=HEADER))
    assert [(row.line, row.cells["sku"]) for row in table.rows] == [(2, "S1"), (5, "S2")]


def test_a_short_row_has_empty_cells_at_its_end(tmp_path):
    row = read_table(write_table(tmp_path, "S1,T", header=HEADER)).rows[0]
    assert row.cells == {"sku": "S1", "title": "T", "price": "", "tags": ""}


def test_a_quote_that_is_never_closed_is_named_with_the_lines_it_swallows(tmp_path):
    rows = ['S1,"T,1,', "S2,T,1,", "S3,T,1,"]
    table = read_table(write_table(tmp_path, *rows, header=HEADER))
    [refused] = [row.refused for row in table.rows]
    assert refused is not None
    assert refused.message == (
        "The row runs on to line 4 and has 2 cells, the header 4. "
        "Close the double quote that a cell of it begins with."
    )


def test_a_monstrous_cell_spoils_its_own_row_only(tmp_path):
    rows = [f"S1,{'x' * 200_000},1,", "S2,T,1,"]
    table = read_table(write_table(tmp_path, *rows, header=HEADER))
    assert [row.refused is None for row in table.rows] == [False, True]


def test_nul_characters_never_reach_the_database(tmp_path):
    row = read_table(write_table(tmp_path, "S1,a\0b,1,", header=HEADER)).rows[0]
    assert row.cells["title"] == "a\ufffdb"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "catalog.csv"
    path.write_bytes(content)
    with pytest.raises(ImportUnreadable, match="has no column sku, title, price"):
        read_table(path)


def test_a_spreadsheet_is_told_apart(tmp_path):
    path = tmp_path / "catalog.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ImportUnreadable, match="is a spreadsheet, not a CSV file"):
        read_table(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ImportUnreadable, match="No such file"):
        read_table(tmp_path / "nothing.csv")
