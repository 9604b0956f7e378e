"""Proving wallets: movements without gaps, balances that follow from them, and the facts every order saw."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, select

from exchange.errors import TapeBroken
from exchange.house import CreditLineSet, JoinHouse
from exchange.ledger import Account, Transfer
from exchange.money import Cents
from exchange.orderbook.order import Facts
from exchange.schema import wallets
from exchange.tape import Numbered


class _Moved(NamedTuple):
    """A movement: its number, where it stands on a tape, the change, what the row says the wallet held then."""

    movement: int
    sector: str
    seq: int
    cents: Cents
    balance_cents: Cents | None
    line_cents: Cents | None


class _Seen(NamedTuple):
    """What an order says it saw of a wallet."""

    movement: int
    sector: str
    seq: int
    available_cents: Cents


@dataclass
class _Purse:
    moved: list[_Moved] = field(default_factory=list)
    seen: list[_Seen] = field(default_factory=list)
    line_cents: Cents = 0


class WalletProof:
    """Collects movements and facts from all tapes; `check` compares them once the last tape has been seen."""

    def __init__(self) -> None:
        self.balances: dict[Account, Cents] = defaultdict(int)
        self.transfers = 0
        self._purses: dict[str, _Purse] = defaultdict(_Purse)

    def see(self, sector: str, decided: Numbered) -> None:
        """Take an entry's facts, or the credit line it sets."""
        _, seq, value = decided
        facts = getattr(value, "facts", None)
        if isinstance(facts, Facts):
            whose = str(getattr(value, "buyer", None) or getattr(value, "organisation", ""))
            self._purses[whose].seen.append(_Seen(facts.movement, sector, seq, facts.available_cents))
        if isinstance(value, JoinHouse):
            self._purses[value.organisation].line_cents = value.credit_line_cents
        elif isinstance(value, CreditLineSet):
            line = _Moved(value.movement, sector, seq, 0, None, value.credit_line_cents)
            self._purses[value.organisation].moved.append(line)

    def check_transfer(self, transfer: Transfer, row: RowMapping | None) -> None:
        """Compare a transfer the rules demand with its row."""
        where = f"{transfer.sector} {transfer.seq}: transfer {transfer.leg}"
        if row is None:
            raise TapeBroken(f"{where} is missing: {transfer.debit} to {transfer.credit}, {transfer.amount_cents}")
        for name in ("seq", "leg", "at", "debit", "credit", "amount_cents", "wallet"):
            if row[name] != getattr(transfer, name):
                raise TapeBroken(f"{where}: {name} is {row[name]!r}, should be {getattr(transfer, name)!r}")
        if (row["movement"] is None, row["balance_cents"] is None) != (transfer.wallet is None,) * 2:
            raise TapeBroken(f"{where}: movement and balance belong to wallets, and to each of their transfers")
        self.transfers += 1
        self.balances[transfer.debit] -= transfer.amount_cents
        self.balances[transfer.credit] += transfer.amount_cents
        if transfer.wallet is not None:
            moved = _Moved(
                row["movement"],
                transfer.sector,
                transfer.seq,
                transfer.to_wallet_cents,
                row["balance_cents"],
                None,
            )
            self._purses[transfer.wallet].moved.append(moved)

    def check(self, connection: Connection) -> None:
        """Compare every wallet with its movements, and every fact with the wallet as it was then."""
        rows = connection.execute(select(wallets).order_by(wallets.c.organisation)).mappings()
        known = {row["organisation"]: row for row in rows}
        for organisation in sorted(known.keys() | self._purses.keys()):
            row = known.get(organisation)
            if row is None:
                raise TapeBroken(f"wallet {organisation}: missing")
            _check_purse(organisation, self._purses[organisation], row)


def _check_purse(organisation: str, purse: _Purse, row: RowMapping) -> None:
    """Walk the wallet's movements in their numbers; each fact is looked at where its number stands."""
    balance, line = 0, purse.line_cents
    seen = sorted(purse.seen)
    last_seq: dict[str, int] = {}
    next_seen = _check_seen(organisation, seen, 0, 0, balance + line, last_seq)
    for number, moved in enumerate(sorted(purse.moved), start=1):
        where = f"{moved.sector} {moved.seq}: wallet {organisation}"
        if moved.movement != number:
            raise TapeBroken(f"{where}: movement {moved.movement} where {number} was due")
        if moved.seq < last_seq.get(moved.sector, 0):
            raise TapeBroken(f"{where}: movement {number} comes after one of a later entry")
        last_seq[moved.sector] = moved.seq
        balance += moved.cents
        line = line if moved.line_cents is None else moved.line_cents
        if moved.balance_cents not in (None, balance):
            raise TapeBroken(f"{where}: balance {moved.balance_cents} after movement {number}, should be {balance}")
        next_seen = _check_seen(organisation, seen, next_seen, number, balance + line, last_seq)
    if next_seen < len(seen):
        odd = seen[next_seen]
        raise TapeBroken(f"{odd.sector} {odd.seq}: wallet {organisation} has no movement {odd.movement}")
    held = (row["balance_cents"], row["credit_line_cents"], row["movement"])
    if held != (balance, line, len(purse.moved)):
        raise TapeBroken(
            f"wallet {organisation}: holds {held[0]} (line {held[1]}, movement {held[2]}), "
            f"should hold {balance} (line {line}, movement {len(purse.moved)})"
        )


def _check_seen(
    organisation: str,
    seen: Sequence[_Seen],
    first: int,
    movement: int,
    available: Cents,
    last_seq: dict[str, int],
) -> int:
    """Compare the facts stated for one movement; returns the index of the next fact to look at."""
    while first < len(seen) and seen[first].movement == movement:
        fact = seen[first]
        where = f"{fact.sector} {fact.seq}: wallet {organisation}"
        if fact.available_cents != available:
            raise TapeBroken(f"{where}: the order saw {fact.available_cents} available, there was {available}")
        if last_seq.get(fact.sector, 0) >= fact.seq:
            raise TapeBroken(f"{where}: the order saw movement {movement}, which came after it")
        first += 1
    return first
