"""Drafts of curves: drawn, changed, asked for, thrown away. One living draft a sector; nothing of it decides a price.

Every verb names the revision it was looking at: whoever changes what somebody else changed meanwhile is told so.
"""

import json
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, insert, select, update

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Conflict
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import DAY_US, Instant
from exchange.money import Cents
from exchange.operators.curve_checks import broken
from exchange.operators.curve_limits import checked
from exchange.operators.market import reason_text
from exchange.payload import canonical
from exchange.pricing.curve import Curve, family_of
from exchange.pricing.drawing import Drawing
from exchange.schema import sectors
from exchange.schema.access import users
from exchange.schema.curves import curve_drafts
from exchange.store import Store

MOST_AHEAD_US = 90 * DAY_US
LIVING = ("open", "asked")


@dataclass(frozen=True, slots=True)
class Draft:
    """A curve on its way. ``state``: open, asked (waits for approval), approved (``number`` is its version), discarded.

    ``author`` drew it first, ``changed_by`` last and is who asked; names are theirs. ``activates`` and ``from_at`` say
    what approval does: only make the version known, put it in force at once, or from an instant on.
    """

    draft_id: str
    sector: str
    revision: int
    state: str
    drawing: Drawing
    author: str
    author_name: str
    made_at: Instant
    changed_by: str
    changed_by_name: str
    changed_at: Instant
    reason: str
    activates: bool
    from_at: Instant | None
    decision: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: why, and what approval does; ``from_at`` None puts it in force with the approval."""

    reason: str
    activates: bool = True
    from_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Drafts:
    """Every verb raises Forbidden for anybody but operators, Conflict where the draft is not as it was looked at."""

    store: Store

    def save(self, user: User, sector: str, drawing: Drawing, revision: int | None, request_id: str = "") -> Draft:
        """Keep a drawing: a new draft, or with a revision the next state of the one there is.

        Raises Invalid, Unknown.
        """
        only_operators(user)
        now = self.store.clock.now()
        with self.store.write_aside() as connection:
            drawing.table(tick_of(connection, sector))
            row: dict[str, Any] = {"payload": canonical(drawing.curve.to_payload()), "start_cents": drawing.start_cents}
            row |= {"floor_cents": drawing.floor_cents, "changed_by": user.user_id, "changed_at": now}
            if revision is None:
                if living(connection, sector) is not None:
                    raise Conflict(f"{sector} has a draft: change that one or throw it away")
                row |= {"draft_id": f"cd-{token_hex(8)}", "sector": sector, "revision": 1, "state": "open"}
                row |= {"author": user.user_id, "made_at": now, "reason": "", "activates": True, "decision": ""}
                connection.execute(insert(curve_drafts).values(**row))
            else:
                _changed(connection, sector, revision, "open", row)
            draft = living(connection, sector)
            if draft is None:
                raise Conflict("the draft is gone")
            self._log(connection, user, "curve.draft", draft, _said(drawing), request_id)
        return draft

    def discard(self, user: User, sector: str, revision: int, request_id: str = "") -> None:
        """Throw the draft away, asked for or not."""
        self._turn(user, sector, revision, None, {"state": "discarded"}, "curve.discard", request_id)

    def ask(self, user: User, sector: str, revision: int, wish: Wish, request_id: str = "") -> Draft:
        """Ask for approval by somebody else. Raises Invalid where a limit is broken or the instant lies behind.

        Only who changed it last may ask: what somebody else drew is theirs to ask for.
        """
        only_operators(user)
        reason, now = reason_text(wish.reason), self.store.clock.now()
        if wish.activates and wish.from_at is not None and not now < wish.from_at <= now + MOST_AHEAD_US:
            raise Invalid("from_at", "lies within 90 days from now")
        with self.store.read() as connection:
            draft = found(connection, sector, revision)
            if draft.changed_by != user.user_id:
                raise Forbidden("only who changed the draft last asks for it: save it to take it over")
            if codes := broken(checked(connection, sector, draft.drawing, now)):
                raise Invalid("limits", ", ".join(codes))
        row = {"state": "asked", "reason": reason, "asked_at": now, "decision": "", "activates": wish.activates}
        row |= {"from_at": wish.from_at if wish.activates else None}
        return self._turn(user, sector, revision, "open", row, "curve.ask", request_id)

    def take_back(self, user: User, sector: str, revision: int, request_id: str = "") -> Draft:
        """Go on drawing what was asked for."""
        return self._turn(user, sector, revision, "asked", {"state": "open"}, "curve.take_back", request_id)

    def reject(self, user: User, sector: str, revision: int, reason: str, request_id: str = "") -> Draft:
        """Say no, and why: the draft is open again. Raises Invalid."""
        row: dict[str, Any] = {"state": "open", "decision": reason_text(reason), "decided_by": user.user_id}
        row |= {"decided_at": self.store.clock.now()}
        return self._turn(user, sector, revision, "asked", row, "curve.reject", request_id)

    def _turn(
        self, user: User, sector: str, revision: int, state: str | None, row: dict[str, Any], action: str, request: str
    ) -> Draft:
        only_operators(user)
        with self.store.write_aside() as connection:
            before = found(connection, sector, revision)
            _changed(connection, sector, revision, state, row)
            after: dict[str, Small] = {"state": row["state"]}
            after |= {name: row[name] for name in ("reason", "decision", "from_at") if row.get(name)}
            self._log(connection, user, action, before, after, request)
        fresh = {name: row[name] for name in ("state", "reason", "decision", "activates", "from_at") if name in row}
        return replace(before, revision=revision + 1, **fresh)

    def _log(
        self, connection: Connection, user: User, action: str, draft: Draft, after: dict[str, Small], request_id: str
    ) -> None:
        objects: dict[str, Small] = {"sector": draft.sector, "draft": draft.draft_id, "revision": draft.revision}
        log(connection, Hand(user.user_id, request_id), Deed(action, objects, {}, after), self.store.clock.now())


def living(connection: Connection, sector: str) -> Draft | None:
    """The draft of a sector that is open or asked for."""
    author, last, known = users.alias("author"), users.alias("last"), curve_drafts.c
    joined = curve_drafts.join(author, author.c.user_id == known.author).join(last, last.c.user_id == known.changed_by)
    wanted = select(curve_drafts, author.c.name.label("author_name"), last.c.name.label("changed_by_name"))
    here = wanted.select_from(joined).where(known.sector == sector, known.state.in_(LIVING))
    row = connection.execute(here).one_or_none()
    return None if row is None else _read(row)


def found(connection: Connection, sector: str, revision: int) -> Draft:
    """The living draft as it was looked at. Raises Unknown, Conflict."""
    draft = living(connection, sector)
    if draft is None:
        raise Unknown("draft", sector)
    if draft.revision != revision:
        raise Conflict(f"{draft.changed_by_name} changed the draft meanwhile: it is revision {draft.revision} now")
    return draft


def tick_of(connection: Connection, sector: str) -> Cents:
    """The sector's grid. Raises Unknown."""
    tick = connection.execute(select(sectors.c.tick_cents).where(sectors.c.sector == sector)).scalar_one_or_none()
    if tick is None:
        raise Unknown("sector", sector)
    return int(tick)


def _changed(connection: Connection, sector: str, revision: int, state: str | None, row: dict[str, Any]) -> None:
    known = curve_drafts.c
    there = (known.sector == sector) & (known.revision == revision)
    there &= known.state.in_(LIVING) if state is None else known.state == state
    if not connection.execute(update(curve_drafts).where(there).values(**row, revision=revision + 1)).rowcount:
        raise Conflict("the draft is not as it was looked at: look again")


def _read(row: Any) -> Draft:
    drawing = Drawing(Curve.from_payload(json.loads(row.payload)), row.start_cents, row.floor_cents)
    return Draft(
        draft_id=row.draft_id,
        sector=row.sector,
        revision=row.revision,
        state=row.state,
        drawing=drawing,
        author=row.author,
        author_name=row.author_name,
        made_at=row.made_at,
        changed_by=row.changed_by,
        changed_by_name=row.changed_by_name,
        changed_at=row.changed_at,
        reason=row.reason,
        activates=row.activates,
        from_at=row.from_at,
        decision=row.decision,
        number=row.number,
    )


def _said(drawing: Drawing) -> dict[str, Small]:
    curve = drawing.curve
    return {
        "family": family_of(curve.shape),
        "duration_us": curve.duration_us,
        "start_cents": drawing.start_cents,
        "floor_cents": drawing.floor_cents,
    }
