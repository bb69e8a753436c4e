"""The sample catalogue: drawn where nothing can be fetched, loaded once."""

from __future__ import annotations

import functools
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from PIL import Image

from catalog.images import decode
from catalog.importing import import_catalog
from catalog.models import Product
from catalog.sample import drawn, load_sample, package, query_photos, vendure
from catalog.sample.drawn.goods import goods
from catalog.sample.queries import make_query_photos
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


def test_the_drawn_shop_has_several_hundred_different_products():
    everything = list(goods())
    assert len(everything) == 264
    assert len({good.sku for good in everything}) == 264
    assert len({good.title for good in everything}) == 264
    assert sum(good.views for good in everything) == 352


def test_every_kind_draws_a_picture_of_its_own():
    firsts = {good.kind.name: good for good in reversed(list(goods()))}
    pictures = {name: np.asarray(drawn.draw(good, 0)).astype(int) for name, good in firsts.items()}
    assert len(pictures) == 11
    for name, picture in pictures.items():
        assert picture.shape == (640, 640, 3)
        assert picture.std() > 10
        others = [other for other_name, other in pictures.items() if other_name != name]
        assert min(np.abs(picture - other).mean() for other in others) > 2


@pytest.mark.django_db
def test_the_drawn_table_goes_through_the_importer(tmp_path):
    table = drawn.write_catalogue(tmp_path, lambda *_: None, limit=4)
    report = import_catalog(table=table, images=tmp_path / "images")
    assert (report.created, report.images_added, report.problems) == (4, 6, [])
    mug = Product.objects.get(sku="MUG-1-RED")
    assert mug.title == "Everyday mug, red"
    assert {tag.name for tag in mug.tags.all()} == {"colour:red", "material:stoneware"}
    assert mug.images.count() == 2


def test_drawn_query_subjects_are_products_of_the_drawn_shop():
    subjects = drawn.query_subjects()
    assert len(subjects) == 8
    assert set(subjects) <= {good.sku for good in goods()}


@pytest.mark.django_db
def test_query_photos_are_edits_of_products_that_are_there(data_folder):
    assert query_photos() == []
    for number in range(8):
        add_photo(make_product(sku=f"Q{number}", title=f"Thing {number}"), number)
    subjects = {f"Q{number}": f"A thing {number}" for number in range(8)}
    made = make_query_photos({**subjects, "gone": "Nothing"})
    assert query_photos() == made
    assert [query.sku for query in made] == list(subjects)
    assert made[0].title == "A thing 0, photographed at an angle"
    for number, query in enumerate(made):
        assert query.file.parent == data_folder / "sample" / "queries"
        data = query.file.read_bytes()
        assert (
            decode(data).image.tobytes() != decode(jpeg_bytes(draw_photo(number))).image.tobytes()
        )


@pytest.mark.django_db
def test_a_shop_with_products_is_left_alone(data_folder):
    make_product()
    assert load_sample().source == ""
    assert not data_folder.exists()
    out = io.StringIO()
    call_command("load_sample", stdout=out)
    assert out.getvalue() == "The shop has products already; the sample was not loaded.\n"


@pytest.mark.django_db
def test_a_load_that_was_interrupted_is_finished(data_folder, monkeypatch):
    few = functools.partial(drawn.write_catalogue, limit=3)
    monkeypatch.setattr(drawn, "write_catalogue", few)

    def stop(what: str, done: int, total: int) -> None:
        if what.startswith("Importing") and done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_sample(force_drawn=True, progress=stop)
    assert Product.objects.count() == 1
    report = load_sample(force_drawn=True)
    assert report.imported is not None
    assert (report.imported.created, report.imported.unchanged) == (2, 1)
    assert [query.sku for query in query_photos()] == ["MUG-1-RED"]
    assert load_sample(force_drawn=True).source == ""


@pytest.mark.django_db
def test_an_interrupted_load_never_goes_on_in_another_shop(data_folder):
    table = drawn.write_catalogue(data_folder, lambda *_: None, limit=1)
    (data_folder / "sample").mkdir()
    (data_folder / "sample" / "unfinished").write_text(str(table))
    make_product(sku="OWN-1")
    assert load_sample(force_drawn=True).source == ""


def test_without_npm_the_package_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(package.PackageUnavailable, match="npm is not installed"):
        package.fetch(tmp_path)


def test_an_npm_that_fails_is_told(tmp_path, monkeypatch):
    fake_npm(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(package.PackageUnavailable, match="could not fetch"):
        package.fetch(tmp_path)


def test_a_package_with_another_hash_is_refused_and_removed(tmp_path):
    (tmp_path / package.TARBALL).write_bytes(b"something else")
    with pytest.raises(package.PackageUnavailable, match="not what was expected"):
        package.fetch(tmp_path)
    assert not (tmp_path / package.TARBALL).exists()


def fake_npm(folder: Path, script: str) -> None:
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(0o755)


FETCHED = """\
name   ,description  ,assets,facets,sku,price  ,stockOnHand,variantFacets
Laptop ,"Fast, light",a.jpg ,category:Electronics|category:Computers|color:gray,L8,1299.00,100,
       ,             ,      ,      ,L16,999.00 ,50         ,color:blue
Cactus ,Green        ,b.jpg ,category:Plants|plant type:Indoor,C1,15.50,7,
"""


def tarball(folder: Path) -> Path:
    """A package with the two files that count and three that must not be written."""
    path = folder / "package.tgz"
    photo = jpeg_bytes(draw_photo(size=(400, 300)))
    files = {
        "package/assets/products.csv": FETCHED.encode(),
        "package/assets/images/a.jpg": photo,
        "package/assets/images/b.jpg": jpeg_bytes(draw_photo(2)),
        "package/assets/images/../../../evil.jpg": photo,
        "package/assets/images/run.js": b"steal()",
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("package/assets/images/link.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


def test_only_the_table_and_its_photos_are_unpacked(tmp_path):
    package.unpack(tarball(tmp_path), tmp_path / "out")
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))
    assert written == ["out/images/a.jpg", "out/images/b.jpg", "out/products.csv", "package.tgz"]


@pytest.mark.django_db
def test_the_fetched_table_becomes_one_product_for_each_first_row(tmp_path):
    table = vendure.convert(package.unpack(tarball(tmp_path), tmp_path / "out"))
    report = import_catalog(table=table, images=tmp_path / "out" / "images")
    assert (report.created, report.problems) == (2, [])
    laptop = Product.objects.get(sku="L8")
    assert (str(laptop.price), laptop.stock) == ("999.00", 150)
    assert str(laptop.category) == "Computers"
    assert str(laptop.category.parent) == "Electronics"
    assert {tag.name for tag in laptop.tags.all()} == {"colour:grey", "colour:blue"}
    assert [(image.width, image.height) for image in laptop.images.all()] == [
        (400, 300),
        (248, 186),
    ]
    assert [tag.name for tag in Product.objects.get(sku="C1").tags.all()] == ["plant:Indoor"]


def test_a_table_that_was_drawn_before_is_not_drawn_again(tmp_path):
    drawn.write_catalogue(tmp_path, lambda *_: None, limit=1)
    picture = tmp_path / "images" / "mug-1-red-1.jpg"
    Image.new("RGB", (20, 20)).save(picture)
    drawn.write_catalogue(tmp_path, lambda *_: None, limit=1)
    assert Image.open(picture).size == (20, 20)
