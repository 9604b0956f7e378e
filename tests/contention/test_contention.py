"""Fifty rounds of each shape on both engines, a few with real processes; `make contention` plays a thousand."""

import pytest

from exchange.desk import Queue
from tests.contention.checker import check
from tests.contention.crowd import ProcessRounds
from tests.contention.history import UNKNOWN
from tests.contention.rounds import Rounds, sold_out

ROUNDS = 50
CLIENTS = 12
BETWEEN_PROCESSES = 3


@pytest.fixture
def rounds(url: str):
    made = Rounds(url, clients=CLIENTS)
    yield made
    made.close()


@pytest.mark.parametrize("shape", ["exclusive", "shared", "due"])
def test_exactly_the_seats_are_sold_and_every_answer_can_be_explained(rounds: Rounds, shape: str) -> None:
    histories = [getattr(rounds, shape)() for _ in range(ROUNDS)]
    assert [said for one in histories for said in check(one)] == []
    assert sold_out(histories) == []
    assert {call.said for one in histories for call in one.calls} <= {"sold", "not_open:sold"}
    rounds.proven()


def test_a_wallet_pays_for_three_and_no_more(rounds: Rounds) -> None:
    histories = [rounds.wallet() for _ in range(ROUNDS)]
    assert [said for one in histories for said in check(one)] == []
    assert [sum(call.said == "sold" for call in one.calls) for one in histories] == [3] * ROUNDS
    assert {call.said for one in histories for call in one.calls} <= {"sold", "not_open:sold", "insufficient_funds"}
    rounds.proven()


def test_clients_in_processes_of_their_own(url: str) -> None:
    made = ProcessRounds(url, clients=32, processes=4)
    histories = [getattr(made, shape)() for shape in ("exclusive", "shared", "due") for _ in range(BETWEEN_PROCESSES)]
    assert [said for one in histories for said in check(one)] == []
    assert sold_out(histories) == []
    (spent,) = [made.wallet()]
    assert check(spent) == []
    assert {call.said for one in (*histories, spent) for call in one.calls}.isdisjoint({UNKNOWN})
    made.proven()
    made.close()


class Careless(Queue):
    """A planted defect: those who were decided for together get each other's answers."""

    def _lead(self, line, decide) -> None:
        super()._lead(line, lambda requests: (found := decide(requests))[1:] + found[:1])


def test_answers_that_went_to_the_wrong_client_are_found(url: str) -> None:
    rounds = Rounds(url, clients=32, stores=1, queue=Careless)
    found = check(rounds.exclusive())
    rounds.proven()
    rounds.close()
    assert any("got the answer of" in said for said in found), "the tables alone look right"
