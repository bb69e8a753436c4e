"""A link to pass on: the same answers, without the photo, and without a way to what it is from."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from search import services
from search.models import PhotoQuery
from search.services.throttling import customers_ask
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db

SCRIPT = {"Accept": "application/json"}


def share(client: Client, address: str) -> str:
    """Presses "Share" on that page, as a script does; the path of the link."""
    form = next(
        each for each in Reading(client.get(address)).all("form") if "data-share" in each.attributes
    )
    response = client.post(form["action"], headers=SCRIPT)
    assert response.status_code == 201
    parts = urlsplit(response.json()["url"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def shared_query() -> PhotoQuery:
    return PhotoQuery.objects.get(shared=True)


def test_a_link_shows_the_same_answers_to_somebody_else(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    before = Reading(client.get(address)).titles

    page = Reading(Client().get(share(client, address)))

    assert page.titles == before
    assert page.one("p", css="pinned-label").text == (
        "Somebody passed this search on to you. Their photo is not part of it."
    )


def test_it_keeps_the_filters(client: Client, shop: Shop, ask: Ask):
    link = share(client, ask(image=photo(1)) + "?tags=colour:red&sort=price")

    assert link == f"/search/{shared_query().pk}/?tags=colour%3Ared&sort=price"
    assert Reading(client.get(link)).titles == ["Red shoe", "Crimson hat"]


def test_it_ends_by_itself_later_than_the_search(
    client: Client, shop: Shop, ask: Ask, settings: Any
):
    settings.SHARED_QUERY_LIFETIME = timedelta(days=3)

    link = share(client, ask(image=photo(1)))

    assert shared_query().expires_at - timezone.now() == pytest.approx(
        timedelta(days=3), abs=timedelta(minutes=1)
    )
    PhotoQuery.objects.filter(shared=False).update(expires_at=timezone.now())
    assert client.get(link).status_code == 200
    PhotoQuery.objects.update(expires_at=timezone.now())
    assert client.get(link).status_code == 410


def test_a_second_press_gives_the_same_link(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))

    assert share(client, address) == share(client, address)
    assert PhotoQuery.objects.count() == 2


def test_nothing_in_it_leads_to_the_search_it_is_from(client: Client, shop: Shop, ask: Ask):
    first = ask(image=photo(1))
    query = PhotoQuery.objects.get()
    moved = services.refine_query(query=query, like=[shop.crimson])

    html = Client().get(share(client, f"/search/{moved.pk}/")).content.decode()

    assert str(query.pk) not in html
    assert str(moved.pk) not in html
    assert "Moved towards “Crimson hat”" in html
    assert first in client.get(f"/search/{moved.pk}/").content.decode()


def test_whoever_goes_on_from_it_begins_a_way_of_their_own(client: Client, shop: Shop, ask: Ask):
    link = share(client, ask(image=photo(1)))
    shared = shared_query()

    stranger = Client()
    response = stranger.post("/search/", {"product": "RED-2", "from": str(shared.pk)})
    page = Reading(stranger.get(response["Location"]))

    later = PhotoQuery.objects.get(product=shop.crimson)
    assert (later.parent, later.origin) == (shared.pk, None)
    assert page.texts("li", css="step") == ["A search passed on to you", "Crimson hat"]
    assert page.one("a", css="step-link")["href"] == link
    assert page.one("div", css="results")["data-query"] == str(later.pk)
    services.forget_query(query_id=later.pk)
    assert stranger.get(link).status_code == 200


def test_a_stranger_cannot_end_it_and_its_owner_ends_it_with_the_search(
    client: Client, shop: Shop, ask: Ask
):
    address = ask(image=photo(1))
    link = share(client, address)

    page = Reading(client.get(link))
    assert [each for each in page.all("form") if "data-forget" in each.attributes] == []
    assert services.forget_query(query_id=shared_query().pk) is False
    client.post(f"{address}forget/")

    assert client.get(link).status_code == 410
    assert not PhotoQuery.objects.exists()


def test_a_link_is_passed_on_as_it_is(client: Client, shop: Shop, ask: Ask):
    link = share(client, ask(image=photo(1)))

    assert share(client, link) == link


def test_without_a_script_it_is_a_page_with_the_link(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))

    page = Reading(client.post(f"{address}share/?in_stock=1"))

    field = page.one("input", id="share-link")
    assert field["value"] == f"http://testserver/search/{shared_query().pk}/?in_stock=1"
    assert "readonly" in field.attributes
    assert page.one("a", href=f"{address}?in_stock=1").text == "Back to the results"


def test_a_search_that_has_ended_cannot_be_shared(client: Client):
    gone = f"/search/{uuid.uuid4()}/share/"

    assert client.post(gone).status_code == 410
    response = client.post(gone, headers=SCRIPT)
    assert (response.status_code, response.json()["error"]["code"]) == (410, "query_expired")
    assert client.get(gone).status_code == 405


def test_after_the_search_has_ended_by_itself_its_owner_still_ends_the_link(
    client: Client, shop: Shop, ask: Ask
):
    address = ask(image=photo(1))
    link = share(client, address)
    PhotoQuery.objects.filter(shared=False).update(expires_at=timezone.now())
    services.purge_queries()

    client.post(f"{address}forget/")

    assert client.get(link).status_code == 410
    assert not PhotoQuery.objects.exists()


def test_what_a_stranger_made_of_it_ends_with_it(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    share(client, address)
    stranger = services.refine_query(query=shared_query(), like=[shop.crimson])
    services.share_query(query=stranger)
    again, _took = services.photo_query(query=stranger, text="hat")
    assert again.lent_by == PhotoQuery.objects.get(shared=True, parent=stranger.pk).lent_by

    client.post(f"{address}forget/")

    assert not PhotoQuery.objects.exists()


def test_what_a_stranger_shares_on_ends_no_later_than_the_link(
    client: Client, shop: Shop, ask: Ask
):
    share(client, ask(image=photo(1)))
    soon = timezone.now() + timedelta(minutes=5)
    PhotoQuery.objects.filter(shared=True).update(expires_at=soon)

    stranger = services.refine_query(query=shared_query(), like=[shop.crimson])
    further = services.share_query(query=stranger)

    assert stranger.expires_at == soon
    assert further.expires_at == soon


def test_a_stranger_who_forgets_ends_their_own_way_alone(client: Client, shop: Shop, ask: Ask):
    link = share(client, ask(image=photo(1)))
    stranger = services.refine_query(query=shared_query(), like=[shop.crimson])

    client.post(f"/search/{stranger.pk}/forget/")

    assert client.get(link).status_code == 200
    assert not PhotoQuery.objects.filter(pk=stranger.pk).exists()
    page = Reading(client.post(f"/search/{shared_query().pk}/forget/", follow=True))
    assert page.one("p", css="notice-good").text == (
        "This link ends with the search of whoever passed it on."
    )
    assert client.get(link).status_code == 200


def test_a_photo_is_never_called_the_strangers_own(client: Client, shop: Shop, ask: Ask):
    share(client, ask(image=photo(1)))
    stranger = services.refine_query(query=shared_query(), like=[shop.crimson])

    page = Reading(client.get(f"/search/{stranger.pk}/"))

    assert "Your photo" not in page.one("main").text
    assert page.texts("li", css="step") == ["A search passed on to you", "More like Crimson hat"]


def test_words_stay_words_when_their_first_search_is_gone(client: Client, shop: Shop, ask: Ask):
    moved = services.refine_query(query=query_at(ask(q="crimson")), like=[shop.red])
    link = share(client, f"/search/{moved.pk}/")
    PhotoQuery.objects.filter(shared=False).delete()

    page = Reading(client.get(link))

    assert page.one("p", css="pinned-label").text == "You searched for “crimson”"


def test_a_product_that_was_withdrawn_is_shown_no_more(client: Client, shop: Shop, ask: Ask):
    link = share(client, ask(product="RED-1"))
    shop.red.status, shop.red.title = "draft", "Secret"
    shop.red.save()

    html = client.get(link).content.decode()

    assert "Secret" not in html
    assert "Looks like a product that is no longer sold" in html


def test_a_link_keeps_few_lists_of_what_it_found(client: Client, shop: Shop, ask: Ask):
    link = share(client, ask(image=photo(1)))

    for price in range(1, 6):
        client.get(f"{link}?price_min={price}")

    assert shared_query().candidate_sets.count() == 2


def test_a_link_is_no_customer_who_asks(client: Client, shop: Shop, ask: Ask):
    share(client, ask(image=photo(1)))
    PhotoQuery.objects.filter(shared=False).update(expires_at=timezone.now())

    assert customers_ask() is False


def query_at(address: str) -> PhotoQuery:
    return PhotoQuery.objects.get(pk=address.split("/")[2])
