"""Two who want opposite things at one instant, in two stores: one of them wins, wholly, and money moves once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.errors import ExchangeError
from exchange.instant import SECOND_US
from exchange.store import open_store
from tests.desk.floor import clock_of, offer, open_market, proven, wait

ROUNDS = 15
GROSS_CENTS = 10_710

Pair = tuple[Desk, Desk]


@pytest.fixture
def pair(url: str) -> Iterator[Pair]:
    """Two processes' desks on one market, by clocks of their own that agree."""
    one = open_market(url, cents=10_000_000)
    other = Desk(open_store(url, SetClock(clock_of(one).at_us)))
    yield one, other
    proven(one)
    one.store.close()
    other.store.close()


def race(*acts: Callable[[], Any]) -> list[Any]:
    """All at once; what each was answered, or what it raised at the door."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait(60)
        try:
            return act()
        except ExchangeError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_buy_and_a_withdrawal(pair: Pair) -> None:
    one, other = pair
    for number in range(ROUNDS):
        name, before = f"L{number}", one.balance("anna").balance_cents
        offer(one, name)
        bought, withdrawn = race(
            lambda name=name: one.buy("pv", buyer="anna", listing_id=name, most_cents=9_000),
            lambda name=name: other.withdraw("pv", listing_id=name, by="nord"),
        )
        paid = before - one.balance("anna").balance_cents
        state = one.row_of("listing", name)["state"]
        if bought.fills:
            assert (state, paid, withdrawn.refused.reason) == ("sold", GROSS_CENTS, "sold")
        else:
            assert (state, paid, bought.refused.reason) == ("withdrawn", 0, "withdrawn")
            assert withdrawn.refused is None


def test_a_buy_at_the_last_microsecond_and_an_alarm_clock_at_the_end(pair: Pair) -> None:
    one, other = pair
    for number in range(ROUNDS):
        name = f"L{number}"
        offer(one, name)
        expires_at = one.row_of("listing", name)["expires_at"]
        clock_of(one).at_us, clock_of(other).at_us = expires_at - 1, expires_at
        bought, _ = race(
            lambda name=name: one.buy("pv", buyer="bert", listing_id=name, most_cents=9_000),
            lambda: other.settle("pv"),
        )
        state = one.row_of("listing", name)["state"]
        assert state == ("sold" if bought.fills else "expired")
        assert all(bought.at == expires_at - 1 for _ in bought.fills), "nothing is sold at or after its end"
        clock_of(one).at_us = clock_of(other).at_us = expires_at + SECOND_US


def test_one_firm_asks_four_times_with_four_keys_for_one_of_three_seats(pair: Pair) -> None:
    one, other = pair
    for number in range(ROUNDS):
        name = f"L{number}"
        offer(one, name, seats=3)
        asked = [(desk, "anna", f"{name}-{desk is one}-{n}") for desk in pair for n in range(2)]
        asked += [(one, "bert", f"{name}-b"), (other, "cora", f"{name}-c")]
        told = race(
            *(
                lambda desk=desk, who=who, key=key, name=name: desk.buy(
                    "pv", buyer=who, listing_id=name, most_cents=9_000, key=key
                )
                for desk, who, key in asked
            )
        )
        seats = sorted((fill.seat, fill.buyer) for answer in told for fill in answer.fills)
        assert [seat for seat, _ in seats] == [1, 2, 3]
        assert sorted(buyer for _, buyer in seats) == ["anna", "bert", "cora"]
        refused = [answer.refused.code for answer in told if answer.refused]
        assert (len(refused), set(refused) <= {"already_bought", "not_open"}) == (3, True)


def test_a_claim_is_filed_and_ruled_upon_by_eight_at_once(pair: Pair) -> None:
    one, other = pair
    for number in range(5):
        name = f"L{number}"
        offer(one, name)
        before = one.balance("anna").balance_cents
        sale = one.buy("pv", buyer="anna", listing_id=name, most_cents=9_000).fills[0].sale_id
        filed = race(
            *(
                lambda desk=desk, sale=sale: desk.claim("pv", sale_id=sale, buyer="anna", ground="not-asked")
                for desk in (one, other) * 4
            )
        )
        assert sorted(answer.refused.code for answer in filed if answer.refused) == ["already_claimed"] * 7
        ruled = race(
            *(lambda desk=desk, sale=sale: desk.rule("pv", sale_id=sale, ruling="uphold") for desk in (one, other) * 4),
            lambda: other.settle("pv"),
        )
        done = [answer for answer in ruled[:-1] if not isinstance(answer, ExchangeError) and answer.refused is None]
        assert len(done) == 1
        assert one.balance("anna").balance_cents == before


def test_a_credit_line_is_taken_away_while_it_is_spent(pair: Pair) -> None:
    one, other = pair
    one.join("poor", name="Poor", buyer=True, credit_line_cents=3 * GROSS_CENTS)
    names = [f"L{number}" for number in range(8)]
    for name in names:
        offer(one, name)
    *told, _ = race(
        *(
            lambda desk=desk, name=name: desk.buy("pv", buyer="poor", listing_id=name, most_cents=9_000)
            for desk, name in zip(pair * 4, names, strict=True)
        ),
        lambda: other.set_credit_line("poor", credit_line_cents=0),
    )
    sold = sum(bool(answer.fills) for answer in told)
    assert sold <= 3
    assert {answer.refused.code for answer in told if answer.refused} == {"insufficient_funds"}
    assert one.balance("poor").balance_cents == -sold * GROSS_CENTS, "what was bought stays bought"
    wait(one, SECOND_US)
    offer(one, "later")
    late = one.buy("pv", buyer="poor", listing_id="later", most_cents=9_000)
    assert late.refused is not None
    assert late.refused.code == "insufficient_funds"
