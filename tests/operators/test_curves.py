"""Curves from the draft to the market: four eyes, plans, roll-backs, and a history that says who and why."""

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import select

from exchange.access.users import User, add_user, user_by_id
from exchange.desk import Conflict, Desk
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.operators.curve_checks import BAD, OPEN, Limits
from exchange.operators.curve_limits import CurveLimits, asked_limits, checked, limits_of
from exchange.operators.curves import CurveOffice, approvers
from exchange.operators.drafts import Draft, Drafts, Wish, living
from exchange.pricing.curve import Curve
from exchange.pricing.drawing import Drawing
from exchange.pricing.shape import Points
from exchange.reports.tunings import in_force, tunings_of, versions_of
from exchange.schema import listings
from exchange.schema.operating import audit
from tests.desk.floor import MORNING, clock_of, offer, open_market, proven, wait

DRAWN = Drawing(
    Curve(Points(((0, Decimal(1)), (10 * MINUTE_US, Decimal("0.8")), (75 * MINUTE_US, Decimal(0)))), 90 * MINUTE_US),
    90_00,
    30_00,
)
WHY = "Käufer warten bis zum Ende"


@dataclass
class House:
    """Two operators and a market with versions 1 and 2 as arms."""

    desk: Desk
    olga: User
    otto: User

    def __post_init__(self) -> None:
        self.drafts, self.office = Drafts(self.desk.store), CurveOffice(self.desk)
        self.names = count(1)

    def asked(self, wish: Wish | None = None) -> Draft:
        draft = self.drafts.save(self.olga, "pv", DRAWN, None)
        return self.drafts.ask(self.olga, "pv", draft.revision, wish or Wish(WHY))

    def drawn_now(self) -> int:
        """The curve a lead listed now gets."""
        name = f"N{next(self.names)}"
        offer(self.desk, name, draw=9_999)
        with self.desk.store.read() as connection:
            return connection.execute(select(listings.c.curve).where(listings.c.listing_id == name)).scalar_one()

    def history(self) -> list[tuple[str, int, str, str, str]]:
        with self.desk.store.read() as connection:
            found = tunings_of(connection, "pv", clock_of(self.desk).at_us)
        return [(one.state, one.shares[-1][0], one.kind, one.by, one.reason) for one in found]

    def logged(self) -> list[tuple[str, bool]]:
        """Actions in the audit log, and whether each names its entry of the tape."""
        with self.desk.store.read() as connection:
            rows = connection.execute(select(audit)).all()
        return sorted((row.action, row.seq is not None) for row in rows)


@pytest.fixture
def house() -> House:
    desk = open_market()
    with desk.store.write_aside() as connection:
        ids = [
            add_user(
                connection,
                email=email,
                name=name,
                role="operator",
                organisation=None,
                password_hash="x",
                at=MORNING,
                lang="de",
            )
            for email, name in (("olga@example.de", "Olga Betrieb"), ("otto@example.de", "Otto Zweiter"))
        ]
    with desk.store.read() as connection:
        return House(desk, *(user_by_id(connection, one) for one in ids))


def test_somebody_else_approves_and_new_leads_get_the_curve(house: House) -> None:
    draft = house.asked()
    assert (draft.state, draft.revision) == ("asked", 2)
    with pytest.raises(Forbidden):
        house.office.approve(house.olga, "pv", draft.revision)
    assert house.drawn_now() == 2
    assert house.office.approve(house.otto, "pv", draft.revision) == 3
    assert house.drawn_now() == 3
    with house.desk.store.read() as connection:
        assert versions_of(connection, "pv")[3].curve == DRAWN.curve
        assert in_force(connection, "pv", MORNING).shares == ((3, 10_000),)
        assert living(connection, "pv") is None
    assert house.history() == [("active", 3, "approve", "Otto Zweiter", WHY), ("past", 2, "", "", "")]
    assert house.logged() == [("curve.approve", True), ("curve.ask", False), ("curve.draft", False)]
    assert proven(house.desk)


@pytest.mark.usefixtures("engine")
def test_a_plan_begins_at_its_instant_whoever_is_awake(house: House) -> None:
    draft = house.asked(Wish(WHY, from_at=MORNING + HOUR_US))
    house.office.approve(house.otto, "pv", draft.revision)
    assert house.history()[0][:2] == ("planned", 3)
    wait(house.desk, HOUR_US - 1)
    assert house.drawn_now() == 2
    wait(house.desk, 1)
    assert house.drawn_now() == 3
    assert [one[:2] for one in house.history()] == [("active", 3), ("past", 2)]
    house.desk.store.forget_books()
    assert house.drawn_now() == 3
    assert proven(house.desk)


def test_a_plan_approved_too_late_begins_with_the_approval(house: House) -> None:
    draft = house.asked(Wish(WHY, from_at=MORNING + HOUR_US))
    wait(house.desk, 2 * HOUR_US)
    house.office.approve(house.otto, "pv", draft.revision)
    assert house.drawn_now() == 3
    assert house.history()[0][:2] == ("active", 3)


def test_a_plan_is_called_off_before_it_begins_and_not_after(house: House) -> None:
    at = MORNING + HOUR_US
    house.office.activate(house.olga, "pv", 1, "Vorsicht vor dem Feiertag", at)
    house.office.call_off(house.otto, "pv", at, "Feiertag verschoben")
    assert house.history()[0] == ("called_off", 1, "activate", "Olga Betrieb", "Vorsicht vor dem Feiertag")
    wait(house.desk, HOUR_US)
    assert house.drawn_now() == 2
    house.office.activate(house.olga, "pv", 1, "doch noch", at + HOUR_US)
    wait(house.desk, HOUR_US)
    with pytest.raises(Invalid, match="nothing is planned"):
        house.office.call_off(house.otto, "pv", at + HOUR_US, "zu spät")
    assert house.drawn_now() == 1
    assert proven(house.desk)


def test_a_roll_back_is_the_old_version_again(house: House) -> None:
    house.office.approve(house.otto, "pv", house.asked().revision)
    assert house.office.activate(house.olga, "pv", 1, "Erlös je Lead fiel") == "roll_back"
    assert house.drawn_now() == 1
    assert house.office.activate(house.olga, "pv", 3, "doch besser") == "activate"
    with pytest.raises(Invalid, match="in force already"):
        house.office.activate(house.otto, "pv", 3, "noch einmal")
    with pytest.raises(Unknown):
        house.office.activate(house.otto, "pv", 9, "gibt es nicht")
    with pytest.raises(Invalid, match="reason"):
        house.office.activate(house.otto, "pv", 1, " ")
    assert [one[:3] for one in house.history()] == [
        ("active", 3, "activate"),
        ("past", 1, "roll_back"),
        ("past", 3, "approve"),
        ("past", 2, ""),
    ]


def test_a_version_can_be_made_known_without_being_put_in_force(house: House) -> None:
    draft = house.asked(Wish(WHY, activates=False))
    house.office.approve(house.otto, "pv", draft.revision)
    assert house.drawn_now() == 2
    with house.desk.store.read() as connection:
        assert set(versions_of(connection, "pv")) == {1, 2, 3}
    assert proven(house.desk)


@pytest.mark.usefixtures("engine")
def test_two_who_change_one_draft_hear_of_each_other(house: House) -> None:
    draft = house.drafts.save(house.olga, "pv", DRAWN, None)
    with pytest.raises(Conflict):
        house.drafts.save(house.otto, "pv", DRAWN, None)
    mine = house.drafts.save(house.otto, "pv", replace(DRAWN, start_cents=80_00), draft.revision)
    with pytest.raises(Conflict, match="Otto Zweiter"):
        house.drafts.discard(house.olga, "pv", draft.revision)
    with pytest.raises(Conflict):
        house.drafts.save(house.olga, "pv", DRAWN, draft.revision)
    with pytest.raises(Forbidden):
        house.drafts.ask(house.olga, "pv", mine.revision, Wish(WHY))
    asked = house.drafts.ask(house.otto, "pv", mine.revision, Wish(WHY))
    with pytest.raises(Conflict):
        house.drafts.save(house.otto, "pv", DRAWN, asked.revision)
    open_again = house.drafts.reject(house.olga, "pv", asked.revision, "zu flach am Anfang")
    assert (open_again.state, open_again.decision) == ("open", "zu flach am Anfang")
    house.drafts.discard(house.olga, "pv", open_again.revision)
    assert house.drafts.save(house.olga, "pv", DRAWN, None).revision == 1


def test_an_approval_meets_the_draft_that_was_looked_at(house: House) -> None:
    asked = house.asked()
    back = house.drafts.take_back(house.olga, "pv", asked.revision)
    with pytest.raises(Conflict):
        house.office.approve(house.otto, "pv", asked.revision)
    with pytest.raises(Conflict, match="nobody asked"):
        house.office.approve(house.otto, "pv", back.revision)
    assert house.drawn_now() == 2


@pytest.mark.usefixtures("engine")
def test_nothing_stays_of_an_order_whose_draft_was_turned_in_between(house: House, monkeypatch) -> None:
    asked = house.asked()
    before = house.desk.store

    def meanwhile(sector: str) -> int:
        monkeypatch.undo()
        house.drafts.take_back(house.olga, sector, asked.revision)
        return 3

    monkeypatch.setattr(CurveOffice, "_next_number", lambda _, sector: meanwhile(sector))
    with pytest.raises(Conflict):
        house.office.approve(house.otto, "pv", asked.revision)
    with before.read() as connection:
        assert set(versions_of(connection, "pv")) == {1, 2}
    assert ("curve.approve", True) not in house.logged()
    assert house.drawn_now() == 2
    assert proven(house.desk)


@pytest.mark.usefixtures("engine")
def test_limits_stop_a_curve_before_anybody_is_asked(house: House) -> None:
    limits = CurveLimits(house.desk.store)
    draft = house.drafts.save(house.olga, "pv", DRAWN, None)
    limits.set(house.otto, "pv", Limits(cost_cents=40_00, least_floor_cents=31_00), "Einkauf ist teurer geworden")
    with pytest.raises(Invalid, match="floor, cost"):
        house.drafts.ask(house.olga, "pv", draft.revision, Wish(WHY))
    with pytest.raises(Conflict):
        limits.set(house.olga, "pv", Limits(), "ohne hinzusehen")
    right = Limits(cost_cents=30_00, revision=1)
    assert not limits.set(house.olga, "pv", right, "war ein Tippfehler")
    with pytest.raises(Invalid, match="floor, cost"):
        house.drafts.ask(house.olga, "pv", draft.revision, Wish(WHY))
    right = replace(right, revision=2)
    with pytest.raises(Forbidden):
        limits.set(house.olga, "pv", right, "war ein Tippfehler")
    assert limits.set(house.otto, "pv", right, "stimmt")
    asked = house.drafts.ask(house.olga, "pv", draft.revision, Wish(WHY))
    limits.set(house.olga, "pv", Limits(largest_fall_bp=100, cost_cents=30_00, revision=3), "strenger")
    with pytest.raises(Invalid, match="fall"):
        house.office.approve(house.otto, "pv", asked.revision)
    with house.desk.store.read() as connection:
        assert limits_of(connection, "pv").revision == 4
        assert asked_limits(connection, "pv") is None


def test_limits_look_at_the_prices_suppliers_ask_for_too(house: House) -> None:
    offer(house.desk, "cheap", start_cents=10_00, floor_cents=1_00)
    with house.desk.store.read() as connection:
        found = {one.code: one for one in checked(connection, "pv", DRAWN, MORNING + SECOND_US)}
    assert found["fall"].state == BAD
    assert found["fall"].figures["to_cents"] < 10_00
    assert (found["floor"].figures["limit_cents"], found["cost"].state) == (1_00, OPEN)


def test_who_may_and_when(house: House) -> None:
    buyer = replace(house.olga, role="owner")
    with pytest.raises(Forbidden):
        house.drafts.save(buyer, "pv", DRAWN, None)
    with pytest.raises(Forbidden):
        house.office.activate(buyer, "pv", 1, WHY)
    draft = house.drafts.save(house.olga, "pv", DRAWN, None)
    for at in (MORNING, MORNING + 91 * DAY_US):
        with pytest.raises(Invalid, match="90 days"):
            house.drafts.ask(house.olga, "pv", draft.revision, Wish(WHY, from_at=at))
    with pytest.raises(Invalid, match="multiple"):
        house.drafts.save(house.olga, "pv", replace(DRAWN, start_cents=90_01), draft.revision)
    with pytest.raises(Unknown):
        house.drafts.save(house.olga, "nowhere", DRAWN, None)
    with house.desk.store.read() as connection:
        assert approvers(connection) == 2
