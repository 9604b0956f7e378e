"""Calls of the JSON door with a key, and a sound request for every operation of the table."""

import json
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from exchange.access.api_keys import SCOPES
from exchange.access.users import user_by_email
from exchange.schema import sales
from exchange.web.door.operation import Operation
from tests.web.market import Market

BID = {"sector": "pkv", "limit_cents": 5000, "quantity": 2}

BODIES: dict[str, dict[str, Any]] = {
    "buy_lead": {"most_cents": 9900},
    "claim_purchase": {"ground": "number-not-in-service"},
    "log_attempt": {"result": "unreached"},
    "report_outcome": {"outcome": "contract", "contract_cents": 120_000},
    "place_bid": BID,
    "preview_bid": BID,
    "change_bid": {"limit_cents": 5000, "quantity": 2},
    "switch": {"on": False},
}
"""A sound body for every operation that takes one."""


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
            return self.get(path)
        return self.send(operation.verb, path, BODIES.get(operation.name))


def sale_of(market: Market, listing_id: str) -> str:
    """The sale of a listing that was bought once."""
    with market.desk.store.read() as connection:
        question = select(sales.c.sale_id).where(sales.c.listing_id == listing_id)
        return str(connection.execute(question).scalar_one())
