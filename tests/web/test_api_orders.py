"""Orders over JSON: a key each, done once, told again as before; bids, claims, calls."""

import pytest
from flask import Flask

from exchange.instant import DAY_US, MINUTE_US
from exchange.web.door.operations import BY_NAME, OPERATIONS
from tests.web.application import app_in
from tests.web.calls import BID, BODIES, Machine, sale_of
from tests.web.market import Market
from tests.web.people import OTHER_OWNER, OWNER, complete

pytestmark = pytest.mark.usefixtures("engine")

OF_OTHERS = ("withdraw_consent", "start_backtest")
"""With the posts of leads: `test_api_supply.py`, `test_api_consents.py`, `test_backtests.py`."""
KEYED = [one for one in OPERATIONS if one.keyed and not one.bodies and one.name not in OF_OTHERS]


@pytest.fixture
def app(market: Market) -> Flask:
    complete(market)
    market.desk.set_sharing("pv", buyout_bp=25_000, seat_bp=6_000)
    return app_in(market.premises())


@pytest.fixture
def brandt(app: Flask, market: Market) -> Machine:
    return Machine(app, market, OWNER)


def ids_of(market: Market) -> dict[str, str]:
    return {"listing_id": "7A1PV", "bid_id": "bu-sued", "sale_id": sale_of(market, "7H5BU")}


def tape(market: Market) -> list[tuple[str, int]]:
    return sorted((sector, len(market.desk.entries(sector))) for sector in market.desk.sectors())


@pytest.mark.parametrize("one", KEYED, ids=lambda one: one.name)
def test_every_order_needs_a_key_and_is_done_once(brandt: Machine, market: Market, one) -> None:  # type: ignore[no-untyped-def]
    path, body, before = one.path.format(**ids_of(market)), BODIES.get(one.name), tape(market)
    for wrong in ("", "short", "k" * 256, "with blank in it"):
        answer = brandt.send(one.verb, path, body, key=wrong)
        assert (answer.status_code, answer.json["code"]) == (400, "invalid")
    assert tape(market) == before
    first = brandt.send(one.verb, path, body, key="one-key-for-all")
    done = tape(market)
    again = brandt.send(one.verb, path, body, key="one-key-for-all")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json == first.json
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert tape(market) == done
    one.gives[0]().load(first.json)


def test_the_same_key_with_another_request_is_refused(brandt: Machine, market: Market) -> None:
    sale = sale_of(market, "7H5BU")
    pairs = [
        ("POST", "/leads/7A1PV/buy", {"most_cents": 9900}, "/leads/7A1PV/buy", {"most_cents": 9800}),
        ("POST", "/bids", BID, "/bids", BID | {"quantity": 3}),
        ("PUT", "/bids/rlv", BODIES["change_bid"] | {"limit_cents": 1500}, "/bids/rlv", BODIES["change_bid"]),
        ("POST", "/bids/rlv/pause", None, "/bids/pkv-m/pause", None),
        ("POST", f"/purchases/{sale}/attempts", {"result": "reached"}, f"/purchases/{sale}/attempts",
         {"result": "unreached"}),
        ("POST", f"/purchases/{sale}/claim", {"ground": "duplicate", "evidence": "We have had her since May."},
         f"/purchases/{sale}/claim", {"ground": "duplicate", "evidence": "Another story altogether."}),
    ]  # fmt: skip
    for number, (verb, path, body, other_path, other) in enumerate(pairs):
        assert brandt.send(verb, path, body, key=f"key-number-{number}").status_code == 200, path
        done = tape(market)
        answer = brandt.send(verb, other_path, other, key=f"key-number-{number}")
        assert (answer.status_code, answer.json["code"]) == (422, "key_reused"), path
        assert tape(market) == done


def test_a_refusal_is_told_again_under_its_key_and_another_key_may_buy(brandt: Machine, market: Market) -> None:
    first = brandt.post("/leads/7E8KV/buy", {"most_cents": 4700}, key="key-too-low-1")
    assert (first.status_code, first.json["code"]) == (409, "price_above_limit")
    market.go(market.clock.now() + 30 * MINUTE_US)
    again = brandt.post("/leads/7E8KV/buy", {"most_cents": 4700}, key="key-too-low-1")
    assert (again.status_code, again.json["code"]) == (409, "price_above_limit")
    assert again.headers["Idempotent-Replayed"] == "true"
    fresh = brandt.post("/leads/7E8KV/buy", {"most_cents": 4700}, key="key-too-low-2")
    assert fresh.status_code == 200
    assert fresh.json["ask_cents"] <= 4700


def test_a_bid_rests_is_seen_tried_out_changed_paused_and_ended(brandt: Machine) -> None:
    wanted = BID | {
        "name": "PKV Süd",
        "filters": {"regions": ["DE-BY"], "conditions": [{"key": "status", "operator": "=", "values": ["employee"]}]},
        "caps": [{"period": "day", "leads": 2}],
        "budget_cents": 20_000,
        "hours": [{"weekday": 0, "from_minute": 480, "until_minute": 1080}],
        "until": "2026-12-31T23:00:00Z",
    }
    tried = brandt.post("/bids/preview", wanted)
    assert BY_NAME["preview_bid"].gives[0]().load(tried.json)["keeps_place"] is None
    placed = brandt.post("/bids", wanted).json
    assert placed["reserved_cents"] == tried.json["reserved_cents"]
    shown = brandt.get(f"/bids/{placed['id']}").json
    assert {name: shown[name] for name in ("name", "limit_cents", "budget_cents", "until")} == {
        "name": "PKV Süd", "limit_cents": 5000, "budget_cents": 20_000, "until": "2026-12-31T23:00:00.000000Z",
    }  # fmt: skip
    assert shown["filters"]["conditions"] == wanted["filters"]["conditions"]  # type: ignore[index]
    assert shown["hours"] == wanted["hours"]
    terms = {name: value for name, value in wanted.items() if name != "sector"}
    path = f"/bids/{placed['id']}"
    dearer = terms | {"limit_cents": 5050}
    assert brandt.post("/bids/preview", wanted | dearer | {"bid_id": placed["id"]}).json["keeps_place"] is False
    assert brandt.send("PUT", path, dearer).json["kept_place"] is False
    assert brandt.send("PUT", path, dearer | {"quantity": 1}).json["kept_place"] is True
    assert brandt.post(f"{path}/pause").json["state"] == "paused"
    assert brandt.get(path).json["state"] == "paused"
    assert brandt.post(f"{path}/resume").json["state"] == "active"
    assert brandt.post(f"{path}/cancel").json["state"] == "cancelled"
    ended = brandt.post(f"{path}/resume")
    assert (ended.status_code, ended.json["code"], ended.json["reason"]) == (410, "not_open", "cancelled")
    assert placed["id"] not in str(brandt.get("/bids?living=true").json)
    assert placed["id"] in str(brandt.get("/bids").json)


def test_bids_come_page_by_page_those_that_live_first(brandt: Machine) -> None:
    whole = [one["id"] for one in brandt.get("/bids").json["bids"]]
    ended = whole[1]
    brandt.post(f"/bids/{ended}/cancel")
    found, after = [], ""
    while after is not None:
        page = brandt.get(f"/bids?size=1{after and f'&after={after}'}")
        assert BY_NAME["list_bids"].gives[0]().validate(page.json) == {}
        found += [one["id"] for one in page.json["bids"]]
        after = page.json["next"]
    assert found == [one for one in whole if one != ended] + [ended]
    assert brandt.get("/bids?living=true&size=3").json["next"] is None
    assert brandt.get("/bids?after=2~1~x").status_code == 400


def test_a_bid_that_cannot_be_covered_is_refused(brandt: Machine) -> None:
    answer = brandt.post("/bids", BID | {"quantity": 900})
    assert (answer.status_code, answer.json["code"]) == (402, "insufficient_funds")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"limit_cents": 5010}, "limit_cents"),
        ({"quantity": 0}, "quantity"),
        ({"filters": {"regions": []}}, "filters.regions"),
        ({"filters": {"regions": ["BY"]}}, "filters.regions"),
        ({"filters": {"conditions": [{"key": "roof", "operator": "=", "values": ["flat"]}]}}, "filters.conditions"),
        ({"filters": {"conditions": [{"key": "age", "operator": ">", "values": ["old"]}]}}, "filters.conditions"),
        ({"caps": [{"period": "day"}]}, "caps.0.leads"),
        ({"caps": [{"period": "day", "leads": 1, "net_cents": 5}]}, "caps.0.leads"),
        ({"hours": [{"weekday": 0, "from_minute": 60, "until_minute": 60}]}, "hours.0.until_minute"),
        ({"until": "2020-01-01T00:00:00Z"}, "until_at"),
        ({"until": "2026-12-31T23:00:00"}, "until"),
        ({"until": "2026-02-30T23:00:00Z"}, "until"),
        ({"sector": "nix"}, None),
        ({"price": 1}, "price"),
    ],
)
def test_wrong_terms_name_the_field_and_place_nothing(brandt: Machine, changed, field) -> None:  # type: ignore[no-untyped-def]
    answer, tried = brandt.post("/bids", BID | changed), brandt.post("/bids/preview", BID | changed)
    assert (answer.status_code, tried.status_code) == ((404, 404) if field is None else (400, 400))
    if field is not None:
        assert answer.json["detail"].startswith(f"{field}")
    assert len(brandt.get("/bids").json["bids"]) == 4


def test_calls_outcome_and_claim_stand_in_the_purchase(app: Flask, brandt: Machine, market: Market) -> None:
    sale = sale_of(market, "7H5BU")
    call = brandt.post(f"/purchases/{sale}/attempts", {"result": "unreached"}, key="key-of-the-call").json
    assert brandt.post(f"/purchases/{sale}/outcome", {"outcome": "lost"}).json["outcome"] == "lost"
    assert brandt.post(f"/purchases/{sale}/outcome", {"outcome": "lost", "contract_cents": 5}).status_code == 400
    shown = brandt.get(f"/purchases/{sale}").json
    assert [one["id"] for one in shown["attempts"]] == [call["id"]]
    assert shown["outcome"]["outcome"] == "lost"
    assert shown["contact"]["last_name"] == "Lindner"
    assert shown["consent"]["record"]["text"].startswith("Ich willige ein")
    few = brandt.post(f"/purchases/{sale}/claim", {"ground": "unreachable"})
    assert (few.status_code, few.json["code"]) == (400, "invalid")
    filed = brandt.post(f"/purchases/{sale}/claim", {"ground": "not-asked", "evidence": "She never asked for it."})
    assert filed.status_code == 200
    again = brandt.post(f"/purchases/{sale}/claim", {"ground": "not-asked", "evidence": "She never asked for it."})
    assert (again.status_code, again.json["code"]) == (409, "already_claimed")
    shown = brandt.get(f"/purchases/{sale}").json
    assert (shown["claim"], shown["ground"], shown["contact"]) == ("claimed", "not-asked", None)
    assert brandt.post(f"/purchases/{sale}/attempts", {"result": "reached"}).status_code == 403


def test_a_claim_after_its_window_is_refused(brandt: Machine, market: Market) -> None:
    sale = sale_of(market, "7H5BU")
    market.go(market.clock.now() + 14 * DAY_US)
    answer = brandt.post(f"/purchases/{sale}/claim", {"ground": "number-not-in-service"})
    assert (answer.status_code, answer.json["code"]) == (409, "window_passed")


def test_one_seat_two_firms_and_the_loser_learns_by_how_much(app: Flask, market: Market, brandt: Machine) -> None:
    krone = Machine(app, market, OTHER_OWNER)
    assert krone.post("/leads/7K2KV/buy", {"most_cents": 9900}).status_code == 200
    late = brandt.post("/leads/7K2KV/buy", {"most_cents": 9900})
    assert (late.status_code, late.json["code"], late.json["reason"]) == (409, "not_open", "sold")
    assert late.json["lost_by_ms"] == 0
    assert "krone" not in late.text.casefold()
