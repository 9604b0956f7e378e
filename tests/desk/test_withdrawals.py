"""A consent taken back, at the desk: sold leads, second listings, buyers told once, nothing listed again."""

import pytest
from sqlalchemy import select, update

from exchange.errors import Invalid, TapeBroken
from exchange.instant import HOUR_US, MINUTE_US
from exchange.orderbook.sharing import ConversionRule
from exchange.schema.contacting import withdrawals
from tests.desk.floor import clock_of, lead, offer, open_market, proven, wait


@pytest.fixture
def desk():
    desk = open_market("sqlite://")
    desk.set_sharing("pv", buyout_bp=25_000, seat_bp=6_000)
    return desk


def row(desk):
    with desk.store.read() as connection:
        return connection.execute(select(withdrawals)).one()


def test_a_sold_lead_too_and_the_first_note_stands(desk) -> None:
    offer(desk, "L1")
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    wait(desk, HOUR_US)
    since_at = clock_of(desk).at_us - MINUTE_US
    assert desk.withdraw_consent("pv", listing_id="L1", by="sued").refused.code == "unknown"
    first = desk.withdraw_consent("pv", listing_id="L1", by="nord", since_at=since_at)
    assert [value.kind for value in first.outcomes] == ["consent_withdrawn"]
    again = desk.withdraw_consent("pv", listing_id="L1", by="operator")
    assert (again.refused.code, again.refused.reason) == ("not_open", "consent_withdrawn")
    noted = row(desk)
    assert (noted.lead_id, noted.withdrawn_at, noted.noted_at) == ("L1", since_at, first.at)
    assert proven(desk)


def test_nobody_takes_a_consent_back_tomorrow(desk) -> None:
    offer(desk, "L1")
    with pytest.raises(Invalid):
        desk.withdraw_consent("pv", listing_id="L1", by="nord", since_at=clock_of(desk).at_us + 1)


def test_a_scheduler_that_slept_changes_nothing(desk) -> None:
    """The second listing began while nobody looked: the order itself settles first, and reaches it."""
    offer(desk, "L1", conversion=ConversionRule(MINUTE_US, 2))
    wait(desk, 2 * MINUTE_US)
    answer = desk.withdraw_consent("pv", listing_id="L1", by="operator")
    assert answer.order.listing_ids == ("L1", "L1~2")
    assert [value.kind for value in answer.outcomes] == ["consent_withdrawn", "withdrawn", "consent_withdrawn"]
    assert desk.row_of("listing", "L1~2")["lead_id"] == "L1"
    assert proven(desk)


def test_every_listing_of_the_lead_and_none_after(desk) -> None:
    offer(desk, "L1")
    wait(desk, HOUR_US)
    offer(desk, "L2", lead_id="L1")
    answer = desk.withdraw_consent("pv", listing_id="L1", by="nord")
    assert answer.order.listing_ids == ("L1", "L2")
    assert desk.row_of("listing", "L2")["state"] == "withdrawn"
    (refused,) = desk.list_leads("pv", supplier="nord", leads=[lead("L3", lead_id="L1")])
    assert isinstance(refused, Invalid)
    assert proven(desk)


def test_a_row_that_says_otherwise_is_found(desk) -> None:
    offer(desk, "L1")
    desk.withdraw_consent("pv", listing_id="L1", by="nord")
    with desk.store.write_aside() as connection:
        connection.execute(update(withdrawals).values(withdrawn_at=1))
    with pytest.raises(TapeBroken, match="consent"):
        proven(desk)


def test_one_noted_before_tapes_said_it_stays(desk) -> None:
    offer(desk, "L1")
    with desk.store.write_aside() as connection:
        connection.execute(withdrawals.insert().values(lead_id="L1", withdrawn_at=1, noted_at=2, seq=None))
    assert desk.withdraw_consent("pv", listing_id="L1", by="nord").refused is None
    assert row(desk).withdrawn_at == 1
    assert proven(desk)
