"""Credit lines: what a buyer may owe. One operator lowers one at once, and sets a small one; far up it takes two.

What counts is where the line ends, not how far it goes up, so that nobody raises it in many small steps. The order, the
row and the line of the operators' log are written in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Conflict, Desk
from exchange.errors import Invalid, Unknown
from exchange.house import SetCreditLine
from exchange.instant import Instant
from exchange.member import HOUSE
from exchange.money import Cents
from exchange.orderbook.outcome import Refused
from exchange.payments.deposits import AnotherFirst
from exchange.schema import credit_asks, heads, tape, wallets
from exchange.tape import Numbered

MOST_CREDIT_CENTS = 10**10
SET, ASKED, DROPPED = "set", "asked", "dropped"


@dataclass(frozen=True, slots=True)
class CreditLines:
    """To a line of ``four_eyes_cents`` or more only two operators raise. Every verb raises Forbidden for others."""

    desk: Desk
    four_eyes_cents: Cents

    def set(self, user: User, organisation: str, cents: Cents, request_id: str = "") -> str:
        """Another credit line; returns ``set``, ``asked`` where another operator must set it, ``insufficient_funds``
        where the firm owes more already. Raises Unknown, Invalid, Conflict while a raise waits already."""
        only_operators(user)
        if not 0 <= cents <= MOST_CREDIT_CENTS:
            raise Invalid("credit", "give an amount")
        known = self.look(organisation)
        if cents > known.cents and cents >= self.four_eyes_cents:
            self._ask(user, organisation, known.cents, cents, request_id)
            return ASKED
        return self.change(user, organisation, known, cents, request_id)

    def approve(self, user: User, organisation: str, ask_id: str, request_id: str = "") -> str:
        """The second word; returns as `set`. Raises Unknown, `AnotherFirst` for whoever asked, Conflict."""
        only_operators(user)
        with self.desk.store.read() as connection:
            row = _row(connection, organisation, ask_id)
        if row.asked_by == user.user_id:
            raise AnotherFirst("another operator sets this credit line")
        if row.state == SET:
            return SET
        if row.state == DROPPED:
            raise Conflict("this raise was dropped already")
        return self.change(user, organisation, self.look(organisation), row.credit_line_cents, request_id, ask_id)

    def drop(self, user: User, organisation: str, ask_id: str, request_id: str = "") -> None:
        """The line stays as it is. Raises Unknown, Conflict where it was set or dropped before."""
        only_operators(user)
        now = self.desk.store.clock.now()
        with self.desk.store.write_aside() as connection:
            row = _row(connection, organisation, ask_id)
            _decide(connection, ask_id, {"state": DROPPED, "decided_by": user.user_id, "decided_at": now})
            deed = Deed("member.credit_drop", _objects(organisation, ask_id), {}, {"cents": row.credit_line_cents})
            log(connection, Hand(user.user_id, request_id), deed, now)

    def _ask(self, user: User, organisation: str, before: Cents, cents: Cents, request_id: str) -> None:
        ask_id, now = f"KR-{token_hex(5).upper()}", self.desk.store.clock.now()
        with self.desk.store.write_aside() as connection:
            mine = (credit_asks.c.organisation == organisation) & (credit_asks.c.state == ASKED)
            if connection.execute(select(credit_asks.c.ask_id).where(mine)).first() is not None:
                raise Conflict("a raise of this firm's credit line waits already")
            row = {"ask_id": ask_id, "organisation": organisation, "credit_line_cents": cents, "state": ASKED}
            connection.execute(insert(credit_asks).values(**row, asked_by=user.user_id, asked_at=now))
            deed = Deed("member.credit_ask", _objects(organisation, ask_id), {"cents": before}, {"cents": cents})
            log(connection, Hand(user.user_id, request_id), deed, now)

    def change(
        self, user: User, organisation: str, known: "Known", cents: Cents, request_id: str = "", ask_id: str = ""
    ) -> str:
        """Set a line that one has looked at; raises Conflict where it was set anew since: it might be a raise now."""

        def beside(connection: Connection, name: str, decided: Sequence[Numbered], at: Instant) -> None:
            seq, outcome = decided[0][1], decided[-1][2]
            code = outcome.code if isinstance(outcome, Refused) else ""
            if _set_between(connection, name, organisation, known.seq, seq):
                raise Conflict("this credit line was set anew meanwhile: look again")
            if ask_id:
                state: dict[str, Any] = {"state": DROPPED} if code else {"state": SET, "seq": seq}
                _decide(connection, ask_id, state | {"decided_by": user.user_id, "decided_at": at})
            after: dict[str, Small] = {"cents": cents, "refused": code}
            deed = Deed("member.credit", _objects(organisation, ask_id), {"cents": known.cents}, after, name, seq)
            log(connection, Hand(user.user_id, request_id), deed, at)

        desk = self.desk.noting(beside)
        answer = desk.set_credit_line(organisation, credit_line_cents=cents, key=ask_id or None)
        return SET if answer.refused is None else answer.refused.code

    def look(self, organisation: str) -> "Known":
        """What a firm may owe now; raises Unknown."""
        with self.desk.store.read() as connection:
            ended = select(heads.c.head_seq).where(heads.c.sector == HOUSE)
            seq = connection.execute(ended).scalar_one()
            line = select(wallets.c.credit_line_cents).where(wallets.c.organisation == organisation)
            cents: Cents | None = connection.execute(line).scalar_one_or_none()
        if cents is None:
            raise Unknown("organisation", organisation)
        return Known(cents, seq)


@dataclass(frozen=True, slots=True)
class Known:
    """A credit line, and where the house's tape ended before it was looked at."""

    cents: Cents
    seq: int


def _objects(organisation: str, ask_id: str) -> dict[str, Small]:
    return {"organisation": organisation, "ask": ask_id} if ask_id else {"organisation": organisation}


def _set_between(connection: Connection, tape_name: str, organisation: str, since: int, until: int) -> bool:
    """Whether another order named this firm's credit line between two numbers; exact under the tape's lock."""
    orders = (tape.c.sector == tape_name) & (tape.c.kind == SetCreditLine.kind)
    mine = tape.c.payload.contains(f'"organisation":"{organisation}"', autoescape=True)
    found = select(tape.c.seq).where(orders, mine, tape.c.seq > since, tape.c.seq < until)
    return connection.execute(found).first() is not None


def _row(connection: Connection, organisation: str, ask_id: str) -> Row[Any]:
    mine = (credit_asks.c.ask_id == ask_id) & (credit_asks.c.organisation == organisation)
    row = connection.execute(select(credit_asks).where(mine)).one_or_none()
    if row is None:
        raise Unknown("raise", ask_id)
    return row


def _decide(connection: Connection, ask_id: str, values: dict[str, Any]) -> None:
    """End what waits, once; raises Conflict where somebody else did."""
    waits = (credit_asks.c.ask_id == ask_id) & (credit_asks.c.state == ASKED)
    if connection.execute(update(credit_asks).where(waits).values(**values)).rowcount != 1:
        raise Conflict("this raise was set or dropped already")
