"""The schema is valid, complete, free of warnings, and served."""

from __future__ import annotations

import json
from typing import Any

import yaml
from django.core.management import call_command
from django.test import Client

from search.api.codes import CODES
from tests.api import contract
from tests.api.conftest import SEARCH, Shop


def test_it_is_valid_and_made_without_a_warning(tmp_path: Any):
    file = tmp_path / "schema.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file))
    assert yaml.safe_load(file.read_text())["openapi"].startswith("3.1")


def test_it_is_served_as_json_and_as_yaml(client: Client):
    as_json = client.get("/api/v1/schema/")
    as_yaml = client.get("/api/v1/schema/", headers={"accept": "application/yaml"})
    assert as_json["Content-Type"] == "application/json"
    assert json.loads(as_json.content) == yaml.safe_load(as_yaml.content)


def test_it_takes_no_parameters(client: Client):
    response = client.get("/api/v1/schema/?lang=../x")
    contract.assert_error(response, 400, "unknown_field", "lang")


def operations() -> dict[str, dict]:
    paths = contract.schema()["paths"]
    return {each["operationId"]: each for path in paths.values() for each in path.values()}


def test_it_names_every_operation():
    assert set(operations()) == {
        "embeddings",
        "search",
        "search_batch",
        "search_feedback",
        "search_results",
        "search_forget",
        "products",
        "product",
        "similar_products",
        "webhooks",
        "webhook_create",
        "webhook",
        "webhook_change",
        "webhook_delete",
        "webhook_ping",
        "webhook_deliveries",
        "delivery_replay",
        "put_product",
        "patch_product",
        "delete_product",
        "bulk_products",
        "add_image",
        "image",
        "delete_image",
    }


def test_every_operation_has_an_example_and_every_example_fits():
    components = contract.schema()["components"]
    for name, operation in operations().items():
        successes = [each for status, each in operation["responses"].items() if status < "300"]
        successes = [each for each in successes if "content" in each]
        if not any(successes):
            assert name in {
                *("search_forget", "delete_product", "delete_image", "webhook_delete"),
            }
        for success in filter(None, successes):
            [content] = success["content"].values()
            [example] = content["examples"].values()
            component = content["schema"]["$ref"].rpartition("/")[2]
            assert component in components["schemas"]
            if component == "BulkLineAnswer":
                component = "BulkResult"
            contract.assert_fits(example["value"], component)


def test_the_example_question_can_be_sent_as_it_stands(client: Client, shop: Shop):
    questions = operations()["search"]["requestBody"]["content"]["application/json"]["examples"]
    by_photo = questions["APhotoInBase64,WithFilters"]["value"]
    response = client.post(SEARCH, by_photo, content_type="application/json")
    assert response.status_code == 200
    contract.assert_fits(response.json(), "Answer")


def test_every_operation_tells_of_its_errors():
    for operation in operations().values():
        assert {"401", "403", "406", "429", "500", "503"} <= set(operation["responses"])
    told = " ".join(
        response["description"]
        for operation in operations().values()
        for response in operation["responses"].values()
    )
    # Told apart from an operation: another method on its address, and what comes later.
    assert {code for code in CODES if f"`{code}`" not in told} == {
        "method_not_allowed",
    }
