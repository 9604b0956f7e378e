"""One write: locks taken, the instant read, books at hand; everything recorded is written together at the end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert

from exchange.errors import Unknown
from exchange.failpoint import failpoint
from exchange.house import House, HouseDecided
from exchange.instant import Instant
from exchange.ledger import Ledger
from exchange.member import HOUSE, Member
from exchange.orderbook.book import Book
from exchange.orderbook.order import ListLead, Order
from exchange.orderbook.outcome import Decided, Filled
from exchange.schema import transfers
from exchange.store import tapes
from exchange.store.books import load_book, load_seats
from exchange.store.keys import Key, Stretch, answered, key_row, write_keys
from exchange.store.leads import OfferedLead, Shelf, foreign_leads, known_people
from exchange.store.lookups import overdue_of
from exchange.store.market import Changes
from exchange.store.members import credit_lines, read_members, write_members
from exchange.store.recall import forget_recalled, recall
from exchange.store.sectors import write_rule
from exchange.store.wallets import Wallets
from exchange.tape import Entry, Head, Numbered, append
from exchange.vault import Vault


class Kept:
    """A sector's book as kept between transactions, with what standing bids hold and which curves have rows."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.versions = set(book.versions)
        self.held_cents = {bid.bid_id: bid.reserved_cents for bid in book.bids.values() if bid.reserved_cents}


class Transaction:
    """``now`` is read once, after all locks are held, and never lies before what was settled (rules.md §8.3)."""

    def __init__(
        self,
        connection: Connection,
        heads: Mapping[str, Row[Any]],
        now: Instant,
        kept: dict[str, Kept],
        vault: Vault | None,
    ) -> None:
        self.now = now
        self.wallets = Wallets(connection)
        self._connection = connection
        self._heads = heads
        self._kept = kept
        self.vault = vault
        self._members: dict[str, Member] = {}
        self._house: House | None = None
        self._names: dict[str, str] = {}
        self._decided: dict[str, list[Decided]] = {}
        self._house_decided: list[HouseDecided] = []
        self._changes: dict[str, Changes] = {}
        self._shelves: dict[str, Shelf] = {}
        self._transfer_rows: list[dict[str, Any]] = []
        self._key_rows: list[dict[str, Any]] = []
        self._recalled: list[tuple[Book, Sequence[Order]]] = []

    # --- reading -------------------------------------------------------------------------------------------

    def book(self, sector: str) -> Book:
        """The sector's book as of its head: the one this process kept, or a new one from rows."""
        head = self._head(sector)
        kept = self._kept.get(sector)
        if kept is None or (sector not in self._decided and kept.book.seq != head.head_seq):
            kept = self._kept[sector] = Kept(load_book(self._connection, head))
        return kept.book

    def _head(self, sector: str) -> Row[Any]:
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
        """These members, as far as they exist; each is read once a transaction."""
        missing = set(organisations) - self._members.keys()
        if missing:
            self._members |= read_members(self._connection, missing)
        return self._members

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
        return overdue_of(self._connection, organisations, self.now)

    def foreign_leads(self, sector: str, owners: Mapping[str, str]) -> set[str]:
        """Of these leads, with the supplier who offers each, those that are someone else's."""
        return foreign_leads(self._connection, sector, owners)

    def answered(self, key: Key) -> Stretch | None:
        """What was answered to this key before this transaction; raises KeyReused."""
        return answered(self._connection, key)

    def entries(self, stretch: Stretch) -> list[Entry]:
        """The entries of an earlier answer."""
        return list(tapes.read_entries(self._connection, stretch.sector, stretch.first_seq, stretch.last_seq))

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
        self._transfer_rows += self.wallets.apply(posted)

    def record_house(self, decided: Sequence[HouseDecided], names: Mapping[str, str] | None = None) -> None:
        """Take entries of the house's own tape; ``names`` as in `members.write_members`."""
        self._house_decided.extend(decided)
        self._names |= names or {}
        for line in credit_lines(decided):
            self.wallets[line.organisation].set_line(line.credit_line_cents, line.movement)
        self._transfer_rows += self.wallets.apply(Ledger().post(HOUSE, decided))

    def shelve(self, sector: str, offered: OfferedLead, order: ListLead) -> None:
        """Keep beside the tape what belongs to a listed lead."""
        self._shelves.setdefault(sector, Shelf(self.vault)).put(offered, order, self.now)

    def answer(self, key: Key, sector: str, decided: Sequence[Decided] | Sequence[HouseDecided]) -> None:
        """Keep this answer for its key."""
        stretch = Stretch(sector, decided[0].seq, decided[-1].seq)
        sold = any(isinstance(value, Filled) for _, _, value in decided)
        self._key_rows.append(key_row(key, stretch, self.now, for_ever=sold))

    # --- writing -------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write all that was recorded: tapes, members, rows, money, answers. The caller commits."""
        failpoint("write.decided")
        if self._house_decided:
            self._write_tape(HOUSE, self._house_decided, None)
            write_members(self._connection, self._house_decided, self._names)
            failpoint("write.members")
        for sector in sorted(self._decided):
            self._write_sector(sector)
        if self._transfer_rows:
            self._connection.execute(insert(transfers), self._transfer_rows)
            failpoint("write.transfers")
        self.wallets.write()
        write_keys(self._connection, self._key_rows)
        failpoint("write.keys")

    def _write_sector(self, sector: str) -> None:
        kept, decided = self._kept[sector], self._decided[sector]
        book = kept.book
        due = book.next_due()
        touched = book.stepped or book.touched_bids or book.touched_listings
        if not decided and not touched and due == self._head(sector).next_due_at:
            return
        self._write_tape(sector, decided, due)
        for at, _, value in decided:
            write_rule(self._connection, book, kept.versions, at, value)
        failpoint("write.rules")
        shelf = self._shelves.get(sector, Shelf(None))
        self._changes[sector].write(self._connection, shelf.write(self._connection, sector))

    def _write_tape(
        self, sector: str, decided: Sequence[Decided] | Sequence[HouseDecided], due: Instant | None
    ) -> None:
        row = self._head(sector)
        head, entries = append(Head(row.head_seq, row.head_hash), sector, decided)
        tapes.add_entries(self._connection, entries)
        failpoint("write.tape")
        tapes.move_head(
            self._connection,
            sector,
            before=row.head_seq,
            head=head,
            settled_until=self.now,
            next_due=due,
        )
        failpoint("write.head")

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
