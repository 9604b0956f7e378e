"""Arms on their page, over JSON and at the command line: compared, put in force, retired, written down."""

from itertools import cycle

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from exchange.cli.curve_arms import arms as command
from exchange.desk import OfferedLead
from exchange.instant import MINUTE_US
from exchange.orderbook.order import Arm
from exchange.pricing.curve import CurveVersion
from exchange.reports.arms import runs
from exchange.reports.audit import audit_rows
from exchange.store.proof import prove
from tests.web.conftest import Visitor
from tests.web.market import NOW, Market, falling
from tests.web.people import BY_ROLE, complete, send

PAGE = "/betrieb/varianten/rlv"


@pytest.fixture
def olga(market: Market, visitor: Visitor) -> FlaskClient:
    complete(market)
    market.desk.tune("rlv", arms=(), versions=(CurveVersion(15, "RLV v15", falling(30)),))
    return visitor(BY_ROLE["operator"])


def play(market: Market, many: int) -> None:
    """So many leads, drawn in turn into the arms, every third one bought a minute later."""
    draws = cycle((0, 9_999))
    for n in range(many):
        market.clock.at_us += MINUTE_US
        lead = OfferedLead(
            listing_id=f"A{n:03d}", region="DE-BE", postcode="10115", seats=1, start_cents=3_000, floor_cents=1_000,
            asked_at=market.clock.now(), answers=(), draw=next(draws), person_id=f"A{n:03d}",
        )  # fmt: skip
        market.desk.list_leads("rlv", supplier="quelle", leads=[lead])
        if n % 3 == 0:
            market.desk.buy("rlv", buyer="krone", listing_id=f"A{n:03d}", most_cents=3_000, key=f"arm-{n}")
    market.go(market.clock.now() + 200 * MINUTE_US)


def test_arms_are_put_in_force_compared_and_retired(olga: FlaskClient, market: Market, visitor: Visitor) -> None:
    assert olga.get("/betrieb/varianten").status_code == 302
    assert "nur eine Variante" in olga.get(PAGE).text
    form = {"share-14": "50", "share-15": "50,00", "reason": "Fällt der Preis langsamer besser?"}
    assert send(olga, PAGE, **form | {"share-15": "49"}).status_code == 400
    assert send(olga, PAGE, **form | {"reason": ""}).status_code == 400
    assert send(olga, PAGE, **form).status_code == 303
    assert send(olga, PAGE, **form).status_code == 400, "the same again"
    play(market, 80)
    olga = visitor(BY_ROLE["operator"])
    page = olga.get(PAGE).text
    assert 'data-testid="verdict-waiting"' in page
    assert "kein Unterschied erkennbar" in page
    assert "v15 · RLV v15" in page
    answer = visitor(BY_ROLE["analyst"]).get("/api/v1/sectors/rlv/arms").get_json()
    assert [arm["leads"] for arm in answer["arms"]] == [40, 40]
    assert answer["arms"][0]["revenue_apart_cents"] is None
    assert answer["arms"][1]["revenue_apart_cents"]["cases"] == 80
    assert answer["seed"] in page
    assert visitor(BY_ROLE["owner"]).get("/api/v1/sectors/rlv/arms").status_code == 403
    assert send(olga, PAGE, retire="15", reason="bringt nicht mehr").status_code == 303
    with market.desk.store.read() as connection:
        found = runs(connection, "rlv", market.clock.now())
        told = [row.after for row in audit_rows(connection, action="curve.arms")[0]]
        assert all(prove(connection, "rlv"))
    assert [run.arms for run in found] == [(14,), (14, 15), (14,)]
    assert [row["arms"] for row in told] == ["v14:10000", "v14:5000 v15:5000"]
    assert "läuft" in olga.get(f"{PAGE}?lauf={found[1].seq}").text


def test_a_plan_begins_when_it_begins(olga: FlaskClient, market: Market) -> None:
    fast = Arm(CurveVersion(15, "RLV v15", falling(30)), 10_000)
    market.desk.tune("rlv", arms=(fast,), from_at=NOW + 60 * MINUTE_US)
    with market.desk.store.read() as connection:
        assert [run.arms for run in runs(connection, "rlv", NOW)] == [(14,)]
        later = runs(connection, "rlv", NOW + 61 * MINUTE_US)
    assert [(run.arms, run.from_at) for run in later[:1]] == [((15,), NOW + 60 * MINUTE_US)]


def test_the_command_line_compares_and_changes(olga: FlaskClient, market: Market, tmp_path) -> None:  # type: ignore[no-untyped-def]
    url = str(market.desk.store.engine.url.render_as_string(hide_password=False))
    run = CliRunner()
    put = ["put", "rlv", "14=70", "15=30", "--reason", "ein Versuch", "--database", url]
    assert "v14 70 %, v15 30 %" in run.invoke(command, put, obj=None).output
    shown = run.invoke(command, ["show", "rlv", "--database", url]).output
    assert "v15  30.00 %" in shown
    assert "the rule looks again at 100" in shown
    retired = run.invoke(command, ["retire", "rlv", "15", "--reason", "genug", "--database", url])
    assert "v14 100 %" in retired.output
