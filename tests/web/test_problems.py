"""What people and machines are told when the database does not answer: 503, when to come back, and nothing untrue."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient

from exchange.store import Busy, Unavailable
from tests.web.conftest import Visitor, order
from tests.web.market import Market


@contextmanager
def _gone() -> Iterator[None]:
    raise Unavailable("the database did not answer to the end: OperationalError")
    yield


@pytest.mark.parametrize("error", [Unavailable("gone in the middle of it"), Busy("others write")])
def test_an_order_that_got_no_answer_may_be_sent_again(
    brandt: FlaskClient, market: Market, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def buy(_self: object, *_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("exchange.desk.buying.Buying.buy", buy)
        answer = order(brandt, "7A1PV", 9_000, "key-of-the-buy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json["code"] == error.code  # type: ignore[attr-defined]
    assert str(error) not in answer.text
    assert order(brandt, "7A1PV", 9_000, "key-of-the-buy").status_code == 200


def test_a_page_without_a_database_does_not_say_that_nothing_was_charged(
    visitor: Visitor, brandt: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.store.Store.read", lambda _self: _gone())
    answer = brandt.get("/markt")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    said = answer.text.split("<main")[1].split("</main>")[0]
    assert "steht noch nicht fest" in said
    assert "nichts abgebucht" not in said
