"""Documents of products whose words are written without spaces, and the way to them."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from search import documents
from search.engine.lexemes import UNSPACED
from search.engine.statements import fetch
from search.models import ProductDocument
from tests.factories import make_category, make_product

pytestmark = pytest.mark.django_db

migration = import_module("search.migrations.0017_unspaced_words")
EDITOR = SimpleNamespace(connection=connection)
# Of one product that a former version wrote.
ENGLISH = {"title": "Running shoes", "description": "Café, 10 % off"}


def cut(text: str) -> list[str]:
    [(words,)] = fetch("SELECT search_cut(unaccent(%(text)s))", {"text": text})
    return str(words).split()


def lexemes(weight: str) -> set[str]:
    [(words,)] = fetch(
        'SELECT tsvector_to_array(ts_filter(document, %(weight)s::"char"[]))'
        " FROM search_productdocument",
        {"weight": f"{{{weight}}}"},
    )
    return set(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("红色连衣裙", ["红色", "色连", "连衣", "衣裙"]),
        ("灯", ["灯"]),
        ("台灯", ["台灯"]),
        ("SKU-12 红色", ["SKU-12", "红色"]),
        ("Nike运动鞋 42", ["Nike", "运动", "动鞋", "42"]),
        ("《红色》、连衣裙。", ["<<", "红色", ">>,", "连衣", "衣裙", "."]),
        ("「红」・【蓝】", ["红", "蓝"]),
        ("\uff2e\uff11鞋", ["N1", "鞋"]),
        ("10㎡地毯", ["10m2", "地毯"]),
        ("𠮷野家", ["𠮷野", "野家"]),
        ("\uff76\uff9e\uff97\uff7d", ["ガラ", "ラス"]),
        ("한국어", ["한국", "국어"]),
        ('plain, -a "b"', ["plain,", "-a", '"b"']),
    ],
)
def test_what_the_parser_sees(text: str, words: list[str]):
    assert cut(text) == words


def test_text_with_spaces_comes_out_as_it_went_in():
    text = "  Crème  brûlée, \t½ “x” ² Привет ไทย "

    assert fetch("SELECT search_cut(%(text)s)", {"text": text}) == [(text,)]


def test_every_part_has_its_weight_and_characters_of_their_own():
    make_product(
        title="红台灯", sku="A1", category=make_category("灯具"), description="柔光灯罩，T恤"
    )

    assert lexemes("a") == {"红台", "台灯", "红", "台", "灯", "a1"}
    assert lexemes("b") == {"灯具", "灯", "具"}
    assert lexemes("c") == {"柔光", "光灯", "灯罩", "柔", "罩", "t", "恤"}


def test_a_description_of_nothing_but_rare_characters_can_be_saved():
    rare = "".join(chr(0x20000 + number % 42_000) for number in range(60_000))
    make_product(description=rare)

    assert rare[100:102] in lexemes("c")


def test_questions_know_the_same_characters():
    assert fetch("SELECT search_unspaced()") == [(UNSPACED,)]


def test_what_a_former_version_wrote_has_drifted_only_with_such_characters():
    migration.remove(None, EDITOR)
    make_product(**ENGLISH)
    chinese = make_product(title="红色连衣裙")
    before = dict(ProductDocument.objects.values_list("product", "document"))
    assert documents.drift() == 0

    migration.install(None, EDITOR)
    migration.install(None, EDITOR)
    assert (documents.drift(), documents.refresh(), documents.drift()) == (1, 1, 0)

    after = dict(ProductDocument.objects.values_list("product", "document"))
    assert [product for product in after if after[product] != before[product]] == [chinese.pk]


def test_going_back_brings_the_former_documents_again():
    make_product(title="红色连衣裙", sku="A1")
    migration.remove(None, EDITOR)

    assert (documents.drift(), documents.refresh()) == (1, 1)
    assert lexemes("a") == {"红色连衣裙", "a1"}
