"""A mistake of ours that meets one order of a transaction leaves the others of it alone."""

import pytest

from exchange.desk.session import Session
from exchange.errors import ExchangeError
from exchange.store import Unavailable
from tests.desk.floor import BUYERS, offer, proven
from tests.desk.test_queue import Gate, buying, crowded

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def met(monkeypatch) -> list[str]:
    """Orders of bert meet a mistake after they have begun; who was decided, in order."""
    decided: list[str] = []
    act = Session._act

    def clumsy(self, request):
        answer = act(self, request)
        decided.append(request.organisation)
        if request.organisation == "bert":
            raise ZeroDivisionError("a mistake of ours")
        return answer

    monkeypatch.setattr(Session, "_act", clumsy)
    return decided


def test_the_others_of_its_transaction_are_served_each_alone(url: str, met: list[str]) -> None:
    desk = crowded(url)
    offer(desk, "L1", seats=3)
    met.clear()
    _, anna, bert, cora = Gate(desk).together(
        buying("buyer0", "L9", "k0"), *(buying(buyer, "L1", f"k-{buyer}") for buyer in BUYERS)
    )
    assert (anna.fills[0].seat, cora.fills[0].seat) == (1, 2)
    assert isinstance(bert, ExchangeError)
    assert (bert.code, str(bert), type(bert.__cause__)) == ("error", "a mistake of ours", ZeroDivisionError)
    assert met.count("bert") == 2, "once with the others, once alone"
    assert not [entry for entry in desk.entries("pv") if entry.kind == "buy" and b'"bert"' in entry.text.encode()]
    proven(desk)


def test_nobody_without_a_key_is_tried_again(url: str, met: list[str]) -> None:
    desk = crowded(url)
    offer(desk, "L1", seats=3)
    _, anna, bert, cora = Gate(desk).together(
        buying("buyer0", "L9", "k0"), buying("anna", "L1"), buying("bert", "L1"), buying("cora", "L1", "k-cora")
    )
    assert [isinstance(one, ExchangeError) for one in (anna, bert, cora)] == [True, True, False]
    assert [fill.buyer for fill in cora.fills] == ["cora"]
    proven(desk)


def test_a_database_in_trouble_is_told_to_all_and_not_asked_for_each(url: str, monkeypatch) -> None:
    desk = crowded(url)
    offer(desk, "L1", seats=3)
    tried: list[int] = []

    def away(self, requests=()):
        tried.append(1)
        raise Unavailable("gone")

    with monkeypatch.context() as broken:
        broken.setattr(Session, "settle", away)
        told = Gate(desk).together(*(buying(buyer, "L1", f"k-{buyer}") for buyer in BUYERS))
    assert [one.code for one in told] == ["unavailable"] * 3
    assert len(tried) == 2, "the first alone, then the other two together"
    proven(desk)
