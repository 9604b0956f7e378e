"""What a schema cannot say: a request made to be sound is sound in its meaning too before it is sent.

Only requests generated as sound are touched; those made to be wrong go out as they are.
"""

import json
import os
from typing import Any

import schemathesis
from schemathesis import GenerationMode

TICK = 50
SECTOR = "bu"
SOON = "2026-12-01T00:00:00Z"
FAR, PAST = "2027-06-30T22:00:00Z", "2026-11-01T00:00:00Z"
KNOWN: dict[str, list[str]] = json.loads(os.environ.get("FUZZ_IDS", "{}"))
"""Ids that exist, by the name of a path's blank: requests generated as sound use them more often than not."""


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Put a limit on the tick, an end into the future, answers into their sector, a page into its order."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    for name, ids in KNOWN.items():
        if ids and name in (case.path_parameters or {}) and (place := len(str(case.path_parameters[name]))) % 5:
            case.path_parameters[name] = ids[place % len(ids)]
    if isinstance(case.body, dict):
        case.body = _whole(case.body)
        _meant(case.body, case.operation.path)
    if case.operation.label == "GET /api/v1/market" and case.query:
        _market(case.query)
    if case.operation.label == "GET /api/v1/supply/advice" and case.query:
        case.query.pop("answers", None)  # a question may be answered once
    if case.operation.label == "GET /api/v1/statistics" and case.query:
        _months(case.query)
    if case.operation.label == "POST /api/v1/batches":
        case.query = _terms(case.query or {}) | {"sector": SECTOR}
        if isinstance(case.body, dict) and "leads" in case.body:
            case.body = _terms(case.body)


def _meant(body: dict[str, Any], path: str) -> None:
    if "limit_cents" in body:
        _bid(body)
    if "outcome" in body and body["outcome"] != "contract":
        body.pop("contract_cents", None)
    if "ground" in body:
        body["ground"] = "number-not-in-service"
    if "topics" in body:
        _webhook(body)
    if "curve" in body and isinstance(body["curve"], dict):
        _curve(body)
    if "from_day" in body:
        _backtest(body)
    if "from_at" in body and body.get("then") != "plan" and not path.endswith("/call-off"):
        body.pop("from_at")
    if body.get("then") == "plan":
        body["from_at"] = SOON
    if "since_at" in body and path.endswith("/consent-withdrawal"):
        body["since_at"] = PAST


def _whole(value: Any) -> Any:
    """The same with 12.0 written as 12: one number to a schema, but the house takes whole numbers in one spelling."""
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _bid(body: dict[str, Any]) -> None:
    body["limit_cents"] = max(body["limit_cents"] // TICK, 1) * TICK
    body["caps"] = [
        cap for cap in body.get("caps") or [] if (cap.get("leads") is None) != (cap.get("net_cents") is None)
    ]
    windows = [one for one in body.get("hours") or [] if one["from_minute"] < one["until_minute"]]
    body["hours"] = windows or None
    if "sector" in body and len(body["sector"]) % 4:
        body["sector"] = SECTOR
    if body.get("until") is not None:
        body["until"] = FAR
    if isinstance(body.get("filters"), dict):
        body["filters"].pop("conditions", None)


def _terms(told: dict[str, Any]) -> dict[str, Any]:
    """Prices on the tick, the floor not above the start; no instant that lies too far ahead, no map nobody saved."""
    found = {name: value for name, value in told.items() if name not in ("list_at", "map")}
    for name in ("start_cents", "floor_cents"):
        found.pop(name, None)
    if told.get("start_cents"):
        found["start_cents"] = max(int(told["start_cents"]) // TICK, 1) * TICK
    return found


def _curve(body: dict[str, Any]) -> None:
    """The family with parameters that fit each other, prices on the tick."""
    curve = body["curve"]
    curve |= {"duration_us": 5_400_000_000, "grace_us": 0, "hold_bp": curve["hold_bp"] % 5_000}
    if "points" in curve:
        curve["points"] = [[0, "1"], [600_000_000, "0.5"], [1_200_000_000, "0"]]
    for name, number in (("drop", "0.1"), ("exponent", "1.5"), ("weight", "0.6")):
        if name in curve:
            curve[name] = number
    for name in ("half_life_us", "second_half_life_us", "every_us", "scale_us", "midpoint_us", "width_us"):
        if name in curve:
            curve[name] = 900_000_000 + curve[name] % 900_000_000
    body["floor_cents"] = (body["floor_cents"] % 40 + 1) * TICK
    body["start_cents"] = body["floor_cents"] + (body["start_cents"] % 40 + 1) * TICK


def _backtest(body: dict[str, Any]) -> None:
    """Days that are there, one kind of floor, one kind of hours; mostly a sector that is there."""
    body |= {"from_day": "2026-11-19", "to_day": "2026-11-20", "curve": None}
    body.pop("floor_bp", None)
    body.pop("hours", None)
    if len(body["sector"]) % 4:
        body["sector"] = SECTOR


def _months(query: dict[str, Any]) -> None:
    if {"from_month", "until_month"} <= query.keys():
        query["from_month"], query["until_month"] = sorted((query["from_month"], query["until_month"]))


def _webhook(body: dict[str, Any]) -> None:
    """A name that is public, an address of its own for most, topics that each side has."""
    body["url"] = f"https://hooks.example.de/{len(body['url'])}"
    body["topics"] = ["claim.upheld", "listing.withdrawn"][: len(body["topics"])]


def _market(query: dict[str, Any]) -> None:
    for name in ("answer", "at_least", "at_most"):
        query.pop(name, None)
    if "after" in query:
        query["sort"] = str(query["after"]).partition("~")[0]
