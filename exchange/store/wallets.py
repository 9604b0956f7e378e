"""Wallets within one transaction: locked when first asked for, running, written once at the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from exchange.calendars import berlin_day
from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.ledger import Transfer
from exchange.member import DailyLimit
from exchange.money import Cents
from exchange.orderbook.order import Facts
from exchange.orderbook.outcome import Filled
from exchange.schema import sales, transfers, wallets
from exchange.store.sheets import Row, Sheet
from exchange.store.wire import Question


class WalletRow(NamedTuple):
    """A wallet as it is kept."""

    organisation: str
    balance_cents: Cents
    credit_line_cents: Cents
    movement: int
    limit_cents: Cents | None
    later_cents: Cents | None
    later_at: Instant | None


_COLUMNS = ", ".join(WalletRow._fields)
_NAMED = f"SELECT {_COLUMNS} FROM wallets WHERE organisation {{among}} ORDER BY organisation {{by_letters}}"  # noqa: S608
_LOCKED = Question(_NAMED + " {locked}", WalletRow)
_LOCKED_IF_FREE = Question(_NAMED + " {if_free}", WalletRow)

WALLETS = Sheet(
    wallets,
    ("balance_cents", "credit_line_cents", "movement"),
    found_by={"organisation": "organisation", "movement": "read_movement"},
)
"""Wallets that moved: nobody else moved them meanwhile."""
TRANSFERS = Sheet(transfers, [column.name for column in transfers.columns])
"""New transfers."""


@dataclass(slots=True)
class Wallet:
    """What one organisation may spend: balance (reservations taken out) plus credit line, gross cents.

    ``movement`` is the number of the last movement, ``read_movement`` the one its row had; ``bought_cents`` what this
    transaction has spent of the firm's own limit, net.
    """

    organisation: str
    balance_cents: Cents
    credit_line_cents: Cents
    movement: int
    read_movement: int
    limit: DailyLimit
    bought_cents: Cents = 0

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

    def set_limit(self, limit: DailyLimit, movement: int) -> None:
        """Another limit of the firm's own, which counts as a movement."""
        self.limit = limit
        self.movement = movement


class Wallets:
    """The wallets one transaction has touched."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, Wallet] = {}
        self._highest = ""
        self._bought: dict[str, Cents] = {}

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
        names = sorted(set(organisations) - self._known.keys())
        if names:
            self._note((_LOCKED if names[0] > self._highest else _LOCKED_IF_FREE).ask(self._connection, names))
            self._highest = max(self._highest, names[-1])

    def _note(self, rows: Iterable[WalletRow]) -> None:
        for row in rows:
            limit = DailyLimit(row.limit_cents, row.later_cents, row.later_at)
            self._known[row.organisation] = Wallet(*row[:4], row.movement, limit)

    # --- the firm's own limit ------------------------------------------------------------------------------

    def limit_left_cents(self, organisation: str, at: Instant) -> Cents | None:
        """What is left of the firm's own limit for the day of an instant, net; None without one.

        Exact: every instant bid of the firm, in whichever sector, is decided under its wallet's lock.
        """
        wallet = self[organisation]
        limit_cents = wallet.limit.at(at)
        if limit_cents is None:
            return None
        return max(limit_cents - self._bought_before(organisation, at) - wallet.bought_cents, 0)

    def _bought_before(self, organisation: str, at: Instant) -> Cents:
        """What a firm bought on this day before this transaction: asked once, for all firms with a limit."""
        if organisation not in self._bought:
            limited = {name for name, wallet in self._known.items() if wallet.limit.at(at) is not None}
            self._bought |= dict.fromkeys(limited, 0)
            self._bought |= bought_on_day(self._connection, limited, at)
        return self._bought[organisation]

    def bought(self, filled: Iterable[Filled]) -> None:
        """Count what instant bids have just bought; a standing bid has caps and a budget of its own."""
        for one in filled:
            if one.bid_id is None:
                self[one.buyer].bought_cents += one.ask_cents

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

    def moved(self) -> Sequence[Row]:
        """The rows of what moved, in the order of their ids."""
        return [
            {
                "organisation": name,
                "read_movement": wallet.read_movement,
                "balance_cents": wallet.balance_cents,
                "credit_line_cents": wallet.credit_line_cents,
                "movement": wallet.movement,
            }
            for name, wallet in sorted(self._known.items())
            if wallet.movement != wallet.read_movement
        ]


def bought_on_day(connection: Connection, organisations: Iterable[str], at: Instant) -> dict[str, Cents]:
    """What these firms bought by instant bids on the day of an instant in Europe/Berlin, net, if anything."""
    from_at, until_at = berlin_day(at)
    known = sales.c
    question = select(known.buyer, func.sum(known.ask_cents).label("cents")).where(
        known.buyer.in_(sorted(organisations)),
        known.sold_at >= from_at,
        known.sold_at < until_at,
        known.bid_id.is_(None),
    )
    return {row.buyer: int(row.cents) for row in connection.execute(question.group_by(known.buyer))}
