"""Proving wallets: movements without gaps, balances that follow from them, and the facts every order saw."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, select

from exchange.calendars import berlin_day
from exchange.errors import TapeBroken
from exchange.house import CreditLineSet, DailyLimitSet, JoinHouse, PaidOut, Payout, SetDailyLimit
from exchange.instant import Instant
from exchange.ledger import Account, Transfer
from exchange.member import DailyLimit
from exchange.money import Cents
from exchange.orderbook.order import Facts, InstantBid
from exchange.orderbook.outcome import Filled, Released
from exchange.schema import transfers, wallets
from exchange.store.limitproof import LimitProof
from exchange.store.payoutproof import PayoutProof
from exchange.store.tapes import READ_AHEAD
from exchange.tape import Numbered

TransferRow = tuple[Any, ...]
"""Number, leg, instant, debit, credit, amount, wallet; then the wallet's movement and its balance after it."""

_ROW = (
    *(transfers.c.seq, transfers.c.leg, transfers.c.at, transfers.c.debit, transfers.c.credit),
    *(transfers.c.amount_cents, transfers.c.wallet, transfers.c.movement, transfers.c.balance_cents),
)


class _Moved(NamedTuple):
    """A movement: its number, where it stands on a tape, the change, what the row says the wallet held then; or the
    credit line or limit that was set."""

    movement: int
    sector: str
    seq: int
    cents: Cents
    balance_cents: Cents | None
    line_cents: Cents | None
    limit: DailyLimit | None = None


class _Seen(NamedTuple):
    """What an order says it saw of a wallet."""

    movement: int
    sector: str
    seq: int
    available_cents: Cents
    at: Instant
    instant_bid: bool
    left_cents: Cents | None


@dataclass
class Purse:
    """What all tapes say of one organisation's wallet."""

    moved: list[_Moved] = field(default_factory=list)
    seen: list[_Seen] = field(default_factory=list)
    bought: dict[tuple[str, int], tuple[Instant, Cents]] = field(default_factory=dict)
    line_cents: Cents = 0
    payouts: PayoutProof = field(default_factory=PayoutProof)

    def add(self, other: "Purse") -> None:
        """Take what another tape, or another part of it, says of the same wallet."""
        self.moved += other.moved
        self.seen += other.seen
        self.bought |= other.bought
        self.payouts.add(other.payouts)
        self.line_cents += other.line_cents  # only the house's tape gives one, once


class WalletProof:
    """Collects movements and facts from all tapes; `check` compares them once the last tape has been seen."""

    def __init__(self) -> None:
        self.balances: dict[Account, Cents] = defaultdict(int)
        self.transfers = 0
        self.notes = 0
        """How many movements and facts are kept, since the last were taken."""
        self._purses: dict[str, Purse] = defaultdict(Purse)

    def see(self, sector: str, decided: Numbered) -> None:
        """Take an entry's facts, or the credit line it sets."""
        at, seq, value = decided
        facts = getattr(value, "facts", None)
        if isinstance(facts, Facts):
            whose = str(getattr(value, "buyer", None) or getattr(value, "organisation", ""))
            bid = isinstance(value, InstantBid)
            seen = _Seen(facts.movement, sector, seq, facts.available_cents, at, bid, facts.limit_left_cents)
            self._purses[whose].seen.append(seen)
            self.notes += 1
        if isinstance(value, JoinHouse):
            self._purses[value.organisation].line_cents = value.credit_line_cents
        elif isinstance(value, CreditLineSet):
            line = _Moved(value.movement, sector, seq, 0, None, value.credit_line_cents)
            self._purses[value.organisation].moved.append(line)
        elif isinstance(value, DailyLimitSet):
            limit = _Moved(value.movement, sector, seq, 0, None, None, value.limit)
            self._purses[value.organisation].moved.append(limit)
        elif isinstance(value, SetDailyLimit) and value.midnight_at != berlin_day(at)[1]:
            raise TapeBroken(f"{sector} {seq}: the day in Berlin does not end when the order says")
        elif isinstance(value, Filled) and value.bid_id is None:
            self._purses[value.buyer].bought[sector, seq] = (at, value.ask_cents)
        elif isinstance(value, Released):
            self._purses[value.supplier].payouts.release(at, value.amount_cents)
            self.notes += 1
        elif isinstance(value, Payout):
            self._purses[value.organisation].payouts.ask(seq, at, value.payable_cents)
        elif isinstance(value, PaidOut):
            self._purses[value.organisation].payouts.pay(seq, value.amount_cents)

    def check_transfer(self, transfer: Transfer, row: TransferRow | None) -> None:
        """Compare a transfer the rules demand with its row."""
        whose = transfer.wallet
        stated = (
            transfer.seq,
            transfer.leg,
            transfer.at,
            transfer.debit,
            transfer.credit,
            transfer.amount_cents,
            whose,
        )
        if row is None or row[:7] != stated:
            raise TapeBroken(_difference(transfer, row))
        movement, balance_cents = row[7:]
        if (movement is None, balance_cents is None) != (whose is None,) * 2:
            where = f"{transfer.sector} {transfer.seq}: transfer {transfer.leg}"
            raise TapeBroken(f"{where}: movement and balance belong to wallets, and to each of their transfers")
        self.transfers += 1
        self.balances[transfer.debit] -= transfer.amount_cents
        self.balances[transfer.credit] += transfer.amount_cents
        if whose is not None:
            cents = transfer.to_wallet_cents
            moved = _Moved(movement, transfer.sector, transfer.seq, cents, balance_cents, None)
            self._purses[whose].moved.append(moved)
            self.notes += 1

    def take_purses(self) -> dict[str, Purse]:
        """What was collected of each organisation, and forget it: to be put together elsewhere."""
        taken, self._purses, self.notes = self._purses, defaultdict(Purse), 0
        return dict(taken)

    def check(self, connection: Connection) -> None:
        """Compare every wallet with its movements, and every fact with the wallet as it was then."""
        known = read_wallets(connection)
        check_purses(self._purses, known, known.keys() | self._purses.keys())


def read_wallets(connection: Connection) -> dict[str, RowMapping]:
    """Every wallet's row by its organisation."""
    rows = connection.execute(select(wallets).order_by(wallets.c.organisation)).mappings()
    return {row["organisation"]: row for row in rows}


def check_purses(purses: Mapping[str, Purse], known: Mapping[str, RowMapping], organisations: Iterable[str]) -> None:
    """Compare these organisations' wallets with what was collected of them on all tapes."""
    for organisation in sorted(organisations):
        row = known.get(organisation)
        if row is None:
            raise TapeBroken(f"wallet {organisation}: missing")
        _check_purse(organisation, purses.get(organisation) or Purse(), row)


def transfer_rows(connection: Connection, sector: str) -> Iterator[TransferRow]:
    """A sector's transfers in order, a bounded number in memory."""
    after = (0, -1)
    known = transfers.c
    while True:
        later = (known.seq > after[0]) | (known.leg > after[1])
        rows = select(*_ROW).where(known.sector == sector, known.seq >= after[0], later).order_by(known.seq, known.leg)
        found = connection.execute(rows.limit(READ_AHEAD)).all()
        for row in found:
            yield tuple(row)
        if len(found) < READ_AHEAD:
            return
        after = (found[-1].seq, found[-1].leg)


def _difference(transfer: Transfer, row: TransferRow | None) -> str:
    """Which part of a transfer's row is not what the rules demand."""
    where = f"{transfer.sector} {transfer.seq}: transfer {transfer.leg}"
    if row is None:
        return f"{where} is missing: {transfer.debit} to {transfer.credit}, {transfer.amount_cents}"
    names = [column.name for column in _ROW[:7]]
    name, found = next(
        (name, value) for name, value in zip(names, row, strict=False) if value != getattr(transfer, name)
    )
    return f"{where}: {name} is {found!r}, should be {getattr(transfer, name)!r}"


def _check_purse(organisation: str, purse: Purse, row: RowMapping) -> None:
    """Walk the wallet's movements in their numbers; each fact is looked at where its number stands."""
    balance, line = 0, purse.line_cents
    allowance = LimitProof(purse.bought)
    purse.payouts.check(organisation)
    seen = sorted(purse.seen)
    last_seq: dict[str, int] = {}
    next_seen = _check_seen(organisation, seen, 0, 0, balance + line, last_seq, allowance)
    for number, moved in enumerate(sorted(purse.moved), start=1):
        where = f"{moved.sector} {moved.seq}: wallet {organisation}"
        if moved.movement != number:
            raise TapeBroken(f"{where}: movement {moved.movement} where {number} was due")
        if moved.seq < last_seq.get(moved.sector, 0):
            raise TapeBroken(f"{where}: movement {number} comes after one of a later entry")
        last_seq[moved.sector] = moved.seq
        balance += moved.cents
        line = line if moved.line_cents is None else moved.line_cents
        allowance.move(moved.sector, moved.seq, moved.limit)
        if moved.balance_cents not in (None, balance):
            raise TapeBroken(f"{where}: balance {moved.balance_cents} after movement {number}, should be {balance}")
        next_seen = _check_seen(organisation, seen, next_seen, number, balance + line, last_seq, allowance)
    if next_seen < len(seen):
        odd = seen[next_seen]
        raise TapeBroken(f"{odd.sector} {odd.seq}: wallet {organisation} has no movement {odd.movement}")
    held = (row["balance_cents"], row["credit_line_cents"], row["movement"])
    if held != (balance, line, len(purse.moved)):
        raise TapeBroken(
            f"wallet {organisation}: holds {held[0]} (line {held[1]}, movement {held[2]}), "
            f"should hold {balance} (line {line}, movement {len(purse.moved)})"
        )
    limit = DailyLimit(row["limit_cents"], row["later_cents"], row["later_at"])
    if limit != allowance.limit:
        raise TapeBroken(f"wallet {organisation}: its daily limit is {limit}, should be {allowance.limit}")


def _check_seen(
    organisation: str,
    seen: Sequence[_Seen],
    first: int,
    movement: int,
    available: Cents,
    last_seq: dict[str, int],
    allowance: LimitProof,
) -> int:
    """Compare the facts stated for one movement; returns the index of the next fact to look at."""
    while first < len(seen) and seen[first].movement == movement:
        fact = seen[first]
        where = f"{fact.sector} {fact.seq}: wallet {organisation}"
        if fact.available_cents != available:
            raise TapeBroken(f"{where}: the order saw {fact.available_cents} available, there was {available}")
        if last_seq.get(fact.sector, 0) >= fact.seq:
            raise TapeBroken(f"{where}: the order saw movement {movement}, which came after it")
        left = allowance.left_cents(fact.at) if fact.instant_bid else None
        if fact.left_cents != left:
            raise TapeBroken(f"{where}: the order saw {fact.left_cents} left of the firm's limit, there was {left}")
        first += 1
    return first
