"""A tape through the core once more."""

from dataclasses import replace

import pytest

from exchange.errors import TapeBroken
from exchange.instant import MINUTE_US
from exchange.orderbook.outcome import Refused
from exchange.replay import Replay, book_at
from exchange.tape import Entry, Head, append
from tests.desk.floor import MORNING, clock_of, offer, open_market, wait


@pytest.fixture(scope="module")
def day():
    """A listing, two bids, a fill by itself, a purchase, a refusal, an expiry."""
    desk = open_market(vat_bp=0)
    offer(desk, "L1", seats=2)
    offer(desk, "L2", region="DE-BE", postcode="10115")
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=7_000, quantity=1)
    wait(desk, 5 * MINUTE_US)
    desk.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000)
    desk.buy("pv", buyer="cora", listing_id="L1", most_cents=9_000)
    wait(desk, 10 * MINUTE_US)
    desk.settle("pv")
    return desk


def run(entries: list[Entry], sector: str = "pv") -> Replay:
    replay = Replay(sector)
    for _ in replay.run(entries):
        pass
    return replay


def chained(entries: list[Entry], sector: str = "pv") -> list[Entry]:
    """The same entries under numbers and hashes of their own: a liar who can compute."""
    numbered = [(entry.at, seq, entry.value()) for seq, entry in enumerate(entries, start=1)]
    return append(Head(), sector, numbered)[1]


@pytest.mark.parametrize("sector", ["pv", "_house"])
def test_an_honest_tape_replays_to_its_end(day, sector: str) -> None:
    entries = day.entries(sector)
    replay = run(entries, sector)
    assert replay.head == Head(entries[-1].seq, entries[-1].hash)
    replay.finish(clock_of(day).at_us)


def test_money_follows_from_the_tape_alone(day) -> None:
    replay = Replay("pv")
    moved = sum(transfer.amount_cents for *_, posted in replay.run(day.entries("pv")) for transfer in posted)
    assert moved == 7_000 + 7_000 + 6_000


def test_an_outcome_left_out_is_missed(day) -> None:
    entries = day.entries("pv")
    for place, entry in enumerate(entries):
        if entry.kind in ("placed", "listed", "refused") or (entry.kind, place) == ("filled", 8):
            forged = chained(entries[:place] + entries[place + 1 :])
            with pytest.raises(TapeBroken, match=f"pv {place + 1}: "):
                run(forged)


def test_an_invented_outcome_is_no_consequence_of_anything(day) -> None:
    entries = day.entries("pv")
    numbered = [(entry.at, entry.seq, entry.value()) for entry in entries]
    last_at, last_seq, _ = numbered[-1]
    forged = append(Head(), "pv", [*numbered, (last_at, last_seq + 1, Refused("anna", "L1", "halted"))])[1]
    with pytest.raises(TapeBroken, match=f"pv {last_seq + 1}: refused, but nothing was due"):
        run(forged)


def test_an_order_the_rules_would_not_have_taken_is_named(day) -> None:
    entries = day.entries("pv")
    place = next(place for place, entry in enumerate(entries) if entry.kind == "buy")
    free = replace(entries[place].value(), most_cents=0)
    numbered = [(one.at, one.seq, free if one.seq == place + 1 else one.value()) for one in entries]
    with pytest.raises(TapeBroken, match=f"pv {place + 1}: buy cannot be decided"):
        run(append(Head(), "pv", numbered)[1])


def test_an_expiry_that_was_due_cannot_be_hidden_at_the_end(day) -> None:
    entries = day.entries("pv")
    assert entries[-1].kind == "expired"
    replay = run(entries[:-1])
    with pytest.raises(TapeBroken, match=f"pv {entries[-1].seq}: missing, expired was due"):
        replay.finish(clock_of(day).at_us)
    with pytest.raises(TapeBroken, match="lies after the instant"):
        run(entries).finish(MORNING)


def test_the_past_can_be_looked_at_at_any_instant(day) -> None:
    entries = day.entries("pv")
    states = [
        (book.listings["L1"].ask_cents, book.listings["L1"].sold, book.listings["L1"].state)
        for book in (
            book_at("pv", entries, MORNING + span_us)
            for span_us in (0, 200_000_000 - 1, 200_000_000, 5 * MINUTE_US - 1, 5 * MINUTE_US)
        )
    ]
    assert states == [
        (9_000, 0, "open"),
        (7_050, 0, "open"),
        (7_000, 1, "open"),
        (6_050, 1, "open"),
        (6_000, 2, "sold"),
    ]
