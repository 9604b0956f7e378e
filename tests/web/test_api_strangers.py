"""Strangers are counted in memory, by address, and slow nobody else down."""

import pytest

from exchange.access import tally
from exchange.access.tally import Tally
from exchange.access.throttle import Limit
from tests.web.conftest import Visitor
from tests.web.market import Market

LIMIT = Limit("two", burst=2, refill_us=1_000_000)


def test_so_many_at_once_and_one_more_after_a_while() -> None:
    door = Tally(LIMIT)
    found = [door.spend("192.0.2.1", 0) for _ in range(3)]
    assert [(one.granted, one.remaining, one.wait_s) for one in found] == [(True, 1, 0), (True, 0, 0), (False, 0, 1)]
    assert door.spend("192.0.2.2", 0).granted
    assert not door.spend("192.0.2.1", 999_999).granted
    assert door.spend("192.0.2.1", 1_000_000).granted
    whole = door.spend("192.0.2.1", 9_000_000)
    assert (whole.remaining, whole.reset_s) == (1, 1)


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_KNOWN", 2)
    door = Tally(LIMIT)
    for _ in range(2):
        assert door.spend("192.0.2.1", 0).granted
    for address in ("192.0.2.2", "192.0.2.3"):
        door.spend(address, 0)
    assert door.spend("192.0.2.1", 0).granted, "it was forgotten"


def test_asking_in_vain_writes_nothing(visitor: Visitor, market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    client = visitor("")
    monkeypatch.setattr("exchange.store.Store.write_aside", None)
    assert [client.get(f"/api/v1/{path}").status_code for path in ("me", "market", "nowhere")] == [401, 401, 404]
