"""Arms of a sector: which curve versions are drawn for new leads, and how often. Retiring one, bringing one in."""

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Hand
from exchange.desk import Answer, Desk
from exchange.errors import Invalid, Unknown
from exchange.instant import Instant
from exchange.money import BasisPoints
from exchange.operators.market import reason_text
from exchange.operators.noting import Line, noting
from exchange.orderbook.order import Arm
from exchange.pricing.curve import CurveVersion
from exchange.reports.arms import runs, version_payloads

WHOLE_BP: BasisPoints = 10_000
MOST_ARMS = 8


@dataclass(frozen=True, slots=True)
class ArmsOffice:
    """Every verb raises Forbidden for anybody but operators; running listings keep their terms."""

    desk: Desk

    def put(
        self, user: User, sector: str, shares_bp: Mapping[int, BasisPoints], reason: str, request_id: str = ""
    ) -> Answer:
        """Put versions the sector knows in force with these probabilities, from now on. Raises Invalid, Unknown."""
        only_operators(user)
        return self.put_by(Hand(user.user_id, request_id), sector, shares_bp, reason)

    def put_by(self, hand: Hand, sector: str, shares_bp: Mapping[int, BasisPoints], reason: str) -> Answer:
        """The same for whoever has the host."""
        reason = reason_text(reason)
        wanted = {number: share_bp for number, share_bp in sorted(shares_bp.items()) if share_bp}
        if any(share_bp < 0 for share_bp in wanted.values()) or sum(wanted.values()) != WHOLE_BP:
            raise Invalid("shares", "probabilities must sum to 100 %")
        if len(wanted) > MOST_ARMS:
            raise Invalid("shares", f"at most {MOST_ARMS} arms")
        before = self.shares(sector)
        with self.desk.store.read() as connection:
            known = version_payloads(connection, sector)
        if missing := wanted.keys() - known.keys():
            raise Unknown("curve version", str(min(missing)))
        if wanted == before:
            raise Invalid("shares", "these arms are in force already")
        arms = tuple(Arm(CurveVersion.from_payload(known[number]), share_bp) for number, share_bp in wanted.items())
        line = Line(
            "curve.arms", {"sector": sector}, {"arms": _said(before)}, {"arms": _said(wanted), "reason": reason}
        )
        return noting(self.desk, hand, line).tune(sector, operator=hand.user_id, arms=arms)

    def retire(self, user: User, sector: str, number: int, reason: str, request_id: str = "") -> Answer:
        """Take one arm out; the others share its part as they shared the rest. Raises Invalid, Unknown."""
        only_operators(user)
        return self.put(user, sector, without(self.shares(sector), number), reason, request_id)

    def shares(self, sector: str) -> dict[int, BasisPoints]:
        """The arms in force now. Raises Unknown for a sector there is none of."""
        now: Instant = self.desk.store.clock.now()
        with self.desk.store.read() as connection:
            found = runs(connection, sector, now)
        if not found:
            raise Unknown("sector", sector)
        return dict(found[0].shares_bp)


def without(shares_bp: Mapping[int, BasisPoints], number: int) -> dict[int, BasisPoints]:
    """The shares once an arm is gone: in proportion, what rounding leaves to the largest remainders."""
    if number not in shares_bp:
        raise Unknown("arm", str(number))
    rest = {one: share_bp for one, share_bp in shares_bp.items() if one != number and share_bp}
    if not rest:
        raise Invalid("shares", "the last arm cannot be retired")
    whole = sum(rest.values())
    found = {one: share_bp * WHOLE_BP // whole for one, share_bp in rest.items()}
    by_remainder = sorted(rest, key=lambda one: (-(rest[one] * WHOLE_BP % whole), one))
    for one in by_remainder[: WHOLE_BP - sum(found.values())]:
        found[one] += 1
    return found


def _said(shares_bp: Mapping[int, BasisPoints]) -> str:
    return " ".join(f"v{number}:{share_bp}" for number, share_bp in sorted(shares_bp.items()))
