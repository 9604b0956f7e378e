"""What a person may ask of us: which enquiries of theirs we hold (Art. 15 DSGVO), and to forget who asked (Art. 17).

What they are recognised by is typed once and kept nowhere. The tape names nobody, so it stays; so does the proof of
consent, which § 7a UWG has us keep for five years.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from exchange.aftersale.evidence import erase_texts
from exchange.audit import Deed, Hand, log
from exchange.desk import Desk
from exchange.instant import Instant
from exchange.operators.suppression import Sought, Suppression, objects
from exchange.schema import contacts, leads, listings, sales
from exchange.store.leads import erase


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One enquiry of a person: where and when they asked, what became of it; ``held`` says that we know who asked."""

    lead_id: str
    sector: str
    asked_at: Instant
    received_at: Instant
    supplier: str
    source: str
    open: bool
    buyers: tuple[str, ...]
    held: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: contacts erased, listings taken out of the market, texts for claims erased."""

    contacts: int
    withdrawn: int
    texts: int


@dataclass(frozen=True, slots=True)
class Persons:
    """Asked by operators; people are sought by `Suppression.sought`."""

    desk: Desk

    def enquiries(self, sought: Sought) -> list[Enquiry]:
        """Everything the house knows them by, the latest first."""
        with self.desk.store.read() as connection:
            known = list(Suppression(self.desk).touched(sought).leads)
            wanted = (
                select(leads).where(leads.c.lead_id.in_(known)).order_by(leads.c.received_at.desc(), leads.c.lead_id)
            )
            return [_enquiry(connection, row) for row in connection.execute(wanted)]

    def erase(self, hand: Hand, sought: Sought) -> Forgotten:
        """Take their open leads out of the market and forget who asked; done again it changes nothing.

        Buyers are told that consent has ended. Fingerprints go too, so that nothing finds the person any more; whoever
        must not be listed again is taken on the suppression list first.
        """
        office = Suppression(self.desk)
        known = list(office.touched(sought).leads)
        withdrawn = office.withdraw(hand, sought, reason="erasure")
        with self.desk.store.write_aside() as connection:
            held = select(func.count()).select_from(contacts).where(contacts.c.lead_id.in_(known))
            erased = int(connection.execute(held).scalar_one())
            for lead_id in known:
                erase(connection, lead_id)
            of_them = select(sales.c.sale_id).join(listings, listings.c.listing_id == sales.c.listing_id)
            bought = connection.execute(of_them.where(listings.c.lead_id.in_(known))).scalars()
            texts = erase_texts(connection, list(bought))
            if known:
                done = {"contacts": erased, "texts": texts, "withdrawn": withdrawn}
                log(connection, hand, Deed("person.erase", objects(sought), {}, done), self.desk.store.clock.now())
        return Forgotten(erased, withdrawn, texts)


def _enquiry(connection: Connection, row: Any) -> Enquiry:
    mine = listings.c.lead_id == row.lead_id
    states = set(connection.execute(select(listings.c.state).where(mine)).scalars())
    bought = select(sales.c.buyer).join(listings, listings.c.listing_id == sales.c.listing_id).where(mine)
    held = select(contacts.c.lead_id).where(contacts.c.lead_id == row.lead_id)
    return Enquiry(
        row.lead_id,
        row.sector,
        row.asked_at,
        row.received_at,
        row.supplier,
        row.source,
        open="open" in states,
        buyers=tuple(sorted(set(connection.execute(bought).scalars()))),
        held=connection.execute(held).first() is not None,
    )
