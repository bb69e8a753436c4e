"""manage.py space: the whole life of a model change on the command line."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import ProductImage
from search import selectors, services
from search.models import EmbeddingSpace
from search.services import Batch, create_space
from tests.factories import add_photo, make_product
from tests.search.conftest import OwnRedis

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = "tests.search.cards:centred"


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("space", *arguments, stdout=output)
    return output.getvalue()


def listed() -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads(run("list", "--json"))["spaces"]}


@pytest.fixture
def shop(own_redis: OwnRedis) -> None:
    for seed in range(3):
        add_photo(make_product(), seed=seed)
    services.drain(seconds=30)


def test_a_model_is_changed_and_changed_back(shop: None):
    assert run("create", SECOND) == (
        "tests/centred@1 is made (49 dimensions). Pictures wait for it until `manage.py space fill "
        "tests/centred@1 --wait` embeds them.\n"
    )
    assert run("fill", "tests/centred@1", "--wait") == (
        "tests/centred@1 holds 3 of 3 images; 0 failed.\n"
    )
    assert run("compare", "tests/centred@1").startswith("3 of the shop's own pictures were asked")
    assert run("switch", "tests/centred@1") == (
        "tests/centred@1 is searched now. fake@1 follows the catalogue for a day: `manage.py "
        "space rollback` goes back to it at once.\n"
    )
    assert run("rollback") == "fake@1 is searched again.\n"
    assert run("drop", "tests/centred@1") == (
        "tests/centred@1 is gone, with 3 vectors and its index.\n"
    )
    assert selectors.active_space() == EmbeddingSpace.objects.get()


def test_filling_is_paused_and_goes_on(shop: None):
    services.fill(create_space(SECOND))

    assert run("pause", "tests/centred@1") == (
        "tests/centred@1 is paused, and new pictures wait. `manage.py space fill tests/centred@1` "
        "goes on.\n"
    )
    assert listed()["tests/centred@1"]["paused"] is True
    assert run("fill", "tests/centred@1", "--wait").startswith("tests/centred@1 holds 3 of 3")


def test_who_waits_is_told_of_a_pause(shop: None, monkeypatch: pytest.MonkeyPatch):
    space = create_space(SECOND)

    def pause_meanwhile(*, space: EmbeddingSpace) -> Batch:
        services.pause(space)
        return Batch()

    monkeypatch.setattr(services, "embed_pending", pause_meanwhile)

    with pytest.raises(CommandError, match=r"tests/centred@1 was paused meanwhile"):
        run("fill", space.name, "--wait")


def test_the_list_tells_states_and_costs(shop: None):
    create_space(SECOND)

    found = listed()

    assert {name: (each["state"], each["vectors"]) for name, each in found.items()} == {
        "fake@1": ("active", 3),
        "tests/centred@1": ("building", 0),
    }
    assert found["fake@1"]["bytes"] == 3 * (2 * 49 + 300) + 3 * 150
    assert (found["fake@1"]["follows"], found["fake@1"]["droppable"]) == (True, False)


def test_the_list_says_what_may_be_dropped(shop: None):
    EmbeddingSpace.objects.create(name="old@1", dim=3, state="retired")

    shown = " ".join(run("list").split())

    assert "old@1 is searched no more. `manage.py space drop old@1` frees about 0 MB." in shown
    assert listed()["old@1"]["droppable"] is True


def test_an_unfilled_space_is_searched_by_force_alone(shop: None):
    create_space(SECOND)

    with pytest.raises(CommandError) as raised:
        run("switch", "tests/centred@1")
    assert str(raised.value) == (
        "tests/centred@1 lacks 3 of the pictures that customers find now. Fill it first. "
        "`manage.py space fill tests/centred@1 --wait` does; with --force it is searched as it is."
    )

    assert run("switch", "tests/centred@1", "--force").startswith("tests/centred@1 is searched")
    assert run("switch", "tests/centred@1", "--force") == "tests/centred@1 is searched already.\n"


def test_what_can_not_be_embedded_is_the_exit_status(shop: None):
    space = create_space(SECOND)
    image = ProductImage.objects.all()[0]
    image.file.storage.delete(image.file.name)

    with pytest.raises(SystemExit) as raised:
        run("fill", "tests/centred@1", "--wait")

    assert raised.value.code == 1
    assert (services.lacking(space), services.failed_in(space)) == (1, 1)
    assert run("switch", space.name, "--without-failed").startswith("tests/centred@1 is searched")


@pytest.mark.parametrize("action", ["fill", "pause", "switch", "drop", "compare"])
def test_an_unknown_space_is_told(action: str):
    with pytest.raises(CommandError, match=r"There is no space 'x'. `manage.py space list`"):
        run(action, "x")
