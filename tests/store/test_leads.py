"""Leads beside the tape: contact data sealed from the first row, erasable, found again by fingerprint."""

from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from exchange.errors import ConfigError, Forbidden, Invalid, Unknown
from exchange.instant import DAY_US
from exchange.lead import Consent, ConsentScope, Contact
from exchange.schema import consents, contacts, fingerprints, leads, metadata
from exchange.store import Conflict
from exchange.store import leads as people
from exchange.store.engine import writing
from exchange.vault import Vault
from tests.desk.floor import MORNING, lead, offer, open_market, proven, wait

pytestmark = pytest.mark.usefixtures("engine")

VAULT = Vault({1: b"1" * 32}, b"p" * 32)

WANDA = Contact(
    first_name="Wanda",
    last_name="Kanarienvogel",
    phone="+493023125017",
    email="wanda@example.com",
    street="Erfundene Gasse 7",
    postcode="86150",
    city="Augsburg",
    note="bitte erst nach 18 Uhr",
)
PROOF = Consent(
    text="Ich willige ein, angerufen zu werden.",
    version="2026-01",
    given_at=MORNING - DAY_US,
    source_url="https://example.de/rechner",
    ip="192.0.2.77",
    scope=ConsentScope(("anna", "bert")),
    confirmed_at=MORNING - DAY_US + 60_000_000,
    user_agent="Kanarienbrowser/1.0",
)
CANARIES = [*(text for text in asdict(WANDA).values() if len(text) > 5), PROOF.text, PROOF.ip, PROOF.user_agent]


def market(url: str | None = None):
    desk = open_market(url)
    desk.store.vault = VAULT
    return desk


def test_the_buyer_of_a_seat_reads_the_contact_and_no_one_else() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA, proof=PROOF)
    (fill,) = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    assert desk.contact(sale_id=fill.sale_id, buyer="anna") == WANDA
    for buyer in ("bert", "nord"):
        with pytest.raises(Unknown):
            desk.contact(sale_id=fill.sale_id, buyer=buyer)
    with pytest.raises(Unknown):
        desk.contact(sale_id="pv-1", buyer="anna")


def test_after_an_upheld_claim_the_contact_is_closed() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA, proof=PROOF)
    (fill,) = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    assert desk.contact(sale_id=fill.sale_id, buyer="anna") == WANDA
    desk.claim("pv", sale_id=fill.sale_id, buyer="anna", ground="not-asked")
    with pytest.raises(Forbidden):
        desk.contact(sale_id=fill.sale_id, buyer="anna")
    desk.rule("pv", sale_id=fill.sale_id, ruling="uphold")
    with pytest.raises(Forbidden):
        desk.contact(sale_id=fill.sale_id, buyer="anna")


def test_a_proof_of_consent_carries_its_scope() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA, proof=PROOF)
    assert desk.buy("pv", buyer="cora", listing_id="L1", most_cents=9_000).refused.code == "unknown"
    with desk.store.read() as connection:
        assert people.open_consent(connection, VAULT, "L1") == PROOF
        row = connection.execute(select(consents)).one()
    assert (row.version, row.given_at, row.confirmed_at) == (PROOF.version, PROOF.given_at, PROOF.confirmed_at)


def everything_kept(desk, url: str) -> bytes:
    """The bytes of the database: SQLite's files, or PostgreSQL's tables as they are copied out."""
    if url.startswith("sqlite"):
        desk.store.close()
        return b"".join(path.read_bytes() for path in Path(url.removeprefix("sqlite:///")).parent.iterdir())
    with desk.store.read() as connection:
        tables = [connection.execute(select(table)).all() for table in metadata.sorted_tables]
    return "".join(
        str(bytes(v)) if isinstance(v, memoryview) else str(v) for t in tables for r in t for v in r
    ).encode()


def test_nothing_that_names_a_person_is_kept_readable_or_logged(url: str, caplog) -> None:
    caplog.set_level("DEBUG")
    desk = market(url)
    offer(desk, "L1", contact=WANDA, proof=PROOF)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    repeated = lead("L1", contact=WANDA, proof=PROOF)
    (answer,) = desk.list_leads("pv", supplier="nord", leads=[repeated])
    raw = everything_kept(desk, url)
    assert b"86150" in raw
    said = caplog.text + repr(repeated) + str(answer) + repr(answer)
    for canary in CANARIES:
        assert canary.encode() not in raw
        assert canary not in said


def test_contact_data_without_a_vault_is_refused_and_nothing_is_listed() -> None:
    desk = open_market()
    with pytest.raises(ConfigError):
        offer(desk, "L1", contact=WANDA)
    with desk.store.read() as connection:
        assert connection.execute(select(leads)).all() == []
    proven(desk)


def test_the_same_person_is_found_by_phone_or_mail_within_the_window() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    other_mail = Contact("W.", "Kanarienvogel", WANDA.phone, "w.k@example.com")
    other_phone = Contact("W.", "Kanarienvogel", "+493023125018", "W.K@example.com")
    offer(desk, "L2", contact=other_mail)
    offer(desk, "L3", contact=other_phone)
    for name in ("L2", "L3"):
        assert desk.row_of("listing", name)["person_id"] == "L1"
        assert desk.buy("pv", buyer="anna", listing_id=name, most_cents=9_000).refused.code == "already_bought"
    wait(desk, 91 * DAY_US)
    offer(desk, "L4", contact=WANDA)
    assert desk.row_of("listing", "L4")["person_id"] == "L4"
    assert desk.buy("pv", buyer="anna", listing_id="L4", most_cents=9_000).fills


def test_the_window_is_the_sectors() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA)
    wait(desk, 10 * DAY_US)
    for name, days, person in (("L2", 9, "L2"), ("L3", 11, "L1")):
        desk.list_leads("pv", supplier="nord", leads=[lead(name, contact=WANDA)], window_us=days * DAY_US)
        assert desk.row_of("listing", name)["person_id"] == person


def test_two_leads_of_one_batch_may_be_one_person() -> None:
    desk = market()
    desk.list_leads("pv", supplier="nord", leads=[lead("L1", contact=WANDA), lead("L2", contact=WANDA), lead("L3")])
    assert [desk.row_of("listing", name)["person_id"] for name in ("L1", "L2", "L3")] == ["L1", "L1", "L3"]


def test_stock_is_searched_without_knowing_anybody() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA)
    known, stranger = VAULT.fingerprint(WANDA.phone), VAULT.fingerprint("+493023125999")
    assert desk.people("pv", [known, stranger], since=0) == {known: "L1"}
    assert desk.people("pv", [known], since=MORNING + 1) == {}
    assert desk.people("bu", [known], since=0) == {}


def test_a_relisting_shares_the_lead() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA)
    desk.withdraw("pv", listing_id="L1", by="nord")
    offer(desk, "L1b", lead_id="L1", person_id="L1")
    (fill,) = desk.buy("pv", buyer="anna", listing_id="L1b", most_cents=9_000).fills
    assert desk.contact(sale_id=fill.sale_id, buyer="anna") == WANDA


def test_no_one_relists_the_lead_of_another() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA)
    for name in ("L1b", "L1"):
        with pytest.raises(Invalid, match="is taken"):
            offer(desk, name, supplier="sued", lead_id="L1")


def test_an_erased_contact_is_gone_and_the_tape_still_verifies() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA)
    (fill,) = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    with desk.store.write_aside() as connection:
        people.erase(connection, "L1")
    with desk.store.read() as connection:
        assert connection.execute(select(contacts)).all() == connection.execute(select(fingerprints)).all() == []
    with pytest.raises(Unknown):
        desk.contact(sale_id=fill.sale_id, buyer="anna")
    proven(desk)


def test_rows_swapped_by_an_intruder_do_not_open() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA)
    offer(desk, "L2", contact=Contact("Emil", "Erfunden", "+493023125020", "emil@example.org"))
    with desk.store.write_aside() as connection:
        row = dict(connection.execute(select(contacts).where(contacts.c.lead_id == "L1")).mappings().one())
        connection.execute(delete(contacts).where(contacts.c.lead_id == "L2"))
        connection.execute(contacts.insert().values(**(row | {"lead_id": "L2"})))
    with desk.store.read() as connection, pytest.raises(Exception, match="the seal is broken"):
        people.open_contact(connection, VAULT, "L2")


def test_every_lead_is_written_in_the_transaction_of_its_listing() -> None:
    desk = market()
    with pytest.raises(Conflict):
        offer(desk, "L1", contact=WANDA, supplier="nord", lead_id="L1", seats=1, batch=None)
    with writing(desk.store.engine) as connection:
        for table in metadata.sorted_tables:
            if table.name in ("leads", "listings", "contacts", "fingerprints"):
                assert connection.execute(select(table)).all() == []
