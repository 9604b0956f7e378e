"""Payouts: what became payable to a supplier leaves for its bank account (rules.md §8.1: a report from outside).

One operator states what was transferred, and it is booked; from the house's limit on another one books it. The order,
the row and the line of the audit log are written in one transaction, so a payout is never booked twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, log
from exchange.desk import Conflict, Desk
from exchange.errors import Invalid, Unknown
from exchange.failpoint import failpoint
from exchange.house import MOST_CENTS
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.outcome import Refused
from exchange.payments.deposits import AnotherFirst
from exchange.schema import organisations, payouts
from exchange.tape import Numbered

MOST_REFERENCE = 140
"""As long as the purpose of a SEPA transfer."""


@dataclass(frozen=True, slots=True)
class Payouts:
    """From ``four_eyes_cents`` on two operators are needed. Every verb raises Forbidden for anybody else."""

    desk: Desk
    four_eyes_cents: Cents

    def ask(self, user: User, supplier: str, amount_cents: Cents, reference: str, request_id: str = "") -> str:
        """So much was, or is to be, transferred (net cents); returns ``booked``, ``asked`` where another operator must
        book it, ``insufficient_funds`` where less is payable. Raises Unknown, Invalid, Conflict while one waits."""
        only_operators(user)
        reference = " ".join(reference.split())
        if not 0 < amount_cents <= MOST_CENTS:
            raise Invalid("amount", "give what is paid out")
        if not 3 <= len(reference) <= MOST_REFERENCE or not reference.isprintable():
            raise Invalid("reference", f"3 to {MOST_REFERENCE} letters: what the bank's booking says")
        payout_id, now = f"AZ-{token_hex(5).upper()}", self.desk.store.clock.now()
        with self.desk.store.write_aside() as connection:
            known = organisations.c
            if connection.execute(select(known.supplier).where(known.organisation == supplier)).scalar() is not True:
                raise Unknown("supplier", supplier)
            if connection.execute(select(payouts.c.payout_id).where(_waiting(supplier))).first() is not None:
                raise Conflict("a payout to this supplier waits already")
            row = {"payout_id": payout_id, "supplier": supplier, "amount_cents": amount_cents, "reference": reference}
            asked = {"state": "asked", "asked_by": user.user_id, "asked_at": now}
            connection.execute(insert(payouts).values(**row, **asked))
            failpoint("payout.row")
            after: dict[str, Any] = {"cents": amount_cents, "reference": reference}
            deed = Deed("payout.ask", {"payout": payout_id, "organisation": supplier}, {}, after)
            log(connection, Hand(user.user_id, request_id), deed, now)
            noted = _row(connection, payout_id)
            failpoint("payout.noted")
        failpoint("payout.asked")
        if amount_cents >= self.four_eyes_cents:
            return "asked"
        return self._book(user, noted, request_id)

    def approve(self, user: User, payout_id: str, request_id: str = "") -> str:
        """The second word; returns as `ask`. Raises Unknown, `AnotherFirst` for whoever asked, Conflict."""
        only_operators(user)
        with self.desk.store.read() as connection:
            row = _row(connection, payout_id)
        if row.state == "booked":
            return "booked"
        if row.asked_by == user.user_id and row.amount_cents >= self.four_eyes_cents:
            raise AnotherFirst("another operator books this payout")
        return self._book(user, row, request_id)

    def drop(self, user: User, payout_id: str, request_id: str = "") -> None:
        """It is not paid out. Raises Unknown, Conflict where it was booked or dropped before."""
        only_operators(user)
        now = self.desk.store.clock.now()
        with self.desk.store.write_aside() as connection:
            row = _row(connection, payout_id)
            _decide(connection, payout_id, {"state": "dropped", "decided_by": user.user_id, "decided_at": now})
            objects = {"payout": payout_id, "organisation": row.supplier}
            log(connection, Hand(user.user_id, request_id), Deed("payout.drop", objects), now)

    def _book(self, user: User, row: Row[Any], request_id: str) -> str:
        payout_id: str = row.payout_id

        def beside(connection: Connection, tape: str, decided: Sequence[Numbered], at: Instant) -> None:
            seq, outcome = decided[0][1], decided[-1][2]
            refused = isinstance(outcome, Refused)
            state = {"state": "dropped"} if refused else {"state": "booked", "seq": seq}
            _decide(connection, payout_id, state | {"decided_by": user.user_id, "decided_at": at})
            failpoint("payout.decided")
            after: dict[str, Any] = {"cents": row.amount_cents, "refused": refused}
            objects = {"payout": payout_id, "organisation": row.supplier}
            log(connection, Hand(user.user_id, request_id), Deed("payout.book", objects, {}, after, tape, seq), at)
            failpoint("payout.logged")

        desk = self.desk.noting(beside)
        answer = desk.pay_out(
            row.supplier, amount_cents=row.amount_cents, reference=f"{payout_id} {row.reference}", key=payout_id
        )
        return "booked" if answer.refused is None else answer.refused.code


def _waiting(supplier: str) -> Any:
    return (payouts.c.supplier == supplier) & (payouts.c.state == "asked")


def _row(connection: Connection, payout_id: str) -> Row[Any]:
    row = connection.execute(select(payouts).where(payouts.c.payout_id == payout_id)).one_or_none()
    if row is None:
        raise Unknown("payout", payout_id)
    return row


def _decide(connection: Connection, payout_id: str, values: dict[str, Any]) -> None:
    """End what waits, once; raises Conflict where somebody else did."""
    waits = (payouts.c.payout_id == payout_id) & (payouts.c.state == "asked")
    if connection.execute(update(payouts).where(waits).values(**values)).rowcount != 1:
        raise Conflict("this payout was booked or dropped already")
