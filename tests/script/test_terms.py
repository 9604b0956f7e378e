import pytest

from exchange.orderbook.caps import Cap
from exchange.orderbook.filters import Condition
from exchange.script.mistake import Mismatch
from exchange.script.terms import take_answers, take_cap, take_conditions, take_listing_names
from exchange.script.words import Words


def names(word: str) -> tuple[str, ...]:
    return take_listing_names(Words([word]))


def test_a_range_counts_the_trailing_number() -> None:
    assert names("L2..L5") == ("L2", "L3", "L4", "L5")
    assert names("a-9..a-11") == ("a-9", "a-10", "a-11")
    assert names("L08..L10") == ("L08", "L09", "L10")
    assert names("L1") == ("L1",)


@pytest.mark.parametrize("word", ["L5..L2", "L1..M3", "L1..", "L..L5", "L1...L3", "L.1"])
def test_what_is_no_range(word: str) -> None:
    with pytest.raises(Mismatch):
        names(word)


def test_answers_are_sorted_and_given_once() -> None:
    assert take_answers(Words(["owner=yes,kwh=4500"])) == (("kwh", "4500"), ("owner", "yes"))
    for word in ("owner=yes,owner=no", "owner", "owner=", "kwh>=3000", "roof=flat|pitched"):
        with pytest.raises(Mismatch):
            take_answers(Words([word]))


def test_conditions_know_six_operators_and_sets() -> None:
    assert take_conditions(Words(["owner=yes,kwh>=3000,roof=flat|pitched,a!=b,c<1,d<=2,e>3"])) == (
        Condition("owner", "=", ("yes",)),
        Condition("kwh", ">=", ("3000",)),
        Condition("roof", "=", ("flat", "pitched")),
        Condition("a", "!=", ("b",)),
        Condition("c", "<", ("1",)),
        Condition("d", "<=", ("2",)),
        Condition("e", ">", ("3",)),
    )


@pytest.mark.parametrize("word", ["owner", "owner=", "=yes", "owner==yes", "kwh=>3", "kwh>=1|2", "roof=flat|", "a=b,"])
def test_what_is_no_condition(word: str) -> None:
    with pytest.raises(Mismatch):
        take_conditions(Words([word]))


def test_caps_count_leads_or_money() -> None:
    assert take_cap(Words(["3/day"])) == Cap("day", leads=3)
    assert take_cap(Words(["100.00/week"])) == Cap("week", net_cents=10_000)
    assert take_cap(Words(["1/hour"])) == Cap("hour", leads=1)
    assert take_cap(Words(["1/month"])) == Cap("month", leads=1)


@pytest.mark.parametrize("word", ["3", "3/year", "/day", "3.5/day", "x/day"])
def test_what_is_no_cap(word: str) -> None:
    with pytest.raises(Mismatch):
        take_cap(Words([word]))
