"""What leaves the house: who is told what, without a word too many, and when it is tried again."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.delivery import (
    DRAWS,
    GAPS_S,
    LEAST_ATTEMPTS,
    LISTED,
    PATIENCE_US,
    TOPICS,
    Attempt,
    Seat,
    hook_off,
    mark,
    messages,
    wait_us,
    withdrawn,
)
from exchange.instant import DAY_US, HOUR_US, SECOND_US
from exchange.orderbook.book import Book
from exchange.orderbook.outcome import ConsentWithdrawn, Converted, Decided, Expired, Filled, Listed, Withdrawn

DRAW = st.integers(0, DRAWS - 1)
NOW = 1_772_438_400_000_000


class OfNord:
    """All the messages ask of a listing."""

    supplier = "nord"


def book() -> Book:
    made = Book("pv")
    made.listings["L1"] = OfNord()  # type: ignore[assignment]
    return made


def filled(bid_id: str | None = None) -> Filled:
    parts = {"ask_cents": 9_000, "vat_cents": 1_710, "fee_cents": 900, "reserved_cents": 0}
    names = {"sale_id": "pv-7", "listing_id": "L1", "bid_id": bid_id, "person_id": "person-1"}
    return Filled(**names, buyer="anna", group="brandt", supplier="nord", seat=1, sold_out=True, **parts)


def told(value, taken=None):
    found = messages(book(), [Decided(NOW, 7, value)], taken or {})
    return [(one.topic, one.organisation, one.side, dict(one.names)) for one in found]


def test_a_fill_tells_both_sides_and_the_supplier_not_who_bought():
    bought, sold = told(filled("B1"))
    assert bought == ("lead.bought", "anna", "buyer", {"listing": "L1", "sale": "pv-7", "bid": "B1"})
    assert sold == ("lead.sold", "nord", "supplier", {"listing": "L1", "sale": "pv-7"})
    assert told(filled())[0][3] == {"listing": "L1", "sale": "pv-7"}
    (message,) = [one for one in messages(book(), [Decided(NOW, 7, filled("B1"))], {}) if one.side == "supplier"]
    assert not {"anna", "brandt", "person-1", "B1"} & set(repr(message).replace("'", " ").split())


@pytest.mark.parametrize(
    ("by", "topic", "supplier_is_told"),
    [
        ("nord", "listing.withdrawn", False),
        ("operator", "listing.withdrawn", True),
    ],
)
@pytest.mark.parametrize("consent", [False, True])
def test_who_holds_a_seat_is_told_of_a_withdrawal(by, topic, supplier_is_told, consent):
    gone = ConsentWithdrawn("L1", by, NOW) if consent else Withdrawn("L1", by)
    topic = "consent.withdrawn" if consent else topic
    seats = {"L1": [Seat("pv-7", "anna"), Seat("pv-9", "bert")]}
    found = told(gone, seats)
    assert found[:2] == [
        (topic, "anna", "buyer", {"listing": "L1", "sale": "pv-7"}),
        (topic, "bert", "buyer", {"listing": "L1", "sale": "pv-9"}),
    ]
    assert found[2:] == ([(topic, "nord", "supplier", {"listing": "L1"})] if supplier_is_told else [])
    assert withdrawn([Decided(NOW, 7, gone), Decided(NOW, 8, filled())]) == ["L1"]


def test_seats_closed_for_a_consent_are_told_of_once():
    """The entry that the consent is gone tells it."""
    assert told(Withdrawn("L1", "enquirer"), {"L1": [Seat("pv-7", "anna")]}) == []


def test_ends_are_told_to_whoever_they_end_for():
    assert told(Expired("listing", "L1")) == [("listing.expired", "nord", "supplier", {"listing": "L1"})]
    converted = {"listing": "L1", "into": "L1~2"}
    assert told(Converted("L1", "L1~2", 9_000)) == [("listing.converted", "nord", "supplier", converted)]
    assert told(Expired("bid", "B1", "anna")) == [("bid.expired", "anna", "buyer", {"bid": "B1"})]


def test_an_entry_has_the_same_delivery_ids_every_time_and_another_entry_others():
    ids = [one.delivery_id for one in messages(book(), [Decided(NOW, 7, filled())], {})]
    assert ids == [one.delivery_id for one in messages(book(), [Decided(NOW, 7, filled())], {})]
    later = [one.delivery_id for one in messages(book(), [Decided(NOW + 1, 7, filled())], {})]
    assert len({*ids, *later}) == 4, "a number that comes again after a restore is another message"
    assert {UUID(one).version for one in ids} == {8}
    assert [str(UUID(one)) for one in ids] == ids


@given(attempts=st.integers(1, 40), draw=DRAW)
def test_a_wait_is_a_share_of_its_longest_and_never_none(attempts, draw):
    longest_us = GAPS_S[min(attempts, len(GAPS_S)) - 1] * SECOND_US
    assert 0 < wait_us(attempts, draw) <= longest_us
    assert wait_us(attempts, DRAWS - 1) == longest_us
    assert wait_us(attempts, draw) <= wait_us(attempts + 1, draw)


def test_waits_grow_and_together_cover_three_days():
    assert all(shorter <= longer for shorter, longer in pairwise(GAPS_S))
    assert LEAST_ATTEMPTS >= 12
    assert 70 * 3_600 < sum(GAPS_S) < 72 * 3_600


@given(draws=st.lists(DRAW, min_size=400, max_size=400))
def test_a_message_is_tried_twelve_times_and_for_three_days_before_it_is_given_up(draws):
    now, attempts = NOW, 0
    for attempts, draw in enumerate(draws, start=1):
        became = mark(Attempt("failed", "code"), now, attempts=attempts, posted_at=NOW, draw=draw)
        if became.dead_at is not None:
            break
        assert became.sent_at is None
        assert now < became.next_at <= now + DAY_US
        now = became.next_at
    if became.dead_at is not None:
        assert attempts >= 12
        assert now - NOW >= PATIENCE_US
    else:
        assert now - NOW < PATIENCE_US, "only draws of almost nothing keep a message alive for longer"


def test_what_an_attempt_makes_of_a_message():
    def after(result, *, attempts=1, posted_at=NOW):
        return mark(Attempt(result, "code"), NOW, attempts=attempts, posted_at=posted_at, draw=0)

    assert (after("carried").sent_at, after("nobody").sent_at) == (NOW, NOW)
    assert after("refused").dead_at == NOW
    assert after("failed").next_at == NOW + SECOND_US // 1_000
    assert after("failed", attempts=30).dead_at is None, "however often: it is young"
    assert after("failed", attempts=11, posted_at=NOW - 80 * HOUR_US).dead_at is None, "however old: few tries"
    assert after("failed", attempts=12, posted_at=NOW - 80 * HOUR_US).dead_at == NOW
    assert after("failed").last_error == "code"


def test_every_topic_is_a_word_of_its_own():
    assert len(set(TOPICS)) == len(TOPICS)


def test_of_a_listing_only_suppliers_are_told_who_asked():
    terms = {"start_cents": 9_000, "floor_cents": 1_000, "tick_cents": 50, "seats": 1, "curve": 1}
    listed = Decided(NOW, 7, Listed("L1", **terms, arm_bp=10_000, duration_us=1, calendar=1))
    assert messages(book(), [listed], {}) == messages(book(), [listed], {}, {"sued"}) == []
    (message,) = messages(book(), [listed], {}, {"nord"})
    assert (message.topic, message.organisation, dict(message.names)) == (LISTED, "nord", {"listing": "L1"})


def test_a_webhook_that_is_switched_off_is_told_to_its_firm_once():
    cause = messages(book(), [Decided(NOW, 7, filled())], {})[1]
    told_off = hook_off("wh-1", cause, NOW + 5)
    assert (told_off.organisation, told_off.side, told_off.at) == ("nord", "supplier", NOW + 5)
    assert told_off.delivery_id == hook_off("wh-1", cause, NOW + 5).delivery_id != cause.delivery_id
    assert hook_off("wh-2", cause, NOW + 5).delivery_id != told_off.delivery_id
