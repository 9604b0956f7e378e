"""Proving a database: every tape replayed, every transfer, wallet and row compared with what the tapes say."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select

from exchange.errors import TapeBroken
from exchange.ledger import prove_zero
from exchange.member import HOUSE
from exchange.orderbook.outcome import Decided
from exchange.replay import Replay
from exchange.schema import heads, tape, transfers
from exchange.store.market import Changes
from exchange.store.marketproof import check_market, check_members
from exchange.store.tapes import READ_AHEAD, read_entries
from exchange.store.walletproof import WalletProof


@dataclass(frozen=True, slots=True)
class Proven:
    """What was proven of one tape."""

    sector: str
    entries: int
    transfers: int
    sales: int
    head_hash: str


def prove(connection: Connection, only: str | None = None) -> Iterator[Proven]:
    """Prove tape after tape, then the wallets; raises TapeBroken at the first difference.

    ``only`` proves one sector's tape, transfers and rows, and leaves the wallets out, which all sectors share.
    """
    wallets = WalletProof()
    known = connection.execute(select(heads).order_by(heads.c.sector)).mappings().all()
    if only is not None and only not in {head["sector"] for head in known}:
        raise TapeBroken(f"there is no sector {only}")
    for head in known:
        if only is None or head["sector"] == only:
            yield _prove_tape(connection, head, wallets)
    if only is None:
        _check_counts(connection, wallets, known_entries=sum(head["head_seq"] for head in known))
        prove_zero(wallets.balances)
        wallets.check(connection)


def _prove_tape(connection: Connection, head: RowMapping, wallets: WalletProof) -> Proven:
    sector: str = head["sector"]
    replay = Replay(sector)
    changes = Changes(replay.book)
    rows = _transfer_rows(connection, sector)
    before = wallets.transfers
    for entry, decided, posted in replay.run(read_entries(connection, sector)):
        if entry.seq > head["head_seq"]:
            raise TapeBroken(f"{sector} {entry.seq}: lies beyond the head, {head['head_seq']}")
        wallets.see(sector, decided)
        if isinstance(decided, Decided):
            changes.add([decided])
        for transfer in posted:
            wallets.check_transfer(transfer, next(rows, None))
    surplus = next(rows, None)
    if surplus is not None:
        raise TapeBroken(f"{sector} {surplus['seq']}: transfer {surplus['leg']} is explained by no entry")
    if (replay.head.seq, replay.head.hash) != (head["head_seq"], head["head_hash"]):
        raise TapeBroken(f"{sector} {replay.head.seq + 1}: missing, the head stands at {head['head_seq']}")
    replay.finish(head["settled_until_at"])
    if sector == HOUSE:
        check_members(connection, replay.house)
    else:
        check_market(connection, replay.book, replay.ledger, changes)
    moved = wallets.transfers - before
    return Proven(sector, replay.head.seq, moved, len(changes.filled), replay.head.hash)


def _transfer_rows(connection: Connection, sector: str) -> Iterator[RowMapping]:
    """A sector's transfers in order, a bounded number in memory."""
    after = (0, -1)
    known = transfers.c
    while True:
        later = (known.seq > after[0]) | ((known.seq == after[0]) & (known.leg > after[1]))
        rows = select(transfers).where(known.sector == sector, later).order_by(known.seq, known.leg)
        found = connection.execute(rows.limit(READ_AHEAD)).mappings().all()
        yield from found
        if len(found) < READ_AHEAD:
            return
        after = (found[-1]["seq"], found[-1]["leg"])


def _check_counts(connection: Connection, wallets: WalletProof, *, known_entries: int) -> None:
    """Nothing may stand under the name of a tape that is not there."""
    count = select(func.count())
    if connection.execute(count.select_from(tape)).scalar_one() != known_entries:
        raise TapeBroken("there are entries that belong to no tape")
    if connection.execute(count.select_from(transfers)).scalar_one() != wallets.transfers:
        raise TapeBroken("there are transfers that belong to no tape")
