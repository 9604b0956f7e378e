"""Other terms for a lead or two, worked out by hand; and the tape's own terms, entry by entry."""

import pytest

from exchange.backtest.fates import Fates
from exchange.backtest.play import play
from exchange.backtest.recorded import Recorded, reproduce
from exchange.backtest.scenario import OWN, Scenario
from exchange.calendars import make_calendar
from exchange.claims import ClaimRules
from exchange.errors import Invalid
from exchange.instant import DAY_US, MINUTE_US
from exchange.orderbook import order as o
from exchange.orderbook.rates import Rates
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.tape import Entry, Head, append
from tests.backtest.market import tape
from tests.backtest.test_quick_book import plain
from tests.orderbook.market import BERLIN_2026, MONDAY, TEN_MINUTES, bid, buy, lead

FAST = CurveVersion(9, "five minutes", Curve(Linear(), duration_us=5 * MINUTE_US, hold_bp=0))
BEGUN = MONDAY - DAY_US


def day(*more: tuple[int, o.Order]) -> list[tuple[int, o.Order]]:
    """A sector with a ten-minute curve, and some orders so many minutes after Monday nine o'clock."""
    arms = (o.Arm(CurveVersion(1, "c1", TEN_MINUTES), 10_000),)
    opening: list[tuple[int, o.Order]] = [
        (BEGUN, o.OpenSector(50, 3, 0, 0, BERLIN_2026, ClaimRules())),
        (BEGUN, o.TuneSector("operator", arms)),
    ]
    return opening + [(MONDAY + minute * MINUTE_US, order) for minute, order in more]


def played(orders, scenario: Scenario = OWN) -> Fates:  # type: ignore[no-untyped-def]
    return play("pv", orders, scenario, 0, MONDAY + DAY_US)


LEAD = (0, lead("anna", 9000, 3000, seats=2))
BIDS = (-60, bid("sued", "brandt", 6000)), (-59, bid("nord", "krone", 4500, 3))


def test_as_it_was_both_bids_fill_when_their_limits_are_reached() -> None:
    fates = played(day(*BIDS, LEAD))
    assert (fates.sold[0], fates.net_cents[0], fates.first_us[0]) == (2, 6000 + 4500, 5 * MINUTE_US)


def test_a_faster_curve_brings_the_same_prices_sooner() -> None:
    fates = played(day(*BIDS, LEAD), Scenario(curve=FAST))
    assert (fates.sold[0], fates.net_cents[0], fates.first_us[0]) == (2, 10_500, 150_000_000)


def test_a_floor_above_a_limit_keeps_that_bid_out() -> None:
    assert played(day(*BIDS, LEAD), Scenario(floor_cents=5000)).sold[0] == 1
    assert played(day(*BIDS, LEAD), Scenario(floor_bp=6000)).net_cents[0] == 6000
    assert played(day(*BIDS, LEAD), Scenario(floor_bp=7000)).sold[0] == 0


def test_a_coarser_tick_holds_for_leads_while_bids_keep_their_grid() -> None:
    odd = (-60, bid("odd", "brandt", 5950))
    fates = played(day(odd, (0, lead("anna", 8950, 3000))), Scenario(tick_cents=1000))
    assert fates.net_cents[0] == 5000, "from 90.00 in steps of 10.00: the first at or below 59.50"


def test_rates_set_in_the_period_hold_for_bids_alone_where_leads_have_a_tick_of_their_own() -> None:
    rates = o.SetRates("operator", Rates(200, 3, 0, ClaimRules()))
    orders = day((-90, rates), (-60, bid("even", "brandt", 5800)), (0, lead("anna", 9000, 3000)))
    assert played(orders).net_cents[0] == 5800, "both on two euros"
    assert played(orders, Scenario(tick_cents=1000)).net_cents[0] == 5000


def test_seats_make_room_for_another_buyer_and_take_it() -> None:
    assert played(day(*BIDS, LEAD), Scenario(seats=1)).net_cents[0] == 6000
    assert played(day(*BIDS, (0, lead("anna", 9000, 3000))), Scenario(seats=5)).sold[0] == 2


def test_the_price_stands_still_while_the_market_is_closed() -> None:
    hours = make_calendar(0, [(0, 10 * 60 + 7, 20 * 60)])
    fates = played(day(*BIDS, LEAD), Scenario(calendar=hours))
    assert fates.first_us[0] == (7 + 5) * MINUTE_US, "Berlin opens at 10:07, nine UTC is ten there"


def test_nobody_buys_by_hand_and_nobody_claims() -> None:
    orders = day(LEAD, (1, buy("zoe", "anna", 9000)), (2, o.FileClaim("pv-5", "zoe", "not-asked")))
    assert played(orders).sold[0] == 0


def test_leads_of_before_the_period_keep_their_terms_and_are_not_counted() -> None:
    orders = day((-60, bid("sued", "brandt", 3000, 5)), LEAD, (4, lead("bea", 9000, 3000)))
    fates = play("pv", orders, Scenario(curve=FAST), MONDAY + 2 * MINUTE_US, MONDAY + 9 * MINUTE_US)
    assert list(fates.names) == ["bea"]
    assert list(fates.over) == [0], "its fifth minute lies behind the period"


def test_a_scenario_says_what_is_wrong_with_it_and_travels_as_json() -> None:
    for wrong in ({"floor_cents": 1, "floor_bp": 1}, {"floor_bp": 10_001}, {"seats": 33}, {"tick_cents": 0}):
        with pytest.raises(Invalid):
            Scenario(**wrong)
    told = Scenario(curve=FAST, calendar=BERLIN_2026, floor_bp=3000, tick_cents=10, seats=2)
    assert Scenario.from_payload(told.to_payload()) == told
    assert OWN.to_payload() == {}


@pytest.fixture(scope="module")
def recorded() -> tuple[list[Entry], int]:
    """A busy tape with everything on it, as entries."""
    orders, until = tape(3)
    return append(Head(), "pv", plain(orders, until))[1], until


def read(entries: list[Entry]) -> Recorded:
    found = Recorded("pv")
    found.read(entries)
    return found


def test_a_period_on_its_own_terms_is_what_is_on_the_tape(recorded) -> None:  # type: ignore[no-untyped-def]
    entries, until = recorded
    truth = reproduce(read(entries), 0, until)
    assert truth.differs is None
    assert truth.outcomes == sum(entry.kind not in ("open", "sharing", "tune") for entry in entries) - sum(
        entry.kind in ("list", "bid", "buy", "cancel", "pause", "unpause", "change", "withdraw", "withdraw_consent",
                       "member", "halt", "resume") for entry in entries
    )  # fmt: skip
    assert sum(truth.fates.net_cents) == sum(
        value.ask_cents for entry in entries if (value := entry.value()).kind == "filled"
    )


def test_one_cent_on_the_tape_that_the_rules_do_not_give_is_found(recorded) -> None:  # type: ignore[no-untyped-def]
    entries, until = recorded
    place = next(n for n, entry in enumerate(entries) if entry.kind == "filled")
    one = entries[place]
    told = one.payload.replace('"ask_cents":', '"ask_cents":1')
    entries = [*entries[:place], Entry("pv", one.seq, one.at, one.kind, told, one.hash), *entries[place + 1 :]]
    assert reproduce(read(entries), 0, until).differs == one.seq


def test_playing_twice_is_the_same(recorded) -> None:  # type: ignore[no-untyped-def]
    orders = read(recorded[0]).orders
    first, second = (play("pv", orders, Scenario(seats=2), 0, recorded[1]) for _ in range(2))
    assert first.net_cents == second.net_cents
    assert sum(first.sold) > 0
