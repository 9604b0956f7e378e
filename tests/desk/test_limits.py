"""The limit a firm sets for itself: instant bids of one day in Europe/Berlin, in all sectors together."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.calendars import berlin_day
from exchange.desk import Desk
from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US, from_text
from exchange.orderbook.order import InstantBid
from tests.databases import DATABASES
from tests.desk.floor import clock_of, lead, offer, open_market, open_sector, proven, wait

pytestmark = pytest.mark.usefixtures("engine")

EVENING = from_text("2026-03-02T22:30:00Z")  # half past eleven in Berlin


def market() -> Desk:
    desk = open_market(vat_bp=0)
    open_sector(desk, "bu", vat_bp=1900)
    for sector in ("pv", "bu"):
        for number in range(4):
            offer(
                desk, f"{sector}{number}", sector=sector, start_cents=4_000, floor_cents=4_000, person_id=f"p{number}"
            )
    return desk


def buy(desk: Desk, name: str, buyer: str = "anna") -> str | None:
    """What the desk says: a refusal's code, or None."""
    refused = desk.buy(name[:2], buyer=buyer, listing_id=name, most_cents=9_000).refused
    return refused.code if refused else None


def left_cents(desk: Desk, sector: str) -> list[int | None]:
    """What each instant bid saw of the limit."""
    values = [entry.value() for entry in desk.entries(sector) if entry.kind == InstantBid.kind]
    return [value.facts.limit_left_cents for value in values]


def test_a_day_is_counted_in_all_sectors_together_and_net() -> None:
    desk = market()
    assert buy(desk, "bu0") is None
    desk.set_daily_limit("anna", limit_cents=11_999)
    assert [buy(desk, name) for name in ("pv0", "bu1", "pv1")] == [None, "cap_reached", "cap_reached"]
    assert left_cents(desk, "pv") == [7_999, 3_999]
    assert left_cents(desk, "bu") == [None, 3_999]
    assert buy(desk, "pv1", "bert") is None
    proven(desk)


def test_the_next_day_begins_at_midnight_in_berlin() -> None:
    desk = market()
    desk.set_daily_limit("anna", limit_cents=4_000)
    clock_of(desk).at_us = EVENING
    offer(desk, "pv8", start_cents=4_000, floor_cents=4_000)
    offer(desk, "pv9", start_cents=4_000, floor_cents=4_000)
    assert buy(desk, "pv8") is None
    wait(desk, HOUR_US // 2 - 1)
    offer(desk, "pv7", start_cents=4_000, floor_cents=4_000)
    assert buy(desk, "pv7") == "cap_reached"
    wait(desk, 1)
    assert buy(desk, "pv7") is None
    proven(desk)


def test_less_holds_at_once_and_more_from_tomorrow_on() -> None:
    desk = market()
    desk.set_daily_limit("anna", limit_cents=10_000)
    desk.set_daily_limit("anna", limit_cents=3_999)
    assert buy(desk, "pv0") == "cap_reached"
    tomorrow = berlin_day(clock_of(desk).at_us)[1]
    (told,) = desk.set_daily_limit("anna", limit_cents=50_000).outcomes
    assert (told.limit_cents, told.later_cents, told.later_at) == (3_999, 50_000, tomorrow)
    assert buy(desk, "pv0") == "cap_reached"
    clock_of(desk).at_us = tomorrow
    offer(desk, "pv9", start_cents=4_000, floor_cents=4_000)
    assert buy(desk, "pv9") is None
    assert left_cents(desk, "pv")[-1] == 50_000
    proven(desk)


def test_without_a_limit_again_from_tomorrow_on() -> None:
    desk = market()
    desk.set_daily_limit("anna", limit_cents=100)
    desk.set_daily_limit("anna", limit_cents=None)
    assert buy(desk, "pv0") == "cap_reached"
    wait(desk, DAY_US)
    offer(desk, "pv9", start_cents=4_000, floor_cents=4_000)
    assert buy(desk, "pv9") is None
    assert left_cents(desk, "pv")[-1] is None
    proven(desk)


def test_a_standing_bid_has_its_own_caps() -> None:
    desk = market()
    desk.set_daily_limit("anna", limit_cents=100)
    answer = desk.place("pv", bid_id="B1", buyer="anna", limit_cents=4_000, quantity=2)
    assert len(answer.fills) == 2
    wait(desk, HOUR_US)
    proven(desk)


def test_a_limit_is_a_positive_amount_of_a_members() -> None:
    desk = market()
    with pytest.raises(Invalid):
        desk.set_daily_limit("anna", limit_cents=0)
    assert desk.set_daily_limit("nobody", limit_cents=1).refused.code == "unknown"


def test_a_key_sets_it_once() -> None:
    desk = market()
    first = desk.set_daily_limit("anna", limit_cents=500, key="k")
    again = desk.set_daily_limit("anna", limit_cents=500, key="k")
    assert again.replayed
    assert again.entries == first.entries


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("buy", "buy", "buy", "limit", "wait")),
        st.sampled_from(("pv", "bu")),
        st.sampled_from(("anna", "bert")),
        st.integers(1, 30),
    ),
    max_size=25,
)


@settings(max_examples=12)
@given(STEPS)
def test_no_day_ever_costs_more_than_its_limit(steps: list[tuple[str, str, str, int]]) -> None:
    with DATABASES.lent():
        desk = open_market(cents=1_000_000, vat_bp=0)
        open_sector(desk, "bu")
        clock_of(desk).at_us = EVENING
        spent: dict[tuple[str, int], int] = defaultdict(int)
        most: dict[str, dict[int, int]] = {"anna": {}, "bert": {}}
        for number, (act, sector, buyer, size) in enumerate(steps):
            now = clock_of(desk).at_us
            day = berlin_day(now)[0]
            if act == "wait":
                wait(desk, size * HOUR_US)
            elif act == "limit":
                (told,) = desk.set_daily_limit(buyer, limit_cents=size * 1_000).outcomes
                most[buyer].setdefault(day, max(told.limit.at(now) or 0, spent[buyer, day]))
            else:
                cents = 500 * size
                desk.list_leads(
                    sector, supplier="nord", leads=[lead(f"L{number}", start_cents=cents, floor_cents=cents)]
                )
                fills = desk.buy(sector, buyer=buyer, listing_id=f"L{number}", most_cents=cents).fills
                spent[buyer, day] += sum(fill.ask_cents for fill in fills)
                assert spent[buyer, day] <= most[buyer].get(day, 10**9)
        proven(desk)
