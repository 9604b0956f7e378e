"""Leads as they are handed in, with contact data and proof of consent sealed beside them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy import delete as erase_rows

from exchange.errors import ConfigError, Unknown
from exchange.instant import Instant
from exchange.lead import EVERYONE, Answers, Consent, ConsentScope, Contact, Lead
from exchange.orderbook.order import ListLead
from exchange.orderbook.sharing import ConversionRule
from exchange.payload import canonical, parse, read_value
from exchange.schema import consents, contacts, fingerprints, leads
from exchange.schema.admission import likenesses
from exchange.store.admission import LIKENESSES, likeness_rows
from exchange.store.rows import scope_text
from exchange.store.sheets import Sheet
from exchange.store.wire import Question
from exchange.vault import Sealed, Vault

LEADS, CONTACTS, PRINTS, CONSENTS = (
    Sheet(table, table.columns.keys()) for table in (leads, contacts, fingerprints, consents)
)
"""New leads, and apart from them what belongs to their people."""


@dataclass(frozen=True, slots=True)
class OfferedLead:
    """A lead to be listed. Amounts in net cents; ``draw`` is drawn by the desk where it is None.

    ``person_id`` None: found by the contact's fingerprints, else the lead's own id. ``lead_id`` None: the
    listing's id. A ``proof`` carries the consent's scope, which then goes before ``consent``. With ``once`` it is not
    listed where a lead of the sector within the duplicate window has the same enquirer.
    """

    listing_id: str
    region: str
    postcode: str
    seats: int
    start_cents: int
    floor_cents: int
    asked_at: Instant
    answers: Answers = ()
    consent: ConsentScope = EVERYONE
    draw: int | None = None
    curve: int | None = None
    duration_us: int | None = None
    conversion: ConversionRule | None = None
    person_id: str | None = None
    lead_id: str | None = None
    contact: Contact | None = field(default=None, repr=False)
    proof: Consent | None = field(default=None, repr=False)
    source: str = ""
    campaign: str = ""
    batch: str = ""
    once: bool = False

    @classmethod
    def of(
        cls,
        lead: Lead,
        contact: Contact,
        proof: Consent,
        *,
        conversion: ConversionRule | None = None,
        batch: str = "",
        draw: int | None = None,
        once: bool = False,
    ) -> "OfferedLead":
        """An admitted lead, listed under its own id; only an exclusive one has a ``conversion``."""
        return cls(
            listing_id=lead.lead_id,
            region=lead.region,
            postcode=lead.postcode,
            seats=lead.seats,
            start_cents=lead.start_cents,
            floor_cents=lead.floor_cents,
            asked_at=lead.asked_at,
            answers=lead.answers,
            draw=draw,
            conversion=conversion if lead.seats == 1 else None,
            contact=contact,
            proof=proof,
            source=lead.source,
            campaign=lead.campaign,
            batch=batch,
            once=once,
        )

    @property
    def scope(self) -> ConsentScope:
        """Towards whom the enquirer agreed to be contacted."""
        return self.consent if self.proof is None else self.proof.scope

    @property
    def lead(self) -> str:
        """The id of the lead, which a relisting shares."""
        return self.lead_id or self.listing_id


class _Print(NamedTuple):
    fingerprint: str
    person_id: str
    seen_at: Instant


class _Owner(NamedTuple):
    lead_id: str
    supplier: str
    sector: str


_SEEN = Question(
    "SELECT fingerprint, person_id, seen_at FROM {given} JOIN fingerprints USING (sector, fingerprint)",
    _Print,
    named=("sector", "fingerprint"),
)
_OWNERS = Question("SELECT lead_id, supplier, sector FROM leads WHERE lead_id {among}", _Owner)

Offered = tuple[OfferedLead, ListLead, Instant, Sequence[str]]
"""A lead that was listed, by which order, when, and the fingerprints of its contact."""


def known_people(connection: Connection, sector: str, prints: Collection[str], since: Instant) -> dict[str, str]:
    """Fingerprints a lead of this sector had after an instant, with the person's id (the first such lead).

    The window is half-open: a lead seen just at its beginning lies a whole window back and is outside.
    """
    seen = [row for row in _SEEN.ask(connection, [(sector, one) for one in prints]) if row.seen_at > since]
    seen.sort(key=lambda row: (-row.seen_at, row.person_id))
    return {row.fingerprint: row.person_id for row in seen}


class Shelf:
    """What is to be kept beside the tape of the leads one transaction lists."""

    def __init__(self, vault: Vault | None) -> None:
        self._vault = vault
        self._offered: dict[str, Offered] = {}

    def put(self, offered: OfferedLead, order: ListLead, at: Instant, prints: Sequence[str]) -> None:
        """A lead that was listed; ``prints`` are its contact's fingerprints."""
        self._offered[order.listing_id] = (offered, order, at, prints)

    def write(self, connection: Connection, sector: str) -> dict[str, str]:
        """Write the leads not yet known; returns the lead's id for each listing."""
        lead_ids = {name: offered.lead for name, (offered, *_) in self._offered.items()}
        known = {row.lead_id for row in _OWNERS.ask(connection, list(lead_ids.values()))} if lead_ids else ()
        fresh = [kept for kept in self._offered.values() if kept[0].lead not in known]
        LEADS.write(connection, [_lead_row(sector, offered, order, at) for offered, order, at, _ in fresh])
        self._write_people(connection, sector, fresh)
        return lead_ids

    def _write_people(self, connection: Connection, sector: str, fresh: Sequence[Offered]) -> None:
        """Contact data, its fingerprints and proofs of consent: each table's rows together."""
        asking = [(offered.lead, offered.contact) for offered, *_ in fresh if offered.contact is not None]
        proven = [(offered.lead, offered.proof) for offered, *_ in fresh if offered.proof is not None]
        if not asking and not proven:
            return
        vault = self._vault
        if vault is None:
            raise ConfigError("contact data came, and there is no vault to keep it in")
        CONTACTS.write(connection, [contact_row(vault, lead_id, contact) for lead_id, contact in asking])
        prints = [
            _print_row(sector, offered.lead, order.person_id, print_, at)
            for offered, order, at, prints in fresh
            for print_ in sorted(set(prints))
        ]
        PRINTS.write(connection, prints)
        alike = [
            row
            for offered, _, at, _ in fresh
            if offered.contact is not None
            for row in likeness_rows(vault, sector, offered.lead, offered.contact, at)
        ]
        LIKENESSES.write(connection, alike)
        CONSENTS.write(connection, [consent_row(vault, lead_id, proof) for lead_id, proof in proven])


def foreign_leads(connection: Connection, sector: str, owners: Mapping[str, str]) -> set[str]:
    """Of these leads, with the supplier who offers each, those another supplier or sector owns."""
    known = _OWNERS.ask(connection, list(owners)) if owners else ()
    return {row.lead_id for row in known if (row.supplier, row.sector) != (owners[row.lead_id], sector)}


def _lead_row(sector: str, offered: OfferedLead, order: ListLead, at: Instant) -> dict[str, Any]:
    return {
        "lead_id": offered.lead,
        "sector": sector,
        "supplier": order.supplier,
        "person_id": order.person_id,
        "region": order.region,
        "postcode": order.postcode,
        "answers": canonical(dict(order.answers)),
        "asked_at": order.asked_at,
        "received_at": at,
        "source": offered.source,
        "campaign": offered.campaign,
        "batch": offered.batch,
    }


def _print_row(sector: str, lead_id: str, person_id: str, print_: str, at: Instant) -> dict[str, Any]:
    return {"sector": sector, "fingerprint": print_, "lead_id": lead_id, "person_id": person_id, "seen_at": at}


# --- sealed ------------------------------------------------------------------------------------------------


_CONTACT = tuple(one.name for one in fields(Contact))


def contact_row(vault: Vault, lead_id: str, contact: Contact) -> dict[str, Any]:
    """Who asked, sealed, as its row."""
    sealed = vault.seal(f"contacts|{lead_id}", canonical({name: getattr(contact, name) for name in _CONTACT}))
    return {"lead_id": lead_id, **sealed.columns}


def open_contact(connection: Connection, vault: Vault, lead_id: str) -> Contact:
    """Who asked; raises Unknown where it was erased or never given."""
    row = connection.execute(select(contacts).where(contacts.c.lead_id == lead_id)).one_or_none()
    if row is None:
        raise Unknown("contact", lead_id)
    return Contact(**parse(vault.open(f"contacts|{lead_id}", Sealed.of(row))))


def consent_row(vault: Vault, lead_id: str, proof: Consent) -> dict[str, Any]:
    """What the enquirer agreed to, as its row: what names or locates them sealed, the rest readable."""
    hidden = {"text": proof.text, "source_url": proof.source_url, "ip": proof.ip, "user_agent": proof.user_agent}
    sealed = vault.seal(f"consents|{lead_id}", canonical(hidden))
    return {
        "lead_id": lead_id,
        "version": proof.version,
        "scope": scope_text(proof.scope),
        "given_at": proof.given_at,
        "confirmed_at": proof.confirmed_at,
        **sealed.columns,
    }


def open_consent(connection: Connection, vault: Vault, lead_id: str) -> Consent:
    """The proof of consent; raises Unknown where there is none."""
    row = connection.execute(select(consents).where(consents.c.lead_id == lead_id)).one_or_none()
    if row is None:
        raise Unknown("consent", lead_id)
    hidden = parse(vault.open(f"consents|{lead_id}", Sealed.of(row)))
    scope = read_value(ConsentScope, parse(row.scope))
    return Consent(**hidden, version=row.version, given_at=row.given_at, confirmed_at=row.confirmed_at, scope=scope)


def erase(connection: Connection, lead_id: str) -> None:
    """Forget who asked: contact data and fingerprints go, the lead's facts and the tape stay."""
    erase_contacts(connection, [lead_id])
    connection.execute(erase_rows(fingerprints).where(fingerprints.c.lead_id == lead_id))
    connection.execute(erase_rows(likenesses).where(likenesses.c.lead_id == lead_id))


def erase_contacts(connection: Connection, lead_ids: Sequence[str]) -> int:
    """Erase contact data alone: the person is known again by fingerprints for as long as these are kept."""
    return connection.execute(erase_rows(contacts).where(contacts.c.lead_id.in_(lead_ids))).rowcount
