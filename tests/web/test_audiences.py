"""Where each role begins, which tabs it has, and what its own page says."""

import re
from itertools import pairwise

import pytest

from exchange.instant import HOUR_US, from_text
from exchange.web.formats import midnights
from tests.web.conftest import Visitor, log_in
from tests.web.market import NOW, Market
from tests.web.people import BY_ROLE, complete

pytestmark = pytest.mark.usefixtures("engine")

BEGINS = {
    "owner": ("/markt", ["Markt", "Meine Leads", "Dauergebote", "Guthaben", "Statistik"]),
    "advisor": ("/markt", ["Markt", "Meine Leads", "Dauergebote", "Guthaben", "Statistik"]),
    "supplier": ("/lieferungen", ["Lieferungen", "Markt", "Statistik"]),
    "operator": (
        "/betrieb",
        ["Übersicht", "Preiskurven", "Reklamationen", "Aufnahme", "Teilnehmer", "System", "Auswertung", "Markt"],
    ),
    "analyst": ("/auswertung", ["Auswertung", "Marktverlauf", "Statistik", "Markt"]),
}


def text_of(html: str) -> str:
    """A page's words, with plain blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1]).split()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("role", BEGINS)
def test_each_role_begins_on_its_own_page_with_its_own_tabs(role: str, visitor: Visitor, market: Market) -> None:
    complete(market)
    client, (begin, tabs) = visitor(BY_ROLE[role]), BEGINS[role]
    assert client.get("/anmelden").headers["Location"] == begin
    page = client.get(begin).text
    nav = page.split('<nav class="nav"')[1].split("</nav>")[0]
    assert re.findall(r'<a href="[^"]*"[^>]*>([^<]+)', nav) == tabs
    assert f'class="brand" href="{begin}"' in page
    if begin != "/markt":
        assert client.get("/").headers["Location"] == begin


def test_a_supplier_sees_its_listings_with_state_and_price_and_what_it_earned(visitor: Visitor) -> None:
    client = visitor(BY_ROLE["supplier"])
    text = text_of(client.get("/lieferungen").text)
    assert "Vorläufig 141,30 €" in text
    assert "Auszahlbar 0,00 €" in text
    text = text_of(client.get("/lieferungen/leads").text)
    assert "Alle 13 Offen 11 Verkauft 2" in text
    assert "7K2KV Private Krankenversicherung 80331 München Offen 0 von 1 verkauft" in text
    sold = text_of(client.get("/lieferungen/leads?stand=sold").text)
    assert "7H5BU" in sold
    assert "7K2KV" not in sold


def test_a_supplier_sees_nothing_of_another_supplier(visitor: Visitor, market: Market) -> None:
    market.desk.join("andere", name="Andere Quelle", supplier=True)
    market.entrance.add_user(
        email="a@quelle.example", name="A", role="supplier", organisation="andere", password="seven lime lanterns"
    )
    client = visitor("")
    log_in(client, "a@quelle.example", "seven lime lanterns")
    text = text_of(client.get("/lieferungen/leads").text)
    assert "7K2KV" not in text
    assert "Alle 0" in text


def test_an_operator_sees_sectors_halts_and_what_is_late(visitor: Visitor, market: Market) -> None:
    complete(market)
    client = visitor(BY_ROLE["operator"])
    market.desk.halt("pkv", reason="Preise werden geprüft.")
    text = text_of(client.get("/betrieb").text)
    assert "Offene Leads 11 Heute verkauft 3 Umsatz heute (netto) 157,00 € Reklamationen offen 0" in text
    assert "Private Krankenversicherung Angehalten seit 14:31 Preise werden geprüft. Fortsetzen 3 0" in text
    market.clock.at_us = NOW + 10 * 60_000_000
    assert "s im Rückstand" in client.get("/betrieb").text
    assert ">Tabellen<" in client.get("/betrieb/pruefung").text


def test_an_analyst_sees_days_and_no_name(visitor: Visitor, market: Market) -> None:
    complete(market)
    page = visitor(BY_ROLE["analyst"]).get("/auswertung").text
    assert "19.11.2026 13 3 157,00 € 52,33 €" in text_of(page)
    assert "exchange verify" in page
    main = page.split("<main")[1]
    assert not [name for name in ("Brandt", "Kronenberg", "Anfragen Nord", "quelle", "Lindner") if name in main]


def test_days_begin_at_midnight_in_berlin_whatever_the_clocks_do() -> None:
    begins = midnights(from_text("2026-10-27T12:00:00Z"), 4)
    assert [(after - before) // HOUR_US for before, after in pairwise(begins)] == [24, 25, 24]


@pytest.mark.parametrize("role", ["supplier", "operator"])
def test_who_never_buys_looks_on(role: str, visitor: Visitor, market: Market) -> None:
    complete(market)
    client = visitor(BY_ROLE[role])
    page, own = client.get("/markt").text, role == "supplier"
    assert 'data-testid="wallet"' not in page
    assert not re.search(r'href="/(guthaben|gebote|leads)\b', page)
    assert ("Eigener Lead" in page) == own
    assert ('aria-label="PKV, München, ansehen, jetzt' in page) != own
    for form in ("row", "sheet"):
        box = client.get(f"/markt/7K2KV/box?form={form}").text
        assert "Sie sehen zu." in box
        assert "buybox-confirm" not in box
        assert "/gebote/" not in box
