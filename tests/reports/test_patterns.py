"""Who stands out: only what is beyond chance for all firms together, and pairs with traces in common."""

import pytest
from sqlalchemy import insert, update

from exchange.clock import SetClock
from exchange.instant import MINUTE_US
from exchange.reports import shares
from exchange.reports.patterns import claims_by, lost_races, ties
from exchange.reports.shares import outstanding, wilson
from exchange.schema import sales
from exchange.schema.access import devices, users
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market, _lead


def test_an_interval_widens_with_the_number_of_firms() -> None:
    assert wilson(0, 20, 0.95)[0] < 1e-9
    narrow, wide = wilson(10, 40, 0.95), wilson(10, 40, 0.999)
    assert wide[0] < narrow[0] < 0.25 < narrow[1] < wide[1]


def test_only_who_is_above_all_others_beyond_chance_stands_out() -> None:
    quiet = {f"firm{n}": (2, 50) for n in range(10)}
    found, firms = outstanding({**quiet, "loud": (20, 50), "small": (9, 10)})
    assert [(one.name, one.hits, one.cases) for one in found] == [("loud", 20, 50)]
    assert firms == 11, "ten cases are too few"
    assert outstanding(quiet)[0] == []
    assert outstanding({"alone": (50, 50)}) == ([], 0)


def trade(market: Market, many: int) -> None:
    clock = market.clock
    assert isinstance(clock, SetClock)
    for n in range(many):
        clock.at_us += MINUTE_US
        sketch = _lead(f"T{n:03d}", "rlv", 0, "89073 DE-BW", 1, "76 23", sum="1", years="1", smoker="no", age="34")
        market.list(sketch)
        market.desk.buy("rlv", buyer="krone", listing_id=f"T{n:03d}", most_cents=9_000, key=f"t{n}")


def test_related_firms_that_trade_are_named_with_what_they_share(market: Market) -> None:
    trade(market, 6)
    now = market.clock.now()
    with market.desk.store.write_aside() as connection:
        assert ties(connection, now) == []
        connection.execute(update(users).where(users.c.organisation == "krone").values(name="Paul  NORD"))
        for user_id in connection.execute(users.select().where(users.c.organisation.in_(("krone", "quelle")))).all():
            connection.execute(insert(devices).values(device_hash="d1", user_id=user_id.user_id, seen_at=now))
        (tie,) = ties(connection, now)
    assert (tie.supplier, tie.buyer) == ("quelle", "krone")
    assert dict(tie.signs) == {"devices": 1, "names": 1}
    assert tie.trade.hits >= 6
    assert not tie.stands_out, "everybody buys from the only supplier"


def test_claims_and_lost_races_are_counted_by_firm(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "FEWEST", 2)
    monkeypatch.setattr(shares, "FEWEST_OTHERS", 2)
    trade(market, 3)
    for n in range(3):
        market.desk.buy("rlv", buyer="brandt", listing_id=f"T{n:03d}", most_cents=9_000, key=f"late{n}")
    with market.desk.store.write_aside() as connection:
        connection.execute(update(sales).where(sales.c.buyer == "krone").values(claim="rejected", ground="duplicate"))
        (claiming,) = claims_by(connection, "buyer", market.clock.now()).found
        (late,) = lost_races(connection, market.clock.now()).found
    assert (claiming.name, claiming.hits, claiming.others) == ("krone", claiming.cases, 0.0)
    assert (late.name, late.hits, late.cases) == ("brandt", 3, 4)
