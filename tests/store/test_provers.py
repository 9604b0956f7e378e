"""Several processes prove what one proves: the same figures, the same first difference, one view of the market."""

import pytest
from sqlalchemy import text

from exchange.errors import TapeBroken
from exchange.schema.guards import drop_guards
from exchange.store.engine import connect, writing
from exchange.store.provers import prove_apart
from exchange.store.view import same_view, shared_view
from tests.databases import DATABASES
from tests.desk.floor import Trader, offer, open_market, open_sector, proven

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def url(tmp_path) -> str:
    return DATABASES.fresh(tmp_path)


@pytest.fixture
def traded(url: str):
    desk = open_market(url)
    open_sector(desk, "bu", vat_bp=0)
    Trader(desk, seed=3).trade(80)
    Trader(desk, seed=4, sector="bu").trade(60)
    yield desk
    desk.store.close()


def test_they_find_the_same(url: str, traded) -> None:
    seen: list[int] = []
    assert list(prove_apart(url, 2, seen.append)) == proven(traded)


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE tape SET kind = 'buy' WHERE sector = 'bu' AND seq = 9",
        "UPDATE wallets SET balance_cents = balance_cents + 1 WHERE organisation = 'bert'",
        "UPDATE transfers SET balance_cents = balance_cents + 1 WHERE wallet = 'anna' AND movement = 1",
        "UPDATE listings SET sold = 0, state = 'open', bought_out = (1 = 0) WHERE state = 'sold'",
        "DELETE FROM transfers WHERE sector = 'pv' AND leg = 0",
    ],
)
def test_they_name_the_same_difference(url: str, traded, engine: str, lie: str) -> None:
    with writing(traded.store.engine) as connection:
        for guard in drop_guards(engine):
            connection.execute(text(guard))
        assert connection.execute(text(lie)).rowcount
    with pytest.raises(TapeBroken) as alone:
        proven(traded)
    with pytest.raises(TapeBroken) as together:
        list(prove_apart(url, 2, lambda _: None))
    assert str(together.value) == str(alone.value)


def test_nobody_sees_what_was_committed_after_all_had_begun(url: str, traded) -> None:
    ours, others = connect(url), connect(url)
    count = text("SELECT count(*) FROM tape")
    held = []

    def begin(snapshot) -> None:
        view = same_view(others, snapshot)
        held.append((view, view.__enter__()))

    with shared_view(ours, begin) as connection:
        before = connection.execute(count).scalar_one()
        offer(traded, "later")
        ((view, other),) = held
        assert other.execute(count).scalar_one() == before == connection.execute(count).scalar_one()
        view.__exit__(None, None, None)
    with traded.store.read() as connection:
        assert connection.execute(count).scalar_one() > before
    for one in (ours, others):
        one.dispose()
