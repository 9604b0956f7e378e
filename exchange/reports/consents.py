"""A consent as a record with a checksum, and every use of it: sales of the lead, and calls their buyers reported.

The record is the same for buyer, supplier and operator, and so is its checksum; a use names no buyer. Each sale is on
the tape as `filled`, and each use starts the five years anew for which the proof must be kept (§ 7a UWG).
"""

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any, Literal

from sqlalchemy import Connection, select

from exchange.errors import Unknown
from exchange.instant import Instant, to_text
from exchange.lead import Consent
from exchange.payload import canonical
from exchange.reports.contacting import withdrawn_at
from exchange.schema import listings, sales
from exchange.schema.contacting import contact_attempts
from exchange.store.leads import open_consent
from exchange.vault import Vault

HASHED = "SHA-256 over record as canonical JSON: UTF-8, NFC, keys sorted, no blanks, no line break"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a consent; never whose."""

    at: Instant
    kind: Literal["sale", "call"]


@dataclass(frozen=True, slots=True)
class ConsentSheet:
    """What a supplier reads of the consent behind its own lead."""

    record: dict[str, Any]
    hash: str
    uses: tuple[Use, ...]
    withdrawn_at: Instant | None


def record_of(lead_id: str, consent: Consent) -> dict[str, Any]:
    """What the checksum covers: everything about the declaration, the device's address shortened."""
    found: dict[str, Any] = {
        "lead": lead_id,
        "text": consent.text,
        "version": consent.version,
        "given_at": to_text(consent.given_at),
        "recipients": list(consent.scope.recipients),
        "channels": list(consent.scope.channels),
        "product": consent.scope.product,
        "source_url": consent.source_url,
        "ip": shortened(consent.ip),
        "user_agent": consent.user_agent,
    }
    if consent.confirmed_at is not None:
        found["confirmed_at"] = to_text(consent.confirmed_at)
    return found


def hash_of(record: dict[str, Any]) -> str:
    """The checksum of a record; it depends on nothing else."""
    return sha256(canonical(record).encode()).hexdigest()


def shortened(ip: str) -> str:
    """A network address without its last part: enough to make a declaration plausible, not to find a person."""
    try:
        bits = 24 if ip_address(ip).version == 4 else 48
    except ValueError:
        return ""
    return str(ip_network(f"{ip}/{bits}", strict=False).network_address)


def uses_of(connection: Connection, lead_id: str) -> tuple[Use, ...]:
    """Every use of a lead's consent, the first first: each seat sold, in whichever listing, and each call reported."""
    mine = select(listings.c.listing_id).where(listings.c.lead_id == lead_id)
    sold = connection.execute(select(sales.c.sale_id, sales.c.sold_at).where(sales.c.listing_id.in_(mine))).all()
    attempt = contact_attempts.c
    called = select(attempt.at).where(attempt.sale_id.in_([row.sale_id for row in sold]), attempt.undone_at.is_(None))
    found = [Use(row.sold_at, "sale") for row in sold]
    found += [Use(at, "call") for at in connection.execute(called).scalars()]
    return tuple(sorted(found, key=lambda one: (one.at, one.kind)))


def consent_sheet(connection: Connection, vault: Vault, listing_id: str, supplier: str) -> ConsentSheet:
    """The consent behind one of a supplier's listings; raises Unknown for another's and where none was kept."""
    wanted = select(listings.c.lead_id).where(listings.c.listing_id == listing_id, listings.c.supplier == supplier)
    lead_id = connection.execute(wanted).scalar()
    if lead_id is None:
        raise Unknown("listing", listing_id)
    record = record_of(lead_id, open_consent(connection, vault, lead_id))
    return ConsentSheet(record, hash_of(record), uses_of(connection, lead_id), withdrawn_at(connection, lead_id))
