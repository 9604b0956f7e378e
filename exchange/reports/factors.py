"""Who has a second factor, and whose is to be reset: for operators."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from exchange.instant import Instant
from exchange.schema import organisations, second_factors
from exchange.schema.access import users

PAGE = 50


@dataclass(frozen=True, slots=True)
class FactorRow:
    """Somebody with a second factor; ``asked_by`` an operator's name where its reset was asked for."""

    user_id: str
    name: str
    email: str
    role: str
    firm: str
    since_at: Instant
    asker: str
    asked_by: str
    asked_at: Instant | None


def factor_rows(connection: Connection, search: str = "") -> list[FactorRow]:
    """Those whose reset was asked for, then those a search finds by name, address or firm; by name."""
    askers, theirs, factor = users.alias(), users.c, second_factors.c
    wanted = (theirs.user_id, theirs.name, theirs.email, theirs.role, organisations.c.name.label("firm"))
    of_it = (factor.confirmed_at, factor.reset_asked_by, factor.reset_asked_at, askers.c.name.label("asked_by"))
    question = (
        select(*wanted, *of_it)
        .select_from(
            users.join(second_factors, second_factors.c.user_id == users.c.user_id)
            .outerjoin(organisations, organisations.c.organisation == users.c.organisation)
            .outerjoin(askers, askers.c.user_id == second_factors.c.reset_asked_by)
        )
        .where(second_factors.c.confirmed_at.is_not(None), users.c.disabled_at.is_(None))
    )
    if search:
        like = (users.c.name, users.c.email, organisations.c.name)
        found = (func.lower(one).contains(search.lower(), autoescape=True) for one in like)
        question = question.where(or_(second_factors.c.reset_asked_at.is_not(None), *found))
    ordered = question.order_by(second_factors.c.reset_asked_at.is_(None), users.c.name, users.c.user_id)
    return [
        FactorRow(
            user_id=row.user_id,
            name=row.name,
            email=row.email,
            role=row.role,
            firm=row.firm or "",
            since_at=row.confirmed_at,
            asker=row.reset_asked_by or "",
            asked_by=row.asked_by or "",
            asked_at=row.reset_asked_at,
        )
        for row in connection.execute(ordered.limit(PAGE))
    ]


def resets_waiting(connection: Connection) -> int:
    """How many resets wait for a second operator."""
    asked = second_factors.c.reset_asked_at.is_not(None) & second_factors.c.confirmed_at.is_not(None)
    return connection.execute(select(func.count()).select_from(second_factors).where(asked)).scalar_one()
