"""manage.py import_catalog: its report and its exit status."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product
from tests.catalog.tables import write_photos, write_table

pytestmark = pytest.mark.django_db


def test_a_good_import_reports_its_counts(tmp_path):
    out = io.StringIO()
    table = write_table(tmp_path, "S1,One,,,,1,,,,a.jpg")
    images = str(write_photos(tmp_path, "a.jpg"))
    call_command("import_catalog", str(table), "--images", images, stdout=out)
    told = " ".join(out.getvalue().split())
    assert told == (
        "1 rows: 1 new, 0 changed, 0 as before, 0 left out. Images: 1 added, 0 kept, 0 removed."
    )


def test_bad_rows_give_status_1_and_stand_in_the_json(tmp_path):
    out = io.StringIO()
    table = write_table(tmp_path, "S1,One,,,,1,,,,", "S2,Two,,,,[bold]x,,,,")
    with pytest.raises(SystemExit) as stop:
        call_command("import_catalog", str(table), "--json", stdout=out)
    assert stop.value.code == 1
    report = json.loads(out.getvalue())
    assert (report["created"], report["failed"], report["ok"]) == (1, 1, False)
    assert report["problems"][0]["line"] == 3
    assert report["problems"][0]["field"] == "price"


def test_bad_rows_are_listed_in_a_table(tmp_path):
    out = io.StringIO()
    table = write_table(tmp_path, "S2,Two,,,,[bold]x,,,,")
    with pytest.raises(SystemExit):
        call_command("import_catalog", str(table), stdout=out)
    assert "Rows that were left out" in out.getvalue()
    assert "[bold]x" in out.getvalue()


def test_an_unreadable_file_gives_status_2(tmp_path):
    with pytest.raises(CommandError, match="can't be read") as stop:
        call_command("import_catalog", str(tmp_path / "none.csv"))
    assert stop.value.returncode == 2


def test_a_dry_run_says_so(tmp_path):
    out = io.StringIO()
    table = write_table(tmp_path, "S1,One,,,,1,,,,")
    call_command("import_catalog", str(table), "--dry-run", stdout=out)
    assert out.getvalue().startswith("Dry run, nothing was changed: 1 rows: 1 new")
    assert Product.objects.count() == 0
