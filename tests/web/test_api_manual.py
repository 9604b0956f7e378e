"""The manual of the JSON door, made from its document."""

from flask.testing import FlaskClient

from exchange.web.door.operations import OPERATIONS
from exchange.web.door.reading import loaded
from exchange.web.manual import example
from exchange.web.openapi import document
from tests.web.conftest import Visitor


def test_every_operation_and_every_form_stands_in_it(brandt: FlaskClient) -> None:
    page = brandt.get("/api").text
    assert page.count('data-testid="operation"') == len(OPERATIONS)
    forms = document()["components"]["schemas"]
    assert [name for name in forms if f'id="{name}"' not in page] == []
    linked = {word.partition('"')[0] for word in page.split('href="#')[1:]}
    assert [name for name in linked if f'id="{name}"' not in page] == []


def test_its_examples_are_sound() -> None:
    told = document()
    for one in OPERATIONS:
        if one.body is not None:
            body = told["paths"][f"/api/v1{one.path}"][one.verb.lower()]["requestBody"]
            loaded(one.body(), example(told, body["content"]["application/json"]["schema"]))


def test_strangers_log_in_first(visitor: Visitor) -> None:
    assert visitor("").get("/api").status_code == 302
