from datetime import date

import pytest

from exchange.instant import from_text
from exchange.script.expectation import Check, OutcomeLine, read_expectation
from exchange.script.mistake import Mismatch
from exchange.script.timeline import Timeline
from exchange.script.words import Words, split

DAY = date(2026, 3, 2)
NINE = from_text("2026-03-02T09:00:00Z")


def read(text: str) -> OutcomeLine | Check:
    return read_expectation(Words(split(text)), Timeline(), 1).value


@pytest.mark.parametrize(
    "line",
    [
        "09:03:20 fill L1 anna 70.00 B1 seat 1",
        "09:03:20.25 fill L1 anna 70.00 instant seat 2",
        "09:10:00 expire L3",
        "09:07:00 withdraw L2",
        "09:05:00 refuse anna L1 not_open",
        "09:05:00 refuse operator pv not_open",
        "09:05:00 skip L4 B1 cap_reached",
        "end balance anna 430.00 available 330.00",
        "end balance anna -30.00 available 0.00",
        "end pending nord 63.00",
        "end payable nord 0.00",
        "end listing L1 sold ask 70.00",
        "end bid B1 filled 1 of 2 active",
        "ask L2 at 09:04:00 48.00",
        "ask L2 at 09:04:00 none",
        "verify ok",
    ],
)
def test_every_line_is_spelled_as_it_was_read(line: str) -> None:
    assert read(line).spell(DAY) == line


def test_equal_lines_may_be_spelled_differently() -> None:
    assert read("09:00:00 expire L1") == read("2026-03-02T09:00:00.000000Z expire L1")
    assert read("09:00:00 expire L1") == OutcomeLine(NINE, "expire", ("L1",))


@pytest.mark.parametrize(
    "line",
    [
        "fill L1 anna 70.00 B1 seat 1",
        "09:00:00 sell L1",
        "09:00:00 fill L1 anna 70 B1 seat 1",
        "09:00:00 fill L1 anna 70.00 B1",
        "09:00:00 refuse anna L1 because",
        "09:00:00 skip L1 B1 asleep",
        "09:00:00 expire L1 L2",
        "end listing L1 gone ask 70.00",
        "end bid B1 filled 1 of 2 resting",
        "end wealth anna 1.00",
        "verify",
        "verify broken",
        "ask L2 09:04:00 48.00",
        "",
    ],
)
def test_what_is_no_expectation(line: str) -> None:
    with pytest.raises(Mismatch):
        read(line)
