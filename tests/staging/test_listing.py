from pathlib import Path

import pytest
from sqlalchemy import func, select

from exchange.access.users import User
from exchange.errors import Forbidden, Invalid
from exchange.instant import DAY_US, HOUR_US
from exchange.orderbook.sharing import ConversionRule
from exchange.schema import delivery_rows, leads, listings
from exchange.staging import Intake, Offer, record, rows
from exchange.staging.delivery import KEPT_US
from exchange.staging.intake import Changed
from exchange.staging.listing import Plan
from exchange.staging.upkeep import Upkeep
from tests.staging.suppliers import OFFER, counted, deliver, drawn, spoiled, write
from tests.web.market import Market


def in_market(market: Market) -> int:
    with market.desk.store.read() as connection:
        wanted = select(func.count()).where(leads.c.batch == "L-0001")
        return int(connection.execute(wanted).scalar_one())


def test_as_many_are_listed_as_were_said(intake: Intake, nord: User, mixed: Path, market: Market) -> None:
    delivery_id = deliver(intake, nord, mixed)
    with pytest.raises(Changed) as changed:
        intake.commit(nord, delivery_id, 8, Plan(intake.house.now()))
    assert (changed.value.ready, in_market(market)) == (7, 0)
    assert intake.commit(nord, delivery_id, 7, Plan(intake.house.now())) == 7
    assert intake.list_due(delivery_id) == 7
    assert in_market(market) == 7
    assert intake.list_due(delivery_id) == 0


def test_a_lister_that_died_after_listing_lists_nothing_twice(
    intake: Intake, nord: User, tmp_path: Path, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", drawn(4)))
    intake.commit(nord, delivery_id, 4, Plan(intake.house.now()))
    real = rows.set_listed

    def dies(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rows, "set_listed", dies)
    with pytest.raises(KeyboardInterrupt):
        intake.list_due(delivery_id)
    assert counted(intake, nord, delivery_id) == {"planned": 4}
    monkeypatch.setattr(rows, "set_listed", real)
    assert intake.list_due(delivery_id) == 4
    assert (counted(intake, nord, delivery_id), in_market(market)) == ({"listed": 4}, 4)


def test_what_is_listed_is_no_longer_kept_here(intake: Intake, nord: User, tmp_path: Path) -> None:
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", drawn(2)))
    intake.commit(nord, delivery_id, 2, Plan(intake.house.now()))
    intake.list_due(delivery_id)
    with intake.house.reading() as connection:
        assert connection.execute(select(func.max(func.length(delivery_rows.c.sealed)))).scalar_one() == 0


def test_leads_are_spread_over_hours(intake: Intake, nord: User, tmp_path: Path, market: Market) -> None:
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", drawn(4)))
    intake.commit(nord, delivery_id, 4, Plan(intake.house.now() + HOUR_US, 4 * HOUR_US))
    work = Upkeep(market.desk)
    for hours, many in ((0, 0), (1, 1), (1, 2), (2, 4)):
        market.clock.at_us += hours * HOUR_US
        work.round()
        assert counted(intake, nord, delivery_id).get("listed", 0) == many, hours


def test_who_was_delivered_since_the_check_is_left_out(intake: Intake, nord: User, tmp_path: Path) -> None:
    first = deliver(intake, nord, write(tmp_path / "a.csv", drawn(3)))
    second = deliver(intake, nord, write(tmp_path / "b.csv", drawn(4)))
    intake.commit(nord, first, 3, Plan(intake.house.now()))
    intake.list_due(first)
    with pytest.raises(Changed) as changed:
        intake.commit(nord, second, 4, Plan(intake.house.now()))
    assert changed.value.ready == 1
    assert counted(intake, nord, second) == {"ready": 1, "duplicate": 3}


def test_what_grew_too_old_before_its_time_is_an_error(
    intake: Intake, nord: User, tmp_path: Path, market: Market
) -> None:
    row = spoiled(drawn(1), (0, "Opt-in am", "25.10.2026 10:00:00"), (0, "DOI am", "25.10.2026 10:05:00"))
    row = spoiled(row, (0, "Anfragedatum", "25.10.2026 10:00:00"))
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", row))
    intake.commit(nord, delivery_id, 1, Plan(intake.house.now() + 8 * DAY_US))
    market.clock.at_us += 9 * DAY_US
    assert intake.list_due(delivery_id) == 0
    assert counted(intake, nord, delivery_id) == {"error": 1}


def test_a_refusal_of_the_desk_is_a_row_with_a_reason(
    intake: Intake, nord: User, tmp_path: Path, market: Market
) -> None:
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", drawn(1)))
    intake.commit(nord, delivery_id, 1, Plan(intake.house.now()))
    market.desk.change_member("quelle", group="quelle", suspended=True)
    assert intake.list_due(delivery_id) == 0
    with intake.house.reading() as connection:
        found = rows.row_of(connection, intake.house.vault, delivery_id, 2)
    assert [(one.code, one.detail) for one in found.findings] == [("refused", "forbidden")]


def test_prices_are_those_of_the_offer(intake: Intake, nord: User, tmp_path: Path, market: Market) -> None:
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", drawn(1)))
    intake.set_offer(nord, delivery_id, Offer(1, 9800, 3300))
    intake.commit(nord, delivery_id, 1, Plan(intake.house.now()))
    intake.list_due(delivery_id)
    with intake.house.reading() as connection:
        wanted = select(listings.c.seats, listings.c.start_cents, listings.c.floor_cents)
        listed = connection.execute(wanted.order_by(listings.c.seq.desc()).where(listings.c.sector == "pv")).first()
    assert listed is not None
    assert tuple(listed) == (1, 9800, 3300)


def test_exclusive_leads_are_offered_again_where_the_offer_says_so(
    intake: Intake, nord: User, tmp_path: Path, market: Market
) -> None:
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", drawn(1)))
    offer = Offer(1, 9800, 3300, ConversionRule(HOUR_US, 3))
    with pytest.raises(Invalid):
        intake.set_offer(nord, delivery_id, offer)
    market.desk.set_sharing("pv", buyout_bp=0, seat_bp=6_000)
    intake.set_offer(nord, delivery_id, offer)
    assert intake.delivery(nord, delivery_id).offer == offer
    intake.commit(nord, delivery_id, 1, Plan(intake.house.now()))
    assert intake.list_due(delivery_id) == 1
    with intake.house.reading() as connection:
        wanted = select(listings.c.convert_us, listings.c.convert_seats).order_by(listings.c.seq.desc())
        listed = connection.execute(wanted.where(listings.c.sector == "pv")).first()
    assert listed is not None
    assert tuple(listed) == (HOUR_US, 3)


@pytest.mark.parametrize(
    "offer", [Offer(0, 4800, 1650), Offer(9, 4800, 1650), Offer(1, 4801, 1650), Offer(1, 1650, 4800), Offer(1, 0, 0)]
)
def test_terms_no_lead_can_have_are_refused(intake: Intake, nord: User, mixed: Path, offer: Offer) -> None:
    delivery_id = deliver(intake, nord, mixed)
    with pytest.raises(Invalid):
        intake.set_offer(nord, delivery_id, offer)
    assert intake.delivery(nord, delivery_id).offer == OFFER


def test_what_lay_here_for_two_weeks_is_erased(intake: Intake, nord: User, mixed: Path, market: Market) -> None:
    deliver(intake, nord, mixed)
    market.clock.at_us += KEPT_US
    Upkeep(market.desk).round()
    with intake.house.reading() as connection:
        assert connection.execute(select(delivery_rows)).first() is None
        assert record.deliveries_of(connection, "quelle") == []


def test_a_delivery_of_which_something_is_listed_cannot_be_thrown_away(intake: Intake, nord: User, mixed: Path) -> None:
    delivery_id = deliver(intake, nord, mixed)
    intake.commit(nord, delivery_id, 7, Plan(intake.house.now()))
    with pytest.raises(Forbidden):
        intake.discard(nord, delivery_id)
