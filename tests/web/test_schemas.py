"""The form of requests: only what is named, only of its type."""

import pytest
from flask import Flask

from exchange.errors import Invalid
from exchange.web.schemas import BuyForm, SwitchForm, body


@pytest.mark.parametrize(
    ("form", "text", "field"),
    [
        (BuyForm, "[]", "body"),
        (BuyForm, "{", "body"),
        (BuyForm, "{}", "most_cents"),
        (BuyForm, '{"most_cents": 0}', "most_cents"),
        (BuyForm, '{"most_cents": -1}', "most_cents"),
        (BuyForm, '{"most_cents": 82.5}', "most_cents"),
        (BuyForm, '{"most_cents": "8250"}', "most_cents"),
        (BuyForm, '{"most_cents": true}', "most_cents"),
        (BuyForm, '{"most_cents": null}', "most_cents"),
        (BuyForm, '{"most_cents": 1e309}', "most_cents"),
        (BuyForm, '{"most_cents": 9223372036854775808}', "most_cents"),
        (BuyForm, '{"most_cents": 8250, "ask_cents": 1}', "ask_cents"),
        (SwitchForm, '{"on": 1}', "on"),
        (SwitchForm, '{"on": "true"}', "on"),
    ],
)
def test_what_has_no_proper_form_names_the_member(form: type, text: str, field: str) -> None:
    with Flask("form").test_request_context(method="POST", data=text, content_type="application/json"):
        with pytest.raises(Invalid) as wrong:
            body(form())
        assert wrong.value.field == field


def test_what_is_well_formed_is_taken() -> None:
    with Flask("form").test_request_context(method="POST", json={"most_cents": 8250}):
        assert body(BuyForm()) == {"most_cents": 8250}
    with Flask("form").test_request_context(method="POST", json={"on": False}):
        assert body(SwitchForm()) == {"on": False}
