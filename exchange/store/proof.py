"""Proving a database: every tape replayed, every transfer, wallet and row compared with what the tapes say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select

from exchange.errors import TapeBroken
from exchange.ledger import prove_zero
from exchange.member import HOUSE
from exchange.orderbook.book import Book
from exchange.orderbook.outcome import Decided
from exchange.orderbook.sleeping_book import SleepingBook
from exchange.replay import Replay
from exchange.schema import heads, tape, transfers
from exchange.store.market import Changes
from exchange.store.marketproof import check_market, check_members
from exchange.store.tapes import read_entries
from exchange.store.walletproof import WalletProof, transfer_rows

Told = Callable[[int], None]
TOLD_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Proven:
    """What was proven of one tape."""

    sector: str
    entries: int
    transfers: int
    sales: int
    head_hash: str


def prove(
    connection: Connection, only: str | None = None, told: Told | None = None, *, plain: bool = False
) -> Iterator[Proven]:
    """Prove tape after tape, then the wallets; raises TapeBroken at the first difference.

    ``only`` proves one sector's tape, transfers and rows, and leaves the wallets out, which all sectors share.
    ``plain`` decides with the book of the house itself, step by step.
    """
    wallets = WalletProof()
    known = read_heads(connection, only)
    for head in known:
        yield prove_tape(connection, head, wallets, told, plain=plain)
    if only is None:
        check_counts(connection, entries=sum(head["head_seq"] for head in known), moved=wallets.transfers)
        prove_zero(wallets.balances)
        wallets.check(connection)


def read_heads(connection: Connection, only: str | None = None) -> Sequence[RowMapping]:
    """Where every tape ends, or the one asked for; raises TapeBroken where there is no such sector."""
    known = connection.execute(select(heads).order_by(heads.c.sector)).mappings().all()
    if only is None:
        return known
    if only not in {head["sector"] for head in known}:
        raise TapeBroken(f"there is no sector {only}")
    return [head for head in known if head["sector"] == only]


def prove_tape(
    connection: Connection, head: RowMapping, wallets: WalletProof, told: Told | None = None, *, plain: bool = False
) -> Proven:
    """Prove one tape, its transfers and its rows; what it says of wallets is given to ``wallets``.

    ``told`` is called now and then with how many further entries were looked at. Raises TapeBroken.
    """
    sector: str = head["sector"]
    replay = Replay(sector, Book(sector) if plain else SleepingBook(sector))
    changes = Changes(replay.book)
    rows = transfer_rows(connection, sector)
    before = wallets.transfers
    for entry, decided, posted in replay.run(read_entries(connection, sector)):
        if entry.seq > head["head_seq"]:
            raise TapeBroken(f"{sector} {entry.seq}: lies beyond the head, {head['head_seq']}")
        if told is not None and entry.seq % TOLD_EVERY == 0:
            told(TOLD_EVERY)
        wallets.see(sector, decided)
        if isinstance(decided, Decided):
            changes.add([decided])
        for transfer in posted:
            wallets.check_transfer(transfer, next(rows, None))
    surplus = next(rows, None)
    if surplus is not None:
        raise TapeBroken(f"{sector} {surplus[0]}: transfer {surplus[1]} is explained by no entry")
    if (replay.head.seq, replay.head.hash) != (head["head_seq"], head["head_hash"]):
        raise TapeBroken(f"{sector} {replay.head.seq + 1}: missing, the head stands at {head['head_seq']}")
    replay.finish(head["settled_until_at"])
    replay.book.wake_all()
    if sector == HOUSE:
        check_members(connection, replay.house)
    else:
        check_market(connection, replay.book, replay.ledger, changes)
    moved = wallets.transfers - before
    return Proven(sector, replay.head.seq, moved, len(changes.filled), replay.head.hash)


def check_counts(connection: Connection, *, entries: int, moved: int) -> None:
    """Nothing may stand under the name of a tape that is not there: so many entries and transfers were proven."""
    count = select(func.count())
    if connection.execute(count.select_from(tape)).scalar_one() != entries:
        raise TapeBroken("there are entries that belong to no tape")
    if connection.execute(count.select_from(transfers)).scalar_one() != moved:
        raise TapeBroken("there are transfers that belong to no tape")
