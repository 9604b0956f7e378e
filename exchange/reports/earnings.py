"""What a supplier earned, by the ledger and by day, and when what is still pending becomes payable."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from exchange.instant import DAY_US, Instant
from exchange.ledger import payable, pending
from exchange.money import Cents
from exchange.orderbook.sale import CLAIMED
from exchange.reports.supplies import gone_cents, held_cents
from exchange.schema import sales, transfers


@dataclass(slots=True)
class EarningDay:
    """What one day moved: sold into pending, returned by upheld claims, released to payable, paid out."""

    from_at: Instant
    sold_cents: Cents = 0
    returned_cents: Cents = 0
    released_cents: Cents = 0
    paid_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class Coming:
    """Pending parts of sales that become payable within one day from ``from_at`` on. ``claimed`` seats have an open
    claim: their part comes then, if it is rejected or nobody rules on it, at the latest."""

    from_at: Instant
    seats: int
    claimed: int
    amount_cents: Cents


@dataclass(frozen=True, slots=True)
class EarningsBook:
    """Balances now, days of the span with the latest last, and what is to come, the next first."""

    pending_cents: Cents
    payable_cents: Cents
    paid_cents: Cents
    days: list[EarningDay]
    coming: list[Coming]


def earnings_book(connection: Connection, supplier: str, midnights: Sequence[Instant]) -> EarningsBook:
    """The supplier's accounts; days begin at these instants."""
    return EarningsBook(
        held_cents(connection, pending(supplier)),
        held_cents(connection, payable(supplier)),
        gone_cents(connection, payable(supplier)),
        _days(connection, supplier, midnights),
        _coming(connection, supplier, midnights[-1]),
    )


def _days(connection: Connection, supplier: str, midnights: Sequence[Instant]) -> list[EarningDay]:
    found = [EarningDay(at) for at in midnights]
    waiting, ready = pending(supplier), payable(supplier)
    ours = or_(*(column.in_((waiting, ready)) for column in (transfers.c.debit, transfers.c.credit)))
    wanted = select(transfers.c.at, transfers.c.debit, transfers.c.credit, transfers.c.amount_cents)
    for row in connection.execute(wanted.where(ours, transfers.c.at >= midnights[0])):
        day = found[bisect_right(midnights, row.at) - 1]
        if row.credit == waiting:
            day.sold_cents += row.amount_cents
        elif row.credit == ready:
            day.released_cents += row.amount_cents
        elif row.debit == waiting:
            day.returned_cents += row.amount_cents
        else:
            day.paid_cents += row.amount_cents
    return found


def due_at(claim: str, closes_at: Instant, silence_at: Instant | None) -> Instant:
    """When a pending part becomes payable at the latest: after the claim window, or when an open claim lapses."""
    return max(closes_at, silence_at) if claim == CLAIMED and silence_at is not None else closes_at


def _coming(connection: Connection, supplier: str, midnight_at: Instant) -> list[Coming]:
    """Counted in whole days from this midnight: an hour more or less where clocks change says nothing wrong, for the
    day named is that of the instant itself."""
    wanted = select(sales).where(sales.c.supplier == supplier, sales.c.released.is_(False))
    found: dict[int, list[tuple[bool, Cents, Instant]]] = {}
    for row in connection.execute(wanted):
        left = row.ask_cents - row.fee_cents - row.returned_net_cents + row.returned_fee_cents
        at = due_at(row.claim, row.closes_at, row.silence_at)
        if left:
            found.setdefault((at - midnight_at) // DAY_US, []).append((row.claim == CLAIMED, left, at))
    return [
        Coming(
            min(at for _, _, at in parts),
            len(parts),
            sum(claimed for claimed, _, _ in parts),
            sum(cents for _, cents, _ in parts),
        )
        for _, parts in sorted(found.items())
    ]
