"""The market's past on a page: who may look, what the address holds, and that it names nobody."""

import json
import re
from typing import Any

from exchange.instant import HOUR_US, from_text, to_text
from exchange.replay import book_at
from tests.web.conftest import Visitor
from tests.web.market import NOW, Market
from tests.web.people import BY_ROLE, complete

HOUR = f"from={to_text(NOW - HOUR_US)}&until={to_text(NOW)}"


def data_of(page: str) -> Any:
    """What the page gives its script."""
    found = re.search(r'id="rp-data">(.+?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def test_an_hour_of_the_past(visitor: Visitor, market: Market) -> None:
    complete(market)
    analyst = visitor(BY_ROLE["analyst"])
    page = analyst.get(f"/verlauf?sector=baufi&{HOUR}").text
    told = data_of(page)
    entries = [entry for entry in market.desk.entries("baufi") if NOW - HOUR_US <= entry.at < NOW]
    assert sum(told["data"]["density"]) == len(entries)
    outcomes = [entry for entry in entries if entry.kind in ("listed", "filled", "placed", "refused", "expired")]
    assert [one["seq"] for one in told["data"]["events"] if one["kind"] in ("listed", "filled", "placed")] == [
        entry.seq for entry in outcomes if entry.kind in ("listed", "filled", "placed")
    ]
    assert "Lieferant L-" not in page  # a listing's entry does not name its supplier
    book = book_at("baufi", market.desk.entries("baufi"), NOW)
    last_column = [cell[4] for cell in told["data"]["heat"] if cell[1] == told["data"]["until"]]
    assert sum(last_column) == len(book.open)
    assert told["moment"]["open"] == str(len(book.open))

    # Any moment has an address: the figures there are those of the book as it was.
    at = from_text(told["data"]["events"][1]["at"])
    there = analyst.get(f"/verlauf/augenblick?sector=baufi&{HOUR}&at={to_text(at)}").get_json()
    book = book_at("baufi", market.desk.entries("baufi"), at)
    assert there["open"] == str(len(book.open))
    assert sum(wanted for _, wanted in there["depth"]) == sum(
        bid.terms.quantity - bid.filled for bid in book.walking_bids()
    )

    # The list around it, members as numbers, nobody by name.
    around = analyst.get(f"/verlauf/ereignisse?sector=baufi&{HOUR}&at={to_text(at)}").get_json()["events"]
    assert [one["seq"] for one in around] == [one["seq"] for one in told["data"]["events"]]
    with market.desk.store.read() as connection:
        names = connection.exec_driver_sql("SELECT organisation, name FROM organisations").all()
    visible = page.split("<main")[1].split('id="captions"')[0]
    assert [name for both in names for name in both if name in visible] == []


def test_a_lead_of_the_past_has_its_staircase_and_its_story(visitor: Visitor, market: Market) -> None:
    complete(market)
    operator = visitor(BY_ROLE["operator"])
    page = operator.get(f"/verlauf?sector=baufi&lead=7B9BF&{HOUR}").text
    data = data_of(page)["data"]
    assert data["steps"][0][1] == 8_800
    assert [one["kind"] for one in data["events"] if one["kind"] != "step"] == ["listed", "filled"]
    assert data["events"][0]["price"] == "88,00\N{NO-BREAK SPACE}€"
    assert [one["ms"] for one in data["events"]] == sorted(one["ms"] for one in data["events"])
    assert operator.get(f"/verlauf?sector=baufi&lead=nobody&{HOUR}").text.count('id="replay-chart"') == 0


def test_others_may_not_look_and_bad_addresses_are_refused(visitor: Visitor, market: Market) -> None:
    complete(market)
    for role in ("owner", "advisor", "supplier"):
        assert visitor(BY_ROLE[role]).get("/verlauf").status_code == 403
    analyst = visitor(BY_ROLE["analyst"])
    assert analyst.get("/verlauf?sector=nothing").status_code == 404
    assert analyst.get("/verlauf/augenblick?sector=nothing").status_code == 404
    assert analyst.get("/verlauf?from=yesterday").status_code == 400
    assert analyst.get("/verlauf?from=2026-11-19T15:00&until=2026-11-19T14:00").status_code == 400
    assert analyst.get("/verlauf").status_code == 200
