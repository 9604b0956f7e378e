"""Consents that enquirers took back: a row a lead, written from the tape that says so, and what orders need of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from exchange.errors import TapeBroken
from exchange.instant import Instant
from exchange.orderbook.outcome import ConsentWithdrawn
from exchange.schema import listings
from exchange.schema.contacting import withdrawals

Revoked = tuple[Instant, int, ConsentWithdrawn]
"""An entry: its instant, its number, what it says."""

_NEW = ("lead_id", "withdrawn_at", "noted_at", "seq")


def listings_of_leads(connection: Connection, listing_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """All listings of the lead behind each of these, by id."""
    leads = leads_of(connection, listing_ids)
    found: dict[str, list[str]] = {lead_id: [] for lead_id in leads.values()}
    known = select(listings.c.lead_id, listings.c.listing_id).where(listings.c.lead_id.in_(found))
    for row in connection.execute(known.order_by(listings.c.listing_id)):
        found[row.lead_id].append(row.listing_id)
    return {listing_id: tuple(found[lead_id]) for listing_id, lead_id in leads.items()}


def leads_of(connection: Connection, listing_ids: Iterable[str]) -> dict[str, str]:
    """The lead behind each of these listings, as far as there are any."""
    known = select(listings.c.listing_id, listings.c.lead_id).where(listings.c.listing_id.in_(sorted(listing_ids)))
    return {row.listing_id: row.lead_id for row in connection.execute(known)}


def revoked_listings(connection: Connection, listing_ids: Collection[str]) -> set[str]:
    """Of these listings, those whose tape says that the consent was taken back."""
    known = select(listings.c.listing_id).join(withdrawals, withdrawals.c.lead_id == listings.c.lead_id)
    mine = (listings.c.listing_id.in_(sorted(listing_ids)), withdrawals.c.seq.is_not(None))
    return set(connection.execute(known.where(*mine)).scalars())


def revoked_leads(connection: Connection, lead_ids: Collection[str]) -> set[str]:
    """Of these leads, those whose enquirer took the consent back."""
    known = select(withdrawals.c.lead_id).where(withdrawals.c.lead_id.in_(sorted(lead_ids)))
    return set(connection.execute(known).scalars())


def write_withdrawals(connection: Connection, said: Sequence[Revoked]) -> None:
    """Write what entries say; the first note of a lead stands."""
    if not said:
        return
    leads = leads_of(connection, {value.listing_id for _, _, value in said})
    seen = revoked_leads(connection, set(leads.values()))
    for at, seq, value in said:
        lead_id = leads[value.listing_id]
        if lead_id not in seen:
            seen.add(lead_id)
            connection.execute(insert(withdrawals).values(**_row(lead_id, at, seq, value)))


def check_withdrawals(connection: Connection, sector: str, said: Iterable[Revoked]) -> None:
    """Compare the rows with what a sector's tape says; those noted before tapes said it are left alone.

    Raises TapeBroken.
    """
    ours = select(withdrawals, listings.c.listing_id).join(listings, listings.c.lead_id == withdrawals.c.lead_id)
    mine = ours.where(listings.c.sector == sector)
    found = {row["listing_id"]: dict(row) for row in connection.execute(mine).mappings()}
    wanted: dict[str, Mapping[str, Any]] = {}
    for at, seq, value in said:
        row = found.get(value.listing_id)
        if row is None:
            raise TapeBroken(f"{sector} {seq}: the consent of {value.listing_id} was withdrawn, and has no row")
        if row["seq"] is not None:
            wanted.setdefault(row["lead_id"], _row(row["lead_id"], at, seq, value))
    for row in found.values():
        if row["seq"] is not None and {name: row[name] for name in _NEW} != wanted.get(row["lead_id"]):
            raise TapeBroken(f"{sector} {row['seq']}: the tape says otherwise of the consent of {row['listing_id']}")


def _row(lead_id: str, at: Instant, seq: int, value: ConsentWithdrawn) -> dict[str, Any]:
    return dict(zip(_NEW, (lead_id, value.since_at, at, seq), strict=True))
