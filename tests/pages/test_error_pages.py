"""Pages for what no view could answer."""

from __future__ import annotations

import pytest
from django.template.loader import get_template
from django.test import RequestFactory
from django.views import defaults


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_the_pages_of_a_broken_shop_need_nothing_of_it(name: str) -> None:
    html = get_template(name).render()

    assert "{%" not in html
    assert 'href="/static/css/shop.css"' in html


def test_a_broken_page_says_whose_fault_it_was() -> None:
    response = defaults.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "It was our fault" in response.content.decode()


def test_a_forbidden_page_says_what_to_do() -> None:
    response = defaults.permission_denied(RequestFactory().get("/"), PermissionError())

    assert response.status_code == 403
    assert "log in first" in response.content.decode()
