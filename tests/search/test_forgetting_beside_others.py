"""What is made from a search while it is being forgotten is forgotten with it, or never made."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from search import services
from search.errors import QueryExpired
from search.models import PhotoQuery
from tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop()


def asked(shop: Shop) -> PhotoQuery:
    query, _took = services.photo_query(product=shop.red)
    return query


def beside(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """`act` in a thread with a connection of its own; what it gives or raises."""
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(act())
        except QueryExpired as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


@pytest.mark.parametrize("made", ["step", "mark", "link"])
def test_what_is_made_after_the_search_was_forgotten_is_refused(shop: Shop, made: str) -> None:
    query = asked(shop)
    services.forget_query(query_id=query.pk)

    with pytest.raises(QueryExpired):
        make(made, query, shop)

    assert not PhotoQuery.objects.exists()


@pytest.mark.parametrize("made", ["step", "mark", "link"])
def test_what_is_made_before_the_search_is_gone_goes_too(shop: Shop, made: str) -> None:
    query = asked(shop)

    with transaction.atomic():
        make(made, query, shop)  # not committed yet: nobody else can see it
        thread, outcome = beside(lambda: services.forget_query(query_id=query.pk))
        thread.join(timeout=0.5)
        assert thread.is_alive()  # waits for what holds the search
    thread.join(timeout=20)

    assert outcome == [True]
    assert not PhotoQuery.objects.exists()


def make(what: str, query: PhotoQuery, shop: Shop) -> PhotoQuery:
    if what == "step":
        return services.photo_query(product=shop.blue, after=query)[0]
    if what == "mark":
        return services.refine_query(query=query, like=[shop.crimson])
    return services.share_query(query=query)
