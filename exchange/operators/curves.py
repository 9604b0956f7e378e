"""Curves on the market: approving a draft, putting a version in force or back in force, calling a plan off.

Each is one order to tune; what changes beside it (the draft, the reason, the line of the audit log) is written in its
transaction. The tape alone decides which curve a lead draws: a plan begins at its instant whoever is awake.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Answer, Conflict, Desk
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import Instant
from exchange.operators.curve_checks import broken
from exchange.operators.curve_limits import checked
from exchange.operators.drafts import MOST_AHEAD_US, Draft, found
from exchange.operators.market import reason_text
from exchange.orderbook.order import Arm
from exchange.pricing.curve import CurveVersion
from exchange.reports.tunings import in_force
from exchange.schema import curve_versions
from exchange.schema.access import users
from exchange.schema.curves import curve_drafts
from exchange.tape import Numbered

WHOLE_BP = 10_000
TRIES = 3


@dataclass(frozen=True, slots=True)
class _Act:
    """What is done: its word in the history, who does it, on which version, why."""

    kind: str
    hand: Hand
    number: int
    reason: str
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class CurveOffice:
    """Every verb raises Forbidden for anybody but operators, Unknown for what is not there."""

    desk: Desk

    def approve(self, user: User, sector: str, revision: int, request_id: str = "") -> int:
        """Make a draft that was asked for a version, and do with it what was asked; returns its number.

        Raises Forbidden for whoever drew or asked for it, Invalid where a limit is broken by now, Conflict where it
        is not as it was looked at. An instant that has passed means now.
        """
        only_operators(user)
        now = self.desk.store.clock.now()
        with self.desk.store.read() as connection:
            draft = found(connection, sector, revision)
            if draft.state != "asked":
                raise Conflict("nobody asked for this draft yet")
            if user.user_id == draft.changed_by:
                raise Forbidden("somebody else than its author approves a curve")
            if codes := broken(checked(connection, sector, draft.drawing, now)):
                raise Invalid("limits", ", ".join(codes))
        for tried in range(1, TRIES + 1):
            number = self._next_number(sector)
            version = CurveVersion(number, f"{sector}-{number}", draft.drawing.curve)
            act = _Act("approve", Hand(user.user_id, request_id), number, draft.reason, draft)
            arms = (Arm(version, WHOLE_BP),) if draft.activates else ()
            try:
                self._tune(act, sector, arms, () if arms else (version,), draft.from_at if draft.activates else None)
                return number
            except Invalid as invalid:  # somebody took the number in between
                if invalid.field != "versions" or tried == TRIES:
                    raise
        raise Conflict("the version's number was taken, again and again")

    def activate(
        self, user: User, sector: str, number: int, reason: str, from_at: Instant | None = None, request_id: str = ""
    ) -> str:
        """Put a version the sector knows in force, alone, now or from an instant on; returns ``activate`` or, for one
        older than what is in force, ``roll_back``. Raises Invalid."""
        only_operators(user)
        reason, now = reason_text(reason), self.desk.store.clock.now()
        if from_at is not None and not now < from_at <= now + MOST_AHEAD_US:
            raise Invalid("from_at", "lies within 90 days from now")
        with self.desk.store.read() as connection:
            held = in_force(connection, sector, now)
            version = _version(connection, sector, number)
        if held.shares == ((number, WHOLE_BP),) and from_at is None:
            raise Invalid("number", f"version {number} is in force already")
        kind = "roll_back" if held.main is not None and number < held.main else "activate"
        act = _Act(kind, Hand(user.user_id, request_id), number, reason)
        self._tune(act, sector, (Arm(version, WHOLE_BP),), (), from_at)
        return kind

    def call_off(self, user: User, sector: str, from_at: Instant, reason: str, request_id: str = "") -> None:
        """Nothing begins at this instant any more. Raises Invalid, also where it has begun."""
        only_operators(user)
        reason, now = reason_text(reason), self.desk.store.clock.now()
        with self.desk.store.read() as connection:
            plans = dict(in_force(connection, sector, now).plans)
        if from_at not in plans:
            raise Invalid("from_at", "nothing is planned for that instant")
        act = _Act("call_off", Hand(user.user_id, request_id), plans[from_at][0][0], reason)
        self._tune(act, sector, (), (), from_at)

    def _tune(
        self,
        act: _Act,
        sector: str,
        arms: tuple[Arm, ...],
        versions: tuple[CurveVersion, ...],
        from_at: Instant | None,
    ) -> Answer:
        def beside(connection: Connection, tape: str, decided: Sequence[Numbered], at: Instant) -> None:
            seq = decided[0][1]
            if act.draft is not None:
                _approved(connection, act, at)
            after: dict[str, Small] = {"version": act.number, "from_at": from_at, "reason": act.reason}
            objects: dict[str, Small] = {"sector": sector}
            if act.draft is not None:
                objects |= {"draft": act.draft.draft_id}
            log(connection, act.hand, Deed(f"curve.{act.kind}", objects, {}, after, tape, seq), at)

        desk = self.desk.noting(beside)
        return desk.tune(sector, operator=act.hand.user_id, arms=arms, versions=versions, from_at=from_at)

    def _next_number(self, sector: str) -> int:
        with self.desk.store.read() as connection:
            return next_number(connection, sector)


def next_number(connection: Connection, sector: str) -> int:
    """The number a sector's next version gets."""
    known = select(curve_versions.c.number).where(curve_versions.c.sector == sector)
    return int(max(connection.execute(known).scalars(), default=0)) + 1


def approvers(connection: Connection) -> int:
    """How many operators can log in: with one alone nothing can be approved."""
    known = users.c
    able = (known.role == "operator") & known.disabled_at.is_(None) & (known.password_hash != "")
    return len(connection.execute(select(known.user_id).where(able)).all())


def _version(connection: Connection, sector: str, number: int) -> CurveVersion:
    known = curve_versions.c
    wanted = select(known.payload).where(known.sector == sector, known.number == number)
    payload = connection.execute(wanted).scalar_one_or_none()
    if payload is None:
        raise Unknown("curve version", number)
    return CurveVersion.from_payload(json.loads(payload))


def _approved(connection: Connection, act: _Act, at: Instant) -> None:
    """Turn the draft in the order's own transaction; raises Conflict, which undoes the order."""
    draft, known = act.draft, curve_drafts.c
    if draft is None:
        return
    there = (known.draft_id == draft.draft_id) & (known.revision == draft.revision) & (known.state == "asked")
    row = {"state": "approved", "decided_by": act.hand.user_id, "decided_at": at, "number": act.number}
    if not connection.execute(update(curve_drafts).where(there).values(**row, revision=draft.revision + 1)).rowcount:
        raise Conflict("the draft is not as it was looked at: look again")
