"""The judge of histories finds what it is there to find."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.crash.history import Journal, objections, read_history
from tests.crash.market import Wish

FILL = {"ask_cents": 5_000, "buyer": "anna", "listing_id": "L1", "sale_id": "pv-7", "seat": 1}
ROW = FILL | {"sector": "pv", "person_id": "L1", "group_id": "anna", "seats": 2}
BOUGHT = [["pv", [[1, 6, "buy", "{}"], [1, 7, "filled", json.dumps(FILL)]]]]
SOLD_OUT = [["pv", [[1, 8, "buy", "{}"], [1, 9, "refused", "{}"]]]]


def judged(again: dict[str, Any], *rows: dict[str, Any]) -> list[str]:
    return objections({"k1": BOUGHT, "k2": SOLD_OUT}, {"k1": BOUGHT, "k2": SOLD_OUT} | again, list(rows))


def test_a_history_that_can_be_true() -> None:
    assert judged({}, ROW) == []


@pytest.mark.parametrize(
    ("again", "rows", "found"),
    [
        ({}, [], "sale pv-7 is lost"),
        ({}, [ROW | {"ask_cents": 4_950}], "sale pv-7 is another one now"),
        ({"k2": BOUGHT}, [ROW], "key k2 answered otherwise"),
        ({"k3": BOUGHT}, [ROW], "sale pv-7 was given to 2 orders"),
        ({}, [ROW, ROW | {"sale_id": "pv-8", "seat": 2}], "L1 was sold twice to anna"),
        (
            {},
            [ROW | {"seats": 1}, ROW | {"seats": 1, "sale_id": "pv-8", "group_id": "bert"}],
            "listing L1 sold 2 of 1 seats",
        ),
    ],
)
def test_what_cannot_be_true_is_named(again: dict[str, Any], rows: list[dict[str, Any]], found: str) -> None:
    assert found in judged(again, *rows)


def test_a_line_that_was_not_finished_was_never_written(tmp_path: Path) -> None:
    first, second = (Wish("buy", "pv", {"buyer": "anna"}, key) for key in ("k1", "k2"))
    with open(tmp_path / "c0-1.journal", "w", encoding="utf-8") as file:
        journal = Journal(file)
        journal.asked(first)
        journal.told(first, BOUGHT)
        journal.asked(second)
        journal.told(second, [["busy"]])
        file.write("? [half a")
    history = read_history([tmp_path / "c0-1.journal"])
    assert history.answers == {"k1": BOUGHT}
    assert history.unanswered == [second], "what was answered at the door may be asked again"
