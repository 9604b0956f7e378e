"""The market's past on a page: who may look, what the address holds, and that it names nobody."""

import csv
import json
import re
from typing import Any

from exchange.access.users import user_by_email
from exchange.instant import DAY_US, HOUR_US, from_text, to_text
from exchange.operators.drafts import Drafts
from exchange.pricing.curve import Curve, Exponential
from exchange.pricing.drawing import Drawing
from exchange.replay import book_at
from tests.web.conftest import Visitor
from tests.web.market import NOW, Market
from tests.web.people import BY_ROLE, complete

DAY = f"from={to_text(NOW - DAY_US)}&until={to_text(NOW)}"
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


def test_who_plays_gets_the_book_ahead_as_it_will_be(visitor: Visitor, market: Market) -> None:
    complete(market)
    analyst = visitor(BY_ROLE["analyst"])
    told = analyst.get(
        f"/verlauf/fenster?sector=baufi&{HOUR}&at={to_text(NOW - HOUR_US)}&step=300000&frames=120"
    ).get_json()
    assert len(told["moments"]) == 13, "up to the end of the stretch"
    for one in told["moments"][::4]:
        at = to_text(round(one.pop("ms") * 1000))
        assert one == analyst.get(f"/verlauf/augenblick?sector=baufi&{HOUR}&at={at}").get_json()
    for wrong in ("step=0&frames=9", "step=1000&frames=121", "step=1000", "step=-1&frames=2"):
        assert analyst.get(f"/verlauf/fenster?sector=baufi&{HOUR}&{wrong}").status_code == 400
    ahead = analyst.get(f"/verlauf/ereignisse?sector=baufi&{HOUR}&ahead=1").get_json()
    assert (ahead["first"], ahead["last"]) == (True, True)


def test_what_is_shown_as_a_file_names_nobody(visitor: Visitor, market: Market) -> None:
    complete(market)
    analyst = visitor(BY_ROLE["analyst"])
    answer = analyst.get(f"/verlauf/daten?sector=baufi&{HOUR}")
    assert (
        answer.headers["Content-Disposition"] == "attachment; filename=baufi-fills-2026-11-19T1331-2026-11-19T1431.csv"
    )
    (row,) = csv.DictReader(answer.text.splitlines())
    assert (row["listing_id"], row["buyer"][:2], row["supplier"][:2], row["bid_id"]) == ("7B9BF", "K-", "L-", "")
    (bid,) = csv.DictReader(analyst.get(f"/verlauf/daten?sector=bu&{DAY}&daten=bids").text.splitlines())
    assert bid["bid_id"] == bid["seq"]
    parquet = analyst.get(f"/verlauf/daten?sector=bu&{DAY}&daten=listings&format=parquet")
    assert parquet.data[:4] == parquet.data[-4:] == b"PAR1"
    assert analyst.get(f"/verlauf/daten?sector=baufi&{HOUR}&daten=claims").text.startswith("seq,claimed_at,")
    excel = analyst.get(f"/verlauf/daten?sector=baufi&{HOUR}&format=excel").data.decode("utf-8-sig")
    (sold,) = csv.DictReader(excel.splitlines(), delimiter=";")
    assert sold["ask_eur"] == f"{int(row['ask_cents']) / 100:.2f}".replace(".", ",")
    for wrong in ("daten=tape", "format=xlsx", "daten=claims&format=parquet"):
        assert analyst.get(f"/verlauf/daten?sector=baufi&{HOUR}&{wrong}").status_code == 400


def test_a_lead_beside_itself_on_another_curve(visitor: Visitor, market: Market) -> None:
    complete(market)
    with market.desk.store.read() as connection:
        olga = user_by_email(connection, BY_ROLE["operator"])
    assert olga is not None
    quick = Curve(Exponential(1_200_000_000), 5_400_000_000)
    Drafts(market.desk.store).save(olga, "bu", Drawing(quick, 5_800, 1_500), None)
    analyst = visitor(BY_ROLE["analyst"])
    found = data_of(analyst.get("/verlauf?sector=bu&lead=7H5BU&compare=draft").text)["data"]
    told, begun = found["compared"], found["steps"][0]
    assert told["steps"][0] == begun, "the same lead: listed then, for as much"
    ((at, cents, seat),) = told["sold"]
    assert (cents, seat) == (next(ask for _, ask in told["steps"] if ask <= 4_400), 1), "the bid's limit is 44 euros"
    assert [at, cents] in told["steps"]
    assert at < next(one["ms"] for one in found["events"] if one["kind"] == "filled")
    own = data_of(analyst.get("/verlauf?sector=bu&lead=7H5BU&compare=14").text)["data"]["compared"]
    assert own["sold"][0][:2] == found["steps"][-1], "its own curve sells it when it was sold"
    page = analyst.get("/verlauf?sector=bu&lead=7H5BU&compare=draft").text
    (back,) = re.findall(r'href="(/auswertung/rueckrechnung\?[^"]+)"[^>]+data-testid="to-backtest"', page)
    form = analyst.get(back.replace("&amp;", "&")).text
    assert '<option value="draft" selected>' in form, "one click to the whole period under that curve"
    for nothing in ("lead=7H5BU&compare=99", "compare=draft"):
        assert data_of(analyst.get(f"/verlauf?sector=bu&{nothing}").text)["data"]["compared"] is None


def test_where_nothing_was_traded_the_nearest_sale_is_a_click_away(visitor: Visitor, market: Market) -> None:
    complete(market)
    analyst = visitor(BY_ROLE["analyst"])
    page = analyst.get(f"/verlauf?sector=baufi&from={to_text(NOW - 9 * DAY_US)}&until={to_text(NOW - 8 * DAY_US)}").text
    (nearest,) = re.findall(r'href="([^"]+)" data-testid="nearest"', page)
    assert data_of(analyst.get(nearest.replace("&amp;", "&")).text)["data"]["sold"]
    assert 'data-testid="no-trade"' not in analyst.get(f"/verlauf?sector=baufi&{HOUR}").text


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
