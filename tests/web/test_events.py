import json

import pytest

from exchange.reports.schedules import Rulebook
from exchange.reports.tapes import entries_since, position
from exchange.web.events import Event, events_of, frame, position_text, read_position
from tests.web.market import NOW, Market, _lead

pytestmark = pytest.mark.usefixtures("engine")

KNOWN = {"bu": 981, "pv": 4410, "_house": 7}


def happened(market: Market, since: dict[str, int]) -> list[Event]:
    """What the stream would say of everything after a position."""
    with market.desk.store.read() as connection:
        return events_of(connection, Rulebook(), entries_since(connection, since, 500), NOW)


def here(market: Market) -> dict[str, int]:
    with market.desk.store.read() as connection:
        return position(connection)


def test_a_position_survives_the_way_through_the_browser() -> None:
    assert position_text(KNOWN) == "_house:7,bu:981,pv:4410"
    assert read_position(position_text(KNOWN), KNOWN) == KNOWN


def test_a_position_names_what_it_knows_and_the_rest_is_current() -> None:
    assert read_position("bu:12", KNOWN) == {"bu": 12, "pv": 4410, "_house": 7}
    assert read_position("", KNOWN) == KNOWN


def test_nobody_can_claim_to_know_other_sectors() -> None:
    assert read_position("bu:981,gold:3", KNOWN) == KNOWN


def test_a_browser_may_come_from_a_process_that_has_read_further() -> None:
    assert read_position("bu:990", KNOWN) == {"bu": 990, "pv": 4410, "_house": 7}


def test_what_is_no_position_is_none() -> None:
    assert read_position("bu", KNOWN) is None
    assert read_position("bu:-3", KNOWN) is None
    assert read_position("bu:" + "9" * 30, KNOWN) is None


def test_a_frame_on_the_wire() -> None:
    assert frame("sold", {"id": "x"}, "bu:3") == b'id: bu:3\nevent: sold\ndata: {"id":"x"}\n\n'


def test_a_listing_is_announced_with_its_absolute_steps(market: Market) -> None:
    since = here(market)
    market.list(_lead("9L1BU", "bu", 0, "70435 DE-BW", 2, "124 36", occupation="Lehrer", age="40", pension="1500"))
    (listed,) = [event for event in happened(market, since) if event.kind == "listed"]
    schedule = market.desk.schedule_of("bu", "9L1BU")
    assert [cents for _, cents in listed.data["steps"]] == [cents for _, cents in schedule.steps()]
    assert listed.data["plz"] == "704"
    assert listed.concerns("anybody")


def test_a_purchase_tells_everybody_of_the_seat_and_the_buyer_of_the_rest(market: Market) -> None:
    since = here(market)
    market.desk.buy("pkv", buyer="brandt", listing_id="7K2KV", most_cents=9200)
    told = {event.kind: event for event in happened(market, since)}
    assert told.keys() == {"sold", "bought", "wallet"}
    assert told["sold"].concerns("krone")
    assert "brandt" not in json.dumps(dict(told["sold"].data))
    assert not told["bought"].concerns("krone")
    assert not told["wallet"].concerns("krone")
    assert told["wallet"].data["available_cents"] == market.desk.balance("brandt").available_cents


def test_who_may_not_know_a_lead_hears_nothing_of_it(market: Market) -> None:
    since = here(market)
    sketch = _lead("9L2BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="Lehrer", age="40", pension="1500")
    market.list(sketch, recipients=("krone",))
    market.desk.withdraw("bu", listing_id="9L2BU", by="quelle")
    events = [event for event in happened(market, since) if event.kind in ("listed", "withdrawn")]
    assert [event.kind for event in events] == ["listed", "withdrawn"]
    assert [event.concerns("brandt") for event in events] == [False, False]
    assert [event.concerns("krone") for event in events] == [True, True]


def test_no_event_names_a_person(market: Market) -> None:
    text = json.dumps([dict(event.data) for event in happened(market, dict.fromkeys(here(market), 0))])
    for canary in ("Lindner", "Oberhuber", "17139200", "Seestraße", "example.de", "80331"):
        assert canary not in text


def test_halts_are_told_to_all(market: Market) -> None:
    since = here(market)
    market.desk.halt("pkv", reason="Prüfung")
    market.desk.resume("pkv")
    events = happened(market, since)
    assert [(event.kind, dict(event.data)) for event in events] == [
        ("halt", {"sector": "pkv", "reason": "Prüfung"}),
        ("resume", {"sector": "pkv"}),
    ]
