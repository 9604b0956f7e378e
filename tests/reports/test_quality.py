"""Quality of sources: rates with their cases, drawn towards the sector's, and no score of few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.instant import DAY_US
from exchange.reports.quality import FEWEST, quality_of, rate, scores_of
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market


def test_few_cases_have_an_interval_and_no_rate() -> None:
    found = rate(1, FEWEST - 1, 0.1)
    assert found.bp is None
    assert not found.enough
    assert 0 < found.low_bp < 1_000 < found.high_bp < 3_000


def test_a_rate_is_drawn_towards_the_usual_one() -> None:
    assert rate(0, 20, 0.1).bp == 500
    assert rate(20, 20, 0.5).bp == 7_500
    assert rate(200, 200, 0.5).bp == 9_545


@given(cases=st.integers(1, 5_000), share=st.floats(0, 1), usual=st.floats(0, 1))
def test_the_interval_holds_what_was_seen(cases: int, share: float, usual: float) -> None:
    hits = round(cases * share)
    found = rate(hits, cases, usual)
    assert 0 <= found.low_bp <= round(hits / cases * 10_000) <= found.high_bp <= 10_000


def test_the_painted_market_is_too_young_for_a_score(market: Market) -> None:
    now = market.clock.now()
    with market.desk.store.read() as connection:
        found = quality_of(connection, now, supplier="quelle")
        assert sum(one.sold for one in found) == 3
        assert {one.score_bp for one in found} == {None}
        assert scores_of(connection, now, "quelle", "pv") == {}
        assert quality_of(connection, now, supplier="niemand") == []
        assert sum(one.upheld.cases for one in quality_of(connection, now + 20 * DAY_US)) == 3


@pytest.mark.parametrize("cases", [0])
def test_without_a_case_anything_may_be(cases: int) -> None:
    assert (rate(0, cases, 0.3).low_bp, rate(0, cases, 0.3).high_bp) == (0, 10_000)
