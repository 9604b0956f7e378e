"""Calls of the JSON door with a key, and a sound request for every operation of the table."""

import json
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from exchange.access.api_keys import SCOPES
from exchange.access.users import user_by_email
from exchange.hooks.registry import Webhooks
from exchange.hooks.target import Bounds
from exchange.schema import sales
from exchange.staging.record import begin
from exchange.web.door.operation import Operation
from exchange.web.door.shapes.lead_members import batch_of, example_of
from tests.web.market import Market
from tests.web.people import OWNER

BID = {"sector": "pkv", "limit_cents": 5000, "quantity": 2}

CURVE = {
    "curve": {
        "family": "exponential",
        "half_life_us": 1_800_000_000,
        "duration_us": 5_400_000_000,
        "grace_us": 0,
        "hold_bp": 500,
    },
    "start_cents": 5800,
    "floor_cents": 1500,
}

BODIES: dict[str, dict[str, Any]] = {
    "buy_lead": {"most_cents": 9900},
    "buy_out_lead": {"most_cents": 29_900},
    "claim_purchase": {"ground": "number-not-in-service"},
    "log_attempt": {"result": "unreached"},
    "report_outcome": {"outcome": "contract", "contract_cents": 120_000},
    "place_bid": BID,
    "preview_bid": BID,
    "change_bid": {"limit_cents": 5000, "quantity": 2},
    "switch": {"on": False},
    "make_webhook": {"url": "https://hooks.example.de/leads", "topics": ["lead.bought"], "side": "buyer"},
    "change_webhook": {"url": "http://127.0.0.1:9/", "topics": ["lead.bought"], "on": False},
    "replay_failed": {"since": "2026-11-01T00:00:00Z"},
    "preview_curve": CURVE,
    "save_curve_draft": CURVE | {"revision": None},
    "discard_curve_draft": {"revision": 1},
    "request_curve": {"revision": 1, "reason": "Käufer warten", "then": "activate"},
    "take_back_curve": {"revision": 1},
    "approve_curve": {"revision": 1},
    "reject_curve": {"revision": 1, "reason": "zu flach"},
    "activate_curve": {"version": 14, "reason": "wie zuvor", "from_at": "2026-11-20T06:00:00Z"},
    "call_off_curve": {"from_at": "2026-11-20T06:00:00Z", "reason": "doch nicht"},
    "start_backtest": {"sector": "bu", "from_day": "2026-11-19", "to_day": "2026-11-19"},
    "set_curve_limits": {
        "largest_fall_bp": 2000,
        "least_step_us": 10_000_000,
        "least_hold_us": 60_000_000,
        "least_floor_cents": None,
        "cost_cents": None,
        "revision": 0,
        "reason": "wie gehabt",
    },
    "withdraw_consent": {"reason": "Widerruf per Mail"},
    "post_lead": example_of("pv"),
    "post_batch": batch_of("pv"),
}
"""A sound body for every operation that takes one."""

QUERIES = {"price_advice": "?sector=pv"}
"""What a question cannot be asked without."""


class Machine:
    """A program with a key of somebody's; the key of nobody is none."""

    def __init__(self, app: Flask, market: Market, email: str, *scopes: str) -> None:
        self._client: FlaskClient = app.test_client()
        self._headers: dict[str, str] = {}
        if email:
            with market.desk.store.read() as connection:
                user = user_by_email(connection, email)
            assert user is not None
            secret, _ = market.premises().keyring.make(user, name="CRM", scopes=scopes or SCOPES, days=30)
            self._headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(f"/api/v1{path}", headers=self._headers | headers)

    def send(self, verb: str, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Any:
        """An order with a key of its own, unless one is given; an empty one is left out."""
        key = f"key-{uuid4().hex}" if key is None else key
        told = self._headers | ({"Idempotency-Key": key} if key else {}) | headers
        data = None if body is None else body if isinstance(body, str | bytes) else json.dumps(body)
        if data is not None:
            told = {"Content-Type": "application/json"} | told
        return self._client.open(f"/api/v1{path}", method=verb, data=data, headers=told)

    def post(self, path: str, body: Any = None, **more: str) -> Any:
        return self.send("POST", path, body, **more)

    def call(self, operation: Operation, ids: dict[str, str]) -> Any:
        """A sound request of an operation about these things."""
        path = operation.path.format(**ids)
        if operation.verb == "GET":
            return self.get(path + QUERIES.get(operation.name, ""))
        return self.send(operation.verb, path, BODIES.get(operation.name))


def sale_of(market: Market, listing_id: str) -> str:
    """The sale of a listing that was bought once."""
    with market.desk.store.read() as connection:
        question = select(sales.c.sale_id).where(sales.c.listing_id == listing_id)
        return str(connection.execute(question).scalar_one())


def delivery(market: Market, firm: str) -> str:
    """A batch of a firm, its columns still to be told."""
    told = {"file_name": "kw47.csv", "file_kind": "csv", "dialect": ";|utf-8-sig", "digest": "0"}
    with market.desk.store.write_aside() as connection:
        return begin(connection, supplier=firm, user_id=None, now=market.clock.now(), **told)


def hook_of(market: Market, email: str) -> tuple[str, str]:
    """A webhook of a buyer and a message for it, by their ids."""
    mine = Webhooks(market.desk.store, Bounds(local=True))
    with market.desk.store.read() as connection:
        user = user_by_email(connection, email)
    assert user is not None
    _, hook = mine.make(user, side="buyer", url="http://127.0.0.1:9/", topics=["lead.bought"])
    return hook.hook_id, mine.test(user, hook.hook_id)


def ids_of(market: Market) -> dict[str, str]:
    """Things of the first firm."""
    batch_id = delivery(market, "brandt")
    hook_id, post_id = hook_of(market, OWNER)
    ids = {
        "listing_id": "7K2KV",
        "bid_id": "bu-sued",
        "sale_id": sale_of(market, "7H5BU"),
        "batch_id": batch_id,
        "sector": "bu",
    }
    return ids | {"hook_id": hook_id, "post_id": post_id}
