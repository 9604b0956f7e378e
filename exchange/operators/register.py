"""The register of members: joining, groups, suspension, licences."""

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import insert, select, update

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Desk
from exchange.errors import Invalid, Unknown
from exchange.instant import Instant
from exchange.member import check_id
from exchange.operators.noting import Line, noting
from exchange.schema import organisations
from exchange.schema.operating import licences

KINDS = ("34d", "34f", "34i", "34c", "other")
"""§§ of the Gewerbeordnung a permit can be under."""
MOST_NUMBER_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Register:
    """Every verb raises Forbidden for anybody but operators, Unknown for a member there is none of."""

    desk: Desk

    def join(
        self, user: User, organisation: str, *, name: str, supplier: bool, buyer: bool, request_id: str = ""
    ) -> None:
        """Admit a firm. Raises Invalid."""
        only_operators(user)
        check_id("organisation", organisation)
        if not 2 <= len(name.strip()) <= 100:
            raise Invalid("name", "2 to 100 letters")
        if not supplier and not buyer:
            raise Invalid("role", "a member sells, buys, or both")
        with self.desk.store.read() as connection:
            known = select(organisations.c.organisation).where(organisations.c.organisation == organisation)
            if connection.execute(known).first() is not None:
                raise Invalid("organisation", f"{organisation} is taken")
        line = Line("member.join", {"organisation": organisation}, {}, {"supplier": supplier, "buyer": buyer})
        noting(self.desk, Hand(user.user_id, request_id), line).join(
            organisation, name=name.strip(), supplier=supplier, buyer=buyer
        )

    def change(self, user: User, organisation: str, *, group: str, suspended: bool, request_id: str = "") -> None:
        """Another group or standing, everywhere at one instant. Raises Invalid."""
        only_operators(user)
        check_id("group", group)
        with self.desk.store.read() as connection:
            known = select(organisations).where(organisations.c.organisation == organisation)
            row = connection.execute(known).one_or_none()
        if row is None:
            raise Unknown("organisation", organisation)
        before: dict[str, Small] = {"group": row.group_id, "suspended": row.suspended}
        line = Line("member.change", {"organisation": organisation}, before, {"group": group, "suspended": suspended})
        noting(self.desk, Hand(user.user_id, request_id), line).change_member(
            organisation, group=group, suspended=suspended
        )

    def add_licence(
        self, user: User, organisation: str, *, kind: str, number: str, until_at: Instant | None, request_id: str = ""
    ) -> None:
        """Note a permit with its registered number. Raises Invalid."""
        only_operators(user)
        number = " ".join(number.split())
        if kind not in KINDS:
            raise Invalid("kind", f"one of: {', '.join(KINDS)}")
        if not 3 <= len(number) <= MOST_NUMBER_LETTERS or not number.isprintable():
            raise Invalid("number", f"3 to {MOST_NUMBER_LETTERS} letters")
        now, licence_id = self.desk.store.clock.now(), token_hex(8)
        with self.desk.store.write_aside() as connection:
            known = select(organisations.c.organisation).where(organisations.c.organisation == organisation)
            if connection.execute(known).first() is None:
                raise Unknown("organisation", organisation)
            row = {"licence_id": licence_id, "organisation": organisation, "kind": kind, "number": number}
            connection.execute(
                insert(licences).values(**row, until_at=until_at, user_id=user.user_id, noted_at=now, removed_at=None)
            )
            after: dict[str, Small] = {"kind": kind, "number": number, "until_at": until_at}
            deed = Deed("licence.add", {"organisation": organisation, "licence": licence_id}, {}, after)
            log(connection, Hand(user.user_id, request_id), deed, now)

    def remove_licence(self, user: User, organisation: str, licence_id: str, request_id: str = "") -> None:
        """Strike a permit out; the row stays."""
        only_operators(user)
        now, known = self.desk.store.clock.now(), licences.c
        with self.desk.store.write_aside() as connection:
            mine = (known.licence_id == licence_id) & (known.organisation == organisation)
            there = mine & known.removed_at.is_(None)
            if not connection.execute(update(licences).where(there).values(removed_at=now)).rowcount:
                raise Unknown("licence", licence_id)
            deed = Deed("licence.remove", {"organisation": organisation, "licence": licence_id})
            log(connection, Hand(user.user_id, request_id), deed, now)
