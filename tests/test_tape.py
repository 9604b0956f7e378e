"""The tape's numbers and its chain."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import TapeBroken
from exchange.instant import from_text
from exchange.orderbook.order import Facts, InstantBid
from exchange.orderbook.outcome import Decided, Halted, Refused, Resumed
from exchange.tape import Entry, Head, append, checked, is_order

NINE = from_text("2026-03-02T09:00:00.25Z")

DECIDED = [
    Decided(NINE, 1, InstantBid("anna", "anna", "L1", 6_000, Facts(50_000, 2))),
    Decided(NINE, 2, Refused("anna", "L1", "not_open", "sold")),
    Decided(NINE + 1, 3, Halted("Preisquelle prüfen")),
    Decided(NINE + 2, 4, Resumed()),
]


def entries() -> list[Entry]:
    return append(Head(), "pv", DECIDED)[1]


def test_an_entry_is_written_as_the_rules_say() -> None:
    assert entries()[1].text == (
        '{"at":"2026-03-02T09:00:00.250000Z","kind":"refused",'
        '"payload":{"code":"not_open","name":"L1","reason":"sold","who":"anna"},"sector":"pv","seq":2,"v":1}'
    )


def test_each_hash_covers_the_one_before() -> None:
    before = bytes(32)
    for entry in entries():
        before = sha256(before + entry.text.encode("utf-8")).digest()
        assert entry.hash == before.hex()


def test_a_tape_is_continued_where_it_ends() -> None:
    head, first = append(Head(), "pv", DECIDED[:2])
    assert head == Head(2, first[-1].hash)
    _, rest = append(head, "pv", DECIDED[2:])
    assert [*first, *rest] == entries()


def test_a_gap_in_the_numbers_is_no_tape() -> None:
    with pytest.raises(TapeBroken, match="pv 3: the tape ends at 1"):
        append(Head(1, "00" * 32), "pv", DECIDED[2:])


def test_an_intact_tape_is_read_whole() -> None:
    assert [entry.value() for entry in checked(entries(), "pv")] == [one.value for one in DECIDED]


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_entry_is_named(missing: int) -> None:
    kept = entries()
    del kept[missing]
    with pytest.raises(TapeBroken, match=f"pv {missing + 1}: missing"):
        list(checked(kept, "pv"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"at": NINE + 1}, "pv 2: the hash does not fit"),
        ({"kind": "expired"}, "pv 2: the hash does not fit"),
        ({"payload": '{"code":"halted","name":"L1","who":"anna"}'}, "pv 2: the hash does not fit"),
        ({"payload": '{"code": "halted"}'}, "pv 2: the payload is not written canonically"),
        ({"payload": '{"code":'}, "pv 2: the payload is no canonical JSON"),
        ({"hash": "0" * 64}, "pv 2: the hash does not fit"),
        ({"sector": "bu"}, "pv 2: missing, found bu 2"),
    ],
)
def test_a_changed_entry_is_named(change: dict[str, object], said: str) -> None:
    kept = entries()
    kept[1] = replace(kept[1], **change)
    with pytest.raises(TapeBroken, match=said):
        list(checked(kept, "pv"))


@settings(max_examples=200)
@given(st.data())
def test_any_changed_byte_of_any_payload_is_found(data: st.DataObject) -> None:
    kept = entries()
    place = data.draw(st.integers(0, len(kept) - 1))
    text = bytearray(kept[place].payload.encode())
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] ^= data.draw(st.integers(1, 255))
    kept[place] = replace(kept[place], payload=text.decode("utf-8", errors="replace"))
    with pytest.raises(TapeBroken, match=f"pv {place + 1}: "):
        list(checked(kept, "pv"))


def test_orders_ask_and_outcomes_tell() -> None:
    assert [is_order(one.value) for one in DECIDED] == [True, False, False, False]
