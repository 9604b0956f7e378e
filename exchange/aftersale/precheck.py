"""The pre-check of a claim: what the house's own facts suggest. A person decides."""

from exchange.reports.claims import ClaimRow, ClaimTraces
from exchange.reports.contacting import Effort

UPHOLD, REJECT, OPEN = "uphold", "reject", "open"


def suggest(row: ClaimRow, traces: ClaimTraces) -> str:
    """``uphold``, ``reject`` or ``open``: only where a fact of the house's own decides the ground.

    Unreachable is decided by the sector's number of attempts (rules.md §7) as counted when the claim was filed; a
    duplicate by an earlier listing of the same person; a call that reached somebody speaks against a dead number; two
    buyers of one lead who say the same speak for it; a missing proof of consent for its being missing.
    """
    if row.ground == "unreachable":
        met = traces.rule.met_by(row.effort or Effort(0, 0))
        return UPHOLD if met and not traces.reached else REJECT
    if row.ground == "number-not-in-service" and traces.reached:
        return REJECT
    if row.ground == "duplicate" and traces.double:
        return UPHOLD
    if row.ground == "no-consent" and not traces.proof:
        return UPHOLD
    return UPHOLD if traces.agreeing else OPEN
