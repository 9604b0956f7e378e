"""Halts, notices and withdrawals from the operators' overview, members and the audit log."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exchange.audit.proof import prove_audit
from exchange.audit.sealer import seal_all
from exchange.instant import DAY_US, HOUR_US
from exchange.schema.operating import audit
from exchange.web import formats
from exchange.web.market_office import form_instant
from tests.desk.floor import proven
from tests.web.conftest import BRANDT, Visitor
from tests.web.market import NOW, Market
from tests.web.people import BY_ROLE, complete, send

pytestmark = pytest.mark.usefixtures("engine")
LATER = form_instant(NOW, 2)


@pytest.fixture
def olga(market: Market, visitor: Visitor) -> FlaskClient:
    complete(market)
    return visitor(BY_ROLE["operator"])


def actions(market: Market) -> list[str]:
    with market.desk.store.read() as connection:
        return list(connection.execute(select(audit.c.action).order_by(audit.c.at, audit.c.audit_id)).scalars())


def test_a_halt_wants_a_reason_an_end_and_a_word(olga: FlaskClient, market: Market) -> None:
    form = {"sector": "pkv", "reason": "Preise werden geprüft", "until": LATER}
    for wrong in ({"confirm": "ja"}, {"confirm": "anhalten", "until": ""}, {"confirm": "anhalten", "reason": " "}):
        assert send(olga, "/betrieb/halt", **(form | wrong)).status_code == 400
    assert actions(market) == []
    assert send(olga, "/betrieb/halt", **form, confirm="anhalten").status_code == 303
    page = olga.get("/betrieb").text
    assert f"Preise werden geprüft (voraussichtlich bis {LATER[-5:]})" in page
    assert send(olga, "/betrieb/fortsetzen", sector="pkv").status_code == 303
    assert "Angehalten seit" not in olga.get("/betrieb").text
    assert sorted(actions(market)) == ["sector.halt", "sector.resume"]
    assert proven(market.desk)


def test_all_sectors_halt_at_once_and_nobody_buys(olga: FlaskClient, market: Market) -> None:
    form = {"sector": "all", "reason": "Störung", "until": LATER, "confirm": "Anhalten"}
    send(olga, "/betrieb/halt", **form)
    assert actions(market) == ["sector.halt"] * len(market.desk.sectors())
    assert market.desk.buy("pkv", buyer="brandt", listing_id="7K2KV", most_cents=99_999).refused.code == "halted"


def test_a_notice_stands_on_every_page_until_it_ends(olga: FlaskClient, market: Market, visitor: Visitor) -> None:
    assert send(olga, "/betrieb/hinweise", text="Wartung um 22 Uhr.", until="").status_code == 400
    assert send(olga, "/betrieb/hinweise", text="Wartung um 22 Uhr.", until=LATER).status_code == 303
    buyer = visitor(BRANDT)
    assert "Wartung um 22 Uhr." in buyer.get("/leads").text
    market.clock.at_us += 3 * HOUR_US
    assert "Wartung um 22 Uhr." not in buyer.get("/leads").text


def test_a_notice_can_be_taken_down(olga: FlaskClient, market: Market) -> None:
    send(olga, "/betrieb/hinweise", text="Wartung um 22 Uhr.", until=LATER)
    path = re.search(r'action="(/betrieb/hinweise/[^"]+/ende)"', olga.get("/betrieb").text)
    assert path is not None
    assert send(olga, path[1]).status_code == 303
    assert 'data-testid="notice"' not in olga.get("/betrieb").text


def test_a_consent_taken_back_reaches_the_buyers(olga: FlaskClient, market: Market, visitor: Visitor) -> None:
    buyer = visitor(BRANDT)
    assert "tel:" in buyer.get("/leads/7H5BU").text
    form = {"listing": "7H5BU", "by": "enquirer", "reason": "Widerruf per Mail"}
    answer = send(olga, "/betrieb/rueckzug", **form)
    assert answer.headers["Location"].endswith("withdrawn")
    assert send(olga, "/betrieb/rueckzug", **form).headers["Location"].endswith("not_open")
    assert "tel:" not in buyer.get("/leads/7H5BU").text
    assert send(olga, "/betrieb/rueckzug", **(form | {"listing": "none"})).status_code == 400
    assert send(olga, "/betrieb/rueckzug", **(form | {"listing": "7K2KV"})).headers["Location"].endswith("withdrawn")
    assert market.desk.row_of("listing", "7K2KV")["state"] == "withdrawn"
    assert proven(market.desk)


def test_a_suspension_shows_what_it_touches_and_is_typed(olga: FlaskClient, market: Market) -> None:
    page = olga.get("/betrieb/teilnehmer/brandt").text
    assert re.search(r"\d+ Dauergebote? ruh(t|en) \([\d.,\xa0 ]+€ reserviert\)", page)
    form = {"group": "brandt", "suspended": "1"}
    assert send(olga, "/betrieb/teilnehmer/brandt/stand", **form).status_code == 400
    assert send(olga, "/betrieb/teilnehmer/brandt/stand", **form, confirm="brandt").status_code == 303
    assert "gesperrt" in olga.get("/betrieb/teilnehmer?suche=brandt").text
    assert send(olga, "/betrieb/teilnehmer/brandt/stand", group="brandt").status_code == 303
    assert actions(market) == ["member.change", "member.change"]
    assert proven(market.desk)


def test_members_join_get_credit_and_licences(olga: FlaskClient, market: Market) -> None:
    form = {"organisation": "neu", "name": "Neu & Partner", "may": "buyer"}
    assert send(olga, "/betrieb/teilnehmer", **form).headers["Location"].endswith("/neu?fertig=joined")
    assert send(olga, "/betrieb/teilnehmer", **form).status_code == 400
    assert send(olga, "/betrieb/teilnehmer/neu/kredit", credit="250,00").status_code == 303
    yesterday = f"{formats.berlin(NOW - DAY_US):%Y-%m-%d}"
    permit = {"kind": "34d", "number": "D-ABCD-12345-67", "until": yesterday}
    assert send(olga, "/betrieb/teilnehmer/neu/erlaubnisse", **permit).status_code == 303
    page = olga.get("/betrieb/teilnehmer/neu").text
    assert "250,00" in page
    assert "abgelaufen" in page
    assert "abgelaufen" in olga.get("/betrieb/teilnehmer").text
    strike = re.search(r'action="(/betrieb/teilnehmer/neu/erlaubnisse/[^"]+)"', page)
    assert strike is not None
    send(olga, strike[1])
    assert "D-ABCD" not in olga.get("/betrieb/teilnehmer/neu").text
    assert sorted(actions(market)) == ["licence.add", "licence.remove", "member.credit", "member.join"]


def test_the_log_shows_who_did_what_and_proves_itself(olga: FlaskClient, market: Market) -> None:
    send(olga, "/betrieb/teilnehmer/brandt/kredit", credit="100")
    send(olga, "/betrieb/hinweise", text="Wartung um 22 Uhr.", until=LATER)
    assert seal_all(market.desk.store) == 2
    page = olga.get("/betrieb/system?pruefen=1").text
    assert "Olga Betrieb" in page
    assert "100,00" in page
    assert "Die Kette stimmt: 2 Einträge versiegelt, 0 warten." in page
    narrowed = olga.get("/betrieb/system?was=member.credit").text.rsplit("<tbody>", 1)[1]
    assert "notice.announce" not in narrowed
    with market.desk.store.read() as connection:
        assert prove_audit(connection).broken == ""
