"""Wallets within one transaction: locked when first asked for, running, written once at the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from exchange.errors import ExchangeError, Unknown
from exchange.failpoint import failpoint
from exchange.ledger import Transfer
from exchange.money import Cents
from exchange.orderbook.order import Facts
from exchange.schema import wallets
from exchange.store.books import chunks
from exchange.store.engine import locked

_NAMED = (
    select(wallets)
    .where(wallets.c.organisation.in_(bindparam("names", expanding=True)))
    .order_by(wallets.c.organisation)
)
_LOCKED = locked(_NAMED)
_LOCKED_IF_FREE = locked(_NAMED, wait=False)
_WRITE = (
    update(wallets)
    .where(wallets.c.organisation == bindparam("whose"), wallets.c.movement == bindparam("before"))
    .values(balance_cents=bindparam("balance"), credit_line_cents=bindparam("line"), movement=bindparam("movement"))
)


@dataclass(slots=True)
class Wallet:
    """What one organisation may spend: balance (reservations taken out) plus credit line, gross cents.

    ``movement`` is the number of the last movement, ``read_movement`` the one its row had.
    """

    organisation: str
    balance_cents: Cents
    credit_line_cents: Cents
    movement: int
    read_movement: int

    @property
    def facts(self) -> Facts:
        """What a decision may know of the wallet (rules.md §9)."""
        return Facts(self.balance_cents + self.credit_line_cents, self.movement)

    def move(self, cents: Cents) -> None:
        """One more movement: positive into the wallet, negative out of it."""
        self.balance_cents += cents
        self.movement += 1

    def set_line(self, cents: Cents, movement: int) -> None:
        """Another credit line, which counts as a movement."""
        self.credit_line_cents = cents
        self.movement = movement


class Wallets:
    """The wallets one transaction has touched."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, Wallet] = {}
        self._highest = ""

    def __getitem__(self, organisation: str) -> Wallet:
        """An organisation's wallet, locked; raises Unknown where there is none."""
        self.lock((organisation,))
        wallet = self._known.get(organisation)
        if wallet is None:
            raise Unknown("organisation", organisation)
        return wallet

    def lock(self, organisations: Iterable[str]) -> None:
        """Lock several in the order of their ids, which keeps transactions from waiting for each other.

        One that turns out to be needed after a later one was locked is taken only if it is free: two transactions never
        wait for each other in a circle. Raises Busy, at the end of the transaction, where it is not.
        """
        for some in chunks(sorted(set(organisations) - self._known.keys())):
            statement = _LOCKED if some[0] > self._highest else _LOCKED_IF_FREE
            self._highest = max(self._highest, some[-1])
            for row in self._connection.execute(statement, {"names": some}):
                self._known[row.organisation] = Wallet(
                    row.organisation, row.balance_cents, row.credit_line_cents, row.movement, row.movement
                )

    def apply(self, transfers: Iterable[Transfer]) -> list[dict[str, Any]]:
        """Move the wallets these transfers touch, in order; returns the transfers' rows."""
        return [self._row(transfer) for transfer in transfers]

    def _row(self, transfer: Transfer) -> dict[str, Any]:
        whose = transfer.wallet
        row: dict[str, Any] = {
            "sector": transfer.sector,
            "seq": transfer.seq,
            "leg": transfer.leg,
            "at": transfer.at,
            "debit": transfer.debit,
            "credit": transfer.credit,
            "amount_cents": transfer.amount_cents,
            "wallet": whose,
            "movement": None,
            "balance_cents": None,
        }
        if whose is not None:
            wallet = self[whose]
            wallet.move(transfer.to_wallet_cents)
            row |= {"movement": wallet.movement, "balance_cents": wallet.balance_cents}
        return row

    def write(self) -> None:
        """Write what moved, each only if no one else moved it meanwhile."""
        for name in sorted(self._known):
            wallet = self._known[name]
            if wallet.movement == wallet.read_movement:
                continue
            values = {
                "whose": name,
                "before": wallet.read_movement,
                "balance": wallet.balance_cents,
                "line": wallet.credit_line_cents,
                "movement": wallet.movement,
            }
            if self._connection.execute(_WRITE, values).rowcount != 1:
                raise ExchangeError(f"wallet {name} moved while it was locked")
            wallet.read_movement = wallet.movement
            failpoint("write.wallet")
