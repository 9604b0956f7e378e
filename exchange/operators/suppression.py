"""The suppression list: people who objected to any use, by keyed hashes of phone and mail; nobody lists them any more.

What a person is recognised by is typed once and kept nowhere: rows and the log carry hashes. A lead that is listed in
the same moment is found, too: before the market is searched every sector is settled, which waits for whoever lists.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Desk
from exchange.errors import ConfigError, Invalid, Unknown
from exchange.instant import Instant
from exchange.intake.normalise import email_of, phone_of
from exchange.member import ENQUIRER
from exchange.operators.noting import Line, noting
from exchange.orderbook.outcome import Withdrawn
from exchange.schema import fingerprints, listings
from exchange.schema.admission import suppressions
from exchange.staging import custody
from exchange.store.admission import suppressed
from exchange.store.leads import open_contact
from exchange.vault import Vault

REASONS = ("objection", "withdrawal", "other")
PHONE, EMAIL = "phone", "email"
SHORT = 12
"""So many letters of a hash name a row to people."""
MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody is recognised by: (kind, keyed hash). Made by `Suppression.sought`."""

    prints: tuple[tuple[str, str], ...]

    @property
    def hashes(self) -> tuple[str, ...]:
        """The hashes alone."""
        return tuple(print_ for _, print_ in self.prints)


@dataclass(frozen=True, slots=True)
class Touched:
    """What the market has of a person: open listings, and leads with sold seats, whose buyers would be told."""

    open: tuple[tuple[str, str], ...]
    """Sector and listing."""
    leads: tuple[str, ...]
    known: int
    """How many of the hashes stand on the list already."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What an objection did: hashes that are new, listings withdrawn, leads in quarantine rejected."""

    added: int
    withdrawn: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought; ``unreadable`` are line numbers, never what stands in them."""

    added: int
    known: int
    unreadable: tuple[int, ...]


def operator_hand(user: User, request_id: str = "") -> Hand:
    """Whose hand it is; raises Forbidden for anybody but operators."""
    only_operators(user)
    return Hand(user.user_id, request_id)


@dataclass(frozen=True, slots=True)
class Suppression:
    """Verbs name the hand that does it: an operator's (`operator_hand`) or the command line's."""

    desk: Desk

    def sought(self, phone: str = "", email: str = "") -> Sought:
        """What a number or an address is recognised by, however it is spelled; raises Invalid naming the field."""
        number, phone_fault = phone_of(phone)
        address, email_fault = email_of(email)
        if phone_fault or email_fault:
            raise Invalid(PHONE if phone_fault else EMAIL, phone_fault or email_fault)
        found = [(kind, self._vault.fingerprint(text)) for kind, text in ((PHONE, number), (EMAIL, address)) if text]
        if not found:
            raise Invalid(PHONE, "name a number or an address")
        return Sought(tuple(found))

    def of_lead(self, listing_id: str) -> Sought:
        """What the enquirer of a listing is recognised by; raises Unknown, also where the contact was erased."""
        with self.desk.store.read() as connection:
            wanted = select(listings.c.lead_id).where(listings.c.listing_id == listing_id)
            lead_id = connection.execute(wanted).scalar()
            if lead_id is None:
                raise Unknown("listing", listing_id)
            contact = open_contact(connection, self._vault, lead_id)
        return self.sought(contact.phone, contact.email)

    def touched(self, sought: Sought) -> Touched:
        """What an objection of this person would touch."""
        with self.desk.store.read() as connection:
            theirs = select(fingerprints.c.lead_id).where(
                fingerprints.c.sector.in_(self.desk.sectors()), fingerprints.c.fingerprint.in_(sought.hashes)
            )
            known = sorted(connection.execute(theirs.distinct()).scalars())
            wanted = select(listings.c.sector, listings.c.listing_id).where(
                listings.c.lead_id.in_(known), listings.c.state == "open"
            )
            found = sorted((row.sector, row.listing_id) for row in connection.execute(wanted))
            return Touched(tuple(found), tuple(known), len(suppressed(connection, sought.hashes)))

    def add(self, hand: Hand, sought: Sought, reason: str, *, withdraw: bool) -> Noted:
        """Take a person on the list; with ``withdraw`` their open listings go, and no buyer may call any more.

        What waits of them in quarantine is rejected. Doing it again changes nothing. Raises Invalid.
        """
        if reason not in REASONS:
            raise Invalid("reason", f"one of: {', '.join(REASONS)}")
        now = self._now()
        with self.desk.store.write_aside() as connection:
            added = self._write(connection, hand, sought.prints, reason, now)
            rejected = custody.reject_all(connection, sought.hashes, user_id=hand.user_id, now=now)
            if added:
                what: dict[str, Small] = {"reason": reason, "rejected": rejected}
                log(connection, hand, Deed("suppression.add", objects(sought), {}, what), now)
        return Noted(added, self.withdraw(hand, sought) if withdraw else 0, rejected)

    def remove(self, hand: Hand, sought: Sought) -> int:
        """Take hashes off the list; returns how many stood on it."""
        with self.desk.store.write_aside() as connection:
            mine = suppressions.c.fingerprint.in_(sought.hashes)
            gone = connection.execute(delete(suppressions).where(mine)).rowcount
            if gone:
                log(connection, hand, Deed("suppression.remove", objects(sought)), self._now())
        return gone

    def remove_row(self, hand: Hand, short: str) -> None:
        """Take one row off the list by the beginning of its hash; raises Unknown."""
        if len(short) < SHORT or not short.isalnum():
            raise Unknown("suppression", short)
        with self.desk.store.write_aside() as connection:
            mine = suppressions.c.fingerprint.startswith(short, autoescape=True)
            found = connection.execute(select(suppressions.c.fingerprint, suppressions.c.kind).where(mine)).all()
            if len(found) != 1:
                raise Unknown("suppression", short)
            connection.execute(delete(suppressions).where(suppressions.c.fingerprint == found[0].fingerprint))
            sought = Sought(((found[0].kind, found[0].fingerprint),))
            log(connection, hand, Deed("suppression.remove", objects(sought)), self._now())

    def import_lines(self, hand: Hand, lines: Iterable[str], reason: str = "objection") -> Imported:
        """Take a list over: numbers and addresses, one or more a line, divided by comma, semicolon or tab."""
        if reason not in REASONS:
            raise Invalid("reason", f"one of: {', '.join(REASONS)}")
        found: dict[str, str] = {}
        unreadable = []
        for number, line in enumerate(lines, 1):
            if number > MOST_LINES:
                raise Invalid("file", f"{MOST_LINES} lines at most")
            prints = list(self._prints_in(line))
            if line.strip() and not prints and number > 1:
                unreadable.append(number)
            found |= {print_: kind for kind, print_ in prints}
        now = self._now()
        with self.desk.store.write_aside() as connection:
            added = self._write(connection, hand, [(kind, print_) for print_, kind in found.items()], reason, now)
            what: dict[str, Small] = {"reason": reason, "added": added, "known": len(found) - added}
            log(connection, hand, Deed("suppression.import", {"lines": len(found)}, {}, what), now)
        return Imported(added, len(found) - added, tuple(unreadable))

    def _prints_in(self, line: str) -> Iterator[tuple[str, str]]:
        for cell in line.replace(";", ",").replace("\t", ",").split(","):
            text = cell.strip().strip("\"'")
            reader, kind = (email_of, EMAIL) if "@" in text else (phone_of, PHONE)
            read = reader(text)[0]
            if read:
                yield kind, self._vault.fingerprint(read)

    def _write(
        self, connection: Connection, hand: Hand, prints: Iterable[tuple[str, str]], reason: str, now: Instant
    ) -> int:
        asked = {print_: kind for kind, print_ in prints}
        new = asked.keys() - suppressed(connection, list(asked))
        rows = [
            {"fingerprint": one, "kind": asked[one], "reason": reason, "user_id": hand.user_id, "noted_at": now}
            for one in sorted(new)
        ]
        if rows:
            connection.execute(insert(suppressions), rows)
        return len(rows)

    def withdraw(self, hand: Hand, sought: Sought, reason: str = "suppression") -> int:
        """Take the person's leads out of the market, and tell the buyers of sold ones; returns how many listings."""
        for sector in self.desk.sectors():
            self.desk.settle(sector)
        touched = self.touched(sought)
        with self.desk.store.read() as connection:
            wanted = select(listings.c.lead_id, listings.c.sector, func.min(listings.c.listing_id).label("listing_id"))
            mine = wanted.where(listings.c.lead_id.in_(touched.leads)).group_by(listings.c.lead_id, listings.c.sector)
            leads = connection.execute(mine.order_by(listings.c.sector, listings.c.lead_id)).all()
        withdrawn = 0
        for lead in leads:
            objects: dict[str, Small] = {"listing": lead.listing_id, "lead": lead.lead_id}
            line = Line("lead.withdraw", objects, {}, {"by": ENQUIRER, "reason": reason})
            desk = noting(self.desk, hand, line)
            answer = desk.withdraw_consent(lead.sector, listing_id=lead.listing_id, by=ENQUIRER, reason="objection")
            withdrawn += sum(isinstance(value, Withdrawn) for _, _, value in answer.entries)
        return withdrawn

    def _now(self) -> Instant:
        return self.desk.store.clock.now()

    @property
    def _vault(self) -> Vault:
        if self.desk.vault is None:
            raise ConfigError("there is no vault to make fingerprints with")
        return self.desk.vault


def objects(sought: Sought) -> dict[str, Small]:
    """A person in a line of the log: the beginnings of the hashes."""
    return {kind: print_[:SHORT] for kind, print_ in sought.prints}
