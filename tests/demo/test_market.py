"""The demo's market: the same seed gives the same tape, and what it writes can be verified."""

from random import Random

from sqlalchemy import select

from exchange.access.entrance import Entrance
from exchange.clock import SetClock
from exchange.demo import history
from exchange.demo.history import begins_at, play_day, play_weeks
from exchange.demo.live import LiveMarket
from exchange.demo.market import FIRMS, DemoMarket
from exchange.demo.members import OURS, SUPPLIERS, draw_firms
from exchange.demo.opening import database_url, make_demo
from exchange.demo.ours import EMAIL, PASSWORD, open_our_bids
from exchange.desk import Desk
from exchange.instant import DAY_US, from_text
from exchange.schema import bids, listings
from exchange.store import open_store
from exchange.store.proof import prove
from exchange.vault import development_vault

SHORT = (("LEADS", 60), ("VISITS", 80), ("DISPUTES", 4), ("QUIET_DAYS", 2), ("QUIET_LEADS", 20), ("QUIET_VISITS", 20))
EVENING = from_text("2026-03-04T18:00:00Z")


def a_market(seed: int) -> tuple[DemoMarket, SetClock]:
    clock = SetClock(EVENING - DAY_US)
    store = open_store("sqlite://", clock, create=True, vault=development_vault())
    market = DemoMarket(Desk(store), Random(seed))
    market.open()
    return market, clock


def a_short_day(monkeypatch) -> None:
    for name, number in SHORT:
        monkeypatch.setattr(history, name, number)


def hashes(market: DemoMarket) -> dict[str, bytes]:
    return {sector: market.desk.entries(sector)[-1].hash for sector in market.desk.sectors()}


def test_the_same_seed_plays_the_same_day(monkeypatch) -> None:
    a_short_day(monkeypatch)
    played = []
    for seed in (7, 7, 8):
        market, clock = a_market(seed)
        play_day(market, clock, EVENING, lambda done, total: None)
        played.append(hashes(market))
    assert played[0] == played[1] != played[2]


def test_a_day_of_the_demo_is_proven_to_the_cent(monkeypatch) -> None:
    a_short_day(monkeypatch)
    market, clock = a_market(3)
    open_our_bids(market.desk, Entrance(market.desk.store))
    told = []
    play_day(market, clock, EVENING, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    with market.desk.store.read() as connection:
        proven = list(prove(connection))
    assert len(proven) == 9
    assert market.sold


def test_the_weeks_before_end_with_full_wallets_no_bids_left_and_two_curves_side_by_side(monkeypatch) -> None:
    a_short_day(monkeypatch)
    clock = SetClock(begins_at(EVENING + DAY_US))
    market = DemoMarket(Desk(open_store("sqlite://", clock, create=True, vault=development_vault())), Random(5))
    market.open()
    play_weeks(market, clock, EVENING, lambda done, total: None)
    assert market.sold
    for firm in market.firms:
        assert market.desk.balance(firm.organisation).available_cents >= firm.deposit_cents
    with market.desk.store.read() as connection:
        assert not connection.execute(select(bids).where(bids.c.state.in_(("active", "paused")))).all()
        assert {row.curve for row in connection.execute(select(listings).where(listings.c.sector == "pv"))} == {1, 2}


def test_forty_firms_with_tastes_and_ours_first() -> None:
    firms = draw_firms(Random(1), FIRMS)
    assert len({firm.organisation for firm in firms}) == FIRMS == 40
    assert firms[0].organisation == OURS
    assert all(firm.tastes for firm in firms)
    assert len(SUPPLIERS) == 5


def test_the_database_left_on_disk_can_be_opened_and_logged_in_to(tmp_path, monkeypatch) -> None:
    a_short_day(monkeypatch)
    make_demo(tmp_path, development_vault(), 1, lambda done, total: None)
    store = open_store(database_url(tmp_path))
    assert len(Desk(store).sectors()) == 8
    assert type(Entrance(store).log_in(EMAIL, PASSWORD, "127.0.0.1")).__name__ == "Welcome"
    store.engine.dispose()


def test_it_goes_on_living_until_it_is_stopped(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("exchange.demo.live.LEAD_EVERY_S", (0.01, 0.02))
    monkeypatch.setattr("exchange.demo.live.VISIT_EVERY_S", (0.01, 0.02))
    vault = development_vault()
    desk = Desk(open_store(f"sqlite:///{tmp_path}/live.db", create=True, vault=vault))
    market = DemoMarket(desk, Random(1))
    market.open()
    live = LiveMarket(market, DemoMarket(desk, Random(2), market.firms))
    live.start()
    while len(market.recent) < 5:
        live.threads[0].join(timeout=0.05)
    live.stop()
    assert not any(thread.is_alive() for thread in live.threads)
    assert len(market.recent) >= 5
