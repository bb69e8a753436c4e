"""Every answer carries the one policy, in the words of django-csp."""

from __future__ import annotations

from typing import Any

import pytest
from csp.decorators import csp_exempt, csp_update
from csp.utils import build_policy
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.content_policy import ContentPolicyMiddleware

HEADER = "Content-Security-Policy"


@pytest.mark.parametrize("address", ["/healthz", "/api/v1/docs/", "/api/v1/nowhere/", "/nowhere/"])
@pytest.mark.django_db
def test_it_is_on_every_answer(client: Client, address: str):
    told = client.get(address)[HEADER]

    assert set(told.split("; ")) == set(build_policy().split("; "))
    assert "script-src 'self'" in told
    assert "default-src 'none'" in told


def answered(view: Any, rf: RequestFactory) -> HttpResponse:
    return ContentPolicyMiddleware(view)(rf.get("/"))


def test_an_answer_with_a_policy_of_its_own_keeps_it(rf: RequestFactory):
    widened = csp_update({"img-src": ["https://images.example"]})(lambda _request: HttpResponse())

    assert "https://images.example" in answered(widened, rf)[HEADER]
    assert "https://images.example" not in answered(lambda _request: HttpResponse(), rf)[HEADER]


def test_an_exempted_answer_has_none(rf: RequestFactory):
    exempted = csp_exempt()(lambda _request: HttpResponse())

    assert HEADER not in answered(exempted, rf)
