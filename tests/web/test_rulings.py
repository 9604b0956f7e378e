"""The operators' queue: by deadline, opened with a trace, decided with an undo, both sides told."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exchange.aftersale import Counter
from exchange.aftersale.rulings import UNDO_US, Rulings
from exchange.instant import DAY_US
from exchange.reports.purchases import purchases_of
from exchange.schema.operating import audit
from tests.aftersale.conftest import user
from tests.web.conftest import BRANDT, Visitor
from tests.web.market import Market
from tests.web.people import BY_ROLE, complete, send

pytestmark = pytest.mark.usefixtures("engine")
QUEUE = "/betrieb/reklamationen"
SAID = "Frau Lindner sagt, sie habe nie angefragt."
WHY = "Der Nachweis der Einwilligung liegt vor."


def claim_two(market: Market) -> list[str]:
    """Two claims of Brandt & Vogel, the first filed a day earlier; returns their sales by deadline."""
    complete(market)
    buyer, counter = user(market, BRANDT), Counter(market.desk)
    with market.desk.store.read() as connection:
        bought, _ = purchases_of(connection, buyer.organisation)
    sales = [one.sale_id for one in bought if one.claim == "unclaimed" and one.closes_at > market.clock.at_us + DAY_US]
    for sale_id, ground in zip(sales[:2], ("not-asked", "wrong-sector"), strict=True):
        assert counter.claim(buyer, sale_id, ground, SAID, None).refused is None
        market.clock.at_us += DAY_US // 2
    return sales[:2]


def actions(market: Market) -> list[str]:
    with market.desk.store.read() as connection:
        return list(connection.execute(select(audit.c.action)).scalars())


@pytest.fixture
def cases(market: Market) -> list[str]:
    return claim_two(market)


def enter(visitor: Visitor) -> FlaskClient:
    return visitor(BY_ROLE["operator"])


def test_the_queue_is_by_deadline_and_opens_nothing(visitor: Visitor, market: Market, cases: list[str]) -> None:
    page = enter(visitor).get(QUEUE).text
    assert re.findall(r'data-testid="case-([^"]+)"', page) == cases
    assert "Lindner" not in page
    assert actions(market) == []
    assert 'Offen <span class="t2">2</span>' in page


def test_a_case_shows_both_sides_and_that_it_was_opened_is_logged(visitor: Visitor, market: Market, cases) -> None:
    page = enter(visitor).get(f"{QUEUE}/{cases[0]}").text
    assert SAID in page
    assert "Noch keine Antwort." in page
    assert "In der Frist gemeldet" in page
    assert 'data-testid="decide-uphold"' in page
    assert actions(market) == ["claim.opened"]


def test_wrong_sector_is_upheld_in_part(visitor: Visitor, market: Market, cases) -> None:
    page = enter(visitor).get(f"{QUEUE}/{cases[1]}").text
    assert 'data-testid="decide-part"' in page
    assert 'data-testid="decide-uphold"' not in page
    assert "50 % des Nettopreises" in page


def test_deciding_leads_to_the_next_case_and_can_be_undone(visitor: Visitor, market: Market, cases) -> None:
    client = enter(visitor)
    answer = send(client, f"{QUEUE}/{cases[0]}/urteil", ruling="reject", text=WHY)
    assert answer.headers["Location"] == f"{QUEUE}/{cases[1]}"
    page = client.get(answer.headers["Location"]).text
    undo = re.search(rf'action="({QUEUE}/urteile/[^"]+)"', page)
    assert undo is not None
    assert "wird wirksam" in page
    assert send(client, undo[1], sale=cases[0]).headers["Location"] == f"{QUEUE}/{cases[0]}"
    assert 'data-testid="decide-undo"' not in client.get(QUEUE).text
    market.clock.at_us += UNDO_US
    assert Rulings(market.desk).carry_out() == 0


def test_both_sides_read_the_text_once_it_took_effect(visitor: Visitor, market: Market, cases) -> None:
    listing = market.desk.row_of("sale", cases[0])["listing_id"]
    send(enter(visitor), f"{QUEUE}/{cases[0]}/urteil", ruling="reject", text=WHY)
    buyer, supplier = visitor(BRANDT), visitor(BY_ROLE["supplier"])
    assert WHY not in buyer.get(f"/leads/{listing}").text
    market.clock.at_us += UNDO_US
    Rulings(market.desk).carry_out()
    assert WHY in buyer.get(f"/leads/{listing}").text
    assert WHY in supplier.get("/lieferungen/reklamationen").text
    decided = enter(visitor).get(f"{QUEUE}?stand=decided").text
    assert re.findall(r'data-testid="case-([^"]+)"', decided) == [cases[0]]


def test_a_question_goes_to_the_buyer_whose_answer_brings_the_case_back(
    visitor: Visitor, market: Market, cases
) -> None:
    client, listing = enter(visitor), market.desk.row_of("sale", cases[0])["listing_id"]
    send(client, f"{QUEUE}/{cases[0]}/rueckfrage", text="Wann haben Sie angerufen?")
    asked = client.get(f"{QUEUE}?stand=asked").text
    assert re.findall(r'data-testid="case-([^"]+)"', asked) == [cases[0]]
    buyer = visitor(BRANDT)
    assert "Wann haben Sie angerufen?" in buyer.get(f"/leads/{listing}").text
    assert "Wann haben Sie" not in visitor(BY_ROLE["supplier"]).get("/lieferungen/reklamationen").text
    market.clock.at_us += 1
    send(buyer, f"/leads/{listing}/reklamation/antwort", text="Am Montag gegen zehn.")
    assert "Am Montag gegen zehn." in client.get(f"{QUEUE}/{cases[0]}").text
    assert re.findall(r'data-testid="case-([^"]+)"', client.get(QUEUE).text) == cases


def test_the_supplier_replies_without_learning_who_claims(visitor: Visitor, market: Market, cases) -> None:
    supplier = visitor(BY_ROLE["supplier"])
    page = supplier.get("/lieferungen/reklamationen").text
    assert SAID in page
    assert "Brandt" not in page
    send(supplier, f"/lieferungen/reklamationen/{cases[0]}", text="Anfrage und Einwilligung liegen vor.")
    assert "Anfrage und Einwilligung liegen vor." in enter(visitor).get(f"{QUEUE}/{cases[0]}").text
    assert send(supplier, f"/lieferungen/reklamationen/{cases[0]}", text=" ").status_code == 400
    assert send(supplier, "/lieferungen/reklamationen/none", text="Das ist keine.").status_code == 404


def test_a_ruling_without_reasons_and_one_too_many_are_told(visitor: Visitor, market: Market, cases) -> None:
    client = enter(visitor)
    assert send(client, f"{QUEUE}/{cases[0]}/urteil", ruling="reject", text="").status_code == 400
    send(client, f"{QUEUE}/{cases[0]}/urteil", ruling="reject", text=WHY)
    assert send(client, f"{QUEUE}/{cases[0]}/urteil", ruling="uphold", text=WHY).status_code == 409
    assert client.get(f"{QUEUE}/none").status_code == 404


def test_an_undo_that_comes_too_late_is_told(visitor: Visitor, market: Market, cases) -> None:
    client = enter(visitor)
    page = client.get(send(client, f"{QUEUE}/{cases[0]}/urteil", ruling="reject", text=WHY).headers["Location"]).text
    undo = re.search(rf'action="({QUEUE}/urteile/[^"]+)"', page)
    assert undo is not None
    market.clock.at_us += UNDO_US
    answer = send(client, undo[1], sale=cases[0])
    assert "Zu spät" in client.get(answer.headers["Location"]).text


def test_filters_narrow_the_queue(visitor: Visitor, market: Market, cases) -> None:
    page = enter(visitor).get(f"{QUEUE}?grund=wrong-sector").text
    assert re.findall(r'data-testid="case-([^"]+)"', page) == [cases[1]]
    assert 'data-testid="case-' not in enter(visitor).get(f"{QUEUE}?lieferant=niemand").text
