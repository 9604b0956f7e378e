import pytest

from exchange.house import Deposited
from exchange.orderbook.outcome import (
    Cancelled,
    Changed,
    Claimed,
    Expired,
    Filled,
    Halted,
    Listed,
    Placed,
    Refused,
    Rejected,
    Released,
    Resumed,
    Skipped,
    Upheld,
    Withdrawn,
)
from exchange.payload import AnyOutcome
from exchange.script.timeline import FIRST_DAY, Timeline
from exchange.script.wording import Happened

SALES = {"pv-9": "S1"}
NINE = Timeline().read("09:00:00")


def happened(outcome: AnyOutcome) -> Happened:
    return Happened(NINE, "pv", 9, outcome)


def sold(bid_id: str | None) -> Filled:
    return Filled("pv-9", "L1", bid_id, "anna", "anna", "nord", "L1", 2, 7000, 1330, 700, 0, sold_out=False)


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (sold("B1"), "09:00:00 fill L1 anna 70.00 B1 seat 2"),
        (sold(None), "09:00:00 fill L1 anna 70.00 instant seat 2"),
        (Expired("listing", "L1"), "09:00:00 expire L1"),
        (Expired("bid", "B1", "anna"), "09:00:00 expire B1"),
        (Withdrawn("L1", "nord"), "09:00:00 withdraw L1"),
        (Skipped("L1", "B1", "anna", "cap_reached"), "09:00:00 skip L1 B1 cap_reached"),
        (Refused("anna", "L1", "not_open", "sold"), "09:00:00 refuse anna L1 not_open"),
        (Refused("anna", "pv-9", "already_claimed"), "09:00:00 refuse anna S1 already_claimed"),
    ],
)
def test_five_kinds_have_lines(outcome: AnyOutcome, line: str) -> None:
    found = happened(outcome).line(SALES)
    assert found is not None
    assert found.spell(FIRST_DAY) == line


@pytest.mark.parametrize(
    ("outcome", "remark"),
    [
        (Listed("L1", 9000, 3000, 50, 1, 2, 10_000, 600, 1), "listed L1 from 90.00 to 30.00, seats 1, curve version 2"),
        (Placed("B1", "anna", 14_000), "placed B1 of anna, 140.00 reserved"),
        (Changed("B1", "anna", 0, "paused", kept_place=True), "changed B1, paused, 0.00 reserved, place kept"),
        (Cancelled("B1", "anna"), "cancelled B1"),
        (Halted("review"), 'halted pv "review"'),
        (Resumed(), "resumed pv"),
        (Claimed("pv-9", "anna", "not-asked", 0), "claimed S1 not-asked"),
        (Upheld("pv-9", "anna", "nord", 100, 19, 10, by_silence=True), "upheld S1 by silence, 1.19 back to anna"),
        (Rejected("pv-9", "anna"), "rejected S1"),
        (Released("pv-9", "nord", 6300), "released S1, 63.00 payable to nord"),
        (Deposited("anna", 500), "deposited 5.00 for anna"),
    ],
)
def test_the_others_are_remarks(outcome: AnyOutcome, remark: str) -> None:
    assert happened(outcome).line(SALES) is None
    assert happened(outcome).remark(SALES) == remark


def test_a_record_names_instant_sector_number_kind_and_facts() -> None:
    record = happened(Refused("anna", "L1", "not_open", "sold")).record(SALES)
    assert record == {
        "at": "2026-03-02T09:00:00.000000Z",
        "sector": "pv",
        "seq": 9,
        "kind": "refuse",
        "line": "2026-03-02T09:00:00Z refuse anna L1 not_open",
        "who": "anna",
        "name": "L1",
        "code": "not_open",
        "reason": "sold",
    }


def test_a_record_names_the_sale_as_the_script_does() -> None:
    assert happened(sold("B1")).record(SALES)["sale"] == "S1"
    assert happened(Rejected("pv-9", "anna")).record(SALES)["kind"] == "rejected"
