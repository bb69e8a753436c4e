"""Page and API ask one selector: the same question gives the same products in the same order."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Product
from search import services
from search.engine.questions import as_vector
from search.engine.types import SearchResult
from search.models import ImageEmbedding
from tests.api.answers_alike import assert_alike, facets_told
from tests.api.conftest import PRODUCTS, SEARCH, photo
from tests.api.contract import assert_error
from tests.engine import gallery
from tests.factories import add_photo, make_category, make_product

TAGS = ["colour:red", "colour:blue", "size:m", "size:l", "sale"]
COUNT = 50  # three pages of the shop's 24
PICTURES = 12


@dataclass(frozen=True)
class Asked:
    """The addresses of one photo that was asked by the API and on the page: two queries, so that
    nothing that the one found is kept for the other."""

    api: str
    page: str


@pytest.fixture
def wall(db: None) -> None:
    """Fifty products with a photo each; a few show the same."""
    space = services.ensure_space()
    clothes = make_category("Clothes")
    sections = [make_category("Shoes", parent=clothes), clothes, None, make_category("Lamps")]
    for number, section in zip(range(COUNT), itertools.cycle(sections), strict=False):
        product = make_product(
            sku=f"P-{number}",
            title=f"{('Red', 'Blue', 'Green')[number % 3]} thing {number}",
            category=section,
            price=Decimal(number % 7) + Decimal("0.50"),
            stock=number % 4,
            tags=tuple(tag for place, tag in enumerate(TAGS) if number % (place + 2) == 0),
        )
        if number < PICTURES:
            add_photo(product, seed=number)
    services.embed_pending(limit=PICTURES)
    known = list(ImageEmbedding.objects.order_by("image_id"))
    others = Product.objects.exclude(pk__in=[each.product_id for each in known])
    for product, same in zip(others.order_by("pk"), itertools.cycle(known), strict=False):
        gallery.embed(
            product,
            as_vector(same.vector),
            space=space,
            descriptors=[as_vector(same.descriptors)],
            colours=same.colours,
        )


def upload(seed: int = 2) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo(seed), content_type="image/jpeg")


def on_page(client: Client, address: str, query: str = "") -> SearchResult:
    found: SearchResult = client.get(f"{address}?{query}").context["result"]
    return found


def posted(client: Client, **form: Any) -> str:
    """The address of the results that the page leads to."""
    response = client.post("/search/", form)
    assert response.status_code == 303, response.content
    return str(response["Location"]).partition("?")[0]


@pytest.fixture
def asked(client: Client, wall: None) -> Asked:
    by_api = client.post(SEARCH, {"image": upload()}).json()
    return Asked(f"{SEARCH}{by_api['query_id']}/", posted(client, image=upload()))


several_tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True)
price = st.sampled_from(["", "0", "1.50", "3", "6.50", "9"])
refinements = st.fixed_dictionaries(
    {},
    optional={
        "tags": several_tags,
        "any_tags": several_tags,
        "not_tags": several_tags,
        "facet_tags": several_tags,
        "colours": st.lists(st.sampled_from(["red", "blue", "grey", "orange"]), max_size=2),
        "category": st.sampled_from(["clothes", "shoes", "lamps", "no-such"]),
        "price_min": price,
        "price_max": price,
        "in_stock": st.sampled_from(["1", "on", "0", ""]),
        "sort": st.sampled_from(["similarity", "price", "-price", "newest"]),
        "page": st.sampled_from(["1", "2", "3"]),
    },
)
shared_database = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@shared_database
@given(refined=refinements, colour=st.sampled_from([0, 0, 30, 90]))
def test_results_under_any_filters(client: Client, asked: Asked, refined: dict, colour: int):
    """The page leaves out what makes no sense, and names it; the API refuses it."""
    query = urlencode(refined, doseq=True)
    weight = f"&colour_weight={colour / 100}" if colour else ""
    by_api = client.get(f"{asked.api}?{query}&facets=1{weight}")
    by_page = client.get(f"{asked.page}?{query}&colour={colour}").context

    if by_api.status_code == 400:
        assert_error(by_api, 400, by_api.json()["error"]["code"], by_api.json()["error"]["field"])
        assert by_page["asked"].dropped
        return
    told = by_api.json()
    if not told["results"] and by_page["result"].page == 1 and refined.get("page", "1") != "1":
        assert by_page["asked"].dropped  # there is no such page, and the first one is shown
        return
    assert_alike(told, by_page["result"])
    assert not by_page["asked"].dropped


@shared_database
@given(refined=refinements)
def test_a_section_and_the_list_of_its_products(client: Client, wall: None, refined: dict):
    filters = {k: v for k, v in refined.items() if k not in ("category", "sort", "page")}
    query = urlencode(filters, doseq=True)
    by_api = client.get(f"{PRODUCTS}?category=clothes&k=24&{query}")
    by_page = client.get(f"/c/clothes/?{query}").context

    if by_api.status_code == 400:
        assert by_page["asked"].dropped
        return
    listed = [each["sku"] for each in by_api.json()["results"]]
    assert listed == [hit.product.sku for hit in by_page["result"].hits]
    assert (by_api.json()["next"] is not None) == by_page["result"].has_next


def test_every_page_of_a_section_is_in_the_list(client: Client, wall: None):
    listed: list[str] = []
    address = f"{PRODUCTS}?category=clothes&k=24"
    while address:
        answer = client.get(address).json()
        listed += [each["sku"] for each in answer["results"]]
        address = answer["next"]
    pages = [on_page(client, "/c/clothes/", f"page={page}") for page in (1, 2)]
    assert listed == [hit.product.sku for page in pages for hit in page.hits]
    assert len(listed) == 26


def test_page_after_page(client: Client, asked: Asked):
    address, seen = f"{asked.api}?facets=1&sort=price", []
    for number in (1, 2, 3):
        told = client.get(address if number == 1 else f"{address}&facets=1").json()
        assert_alike(told, on_page(client, asked.page, f"sort=price&page={number}"))
        seen += [hit["sku"] for hit in told["results"]]
        address = told["next"]
    assert address is None
    assert len(set(seen)) == COUNT


def test_a_part_of_a_photo(client: Client, wall: None):
    crop = {"crop_x": "10", "crop_y": "20", "crop_w": "60", "crop_h": "70"}
    page = on_page(client, posted(client, image=upload(), **crop))
    told = client.post(SEARCH, {"image": upload(), "crop": "0.1,0.2,0.6,0.7", "facets": "1"})
    assert_alike(told.json(), page)


@pytest.mark.parametrize("words", ["red thing", "blue", "P-7"])
def test_words_alone_and_with_a_photo(client: Client, wall: None, words: str):
    for form in ({"image": 3}, {}):
        given = {name: upload(seed) for name, seed in form.items()}
        page = on_page(client, posted(client, q=words, **given))
        given = {name: upload(seed) for name, seed in form.items()}
        told = client.post(SEARCH, {"text": words, "facets": "1", **given}).json()
        assert_alike(told, page)


def test_what_looks_like_a_product(client: Client, wall: None):
    by_page = on_page(client, posted(client, product="P-5"))
    told = client.get(f"{PRODUCTS}P-5/similar/?facets=1").json()
    assert_alike(told, by_page)
    asked = client.post(SEARCH, {"product": "P-5", "facets": True}, content_type="application/json")
    assert_alike(asked.json(), by_page)
    product = Product.objects.get(sku="P-5")
    beside = client.get(f"/p/{product.slug}/").context["more"]
    assert [card.product.sku for card in beside] == [
        hit["sku"] for hit in told["results"][: len(beside)]
    ]
    assert len(beside) == 8


def test_marked_hits(client: Client, asked: Asked):
    liked, disliked = "P-11", "P-12"
    by_page = asked.page
    for mark, sku in (("like", liked), ("dislike", disliked)):
        response = client.post(f"{by_page}feedback/", {mark: sku})
        assert response.status_code == 303
        by_page = response["Location"].partition("?")[0]
    address = asked.api
    for mark, sku in (("like", liked), ("dislike", disliked)):
        told = client.post(
            f"{address}feedback/", {mark: [sku], "facets": True}, content_type="application/json"
        ).json()
        address = f"{SEARCH}{told['query_id']}/"
    assert_alike(told, on_page(client, by_page))


def test_several_weighted_images_are_shown_on_the_page_as_the_api_answers(
    client: Client, wall: None
):
    question = {
        "images": [{"product": "P-3"}, {"product": "P-4", "weight": -0.5}],
        "text": "thing",
        "facets": True,
    }
    told = client.post(SEARCH, question, content_type="application/json").json()
    assert_alike(told, on_page(client, f"/search/{told['query_id']}/"))
    assert facets_told(told)
