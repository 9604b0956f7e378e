"""Deposits: announced, paid outside, confirmed, booked once.

A deposit is ``open`` until somebody says that its money arrived. Above the house's limit one operator's word makes it
``checked`` and another's ``received``; then the desk books it, and it is ``booked``. A process that ends between the
last two leaves it ``received``: whoever looks next books it, and the house's tape says whether that was done already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from exchange.access.users import User
from exchange.audit import Deed, Hand, log
from exchange.desk import Desk
from exchange.errors import ExchangeError, Forbidden, Invalid, Unknown
from exchange.house import MOST_CENTS
from exchange.house import Deposit as DepositOrder
from exchange.member import HOUSE
from exchange.money import Cents
from exchange.payments.provider import Instructions, Provider, Receipt
from exchange.payments.reference import new_reference
from exchange.schema import deposits, heads, tape
from exchange.store.engine import locked

LEAST_CENTS: Cents = 1_00
MOST_OPEN = 20
"""Deposits one firm may have open at a time."""
ENDED = ("booked", "received")


class AnotherFirst(Forbidden):
    """The operator who confirmed first may not be the one who confirms after."""


@dataclass(frozen=True, slots=True)
class Deposits:
    """``providers`` by name; the first starts new deposits. From ``four_eyes_cents`` on two operators confirm."""

    desk: Desk
    providers: Mapping[str, Provider]
    four_eyes_cents: Cents

    @property
    def provider(self) -> Provider:
        """The one new deposits are paid by."""
        return next(iter(self.providers.values()))

    # --- the firm ------------------------------------------------------------------------------------------

    def announce(self, user: User, amount_cents: Cents) -> str:
        """A firm will pay this much, gross; returns the reference to pay under.

        Raises Forbidden for all but owners, Invalid, and where too many wait already.
        """
        if user.role != "owner":
            raise Forbidden("the firm's owner announces deposits")
        if not LEAST_CENTS <= amount_cents <= MOST_CENTS:
            raise Invalid("amount", f"give at least {LEAST_CENTS} cents")
        reference = new_reference()
        with self.desk.store.write_aside() as connection:
            mine = (deposits.c.organisation == user.organisation) & (deposits.c.state == "open")
            if len(connection.execute(select(deposits.c.reference).where(mine)).all()) >= MOST_OPEN:
                raise Invalid("amount", "too many deposits are open: cancel some")
            row = {"reference": reference, "organisation": user.organisation, "provider": self.provider.name}
            asked = {"amount_cents": amount_cents, "asked_at": self._now()}
            connection.execute(insert(deposits).values(**row, **asked, state="open", asked_by=user.user_id))
        return reference

    def instructions(self, provider: str, reference: str, amount_cents: Cents) -> Instructions:
        """How to pay a deposit."""
        return self.providers[provider].begin(reference, amount_cents)

    def cancel(self, user: User, reference: str) -> None:
        """The firm will not pay it; money that comes all the same can still be confirmed. Raises Unknown."""
        with self.desk.store.write_aside() as connection:
            row = _row(connection, reference)
            if row.organisation != user.organisation:
                raise Unknown("deposit", reference)
            if row.state == "open":
                connection.execute(_of(reference).values(state="cancelled"))

    def firm_of(self, reference: str) -> str | None:
        """Whose deposit a reference names, if it is one."""
        with self.desk.store.read() as connection:
            whose = select(deposits.c.organisation).where(deposits.c.reference == reference)
            return connection.execute(whose).scalar_one_or_none()

    # --- the operators -------------------------------------------------------------------------------------

    def confirm(self, user: User, reference: str, received_cents: Cents) -> str:
        """An operator read on the statement that this much came; returns the deposit's state now.

        Said again it changes nothing. Raises Unknown, Forbidden (`AnotherFirst` where the second word must be
        somebody else's), Invalid where the second names another amount than the first.
        """
        if user.role != "operator":
            raise Forbidden("operators confirm deposits")
        if not 0 < received_cents <= MOST_CENTS:
            raise Invalid("amount", "give what arrived")
        with self.desk.store.write_aside() as connection:
            row = _row(connection, reference)
            if not self.providers[row.provider].by_hand:
                raise Forbidden(f"{row.provider} confirms its payments itself")
            if row.state not in ENDED:
                changed = self._checked(connection, row, user, received_cents)
                connection.execute(_of(reference).values(**changed))
                after = {"state": changed.get("state", row.state), "cents": received_cents}
                deed = Deed("deposit.confirm", {"deposit": reference}, {"state": row.state}, after)
                log(connection, Hand(user.user_id), deed, self._now())
            elif row.received_cents != received_cents:
                raise Invalid("amount", f"{row.received_cents} cents were confirmed before")
        return self.book(reference)

    def _checked(self, connection: Connection, row: Row[Any], user: User, received_cents: Cents) -> dict[str, Any]:
        """What one more word changes; who spoke first may correct themselves."""
        arrived = {"state": "received", "receipt": row.reference, "after_seq": _house_seq(connection)}
        first = {"received_cents": received_cents, "first_by": user.user_id, "first_at": self._now()}
        mine = row.first_by == user.user_id
        if row.state != "checked" or (mine and row.received_cents != received_cents):
            return first | (arrived if received_cents < self.four_eyes_cents else {"state": "checked"})
        if mine:
            raise AnotherFirst("another operator confirms this amount")
        if row.received_cents != received_cents:
            raise Invalid("amount", f"the first operator read {row.received_cents} cents")
        return arrived | {"second_by": user.user_id}

    # --- providers -----------------------------------------------------------------------------------------

    def receive(self, receipt: Receipt) -> str:
        """A provider says that money arrived; the same receipt again changes nothing. Returns the state now.

        Raises Unknown for a reference that is none of the provider's, Invalid where it was paid by another receipt.
        """
        with self.desk.store.write_aside() as connection:
            row = _row(connection, receipt.reference)
            if row.provider != receipt.provider or self.providers[row.provider].by_hand:
                raise Unknown("deposit", receipt.reference)
            if row.state in ENDED and (row.receipt, row.received_cents) != (receipt.receipt, receipt.amount_cents):
                raise Invalid("receipt", f"{receipt.reference} was paid by another receipt")
            if row.state not in ENDED:
                arrived = {"state": "received", "receipt": receipt.receipt, "received_cents": receipt.amount_cents}
                connection.execute(_of(receipt.reference).values(**arrived, after_seq=_house_seq(connection)))
        return self.book(receipt.reference)

    # --- booking -------------------------------------------------------------------------------------------

    def book(self, reference: str) -> str:
        """Put money that was received into the wallet, once; returns the deposit's state now."""
        with self.desk.store.read() as connection:
            row = connection.execute(select(deposits).where(deposits.c.reference == reference)).one()
            seq = _booked_seq(connection, row) if row.state == "received" else None
        if row.state != "received":
            return str(row.state)
        if seq is None:
            answer = self.desk.deposit(
                row.organisation, amount_cents=row.received_cents, reference=reference, key=f"deposit-{reference}"
            )
            if answer.refused is not None:
                raise ExchangeError(f"the house refused deposit {reference}: {answer.refused.code}")
            seq = answer.entries[0].seq
        with self.desk.store.write_aside() as connection:
            still = _of(reference).where(deposits.c.state == "received")
            connection.execute(still.values(state="booked", seq=seq, booked_at=self._now()))
        return "booked"

    def book_left(self) -> int:
        """Book what a process that ended left ``received``; returns how many."""
        with self.desk.store.read() as connection:
            left = select(deposits.c.reference).where(deposits.c.state == "received")
            references = connection.execute(left).scalars().all()
        return sum(self.book(reference) == "booked" for reference in references)

    def _now(self) -> int:
        return self.desk.store.clock.now()


def _row(connection: Connection, reference: str) -> Row[Any]:
    """A deposit, locked; raises Unknown."""
    row = connection.execute(locked(select(deposits).where(deposits.c.reference == reference))).one_or_none()
    if row is None:
        raise Unknown("deposit", reference)
    return row


def _of(reference: str) -> Any:
    return update(deposits).where(deposits.c.reference == reference)


def _house_seq(connection: Connection) -> int:
    return int(connection.execute(select(heads.c.head_seq).where(heads.c.sector == HOUSE)).scalar_one())


def _booked_seq(connection: Connection, row: Row[Any]) -> int | None:
    """The order on the house's tape that booked it, if any: keys are forgotten after 30 days, tapes are not."""
    known = tape.c
    mine = known.payload.contains(f'"reference":"{row.reference}"', autoescape=True)
    later = (known.sector == HOUSE) & (known.seq > row.after_seq) & (known.kind == DepositOrder.kind)
    return connection.execute(select(known.seq).where(later, mine).limit(1)).scalar_one_or_none()
