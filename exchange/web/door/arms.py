"""Arms over JSON, for operators and analysts."""

from typing import Any

from exchange.errors import Unknown
from exchange.reports.arm_figures import ArmFigures, Verdict
from exchange.reports.arms import comparison, runs
from exchange.reports.resampling import Estimate
from exchange.web.door.doorway import Call, Reply
from exchange.web.premises import premises

_UNITS = {"revenue": ("revenue", "cents", 1), "sell_through": ("sell_through", "bp", 10_000)}
_UNITS |= {"price": ("price", "cents", 1), "age": ("age", "us", 1)}


def compare_arms(call: Call, sector: str) -> Reply:
    """A sector's arms side by side; raises Unknown."""
    ours, asked = premises(), call.query.get("run")
    with ours.reading() as connection:
        known = runs(connection, sector, call.seen.now)
        run = next((one for one in known if asked in (None, one.seq)), None)
        if run is None:
            raise Unknown("run", f"{sector} {asked or ''}".strip())
        found = comparison(connection, ours.rulebook, sector, run, call.seen.now)
    shares = dict(run.shares_bp)
    told = {"sector": sector, "run": run.seq, "from_at": run.from_at, "until_at": run.until_at}
    arms = [_arm(one, shares[one.arm], found.reference) for one in found.arms]
    return Reply(told | {"reference": found.reference, "seed": found.seed, "rule": rule(found.verdict), "arms": arms})


def rule(verdict: Verdict) -> dict[str, Any]:
    """The stop rule's word."""
    return {
        "state": verdict.state,
        "cases": verdict.cases,
        "next_look": verdict.next_look,
        "look": verdict.look,
        "version": verdict.arm,
        "level_bp": round(verdict.level * 10_000),
        "apart_cents": _span(verdict.apart, 1),
    }


def _arm(one: ArmFigures, share_bp: int, reference: int) -> dict[str, Any]:
    told: dict[str, Any] = {"version": one.arm, "share_bp": share_bp, "reference": one.arm == reference}
    told |= {"leads": one.leads, "waiting": one.waiting}
    for key, (name, unit, scale) in _UNITS.items():
        told[f"{name}_{unit}"] = _span(one.figures[key], scale)
        told[f"{name}_apart_{unit}"] = _span(one.apart.get(key), scale)
    return told


def _span(found: Estimate | None, scale: int) -> dict[str, int] | None:
    if found is None:
        return None
    low, value, high = (round(scale * one) for one in (found.low, found.value, found.high))
    return {"value": value, "low": low, "high": high, "cases": found.cases}
