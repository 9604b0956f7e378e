"""The market, purchases, wallet and tape over JSON: every answer has its published form and says what pages say."""

import pytest
from flask import Flask

from exchange.instant import MINUTE_US, from_text
from exchange.web.door.operations import OPERATIONS
from tests.web.application import app_in
from tests.web.calls import Machine, delivery, ids_of, sale_of
from tests.web.market import NOW, PICTURE, Market, _lead
from tests.web.people import BY_ROLE, OTHER_OWNER, OWNER, complete

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def app(market: Market) -> Flask:
    complete(market)
    return app_in(market.premises())


@pytest.fixture
def brandt(app: Flask, market: Market) -> Machine:
    return Machine(app, market, OWNER)


def test_every_answer_has_the_form_the_document_says(brandt: Machine, app: Flask, market: Market) -> None:
    ids = ids_of(market) | {"batch_id": delivery(market, "quelle")}
    supplier, operator = (Machine(app, market, BY_ROLE[role]) for role in ("supplier", "operator"))
    for one in OPERATIONS:
        if one.verb == "GET":
            caller = supplier if one.scope == "supply" else brandt if "owner" in one.roles else operator
            answer = caller.call(one, ids)
            assert answer.status_code == 200, one.name
            one.gives[0]().load(answer.json)


def test_the_board_has_the_filters_of_the_pages(brandt: Machine) -> None:
    def found(query: str) -> set[str]:
        return {row["id"] for row in brandt.get(f"/market?{query}").json["listings"]}

    assert found("sector=bu") == {"7F3BU", "7C3BU"}
    assert found("region=DE-BW&seats=exclusive") == {"7F3BU", "7R6RL", "7D5AV"}
    assert found("postcode=80,86") == {"7K2KV", "7A1PV"}
    assert found("sector=bu&answer=request:compare") == {"7C3BU"}
    assert found("sector=bu&at_least=age:20&at_most=age:30") == {"7F3BU"}
    assert found("age_below_s=600") == {"7A1PV", "7F3BU"}
    assert found("fit=true") >= {"7F3BU"}
    assert found("watched=true") == set()
    cheap = brandt.get("/market?sort=price&most_cents=4000").json["listings"]
    assert [row["ask_cents"] for row in cheap] == sorted(row["ask_cents"] for row in cheap)
    assert all(row["ask_cents"] <= 4000 for row in cheap)


@pytest.mark.parametrize("sort", ["age", "price", "next"])
def test_pages_miss_and_double_nothing_while_leads_come_and_go(
    brandt: Machine, app: Flask, market: Market, sort: str
) -> None:
    before = {row["id"] for row in brandt.get(f"/market?sort={sort}").json["listings"]}
    krone, seen, after, gone = Machine(app, market, OTHER_OWNER), [], None, "7Z1KV"
    for number in range(20):
        query = f"/market?sort={sort}&size=2" + (f"&after={after}" if after else "")
        page = brandt.get(query).json
        seen += [row["id"] for row in page["listings"]]
        after = page["next"]
        if after is None:
            break
        fresh = _lead(f"7N{number:02d}V", "pv", 0, "86150 DE-BY", 3, "96 33", owner="yes", roof="flat")
        market.list(fresh)
        if number == 1 and gone not in seen:
            krone.post(f"/leads/{gone}/buy", {"most_cents": 9900})
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_one_listing_has_its_steps_with_their_instants(brandt: Machine, market: Market) -> None:
    shown = brandt.get("/market/7F3BU").json
    schedule = market.desk.schedule_of("bu", "7F3BU")
    assert [(from_text(step["at"]), step["ask_cents"]) for step in shown["steps"]] == list(schedule.steps())
    assert shown["next_step"] == next(step for step in shown["steps"] if from_text(step["at"]) > NOW)
    assert shown["ask_cents"] == schedule.ask_at(NOW)
    mine = [step for step in shown["waiting"] if step["mine"]]
    assert [step["ask_cents"] <= 4400 for step in mine] == [True], "the own bid of 44 euros buys once"
    assert shown["postcode"] == "704"


def test_a_halt_is_said(brandt: Machine, market: Market) -> None:
    market.desk.halt("bu", operator="olga", reason="Kalender falsch")
    bu = next(one for one in brandt.get("/sectors").json["sectors"] if one["code"] == "bu")
    assert bu["halt"]["reason"] == "Kalender falsch"
    listing = brandt.get("/market/7F3BU").json
    assert listing["halted_at"] is not None
    assert (listing["expires_at"], listing["waiting"]) == (None, [])
    answer = brandt.post("/leads/7F3BU/buy", {"most_cents": 9900})
    assert (answer.status_code, answer.json["code"]) == (423, "halted")


def test_purchases_and_movements_page_through_once(brandt: Machine, market: Market) -> None:
    for listing_id in ("7A1PV", "7W4WP", "7G2GW"):
        assert brandt.post(f"/leads/{listing_id}/buy", {"most_cents": 9900}).status_code == 200
    whole = [row["sale_id"] for row in brandt.get("/purchases").json["purchases"]]
    seen, after = [], ""
    while after is not None:
        page = brandt.get(f"/purchases?size=2{after and '&after=' + after}").json
        seen += [row["sale_id"] for row in page["purchases"]]
        after = page["next"]
    assert seen == whole
    assert len(whole) == len(set(whole)) >= 5
    moved, below = [], ""
    while below is not None:
        page = brandt.get(f"/wallet/movements?size=7{below and f'&below={below}'}").json
        moved += page["movements"]
        below = page["next"]
    assert sum(row["change_cents"] for row in moved) == brandt.get("/wallet").json["balance_cents"]


def test_the_tape_is_followed_by_position(brandt: Machine, app: Flask, market: Market) -> None:
    start = brandt.get("/entries").json
    assert start["entries"] == []
    bought = brandt.post("/leads/7A1PV/buy", {"most_cents": 9900}).json
    mine = brandt.get(f"/entries?since={start['position']}").json
    assert {row["kind"] for row in mine["entries"]} == {"seat_sold", "bought", "wallet"}
    assert mine["entries"][0]["seq"] == bought["receipt"]["seq"]
    other = Machine(app, market, OTHER_OWNER).get(f"/entries?since={start['position']}").json
    assert {row["kind"] for row in other["entries"]} == {"seat_sold"}
    assert brandt.get(f"/entries?since={mine['position']}").json["entries"] == []


def test_following_in_small_steps_tells_the_same(brandt: Machine) -> None:
    begin = ",".join(f"{sector}:0" for sector in ("bu", "pkv", "pv", "rlv", "baufi", "wp", "bav", "gewerbe"))
    whole = brandt.get(f"/entries?since={begin}&size=200").json
    assert not whole["more"]
    found, at, more = [], begin, True
    while more:
        page = brandt.get(f"/entries?since={at}&size=3").json
        found += page["entries"]
        at, more = page["position"], page["more"]
    assert found == whole["entries"]
    assert len([row for row in found if row["kind"] == "listed"]) == len(PICTURE) + 2


def test_a_receipt_is_the_tapes(brandt: Machine, market: Market) -> None:
    sale = sale_of(market, "7H5BU")
    receipt = brandt.get(f"/receipts/{sale}").json
    (entry,) = market.desk.entries("bu", receipt["seq"], receipt["seq"])
    assert (receipt["hash"], from_text(receipt["at"])) == (entry.hash, entry.at)


def test_who_asks_is_told_who_that_is(brandt: Machine, market: Market) -> None:
    me = brandt.get("/me").json
    assert (me["email"], me["role"], me["firm"]["id"]) == (OWNER, "owner", "brandt")
    assert (me["key"]["name"], from_text(me["key"]["expires_at"]) > NOW + MINUTE_US) == ("CRM", True)
