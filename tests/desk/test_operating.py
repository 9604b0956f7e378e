"""Operators' verbs."""

import pytest

from exchange.calendars import make_calendar
from exchange.errors import Invalid
from exchange.instant import HOUR_US, MINUTE_US
from exchange.orderbook.order import Arm
from tests.desk.floor import FALLING, HALVING, clock_of, offer, open_house, open_market, proven, wait

pytestmark = pytest.mark.usefixtures("engine")


@pytest.mark.parametrize(
    "wrong",
    [{"tick_cents": 0}, {"most_seats": 0}, {"fee_bp": 10_001}, {"vat_bp": -1}, {"tick_cents": 0.5}],
    ids=str,
)
def test_a_sector_with_absurd_rules_is_not_opened(wrong: dict[str, object]) -> None:
    desk = open_house()
    rules = {"tick_cents": 50, "most_seats": 3, "fee_bp": 0, "vat_bp": 0, "calendar": make_calendar(1, [])}
    with pytest.raises(Invalid, match=next(iter(wrong))):
        desk.open_sector("bu", **(rules | wrong))
    assert desk.sectors() == ["pv"]


@pytest.mark.parametrize("code", ["", "_house", "p v", "pv/bu"])
def test_a_sector_has_a_proper_code(code: str) -> None:
    with pytest.raises(Invalid):
        open_house(sector=code)


def test_a_sector_is_opened_once() -> None:
    with pytest.raises(Invalid, match="open already"):
        open_house().open_sector("pv", tick_cents=50, most_seats=1, fee_bp=0, vat_bp=0, calendar=make_calendar(1, []))


def test_a_tuned_curve_holds_for_later_leads_only() -> None:
    desk = open_market()
    offer(desk, "L1")
    desk.tune("pv", arms=(Arm(HALVING, 10_000),))
    desk.store.forget_books()
    offer(desk, "L2")
    assert [desk.row_of("listing", name)["curve"] for name in ("L1", "L2")] == [1, 2]
    with pytest.raises(Invalid, match="never changes"):
        desk.tune("pv", arms=(Arm(type(FALLING)(1, "other", HALVING.curve), 10_000),))
    with pytest.raises(Invalid, match="10,000"):
        desk.tune("pv", arms=(Arm(HALVING, 9_999),))
    proven(desk)


def test_a_halt_stops_the_clock_and_a_resumption_lets_it_go_on() -> None:
    desk = open_market()
    offer(desk, "L1")
    wait(desk, MINUTE_US)
    assert desk.halt("pv", reason="price feed").refused is None
    assert desk.halt("pv", reason="again").refused.code == "not_open"
    wait(desk, HOUR_US)
    assert desk.settle("pv") == ()
    desk.store.forget_books()
    assert desk.resume("pv").refused is None
    assert desk.resume("pv").refused.code == "not_open"
    wait(desk, MINUTE_US)
    desk.settle("pv")
    assert desk.row_of("listing", "L1")["ask_cents"] == 7_800
    assert desk.schedule_of("pv", "L1").ask_at(clock_of(desk).at_us) == 7_800
    proven(desk)


def test_a_ruling_upholds_or_rejects() -> None:
    with pytest.raises(Invalid, match="neither"):
        open_market().rule("pv", sale_id="pv-1", ruling="maybe")
