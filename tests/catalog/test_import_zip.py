"""Zips as pictures' homes, the hostile ones among them."""

from __future__ import annotations

import stat
import warnings
import zipfile

import pytest

from catalog.importing import ImportUnreadable
from catalog.importing.errors import CellRefused
from catalog.importing.misses import MAX_COMPARED, missing
from catalog.importing.pictures import open_pictures
from catalog.importing.zipped import MAX_ENTRIES, ZippedPictures
from tests.catalog.tables import photo, write_zip


def test_pictures_are_found_by_path_and_by_unique_name(tmp_path):
    pictures = open_pictures(write_zip(tmp_path, "a.jpg", "photos/b.jpg"))
    assert pictures.read("a.jpg") == photo("a.jpg")
    assert pictures.read("photos/b.jpg") == pictures.read("b.jpg") == photo("photos/b.jpg")
    assert pictures.read("photos\\b.jpg") == photo("photos/b.jpg")


def test_a_name_that_is_in_two_folders_must_be_written_whole(tmp_path):
    pictures = open_pictures(write_zip(tmp_path, "x/a.jpg", "y/a.jpg"))
    assert pictures.read("y/a.jpg") == photo("y/a.jpg")
    with pytest.raises(CellRefused, match=r"may be x/a\.jpg or y/a\.jpg"):
        pictures.read("a.jpg")


def test_an_entry_that_is_there_twice_is_refused(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr("a.jpg", b"one")
        archive.writestr("a.jpg", b"two")
    with pytest.raises(CellRefused, match="2 times"):
        open_pictures(path).read("a.jpg")


@pytest.mark.parametrize("name", ["../a.jpg", "/etc/a.jpg", "x/../../a.jpg", "..\\a.jpg"])
def test_entries_that_point_outside_do_not_exist(tmp_path, name):
    pictures = open_pictures(write_zip(tmp_path, name))
    for spelling in (name, "a.jpg"):
        with pytest.raises(CellRefused, match="There is no picture"):
            pictures.read(spelling)


def test_links_do_not_exist(tmp_path):
    path = tmp_path / "link.zip"
    link = zipfile.ZipInfo("a.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(CellRefused, match="There is no picture"):
        open_pictures(path).read("a.jpg")


def test_a_zip_within_the_zip_does_not_exist(tmp_path):
    path = tmp_path / "nested.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(write_zip(tmp_path, "a.jpg"), "inner.zip")
    for name in ("inner.zip", "a.jpg", "inner.zip/a.jpg"):
        with pytest.raises(CellRefused, match="There is no picture"):
            open_pictures(path).read(name)


def test_an_entry_that_unfolds_is_not_unfolded(tmp_path, settings):
    settings.MAX_PHOTO_BYTES = 100_000
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(50_000_000))
    assert path.stat().st_size < 60_000
    with pytest.raises(CellRefused, match="larger than"):
        open_pictures(path).read("a.jpg")


def test_an_entry_that_lies_about_its_size_is_read_no_further(tmp_path, settings):
    settings.MAX_PHOTO_BYTES = 100_000
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(5_000_000))
    content = path.read_bytes()
    path.write_bytes(content.replace((5_000_000).to_bytes(4, "little"), b"\x10\0\0\0"))
    with pytest.raises(CellRefused):
        open_pictures(path).read("a.jpg")


def test_a_damaged_entry_is_named(tmp_path):
    path = write_zip(tmp_path, "a.jpg")
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(CellRefused, match=r"“a\.jpg” can't be read from the zip"):
        open_pictures(path).read("a.jpg")


def test_a_zip_of_100_000_entries_is_refused(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.jpg"), b"")
    with pytest.raises(ImportUnreadable, match=f"100,000 entries; at most {MAX_ENTRIES:,}"):
        ZippedPictures(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "images.zip"
    path.write_bytes(content)
    with pytest.raises(ImportUnreadable, match="no zip file that can be read"):
        open_pictures(path)


def test_a_place_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ImportUnreadable, match="neither a folder nor a zip"):
        open_pictures(tmp_path / "nothing")


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_an_entry_that_is_damaged_is_refused_whatever_packed_it(tmp_path, compression):
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("a.jpg", photo("a.jpg"))
    content = bytearray(path.read_bytes())
    content[60:200] = bytes(each ^ 0x5A for each in content[60:200])
    path.write_bytes(content)
    with pytest.raises(CellRefused, match="damaged or locked"):
        open_pictures(path).read("a.jpg")


def test_a_zip_whose_names_are_no_text_is_refused(tmp_path):
    path = write_zip(tmp_path, "ü.jpg")
    path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xff\xfe"))
    with pytest.raises(ImportUnreadable, match="no zip file that can be read"):
        open_pictures(path)


def test_among_very_many_names_only_another_spelling_is_offered(tmp_path):
    present = ["Mug-Red.jpg", *(f"{number}.jpg" for number in range(MAX_COMPARED))]
    assert "Did you mean “Mug-Red.jpg”?" in missing("mug-red.jpg", present).message
    assert "Did you mean" not in missing("mug-rad.jpg", present).message
    assert "Did you mean “Mug-Red.jpg”?" in missing("mug-rad.jpg", present[:9]).message
