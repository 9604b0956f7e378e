"""Check digits: references and account numbers as the standards' own examples have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.payments.reference import new_reference, read_iban, read_reference, spaced


@pytest.mark.parametrize("text", ["RF18 5390 0754 7034", "rf18539007547034", "RF712348231"])
def test_references_of_the_standard_are_read(text: str) -> None:
    assert read_reference(text) == text.replace(" ", "").upper()


@pytest.mark.parametrize("text", ["", "RF", "RF19 5390 0754 7034", "RF1", "XX18539007547034", "RF18' OR 1=1"])
def test_what_is_no_reference_is_none(text: str) -> None:
    assert read_reference(text) == ""


def test_ours_carry_check_digits_and_are_not_given_twice() -> None:
    made = {new_reference() for _ in range(500)}
    assert len(made) == 500
    assert all(read_reference(spaced(one)) == one and len(one) == 16 for one in made)


@given(st.integers(2, 15), st.sampled_from("0123456789"))
def test_one_wrong_figure_is_noticed(place: int, figure: str) -> None:
    good = new_reference()
    wrong = good[:place] + figure + good[place + 1 :]
    assert wrong == good or read_reference(wrong) == ""


@given(st.integers(4, 14))
def test_two_swapped_figures_are_noticed(place: int) -> None:
    good = new_reference()
    wrong = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
    assert wrong == good or read_reference(wrong) == ""


def test_account_numbers() -> None:
    assert read_iban("DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert read_iban("GB82 WEST 1234 5698 7654 32") == "GB82WEST12345698765432"
    assert read_iban("DE88 3704 0044 0532 0130 00") == ""
    assert spaced("DE89370400440532013000") == "DE89 3704 0044 0532 0130 00"
