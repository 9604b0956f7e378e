"""The ledger: every outcome that moves money, as transfers between accounts (rules.md §4). Pure.

A transfer moves one amount from the debited to the credited account, so the sum over all accounts is zero by
construction and an imbalance cannot be written down. Accounts:

- ``wallet:ORG``: what a buyer is free to spend; the only one that is cached, guarded and numbered
- ``reserved:ORG:BID``: set apart for a standing bid; its fills are paid from here and touch no wallet
- ``pending:ORG``, ``payable:ORG``: a supplier's part before and after the claim window
- ``fees``, ``vat``, ``bank``: the house
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from exchange.errors import TapeBroken
from exchange.house import Deposited, PaidOut
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.outcome import (
    Cancelled,
    Changed,
    Expired,
    Filled,
    Placed,
    Released,
    Upheld,
)
from exchange.tape import Numbered

Account = str

BANK: Account = "bank"
FEES: Account = "fees"
VAT: Account = "vat"

_WALLET = "wallet:"


def wallet(organisation: str) -> Account:
    """What a buyer is free to spend."""
    return _WALLET + organisation


def reserved(organisation: str, bid_id: str) -> Account:
    """What a standing bid holds."""
    return f"reserved:{organisation}:{bid_id}"


def pending(supplier: str) -> Account:
    """A supplier's part of sales that may still be claimed."""
    return f"pending:{supplier}"


def payable(supplier: str) -> Account:
    """A supplier's part that may be paid out."""
    return f"payable:{supplier}"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One movement: ``leg`` counts those of one entry of the tape from 0. The amount is positive."""

    sector: str
    seq: int
    leg: int
    at: Instant
    debit: Account
    credit: Account
    amount_cents: Cents

    @property
    def wallet(self) -> str | None:
        """The organisation whose wallet is touched, if any; no transfer touches two."""
        for account in (self.debit, self.credit):
            if account.startswith(_WALLET):
                return account.removeprefix(_WALLET)
        return None

    @property
    def to_wallet_cents(self) -> Cents:
        """How the touched wallet changes: positive into it, negative out of it."""
        return self.amount_cents if self.credit.startswith(_WALLET) else -self.amount_cents


Move = tuple[Account, Account, Cents]


class Ledger:
    """Turns outcomes into transfers, in the order of the tape; remembers what each standing bid holds.

    ``held_cents`` by bid id is the balance of the bid's reservation account.
    """

    def __init__(self, held_cents: dict[str, Cents] | None = None) -> None:
        self.held_cents = held_cents if held_cents is not None else {}

    def post(self, sector: str, decided: Iterable[Numbered]) -> list[Transfer]:
        """The transfers of these entries; nothing moves nothing, so amounts of zero are left out."""
        transfers = []
        for at, seq, value in decided:
            moves = _MOVES.get(type(value))
            if moves is None:
                continue
            legs = [move for move in moves(self, value) if move[2]]
            transfers += [Transfer(sector, seq, leg, at, *move) for leg, move in enumerate(legs)]
        return transfers

    def _placed(self, placed: Placed) -> Iterator[Move]:
        yield from self._hold(placed.buyer, placed.bid_id, placed.reserved_cents)

    def _changed(self, changed: Changed) -> Iterator[Move]:
        yield from self._hold(changed.buyer, changed.bid_id, changed.reserved_cents)

    def _cancelled(self, cancelled: Cancelled) -> Iterator[Move]:
        yield from self._hold(cancelled.buyer, cancelled.bid_id, 0)

    def _expired(self, expired: Expired) -> Iterator[Move]:
        if expired.thing == "bid" and expired.buyer is not None:
            yield from self._hold(expired.buyer, expired.name, 0)

    def _filled(self, filled: Filled) -> Iterator[Move]:
        payer = wallet(filled.buyer)
        if filled.bid_id is not None:
            payer = reserved(filled.buyer, filled.bid_id)
            self.held_cents[filled.bid_id] = self._held(filled.bid_id) - filled.ask_cents - filled.vat_cents
        yield payer, pending(filled.supplier), filled.ask_cents - filled.fee_cents
        yield payer, FEES, filled.fee_cents
        yield payer, VAT, filled.vat_cents
        if filled.bid_id is not None:
            yield from self._hold(filled.buyer, filled.bid_id, filled.reserved_cents)

    def _upheld(self, upheld: Upheld) -> Iterator[Move]:
        buyer = wallet(upheld.buyer)
        yield pending(upheld.supplier), buyer, upheld.net_cents - upheld.fee_cents
        yield FEES, buyer, upheld.fee_cents
        yield VAT, buyer, upheld.vat_cents

    def _released(self, released: Released) -> Iterator[Move]:
        yield pending(released.supplier), payable(released.supplier), released.amount_cents

    def _deposited(self, deposited: Deposited) -> Iterator[Move]:
        yield BANK, wallet(deposited.organisation), deposited.amount_cents

    def _paid_out(self, paid: PaidOut) -> Iterator[Move]:
        yield payable(paid.organisation), BANK, paid.amount_cents

    def _held(self, bid_id: str) -> Cents:
        return self.held_cents.get(bid_id, 0)

    def _hold(self, buyer: str, bid_id: str, cents: Cents) -> Iterator[Move]:
        """Bring a reservation to this amount, the difference coming from or going to the wallet at once."""
        more = cents - self._held(bid_id)
        self.held_cents[bid_id] = cents
        if not cents:
            del self.held_cents[bid_id]
        if more > 0:
            yield wallet(buyer), reserved(buyer, bid_id), more
        elif more < 0:
            yield reserved(buyer, bid_id), wallet(buyer), -more


_MOVES: dict[type, Callable[[Ledger, Any], Iterator[Move]]] = {
    Placed: Ledger._placed,
    Changed: Ledger._changed,
    Cancelled: Ledger._cancelled,
    Expired: Ledger._expired,
    Filled: Ledger._filled,
    Upheld: Ledger._upheld,
    Released: Ledger._released,
    Deposited: Ledger._deposited,
    PaidOut: Ledger._paid_out,
}


def balances(transfers: Iterable[Transfer]) -> dict[Account, Cents]:
    """What every account holds after these transfers."""
    held: dict[Account, Cents] = defaultdict(int)
    for transfer in transfers:
        held[transfer.debit] -= transfer.amount_cents
        held[transfer.credit] += transfer.amount_cents
    return dict(held)


def prove_zero(held: dict[Account, Cents]) -> None:
    """Raise TapeBroken unless all accounts sum to zero and only the bank is overdrawn beyond a wallet's line."""
    total = sum(held.values())
    if total:
        raise TapeBroken(f"the accounts sum to {total} cents, not to zero")
    for account, cents in held.items():
        if cents < 0 and account != BANK and not account.startswith(_WALLET):
            raise TapeBroken(f"account {account} holds {cents} cents")
