"""Canonical JSON of orders and outcomes (rules.md §9)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.calendars import make_calendar
from exchange.claims import ClaimRules
from exchange.errors import TapeBroken
from exchange.house import CreditLineSet, DailyLimitSet, Deposit, JoinHouse, PaidOut, Payout, SetDailyLimit
from exchange.instant import from_text
from exchange.lead import ConsentScope
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.order import Arm, Facts, ListLead, OpenSector, StandingBid, TuneSector
from exchange.orderbook.outcome import Claimed, Filled, Refused
from exchange.payload import KINDS, canonical, decode, encode, parse
from exchange.pricing.curve import CurveVersion
from tests.desk.floor import FALLING, HALVING

NOON = from_text("2026-03-02T12:00:00Z")

BID = StandingBid(
    bid_id="B1",
    buyer="anna",
    group="anna",
    limit_cents=7_000,
    quantity=2,
    facts=Facts(50_000, 3),
    filters=Filters(regions=("DE-BY",), conditions=(Condition("kwh", ">=", ("3000",)),)),
    caps=(Cap("day", leads=1), Cap("week", net_cents=10_000)),
    hours=ActiveHours(((0, 540, 1020),)),
    until_at=NOON,
)

VALUES = [
    BID,
    OpenSector(50, 3, 1000, 1900, make_calendar(1, [(0, 480, 1200)]), ClaimRules()),
    TuneSector("operator", (Arm(FALLING, 4_000), Arm(HALVING, 6_000)), (FALLING,)),
    ListLead("L1", "nord", "nord", "p1", "DE-BY", "86150", 1, 9_000, 3_000, NOON, (("owner", "yes"),)),
    ListLead("L2", "nord", "nord", "p1", "DE-BY", "86150", 1, 9_000, 3_000, NOON, consent=ConsentScope(("anna",))),
    Filled("pv-7", "L1", None, "anna", "anna", "nord", "p1", 1, 7_000, 1_330, 700, 0, True),
    Claimed("pv-7", "anna", "not-asked", NOON),
    Refused("anna", "L1", "not_open", "sold"),
    JoinHouse("anna", "anna", False, True, 5_000),
    Deposit("anna", 10_000, "bank 17"),
    Payout("nord", 6_300, "AZ-1", 9_000),
    PaidOut("nord", 6_300),
    CreditLineSet("anna", 10_000, 4),
    SetDailyLimit("anna", None, Facts(10_000, 3), NOON),
    DailyLimitSet("anna", 5_000, None, NOON, 4),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.kind)
def test_what_was_written_is_read_again(value) -> None:
    text = encode(value)
    assert decode(value.kind, text) == value
    assert canonical(parse(text)) == text


def test_spelling_is_fixed() -> None:
    assert encode(BID) == (
        '{"bid_id":"B1","buyer":"anna","caps":[{"leads":1,"period":"day"},{"net_cents":10000,"period":"week"}],'
        '"facts":{"available_cents":50000,"movement":3},'
        '"filters":{"conditions":[{"key":"kwh","operator":">=","values":["3000"]}],"not_from":[],'
        '"regions":["DE-BY"]},"group":"anna","hours":{"windows":[[0,540,1020]]},"limit_cents":7000,"quantity":2,'
        '"until_at":"2026-03-02T12:00:00.000000Z"}'
    )


def test_keys_stand_in_order_of_code_point_and_text_is_composed() -> None:
    assert canonical({"ä": 1, "b": 2, "B": "e\u0301"}) == '{"B":"é","b":2,"ä":1}'


def test_curve_parameters_are_text_not_floats() -> None:
    version = CurveVersion(9, "halving", HALVING.curve)
    text = encode(TuneSector("operator", (Arm(version, 10_000),)))
    assert not any(isinstance(number, float) for number in _leaves(json.loads(text)))


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("gift", "{}", "no order or outcome is called 'gift'"),
        ("deposit", '{"amount_cents":1.5,"organisation":"anna","reference":""}', "no integer"),
        ("deposit", '{"amount_cents":"1","organisation":"anna","reference":""}', "is no int"),
        ("deposit", '{"amount_cents":true,"organisation":"anna","reference":""}', "is no int"),
        ("deposit", '{"amount_cents":1,"organisation":"anna"}', "'reference' is missing"),
        ("deposit", '{"amount_cents":1,"organisation":"anna","reference":"","tip":1}', "no member is called 'tip'"),
        ("deposit", '{"amount_cents":1,"amount_cents":2,"organisation":"anna","reference":""}', "stands twice"),
        ("deposit", "[]", "an object was expected"),
        ("deposit", "{", "no canonical JSON"),
        ("rule", '{"operator":"o","ruling":"maybe","sale_id":"s"}', "is none of uphold, reject"),
    ],
)
def test_what_is_no_entry_is_refused_with_its_reason(kind: str, text: str, said: str) -> None:
    with pytest.raises(TapeBroken, match=said):
        decode(kind, text)


def test_every_kind_has_one_word() -> None:
    assert KINDS["buy"].__name__ == "InstantBid"
    assert len(KINDS) == len(set(KINDS.values()))


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_survives_in_its_composed_form(text: str) -> None:
    once = encode(Refused("anna", text, "unknown"))
    assert encode(decode("refused", once)) == once == canonical(parse(once))


def _leaves(data: object) -> list[object]:
    if isinstance(data, dict):
        data = list(data.values())
    return [leaf for part in data for leaf in _leaves(part)] if isinstance(data, list) else [data]
