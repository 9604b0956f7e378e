import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from exchange.reports.holdings import holdings_of
from exchange.reports.money import movements_of, wallet_of
from exchange.schema.access import bid_names
from exchange.web.formats import midnight
from tests.web.conftest import KRONE, Visitor, order
from tests.web.market import NOW, PASSWORD, Market
from tests.web.people import send

pytestmark = pytest.mark.usefixtures("engine")


def test_what_may_be_spent_is_what_the_desk_says(brandt: FlaskClient, market: Market) -> None:
    cents = market.desk.balance("brandt").available_cents
    assert f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}" in brandt.get("/guthaben").text


def test_the_legs_of_a_purchase_are_one_line(brandt: FlaskClient) -> None:
    text = brandt.get("/guthaben").text
    assert text.count(">Kauf</a>") == 1
    assert "\N{MINUS SIGN}34,51\N{NO-BREAK SPACE}€" in text
    assert 'href="/leads/7H4RL"' in text


def test_every_movement_is_listed_with_what_it_left(brandt: FlaskClient) -> None:
    text = brandt.get("/guthaben").text
    assert "+3.000,00\N{NO-BREAK SPACE}€" in text
    assert text.count(">Reserviert für Dauergebot</a>") == 4
    assert "BU Süd, exklusiv" in text


def test_one_firm_does_not_see_anothers_money(visitor: Visitor) -> None:
    text = visitor(KRONE).get("/guthaben").text
    assert "BU Süd" not in text
    assert "7H4RL" not in text


def limit(client: FlaskClient, typed: str, **more: str):  # type: ignore[no-untyped-def]
    return send(client, "/guthaben/limit", limit=typed, **more)


def test_a_limit_is_confirmed_before_it_holds(brandt: FlaskClient, market: Market) -> None:
    asked = limit(brandt, "40,00")
    assert "Ab sofort höchstens 40,00\N{NO-BREAK SPACE}€ am Tag." in asked.text
    assert limit_cents(market) is None
    assert limit(brandt, "40,00", sure="1").status_code == 303
    assert limit_cents(market) == 4_000
    assert "Ab Fr., 20.11.2026, 00:00 höchstens 90,00" in limit(brandt, "90").text
    limit(brandt, "90", sure="1")
    assert limit_cents(market) == 4_000
    assert 'data-testid="wallet-limit-later"' in brandt.get("/guthaben").text


def limit_cents(market: Market) -> int | None:
    with market.desk.store.read() as connection:
        return wallet_of(connection, "brandt", 0).limit.at(NOW)


@pytest.mark.parametrize("typed", ["0", "-5", "viel", "1e3", "9" * 30])
def test_what_is_no_limit_is_said_at_the_field(brandt: FlaskClient, market: Market, typed: str) -> None:
    answer = limit(brandt, typed, sure="1")
    assert (answer.status_code, limit_cents(market)) == (400, None)
    assert 'id="e-limit"' in answer.text


def test_what_is_left_is_said_on_board_and_wallet_and_the_box_refuses(brandt: FlaskClient, market: Market) -> None:
    market.desk.set_daily_limit("brandt", limit_cents=4_000)
    with market.desk.store.read() as connection:
        spent = wallet_of(connection, "brandt", midnight(NOW)).instant_cents
    assert spent > 0
    assert f"{spent // 100},{spent % 100:02d}\N{NO-BREAK SPACE}€ von 40,00" in brandt.get("/markt").text
    refused = order(brandt, "7K2KV", 9_200, "limit-key-0001")
    assert (refused.status_code, refused.json["code"]) == (403, "cap_reached")
    market.desk.set_daily_limit("brandt", limit_cents=1)
    for path in ("/markt", "/guthaben"):
        assert "Tagesbudget erreicht. Wieder frei morgen, 00:00." in brandt.get(path).text
    assert 'data-why="limit"' in brandt.get("/markt").text or ">Limit<" in brandt.get("/markt").text


def test_reservations_are_listed_by_bid(brandt: FlaskClient, market: Market) -> None:
    text = brandt.get("/guthaben").text
    held = text.partition('data-testid="wallet-held"')[2].partition("</section>")[0]
    assert held.count("/gebote/") == 4
    with market.desk.store.read() as connection:
        assert sum(one.reserved_cents for one in holdings_of(connection, "brandt")) == (
            market.desk.balance("brandt").balance_cents - market.desk.balance("brandt").available_cents
        )


def test_movements_of_one_kind_and_month(brandt: FlaskClient) -> None:
    text = brandt.get("/guthaben?kind=deposit").text
    assert "+3.000,00" in text
    assert ">Kauf</a>" not in text
    assert ">Kauf</a>" in brandt.get("/guthaben?kind=purchase&month=2026-11").text
    assert "Keine Buchung passt" in brandt.get("/guthaben?kind=credit").text
    assert brandt.get("/guthaben?kind=nonsense&month=13&below=x").status_code == 200


def test_the_movements_leave_as_csv_for_excel_and_for_programs(brandt: FlaskClient, market: Market) -> None:
    excel = brandt.get("/guthaben/buchungen.csv?form=excel")
    assert excel.data.startswith(b"\xef\xbb\xbfErste Nr.;Letzte Nr.;Zeit;Buchung;")
    assert ";3000,00;3000,00\r\n" in excel.text
    rows = list(csv.DictReader(StringIO(brandt.get("/guthaben/buchungen.csv").text)))
    assert sum(round(float(row["change"]) * 100) for row in rows) == market.desk.balance("brandt").available_cents
    assert {"purchase", "reserve", "release", "deposit"} == {row["kind"] for row in rows}
    assert rows[0]["at"].endswith("+01:00")
    only = list(csv.DictReader(StringIO(brandt.get("/guthaben/buchungen.csv?kind=deposit").text)))
    assert [row["change"] for row in only] == ["3000.00"]


def test_a_bids_name_is_no_formula_in_the_file(brandt: FlaskClient, market: Market) -> None:
    with market.desk.store.write_aside() as connection:
        connection.execute(update(bid_names).values(name='=HYPERLINK("x")'))
    assert "'=HYPERLINK" in brandt.get("/guthaben/buchungen.csv").text


def test_a_page_never_splits_the_legs_of_one_purchase(market: Market) -> None:
    with market.desk.store.read() as connection:
        whole, _ = movements_of(connection, "brandt", most=1_000)
        for most in range(4, 13):
            paged, below = [], None
            while True:
                found, below = movements_of(connection, "brandt", below, most)
                paged += found
                if below is None:
                    break
            assert paged == whole


def test_a_wallet_that_never_moved_says_so(market: Market, visitor: Visitor) -> None:
    market.desk.join("leer", name="Leer & Neu", buyer=True)
    market.entrance.add_user(
        email="l.neu@example.de", name="Lena Neu", role="owner", organisation="leer", password=PASSWORD
    )
    text = visitor("l.neu@example.de").get("/guthaben").text
    assert "Noch keine Buchung." in text
    assert "Kein Dauergebot hält Geld." in text
