"""Whom a consent names is kept as rows, and the proof compares them with the consent."""

import pytest
from sqlalchemy import delete, insert, select, update

from exchange.errors import TapeBroken
from exchange.schema import listings, recipients
from exchange.store.engine import writing
from exchange.store.proof import prove
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market, _lead

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def named(market: Market) -> Market:
    sketch = _lead("8N1BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="Koch", age="40")
    market.list(sketch, recipients=("krone", "brandt"))
    return market


def test_a_named_consent_is_rows_and_one_for_everyone_is_none(named: Market) -> None:
    with named.desk.store.read() as connection:
        found = connection.execute(select(recipients).order_by(recipients.c.organisation)).all()
        named_only = select(listings.c.listing_id).where(~listings.c.for_everyone)
        assert connection.execute(named_only).scalars().all() == ["8N1BU"]
    assert [tuple(row) for row in found] == [("8N1BU", "brandt"), ("8N1BU", "krone")]


@pytest.mark.parametrize(
    "change",
    [
        delete(recipients).where(recipients.c.organisation == "krone"),
        insert(recipients).values(listing_id="7F3BU", organisation="krone"),
        update(listings).where(listings.c.listing_id == "8N1BU").values(for_everyone=True),
    ],
    ids=["taken away", "added", "opened to everyone"],
)
def test_who_changes_whom_a_consent_names_is_found(named: Market, change: object) -> None:
    with named.desk.store.read() as connection:
        list(prove(connection))
    with writing(named.desk.store.engine) as connection:
        connection.execute(change)  # type: ignore[call-overload]
    with named.desk.store.read() as connection, pytest.raises(TapeBroken):
        list(prove(connection))
