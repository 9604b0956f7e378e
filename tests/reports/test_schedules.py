import pytest
from sqlalchemy import select

from exchange.instant import MINUTE_US
from exchange.reports.schedules import Rulebook, steps_of
from exchange.schema import listings
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market

pytestmark = pytest.mark.usefixtures("engine")


def all_steps(market: Market) -> dict[str, tuple[tuple[int, int], ...]]:
    with market.desk.store.read() as connection:
        rows = connection.execute(select(listings)).all()
        return {name: steps_of(found) for name, found in Rulebook().schedules(connection, rows).items()}


def test_the_steps_are_the_desks_own(market: Market) -> None:
    for listing_id, steps in all_steps(market).items():
        sector = market.desk.sector_of("listing", listing_id)
        assert list(steps) == market.desk.schedule_of(sector, listing_id).steps(), listing_id


def test_a_halt_moves_every_later_step(market: Market) -> None:
    before = all_steps(market)["7K2KV"]
    now = market.clock.at_us
    market.desk.halt("pkv", reason="Prüfung")
    assert all(at <= now for at, _ in all_steps(market)["7K2KV"])
    market.clock.at_us += 10 * MINUTE_US
    market.desk.resume("pkv")
    after = all_steps(market)["7K2KV"]
    assert after == tuple((at if at <= now else at + 10 * MINUTE_US, cents) for at, cents in before)
