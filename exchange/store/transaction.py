"""One write: locks taken, the instant read, books at hand; everything recorded is written together at the end."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

from exchange.errors import Unknown
from exchange.failpoint import failpoint
from exchange.house import House, HouseDecided
from exchange.instant import Instant
from exchange.ledger import Ledger
from exchange.member import HOUSE, Member
from exchange.orderbook.book import Book
from exchange.orderbook.order import ListLead, Order
from exchange.orderbook.outcome import Decided, Filled
from exchange.store import tapes
from exchange.store.books import load_book, load_seats
from exchange.store.following import follow
from exchange.store.keys import KEYS, Answered, Key, Stretch, answered, key_row, read_stretch
from exchange.store.leads import OfferedLead, Shelf, foreign_leads, known_people
from exchange.store.lookups import overdue_of
from exchange.store.market import MARKET, Changes
from exchange.store.members import Roster, read_members, rule_wallets, write_members
from exchange.store.outbox import OUTBOX, message_rows
from exchange.store.recall import forget_recalled, recall
from exchange.store.sectors import write_rule
from exchange.store.sheets import Page
from exchange.store.tapes import HeadRow
from exchange.store.wallets import TRANSFERS, WALLETS, Wallets
from exchange.tape import Entry, Head, Numbered, append
from exchange.vault import Vault

SHEETS = (
    (tapes.ENTRIES, "write.tape"),
    (tapes.HEADS, "write.head"),
    *MARKET,
    (TRANSFERS, "write.transfers"),
    (WALLETS, "write.wallet"),
    (KEYS, "write.keys"),
    (OUTBOX, "write.outbox"),
)
"""What one message writes, in this order: entries before what refers to them."""

Aside = Callable[[Connection, str, Sequence[Numbered], Instant], None]
"""What somebody writes beside an order in its transaction (the audit log's line): the tape, what was decided on it,
and the transaction's instant."""


T = TypeVar("T")


class Kept:
    """A sector's book as kept between transactions, with what standing bids hold and which curves have rows.

    ``hash`` is its tape's: a server that took another's place may have other entries of the same numbers.
    """

    def __init__(self, book: Book, hash_: str) -> None:
        self.book = book
        self.hash = hash_
        self.versions = set(book.versions)
        self.held_cents = {bid.bid_id: bid.reserved_cents for bid in book.bids.values() if bid.reserved_cents}

    def follows(self, connection: Connection, head: HeadRow) -> bool:
        """Whether the book is as of this head, or could be brought there."""
        if not follow(connection, self.book, self.hash, self.held_cents, head):
            return False
        self.hash = head.head_hash
        self.versions |= self.book.versions.keys()
        return True


class Transaction:
    """``now`` is read once, after all locks are held, and never lies before what was settled (rules.md §8.3).

    ``apart_us`` is how far this host's clock was from the database's at that moment.
    """

    def __init__(
        self,
        connection: Connection,
        heads: Mapping[str, HeadRow],
        now: Instant,
        kept: dict[str, Kept],
        vault: Vault | None,
        *,
        dues: Mapping[str, HeadRow],
        roster: Roster,
        apart_us: int = 0,
        posts: bool = False,
    ) -> None:
        self.now = now
        self.apart_us = apart_us
        self._posts = posts
        self.wallets = Wallets(connection)
        self._connection = connection
        self._heads = heads
        self._dues = dues
        self._roster = roster
        self._kept = kept
        self.vault = vault
        self._house: House | None = None
        self._names: dict[str, str] = {}
        self._decided: dict[str, list[Decided]] = {}
        self._house_decided: list[HouseDecided] = []
        self._changes: dict[str, Changes] = {}
        self._shelves: dict[str, Shelf] = {}
        self._page = Page(SHEETS)
        self._recalled: list[tuple[Book, Sequence[Order]]] = []
        self._asides: list[tuple[Aside, str, Sequence[Numbered]]] = []

    # --- reading -------------------------------------------------------------------------------------------

    def book(self, sector: str) -> Book:
        """The sector's book as of its head: the one this process kept, or a new one from rows."""
        head = self._head(sector)
        kept = self._kept.get(sector)
        if kept is None or (sector not in self._decided and not kept.follows(self._connection, head)):
            kept = self._kept[sector] = Kept(load_book(self._connection, head), head.head_hash)
        return kept.book

    def _head(self, sector: str) -> HeadRow:
        head = self._heads.get(sector)
        if head is None:
            raise Unknown("sector", sector)
        return head

    def house(self, organisations: Iterable[str] = ()) -> House:
        """The house with these members, as far as they exist."""
        if self._house is None:
            head = self._head(HOUSE)
            self._house = House(head.head_seq, head.settled_until_at)
        self._house.members |= read_members(self._connection, organisations)
        return self._house

    def members(self, organisations: Iterable[str]) -> dict[str, Member]:
        """These members, as far as they exist."""
        return self._roster.read(self._connection, self._dues[HOUSE].head_hash, organisations)

    def permits(self, sector: str) -> str:
        """What permits the sector asks for, as its head says (`store.admission.permits_in`)."""
        return self._head(sector).permits

    def ask(self, question: Callable[..., T], *given: Any) -> T:
        """What a question of `store` answers within this transaction."""
        return question(self._connection, *given)

    def recall(self, book: Book, orders: Sequence[Order]) -> set[str]:
        """Bring back into the book what these orders name and only rows remember; returns ids taken elsewhere."""
        self._recalled.append((book, orders))
        return recall(self._connection, book, orders)

    def known_people(self, sector: str, prints: Collection[str], since: Instant) -> dict[str, str]:
        """Fingerprints a lead of this sector had since an instant, with the person's id."""
        return known_people(self._connection, sector, prints, since)

    def recall_seats(self, book: Book, people: Collection[str]) -> None:
        """Bring back who holds seats of these persons' leads, where the book does not know them."""
        load_seats(self._connection, book, set(people) - book.held.keys())

    def overdue_elsewhere(self, organisations: Collection[str]) -> set[str]:
        """Sectors in which something is due by now that may move the wallet of one of these firms."""
        due = {row.sector for row in self._dues.values() if row.next_due_at is not None and row.next_due_at <= self.now}
        return overdue_of(self._connection, organisations, self.now) if due - self._heads.keys() else set()

    def foreign_leads(self, sector: str, owners: Mapping[str, str]) -> set[str]:
        """Of these leads, with the supplier who offers each, those that are someone else's."""
        return foreign_leads(self._connection, sector, owners)

    def answered(self, keys: Sequence[Key]) -> Answered:
        """What was answered to these keys before this transaction."""
        return answered(self._connection, keys)

    def entries(self, stretch: Stretch) -> list[Entry]:
        """The entries of an earlier answer."""
        return read_stretch(self._connection, stretch)

    # --- recording -----------------------------------------------------------------------------------------

    def record(self, sector: str, decided: Sequence[Decided], also: Iterable[str] = ()) -> None:
        """Take entries for writing, in the order of their numbers; wallets move at once, rows at the end.

        ``also`` names wallets that will be asked for next: locked together, in the order of their ids.
        """
        kept = self._kept[sector]
        self._decided.setdefault(sector, []).extend(decided)
        self._changes.setdefault(sector, Changes(kept.book)).add(decided)
        posted = Ledger(kept.held_cents).post(sector, decided)
        self.wallets.lock([*also, *(transfer.wallet for transfer in posted if transfer.wallet is not None)])
        self._page.add(TRANSFERS, self.wallets.apply(posted))
        self.wallets.bought(value for _, _, value in decided if isinstance(value, Filled))

    def record_house(self, decided: Sequence[HouseDecided], names: Mapping[str, str] | None = None) -> None:
        """Take entries of the house's own tape; ``names`` as in `members.write_members`."""
        self._house_decided.extend(decided)
        self._names |= names or {}
        rule_wallets(self.wallets, decided)
        self._page.add(TRANSFERS, self.wallets.apply(Ledger().post(HOUSE, decided)))

    def shelve(self, sector: str, offered: OfferedLead, order: ListLead, prints: Sequence[str] = ()) -> None:
        """Keep beside the tape what belongs to a listed lead; ``prints`` are its contact's fingerprints."""
        self._shelves.setdefault(sector, Shelf(self.vault)).put(offered, order, self.now, prints)

    def answer(self, key: Key, sector: str, decided: Sequence[Decided] | Sequence[HouseDecided]) -> None:
        """Keep this answer for its key."""
        stretch = Stretch(sector, decided[0].seq, decided[-1].seq)
        sold = any(isinstance(value, Filled) for _, _, value in decided)
        self._page.add(KEYS, [key_row(key, stretch, self.now, for_ever=sold)])

    def beside(self, aside: Aside, sector: str, decided: Sequence[Numbered]) -> None:
        """Have something written in this transaction, after all that was recorded."""
        self._asides.append((aside, sector, decided))

    # --- writing -------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write all that was recorded: tapes, members, rows, money, answers. The caller commits."""
        failpoint("write.decided")
        if self._house_decided:
            self._gather_tape(HOUSE, self._house_decided, None)
            write_members(self._connection, self._house_decided, self._names)
            failpoint("write.members")
        for sector in sorted(self._decided):
            self._gather_sector(sector)
            if self._posts:
                self._page.add(OUTBOX, message_rows(self._connection, self._kept[sector].book, self._decided[sector]))
        self._page.add(WALLETS, self.wallets.moved())
        self._page.write(self._connection)
        for aside, sector, decided in self._asides:
            aside(self._connection, sector, decided, self.now)

    def _gather_sector(self, sector: str) -> None:
        """Write what only some entries bring about, gather the rest on the page."""
        kept, decided = self._kept[sector], self._decided[sector]
        book = kept.book
        due = book.next_due()
        touched = book.stepped or book.touched_bids or book.touched_listings
        if not decided and not touched and due == self._head(sector).next_due_at:
            return
        kept.hash = self._gather_tape(sector, decided, due)
        for one in decided:
            write_rule(self._connection, book, kept.versions, one)
        failpoint("write.rules")
        shelf = self._shelves.get(sector, Shelf(None))
        self._changes[sector].write(self._connection, self._page, shelf.write(self._connection, sector))

    def _gather_tape(
        self, sector: str, decided: Sequence[Decided] | Sequence[HouseDecided], due: Instant | None
    ) -> str:
        row = self._head(sector)
        head, entries = append(Head(row.head_seq, row.head_hash), sector, decided)
        self._page.add(tapes.ENTRIES, map(tapes.entry_row, entries))
        self._page.add(tapes.HEADS, [tapes.head_row(row, head, settled_until=self.now, next_due=due)])
        return head.hash

    @property
    def entered(self) -> list[Numbered]:
        """Every entry that was recorded, tape after tape."""
        return [*self._house_decided, *(one for decided in self._decided.values() for one in decided)]

    def done(self) -> None:
        """Once committed: what was written is forgotten by the books that are kept."""
        for changes in self._changes.values():
            changes.done()
        for book, orders in self._recalled:
            forget_recalled(book, orders)
