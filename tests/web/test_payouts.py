"""Payouts through the pages: looked at twice, booked once, and seen by the supplier."""

import re
from dataclasses import replace

import pytest

from exchange.config import PaymentSettings
from exchange.instant import DAY_US
from exchange.reports.audit import audit_rows
from exchange.reports.payouts import payable_now
from exchange.web.app import create_app
from tests.web.conftest import Visitor, log_in
from tests.web.market import NOW, PASSWORD, Market
from tests.web.people import BY_ROLE, complete, send

AT, SECOND = "/betrieb/auszahlungen", "p.zweite@example.de"


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\N{NO-BREAK SPACE}", " ")


def released(market: Market) -> None:
    """Three weeks later: the claim windows of what was sold have passed."""
    market.go(NOW + 20 * DAY_US)
    for sector in ("bu", "rlv"):
        market.desk.settle(sector)


@pytest.mark.usefixtures("engine")
def test_a_payout_is_asked_looked_at_booked_and_seen(visitor: Visitor, market: Market) -> None:
    complete(market)
    market.entrance.add_user(email=SECOND, name="Pia Zweite", role="operator", organisation=None, password=PASSWORD)
    operator = visitor(BY_ROLE["operator"])
    assert "Zurzeit ist nichts auszahlbar" in operator.get(AT).text
    assert visitor(BY_ROLE["supplier"]).get(AT).status_code == 403
    released(market)
    operator, second = visitor(BY_ROLE["operator"]), visitor(SECOND)
    form = {"supplier": "quelle", "amount": "100,00", "reference": "Abrechnung 11/2026"}
    assert "Lieferant" in operator.get(AT).text
    for wrong in ({"amount": "999999"}, {"amount": "0"}, {"amount": "viel"}, {"reference": "x"}):
        answer = send(operator, AT, **(form | wrong))
        assert (answer.status_code, "Es wurde nichts gebucht." in answer.text) == (400, True)
        assert next(iter(wrong.values())) in answer.text
    assert send(operator, AT, **(form | {"supplier": "brandt"})).status_code == 409
    looked = plain(send(operator, AT, **form).text)
    assert "100,00 € an Anfragen Nord" in looked
    assert "Danach bleiben 157,40 € auszahlbar" in looked
    answer = send(operator, AT, **form, sure="1")
    assert answer.headers["Location"] == f"{AT}?fertig=booked"
    assert "Auszahlung gebucht." in operator.get(answer.headers["Location"]).text
    earned = plain(visitor(BY_ROLE["supplier"]).get("/lieferungen/erloese").text)
    assert "Auszahlbar 157,40 €" in earned
    assert "Ausgezahlt 100,00 €" in earned
    assert "payout.book" in plain(second.get("/betrieb/system").text)


def test_a_second_operator_books_or_drops(market: Market) -> None:
    complete(market)
    market.entrance.add_user(email=SECOND, name="Pia Zweite", role="operator", organisation=None, password=PASSWORD)
    released(market)
    careful = create_app(replace(market.premises(), payments=PaymentSettings(four_eyes_cents=50_00)))
    first, second = careful.test_client(), careful.test_client()
    log_in(first, BY_ROLE["operator"], PASSWORD)
    log_in(second, SECOND, PASSWORD)
    form = {"supplier": "quelle", "amount": "60", "reference": "Abrechnung 11/2026", "sure": "1"}
    assert send(first, AT, **form).headers["Location"] == f"{AT}?fertig=asked"
    assert send(second, AT, **form).status_code == 409
    (path,) = set(re.findall(rf'action="({AT}/[^"]+)"', first.get(AT).text))
    assert "Eine andere Person muss buchen." in first.get(AT).text
    assert send(first, path, do="book").status_code == 403
    assert ">1</span>" in first.get("/betrieb").text.split(AT)[1][:80]
    assert send(second, path, do="book").headers["Location"] == f"{AT}?fertig=booked"
    assert send(second, path, do="drop").status_code == 409
    assert send(first, AT, **form).headers["Location"] == f"{AT}?fertig=asked"
    (path,) = set(re.findall(rf'action="({AT}/[^"]+)"', second.get(AT).text))
    assert send(first, path, do="drop").headers["Location"] == f"{AT}?fertig=dropped"
    with market.desk.store.read() as connection:
        assert [row.payable_cents for row in payable_now(connection)] == [197_40]
        said = [(row.action, row.user) for row in audit_rows(connection)[0] if row.action.startswith("payout")]
    asked = ("payout.ask", "Olga Betrieb")
    assert sorted(said) == [asked, asked, ("payout.book", "Pia Zweite"), ("payout.drop", "Olga Betrieb")]
