"""The proof of consent outlives the contact: a buyer must show it also after a claim (§7a UWG)."""

from dataclasses import replace

import pytest

from exchange.desk import Desk
from exchange.errors import Forbidden, Unknown
from exchange.instant import DAY_US
from exchange.lead import Consent, ConsentScope, Contact
from exchange.vault import development_vault
from tests.desk.floor import MORNING, offer, open_market

MARTA = Contact("Marta", "Muster", "+491713920001", "marta.muster@example.org")
CONSENT = Consent(
    text="Ich willige ein, von Versicherungsmaklern angerufen zu werden.",
    version="2026-01",
    given_at=MORNING - DAY_US,
    source_url="https://vergleich.example/anfrage",
    ip="192.0.2.7",
    scope=ConsentScope(("anna", "bert")),
    confirmed_at=MORNING - DAY_US + 60_000_000,
)


@pytest.fixture
def sold() -> tuple[Desk, str]:
    """A desk and the id of anna's purchase."""
    desk = open_market()
    desk.store.vault = development_vault()
    offer(desk, "L1", contact=MARTA, proof=CONSENT)
    (fill,) = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    return desk, fill.sale_id


def test_the_buyer_reads_the_record_as_it_was_given(sold: tuple[Desk, str]) -> None:
    desk, sale_id = sold
    assert desk.proof(sale_id=sale_id, buyer="anna") == CONSENT
    assert desk.proof(sale_id=sale_id, buyer="anna") != replace(CONSENT, version="2026-02")


@pytest.mark.parametrize(
    ("sale_id", "buyer"), [(None, "bert"), (None, "nord"), ("pv-1", "anna"), ("nowhere-1", "anna")]
)
def test_anothers_sale_reads_like_a_missing_one(sold: tuple[Desk, str], sale_id: str | None, buyer: str) -> None:
    desk, bought = sold
    with pytest.raises(Unknown):
        desk.proof(sale_id=sale_id or bought, buyer=buyer)


def test_after_an_upheld_claim_the_contact_closes_and_the_proof_stays(sold: tuple[Desk, str]) -> None:
    desk, sale_id = sold
    desk.claim("pv", sale_id=sale_id, buyer="anna", ground="not-asked")
    desk.rule("pv", sale_id=sale_id, ruling="uphold")
    with pytest.raises(Forbidden):
        desk.contact(sale_id=sale_id, buyer="anna")
    assert desk.proof(sale_id=sale_id, buyer="anna") == CONSENT
