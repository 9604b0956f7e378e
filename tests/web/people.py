"""One user of every role in the painted market, two owners of different firms among them."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from exchange.access.users import Role
from exchange.schema.access import users
from tests.web.conftest import token_of
from tests.web.market import PASSWORD, Market

OWNER, OTHER_OWNER = "s.brandt@brandt-vogel.example", "k.inhaber@kronenberg.example"
BY_ROLE: dict[str, str] = {
    "stranger": "",
    "owner": OWNER,
    "advisor": "m.krone@kronenberg.example",
    "supplier": "p.nord@quelle.example",
    "operator": "o.betrieb@example.de",
    "analyst": "a.lyse@example.de",
}


def complete(market: Market) -> None:
    """Add whom the painted market lacks."""
    more: tuple[tuple[str, str, Role, str | None], ...] = (
        (BY_ROLE["operator"], "Olga Betrieb", "operator", None),
        (BY_ROLE["analyst"], "Anna Lyse", "analyst", None),
        (OTHER_OWNER, "Karla Inhaber", "owner", "krone"),
        ("j.berater@brandt-vogel.example", "Jonas Berater", "advisor", "brandt"),
    )
    for email, name, role, firm in more:
        market.entrance.add_user(email=email, name=name, role=role, organisation=firm, password=PASSWORD)


def send(client: FlaskClient, path: str, **form: str):  # type: ignore[no-untyped-def]
    """Submit a form of a page, with the page's token."""
    return client.post(path, data={"csrf_token": token_of(client), **form})


def user_id(market: Market, email: str) -> str:
    """Somebody's id."""
    with market.desk.store.read() as connection:
        return str(connection.execute(select(users.c.user_id).where(users.c.email == email)).scalar_one())


def untokened(page: str) -> str:
    """A page without its form tokens, which say the second in which they were made."""
    return re.sub(r'(content|value)="[\w.-]{60,}"', "", page)
