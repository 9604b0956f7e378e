"""What is remembered of the stream, and for how long."""

import pytest

from exchange.web import recent
from exchange.web.events import EVERYBODY, Event
from exchange.web.recent import MOST_MISSED, Recent


def event(sector: str, seq: int, firm: str = "") -> Event:
    return Event(sector, seq, "sold", frozenset({firm}) if firm else EVERYBODY, {"id": f"{sector}{seq}"})


def begun() -> Recent:
    found = Recent({"bu": 10, "pv": 20})
    found.add([event("bu", 12), event("pv", 21, "krone"), event("bu", 13)], {"bu": 15, "pv": 21})
    return found


def test_every_event_says_where_it_leads() -> None:
    found = Recent({"bu": 10, "pv": 20})
    said = found.add([event("bu", 12), event("pv", 21)], {"bu": 15, "pv": 21})
    assert [one.data.split(b"\n")[0] for one in said] == [b"id: bu:12,pv:20", b"id: bu:12,pv:21"]
    assert found.position == {"bu": 15, "pv": 21}


def test_a_firm_is_told_what_it_missed_and_nothing_of_others() -> None:
    brandt = begun().since({"bu": 12, "pv": 20}, "brandt")
    assert brandt is not None
    assert b"bu13" in brandt
    assert b"bu12" not in brandt
    assert b"pv21" not in brandt
    assert b"pv21" in (begun().since({"bu": 12, "pv": 20}, "krone") or b"")


def test_who_is_up_to_date_missed_nothing_until_something_happens() -> None:
    found = begun()
    place = dict(found.position)
    assert found.since(place, "brandt") == b""
    found.add([event("bu", 16)], {"bu": 16, "pv": 21})
    assert b"bu16" in (found.since(place, "brandt") or b"")


def test_what_is_too_old_is_forgotten_sector_by_sector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "KEPT", 2)
    found = begun()
    assert not found.remembers({"bu": 11, "pv": 20})
    assert found.remembers({"bu": 12, "pv": 20})
    assert not found.remembers({"bu": 13, "pv": 19})


def test_a_place_further_on_is_not_covered() -> None:
    assert begun().covers({"bu": 15, "pv": 21})
    assert not begun().covers({"bu": 16})
    assert not begun().covers({"gold": 1})


def test_too_much_is_not_told() -> None:
    found = Recent({"bu": 0})
    found.add([event("bu", seq) for seq in range(1, MOST_MISSED + 2)], {"bu": MOST_MISSED + 1})
    assert found.since({"bu": 0}, "brandt") is None
    assert found.since({"bu": 1}, "brandt") is not None
