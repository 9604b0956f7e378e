"""Members in the database: organisations with their wallets."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, bindparam, insert, select, update

from exchange.house import CreditLineSet, DailyLimitSet, HouseDecided, Joined, JoinHouse, MemberChanged
from exchange.member import DailyLimit, Member
from exchange.orderbook.order import ChangeMember
from exchange.schema import organisations, wallets
from exchange.store.wallets import Wallets

_COLUMNS: tuple[Column[Any], ...] = (
    organisations.c.organisation,
    organisations.c.group_id,
    organisations.c.supplier,
    organisations.c.buyer,
    organisations.c.suspended,
    wallets.c.credit_line_cents,
    wallets.c.limit_cents,
    wallets.c.later_cents,
    wallets.c.later_at,
)
_MEMBERS = (
    select(*_COLUMNS)
    .join(wallets, wallets.c.organisation == organisations.c.organisation)
    .where(organisations.c.organisation.in_(bindparam("names", expanding=True)))
)


def read_members(connection: Connection, names: Iterable[str]) -> dict[str, Member]:
    """These members, as far as they exist."""
    found = connection.execute(_MEMBERS, {"names": sorted(set(names))})
    return {row.organisation: _member(row) for row in found}


def _member(row: Row[Any]) -> Member:
    return Member(
        organisation=row.organisation,
        group=row.group_id,
        supplier=row.supplier,
        buyer=row.buyer,
        suspended=row.suspended,
        credit_line_cents=row.credit_line_cents,
        daily_limit=DailyLimit(row.limit_cents, row.later_cents, row.later_at),
    )


class Roster:
    """Members as this process read them last: true for as long as the tape of the house has not grown."""

    def __init__(self) -> None:
        self._known: tuple[str, dict[str, Member]] = ("", {})

    def read(self, connection: Connection, house_hash: str, names: Iterable[str]) -> dict[str, Member]:
        """These members, as far as they exist. ``house_hash`` is the house's tape's before they are read."""
        if self._known[0] != house_hash:
            self._known = (house_hash, {})
        wanted = set(names)
        known = self._known[1]
        missing = wanted - known.keys()
        if missing:
            known.update(read_members(connection, missing))
        return {name: known[name] for name in wanted & known.keys()}


def write_members(connection: Connection, decided: Sequence[HouseDecided], names: dict[str, str]) -> None:
    """Write who joined or changed; ``names`` are the firms' names by organisation, which no tape carries."""
    order: object = None
    for at, _, value in decided:
        if isinstance(value, Joined) and isinstance(order, JoinHouse):
            _join(connection, order, names.get(order.organisation, order.organisation), at)
        elif isinstance(value, MemberChanged) and isinstance(order, ChangeMember):
            row = update(organisations).where(organisations.c.organisation == order.organisation)
            connection.execute(row.values(group_id=order.group, suspended=order.suspended))
        elif isinstance(value, DailyLimitSet):
            limits = {name: getattr(value, name) for name in ("limit_cents", "later_cents", "later_at")}
            connection.execute(update(wallets).where(wallets.c.organisation == value.organisation).values(**limits))
        order = value


def _join(connection: Connection, order: JoinHouse, name: str, at: int) -> None:
    connection.execute(
        insert(organisations).values(
            organisation=order.organisation,
            name=name,
            group_id=order.group,
            supplier=order.supplier,
            buyer=order.buyer,
            suspended=False,
            joined_at=at,
        )
    )
    connection.execute(
        insert(wallets).values(
            organisation=order.organisation,
            balance_cents=0,
            credit_line_cents=order.credit_line_cents,
            movement=0,
        )
    )


def rule_wallets(wallets: Wallets, decided: Iterable[HouseDecided]) -> None:
    """Give wallets the credit lines and limits these entries set."""
    for _, _, value in decided:
        if isinstance(value, CreditLineSet):
            wallets[value.organisation].set_line(value.credit_line_cents, value.movement)
        elif isinstance(value, DailyLimitSet):
            wallets[value.organisation].set_limit(value.limit, value.movement)
