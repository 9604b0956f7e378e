"""Leads as they are handed in, with contact data and proof of consent sealed beside them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy import delete as erase_rows

from exchange.admission.doubles import fingerprints as prints_of
from exchange.errors import ConfigError, Unknown
from exchange.instant import Instant
from exchange.lead import EVERYONE, Answers, Consent, ConsentScope, Contact
from exchange.orderbook.order import ListLead
from exchange.payload import canonical, encode, parse, read_value
from exchange.schema import consents, contacts, fingerprints, leads
from exchange.store.books import chunks
from exchange.vault import Sealed, Vault

REWRAPPED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OfferedLead:
    """A lead to be listed. Amounts in net cents; ``draw`` is drawn by the desk where it is None.

    ``person_id`` None: found by the contact's fingerprints, else the lead's own id. ``lead_id`` None: the
    listing's id. A ``proof`` carries the consent's scope, which then goes before ``consent``.
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
    person_id: str | None = None
    lead_id: str | None = None
    contact: Contact | None = field(default=None, repr=False)
    proof: Consent | None = field(default=None, repr=False)
    source: str = ""
    campaign: str = ""
    batch: str = ""

    @property
    def scope(self) -> ConsentScope:
        """Towards whom the enquirer agreed to be contacted."""
        return self.consent if self.proof is None else self.proof.scope

    @property
    def lead(self) -> str:
        """The id of the lead, which a relisting shares."""
        return self.lead_id or self.listing_id


def known_people(connection: Connection, sector: str, prints: Collection[str], since: Instant) -> dict[str, str]:
    """Fingerprints a lead of this sector had after an instant, with the person's id (the first such lead).

    The window is half-open: a lead seen just at its beginning lies a whole window back and is outside.
    """
    found: dict[str, str] = {}
    for some in chunks(sorted(prints)):
        seen = select(fingerprints.c.fingerprint, fingerprints.c.person_id).where(
            fingerprints.c.sector == sector,
            fingerprints.c.fingerprint.in_(some),
            fingerprints.c.seen_at > since,
        )
        for row in connection.execute(seen.order_by(fingerprints.c.seen_at.desc(), fingerprints.c.person_id)):
            found[row.fingerprint] = row.person_id
    return found


class Shelf:
    """What is to be kept beside the tape of the leads one transaction lists."""

    def __init__(self, vault: Vault | None) -> None:
        self._vault = vault
        self._offered: dict[str, tuple[OfferedLead, ListLead, Instant]] = {}

    def put(self, offered: OfferedLead, order: ListLead, at: Instant) -> None:
        """A lead that was listed."""
        self._offered[order.listing_id] = (offered, order, at)

    def write(self, connection: Connection, sector: str) -> dict[str, str]:
        """Write the leads not yet known; returns the lead's id for each listing."""
        lead_ids = {name: offered.lead for name, (offered, _, _) in self._offered.items()}
        known = _known_leads(connection, lead_ids.values())
        fresh = [kept for kept in self._offered.values() if kept[0].lead not in known]
        _insert(connection, leads, [_lead_row(sector, *kept) for kept in fresh])
        for offered, order, at in fresh:
            self._write_person(connection, sector, offered, order, at)
        return lead_ids

    def _write_person(
        self, connection: Connection, sector: str, offered: OfferedLead, order: ListLead, at: Instant
    ) -> None:
        if offered.contact is None and offered.proof is None:
            return
        if self._vault is None:
            raise ConfigError("contact data came, and there is no vault to keep it in")
        if offered.contact is not None:
            seal_contact(connection, self._vault, offered.lead, offered.contact)
            prints = prints_of(offered.contact, self._vault.fingerprint)
            row = {"sector": sector, "lead_id": offered.lead, "person_id": order.person_id, "seen_at": at}
            _insert(connection, fingerprints, [row | {"fingerprint": print_} for print_ in sorted(set(prints))])
        if offered.proof is not None:
            seal_consent(connection, self._vault, offered.lead, offered.proof)


def foreign_leads(connection: Connection, sector: str, owners: Mapping[str, str]) -> set[str]:
    """Of these leads, with the supplier who offers each, those another supplier or sector owns."""
    foreign: set[str] = set()
    for some in chunks(sorted(owners)):
        known = select(leads.c.lead_id, leads.c.supplier, leads.c.sector).where(leads.c.lead_id.in_(some))
        for row in connection.execute(known):
            if (row.supplier, row.sector) != (owners[row.lead_id], sector):
                foreign.add(row.lead_id)
    return foreign


def _known_leads(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    known: set[str] = set()
    for some in chunks(sorted(set(lead_ids))):
        known.update(connection.execute(select(leads.c.lead_id).where(leads.c.lead_id.in_(some))).scalars())
    return known


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


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


# --- sealed ------------------------------------------------------------------------------------------------


def seal_contact(connection: Connection, vault: Vault, lead_id: str, contact: Contact) -> None:
    """Keep who asked, sealed."""
    sealed = vault.seal(f"contacts|{lead_id}", canonical(asdict(contact)))
    connection.execute(insert(contacts).values(lead_id=lead_id, **_columns(sealed)))


def open_contact(connection: Connection, vault: Vault, lead_id: str) -> Contact:
    """Who asked; raises Unknown where it was erased or never given."""
    row = connection.execute(select(contacts).where(contacts.c.lead_id == lead_id)).one_or_none()
    if row is None:
        raise Unknown("contact", lead_id)
    return Contact(**parse(vault.open(f"contacts|{lead_id}", _sealed(row))))


def seal_consent(connection: Connection, vault: Vault, lead_id: str, proof: Consent) -> None:
    """Keep what the enquirer agreed to: what names or locates them sealed, the rest readable."""
    hidden = {"text": proof.text, "source_url": proof.source_url, "ip": proof.ip, "user_agent": proof.user_agent}
    sealed = vault.seal(f"consents|{lead_id}", canonical(hidden))
    row = {
        "lead_id": lead_id,
        "version": proof.version,
        "scope": encode(proof.scope),
        "given_at": proof.given_at,
        "confirmed_at": proof.confirmed_at,
    }
    connection.execute(insert(consents).values(**row, **_columns(sealed)))


def open_consent(connection: Connection, vault: Vault, lead_id: str) -> Consent:
    """The proof of consent; raises Unknown where there is none."""
    row = connection.execute(select(consents).where(consents.c.lead_id == lead_id)).one_or_none()
    if row is None:
        raise Unknown("consent", lead_id)
    hidden = parse(vault.open(f"consents|{lead_id}", _sealed(row)))
    scope = read_value(ConsentScope, parse(row.scope))
    return Consent(**hidden, version=row.version, given_at=row.given_at, confirmed_at=row.confirmed_at, scope=scope)


def erase(connection: Connection, lead_id: str) -> None:
    """Forget who asked: contact data and fingerprints go, the lead's facts and the tape stay."""
    connection.execute(erase_rows(contacts).where(contacts.c.lead_id == lead_id))
    connection.execute(erase_rows(fingerprints).where(fingerprints.c.lead_id == lead_id))


def rewrap(connection: Connection, vault: Vault) -> int:
    """Bring some of what older keys wrapped under the newest one; returns how many, 0 when all are."""
    done = 0
    for table in (contacts, consents):
        old = select(table).where(table.c.key_version != vault.key_version).order_by(table.c.lead_id)
        for row in connection.execute(old.limit(REWRAPPED_AT_ONCE)).all():
            fresh = vault.rewrap(f"{table.name}|{row.lead_id}", _sealed(row))
            connection.execute(update(table).where(table.c.lead_id == row.lead_id).values(**_columns(fresh)))
            done += 1
    return done


def _columns(sealed: Sealed) -> dict[str, Any]:
    return {
        "algorithm": sealed.algorithm,
        "key_version": sealed.key_version,
        "wrapped_key": sealed.wrapped_key,
        "sealed": sealed.sealed,
    }


def _sealed(row: Any) -> Sealed:
    return Sealed(row.algorithm, row.key_version, bytes(row.wrapped_key), bytes(row.sealed))
