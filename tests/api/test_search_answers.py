"""POST search/ and GET search/{id}/: what a program gets."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from search.models import PhotoQuery, SearchEvent
from tests.api.conftest import SEARCH, Shop, photo, photo_base64
from tests.api.contract import assert_fits

HOST = "http://testserver"


def ask(client: Client, **question: object) -> dict:
    response = client.post(SEARCH, question, content_type="application/json")
    assert response.status_code == 200, response.content
    answer = response.json()
    assert_fits(answer, "Answer")
    return answer


def send(client: Client, **form: object) -> dict:
    upload = SimpleUploadedFile("photo.jpg", photo(), content_type="image/jpeg")
    response = client.post(SEARCH, {"image": upload, **form})
    assert response.status_code == 200, response.content
    return response.json()


def skus(answer: dict) -> list[str]:
    return [hit["sku"] for hit in answer["results"]]


def test_a_photo_finds_its_product_first_and_tells_all_of_it(client: Client, shop: Shop):
    answer = ask(client, image_base64=photo_base64(1))
    image = shop.red.images.get()
    first = answer["results"][0]
    nearness = {name: first.pop(name) for name in ("distance", "similarity", "band")}
    assert first == {
        "sku": "RED-1",
        "title": "Red shoe",
        "url": f"{HOST}/p/{shop.red.slug}/",
        "price": "10.50",
        "currency": "EUR",
        "in_stock": True,
        "category": "shoes",
        "tags": ["sale", "colour:red"],
        "image": {
            "id": image.pk,
            "url": f"{HOST}{image.file.url}",
            "thumbnail": f"{HOST}{image.thumbnail_url(480)}",
        },
    }
    assert nearness["distance"] < 0.01
    assert nearness["similarity"] == pytest.approx(1 - nearness["distance"])
    assert nearness["band"] == answer["band"]
    assert {name: answer[name] for name in ("space", "total", "facets", "next")} == {
        "space": "fake@1",
        "total": 3,
        "facets": [],
        "next": None,
    }
    assert answer["query_id"] == str(PhotoQuery.objects.get().pk)
    assert answer["took_ms"]["total"] >= answer["took_ms"]["embed"] > 0


def test_multipart_and_json_find_the_same(client: Client, shop: Shop):
    narrowed = ask(
        client,
        image_base64=photo_base64(1),
        filters={"tags": ["colour:red"], "price_max": "15"},
        crop=[0, 0, 0.9, 0.9],
        sort="price",
        k=1,
        facets=True,
    )
    sent = send(
        client,
        filters='{"tags": ["colour:red"], "price_max": 15}',
        crop="0,0,0.9,0.9",
        sort="price",
        k="1",
        facets="true",
    )
    varying = {"query_id", "took_ms"}
    assert {k: v for k, v in narrowed.items() if k not in varying} == {
        k: v for k, v in sent.items() if k not in varying
    }
    assert skus(sent) == ["RED-1"]
    assert {facet["name"] for facet in sent["facets"]} >= {"category", "tag:colour"}


def test_a_whole_photo_is_answered_with_boxes_around_its_things(client: Client, shop: Shop):
    answer = ask(client, image_base64=photo_base64(1))
    suggested = answer["suggestions"]
    assert 1 <= len(suggested) <= 3
    assert suggested == PhotoQuery.objects.get().suggestions
    again = client.get(f"{SEARCH}{answer['query_id']}/").json()
    assert again["suggestions"] == suggested
    assert ask(client, image_base64=photo_base64(1), crop=suggested[0])["suggestions"] == []
    assert ask(client, text="crimson")["suggestions"] == []


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda text: f"data:image/jpeg;base64,{text}", id="data prefix"),
        pytest.param(lambda text: text.rstrip("="), id="no padding"),
        pytest.param(
            lambda text: "\n".join(text[i : i + 76] for i in range(0, len(text), 76)), id="lines"
        ),
    ],
)
def test_base64_is_taken_as_tools_write_it(client: Client, shop: Shop, wrap):
    assert skus(ask(client, image_base64=wrap(photo_base64(2))))[0] == "RED-2"


def test_url_safe_base64_is_taken(client: Client, shop: Shop):
    text = base64.urlsafe_b64encode(photo(2)).decode()
    assert skus(ask(client, image_base64=text))[0] == "RED-2"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"tags": ["colour:red", "sale"]}, {"RED-1"}),
        ({"any_tags": ["sale", "colour:blue"]}, {"RED-1", "BLUE-1"}),
        ({"not_tags": ["sale"]}, {"RED-2", "BLUE-1"}),
        ({"facet_tags": ["colour:red", "colour:blue"]}, {"RED-1", "RED-2", "BLUE-1"}),
        ({"facet_tags": ["colour:red", "colour:blue", "sale"]}, {"RED-1"}),
        ({"category": "clothes"}, {"RED-1", "RED-2"}),
        ({"price_min": "10.50", "price_max": 20}, {"RED-1", "RED-2"}),
        ({"in_stock": True}, {"RED-1", "RED-2"}),
        ({"tags": None, "price_min": None}, {"RED-1", "RED-2", "BLUE-1"}),
    ],
)
def test_filters_narrow(client: Client, shop: Shop, filters: dict, expected: set):
    assert set(skus(ask(client, image_base64=photo_base64(), filters=filters))) == expected


def colours(answer: dict) -> dict[str, tuple[int, bool]]:
    [facet] = [each for each in answer["facets"] if each["name"] == "tag:colour"]
    return {each["value"]: (each["count"], each["selected"]) for each in facet["values"]}


def test_what_is_ticked_in_a_facet_does_not_narrow_its_own_counts(client: Client, shop: Shop):
    filters = {"facet_tags": ["colour:red"]}
    asked = ask(client, image_base64=photo_base64(1), filters=filters, facets=True, k=1)
    again = client.get(f"{SEARCH}{asked['query_id']}/?facet_tags=colour:red&facets=1").json()
    demanded = client.get(f"{SEARCH}{asked['query_id']}/?tags=colour:red&facets=1").json()

    assert colours(asked) == {"colour:red": (2, True), "colour:blue": (1, False)}
    assert colours(again) == colours(asked)
    assert colours(demanded) == {"colour:red": (2, True)}
    assert asked["next"].endswith("/?page=2&k=1&sort=similarity&facet_tags=colour:red")


def test_where_more_pass_than_were_looked_at_the_answer_says_among_how_many(
    client: Client, shop: Shop, settings: Any
):
    assert ask(client, image_base64=photo_base64(1))["among"] is None
    settings.CANDIDATES = 2

    answer = ask(client, image_base64=photo_base64(1))

    assert (answer["total"], answer["among"]) == (2, 2)


def test_words_alone_find_by_title_and_have_no_distance(client: Client, shop: Shop):
    answer = ask(client, text="crimson")
    assert skus(answer) == ["RED-2"]
    assert answer["results"][0]["distance"] is None
    assert (answer["space"], answer["band"]) == ("", "")


def test_a_product_finds_others(client: Client, shop: Shop):
    answer = ask(client, product="RED-1")
    assert sorted(skus(answer)) == ["BLUE-1", "RED-2"]


def test_words_are_added_to_an_earlier_photo(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1))
    second = ask(client, query_id=first["query_id"], text="crimson")
    assert second["query_id"] != first["query_id"]
    assert skus(second)[0] == "RED-2"


def test_an_earlier_query_alone_is_asked_again_under_its_own_id(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1))
    again = ask(client, query_id=first["query_id"], k=1)
    assert again["query_id"] == first["query_id"]
    assert skus(again) == ["RED-1"]


def test_next_leads_through_all_pages_with_the_same_filters(client: Client, shop: Shop):
    answer = ask(client, image_base64=photo_base64(1), k=1, filters={"tags": ["colour:red"]})
    assert answer["total"] == 2
    assert answer["next"] == (
        f"{HOST}{SEARCH}{answer['query_id']}/?page=2&k=1&sort=similarity&tags=colour:red"
    )
    second = client.get(answer["next"]).json()
    assert_fits(second, "Answer")
    assert skus(answer) + skus(second) == ["RED-1", "RED-2"]
    assert (second["total"], second["next"], second["query_id"]) == (2, None, answer["query_id"])
    assert second["took_ms"]["embed"] == 0


def test_results_can_be_narrowed_sorted_and_counted_without_the_photo(client: Client, shop: Shop):
    query_id = ask(client, image_base64=photo_base64(1))["query_id"]
    url = f"{SEARCH}{query_id}/?sort=-price&any_tags=sale,colour:blue&facets=true"
    answer = client.get(url).json()
    assert skus(answer) == ["BLUE-1", "RED-1"]
    assert answer["facets"]


def test_a_forgotten_query_is_gone_and_forgetting_twice_is_no_mistake(client: Client, shop: Shop):
    query_id = ask(client, image_base64=photo_base64(1))["query_id"]
    for _ in range(2):
        response = client.delete(f"{SEARCH}{query_id}/")
        assert (response.status_code, response.content) == (204, b"")
    assert not PhotoQuery.objects.exists()
    assert client.get(f"{SEARCH}{query_id}/").status_code == 410


def test_answers_about_a_photo_are_never_cached(client: Client, shop: Shop):
    response = client.post(
        SEARCH, {"image_base64": photo_base64()}, content_type="application/json"
    )
    results = client.get(f"{SEARCH}{response.json()['query_id']}/")
    refused = client.post(SEARCH, {}, content_type="application/json")
    assert {each["Cache-Control"] for each in (response, results, refused)} == {"no-store"}


def test_no_cookie_is_set_and_none_is_needed(shop: Shop):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(SEARCH, {"text": "crimson"}, content_type="application/json")
    assert response.status_code == 200
    assert not response.cookies


def test_searches_are_counted(client: Client, shop: Shop):
    ask(client, image_base64=photo_base64(1))
    event = SearchEvent.objects.get()
    assert (event.door, event.kind, event.results) == ("api", "photo", 3)


def test_an_empty_shop_answers_with_nothing(client: Client, db: None):
    answer = ask(client, image_base64=photo_base64(1))
    assert (answer["results"], answer["total"], answer["next"]) == ([], 0, None)
