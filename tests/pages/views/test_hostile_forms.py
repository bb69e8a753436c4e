"""What no browser sends: odd file names, broken forms, forms from elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from search.models import PhotoQuery
from tests.factories import draw_photo, jpeg_bytes
from tests.pages.views.conftest import Shop, photo
from tests.pages.views.reading import Reading

KIND = "multipart/form-data; boundary=b"


def form_with_photo(file_name: str) -> bytes:
    """A form as a hostile client writes it, with nothing of the name quoted or cut."""
    head = f'--b\r\nContent-Disposition: form-data; name="image"; filename="{file_name}"\r\n'
    content = jpeg_bytes(draw_photo(1))
    return head.encode() + b"Content-Type: text/html\r\n\r\n" + content + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "a\0b.jpg", "\u202egpj.exe", "x" * 900 + ".jpg", "<script>.html"]
)
def test_neither_file_name_nor_claimed_type_matters(client: Client, shop: Shop, name: str):
    response = client.post("/search/", form_with_photo(name), content_type=KIND)

    assert response.status_code == 303
    page = client.get(response["Location"])
    assert Reading(page).titles[0] == "Red shoe"
    assert name not in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        (KIND, form_with_photo("x" * 5000)),
    ],
    ids=["no boundary", "empty boundary", "a name of 5,000 letters"],
)
def test_a_broken_form_is_refused_with_a_way_on(client: Client, kind: str, body: bytes):
    response = client.post("/search/", body, content_type=kind)

    assert response.status_code == 400
    page = Reading(response)
    assert page.heading == "We couldn’t read that"
    assert "/" in [link["href"] for link in page.all("a", css="button")]
    assert not PhotoQuery.objects.exists()


@pytest.mark.django_db
def test_ten_thousand_fields_are_refused_with_a_way_on(client: Client):
    response = client.post("/search/", {f"field{number}": "x" for number in range(10_000)})

    assert response.status_code == 400
    assert Reading(response).heading == "We couldn’t read that"


@pytest.mark.django_db
def test_a_photo_in_a_field_for_words_is_no_photo(client: Client):
    response = client.post("/search/", {"q": photo(1)})

    assert response.status_code == 400
    assert Reading(response).one("p", id="photo-error").text == (
        "Choose a photo or type some words first."
    )


@pytest.mark.django_db
def test_words_in_the_field_for_a_photo_are_no_photo(client: Client):
    response = client.post("/search/", {"image": "C:\\fakepath\\photo.jpg"})

    assert response.status_code == 400
    assert Reading(response).one("p", id="photo-error").text == (
        "Choose a photo or type some words first."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/search/", "/search/%(query)s/forget/"])
def test_a_form_without_its_token_is_refused_with_a_way_on(client: Client, address: str):
    expires_at = timezone.now() + timedelta(minutes=5)
    query = PhotoQuery.objects.create(text="red", expires_at=expires_at)

    response = Client(enforce_csrf_checks=True).post(address % {"query": query.pk}, {"q": "red"})

    page = Reading(response)
    assert response.status_code == 403
    assert page.heading == "That form was too old"
    assert page.one("a", css="button-primary")["href"] == "/"
    assert PhotoQuery.objects.get() == query


@pytest.mark.django_db
def test_a_form_with_its_token_is_taken():
    browser = Client(enforce_csrf_checks=True)
    tokens = Reading(browser.get("/")).all("input", name="csrfmiddlewaretoken")

    taken = [
        browser.post("/search/", {"q": "red", "csrfmiddlewaretoken": token["value"]}).status_code
        for token in tokens
    ]

    assert taken == [303] * len(tokens)
    assert len(tokens) == 4


@pytest.mark.django_db
def test_a_form_sent_from_another_site_is_refused():
    browser = Client(enforce_csrf_checks=True)
    token = Reading(browser.get("/")).all("input", name="csrfmiddlewaretoken")[0]["value"]
    form = {"q": "red", "csrfmiddlewaretoken": token}

    response = browser.post("/search/", form, headers={"Origin": "https://elsewhere.example"})

    assert response.status_code == 403
    assert not PhotoQuery.objects.exists()
