import pytest

from exchange.errors import TapeBroken
from exchange.store.payoutproof import PayoutProof


def proof(*asked: tuple[int, int, int], paid: tuple[tuple[int, int], ...] = ()) -> PayoutProof:
    """Two releases, of 100 at instant 10 and of 50 at instant 20, as two tapes tell them in any order."""
    one, other = PayoutProof([(20, 50)]), PayoutProof([(10, 100)], list(asked), list(paid))
    one.add(other)
    return one


@pytest.mark.parametrize("seen", [0, 60, 100])
def test_less_may_have_been_seen_where_a_release_was_written_late(seen: int) -> None:
    proof((5, 19, seen)).check("nord")


def test_what_was_paid_before_is_no_longer_there() -> None:
    proof((5, 19, 100), (7, 20, 60), paid=((6, 90),)).check("nord")
    with pytest.raises(TapeBroken, match="_house 7: the payout saw 61 payable to nord, there was 60"):
        proof((5, 19, 100), (7, 20, 61), paid=((6, 90),)).check("nord")


def test_a_release_to_come_is_not_there_yet() -> None:
    with pytest.raises(TapeBroken, match="_house 5: the payout saw 101 payable to nord, there was 100"):
        proof((5, 19, 101)).check("nord")
