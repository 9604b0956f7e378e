"""Who may trade in a sector, and how much: permits its sides need, and leads a supplier may list a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, log
from exchange.desk import Desk
from exchange.errors import Invalid, Unknown
from exchange.operators.register import KINDS
from exchange.schema import organisations
from exchange.schema.admission import supplier_caps
from exchange.store.admission import SIDES, ask_permits, asked_permits, permits_text

MOST_A_DAY = 1_000_000


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Every verb raises Forbidden for anybody but operators, Unknown for a sector or firm there is none of."""

    desk: Desk

    def ask_permits(self, user: User, sector: str, asked: Mapping[str, Sequence[str]], request_id: str = "") -> None:
        """Which permits suppliers and buyers need from now on, any one of those named; none named: none. Invalid."""
        only_operators(user)
        if sector not in self.desk.sectors():
            raise Unknown("sector", sector)
        if not set(asked) <= set(SIDES) or not {kind for kinds in asked.values() for kind in kinds} <= set(KINDS):
            raise Invalid("permits", f"{', '.join(SIDES)}: {', '.join(KINDS)}")
        text = permits_text(dict(asked))
        with self.desk.store.write_aside() as connection:
            before = permits_text(dict(asked_permits(connection, sector)))
            ask_permits(connection, sector, text)
            deed = Deed("sector.permits", {"sector": sector}, {"permits": before}, {"permits": text})
            log(connection, Hand(user.user_id, request_id), deed, self.desk.store.clock.now())

    def cap(self, user: User, supplier: str, sector: str, per_day: int | None, request_id: str = "") -> None:
        """The most leads of a supplier that are listed in a sector on a day in Berlin; None: no cap. Raises Invalid."""
        only_operators(user)
        if per_day is not None and not 0 <= per_day <= MOST_A_DAY:
            raise Invalid("per_day", f"0 to {MOST_A_DAY}")
        known = supplier_caps.c
        mine = (known.supplier == supplier) & (known.sector == sector)
        with self.desk.store.write_aside() as connection:
            firm = select(organisations.c.organisation).where(organisations.c.organisation == supplier)
            if sector not in self.desk.sectors() or connection.execute(firm).first() is None:
                raise Unknown("supplier or sector", f"{supplier} {sector}")
            before = connection.execute(select(known.per_day).where(mine)).scalar()
            connection.execute(delete(supplier_caps).where(mine))
            if per_day is not None:
                connection.execute(insert(supplier_caps).values(supplier=supplier, sector=sector, per_day=per_day))
            objects = {"supplier": supplier, "sector": sector}
            deed = Deed("supplier.cap", objects, {"per_day": before}, {"per_day": per_day})
            log(connection, Hand(user.user_id, request_id), deed, self.desk.store.clock.now())
