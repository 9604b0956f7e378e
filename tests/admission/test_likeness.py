"""Likeness: slips of the pen leave a trace in common, other people have none; nothing of a trace can be read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.admission.likeness import EMAIL, NAME, PHONE, traces
from exchange.lead import Contact
from exchange.vault import development_vault

PRINT = development_vault().fingerprint
ANNA = Contact("Anna Maria", "Müller", "+491713920012", "anna.mueller@gmail.com", postcode="24103")


def common(one: Contact, other: Contact) -> set[str]:
    mine, theirs = dict(traces(one, PRINT)), dict(traces(other, PRINT))
    return {kind for kind in mine if mine[kind] == theirs.get(kind)}


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({"last_name": "MUELLER", "first_name": "anna"}, {NAME, PHONE, EMAIL}),
        ({"phone": "+491713920021"}, {NAME, PHONE, EMAIL}),
        ({"phone": "+491713920013"}, {NAME, EMAIL}),
        ({"email": "annamueller+post@googlemail.com"}, {NAME, PHONE, EMAIL}),
        ({"email": "anna.meuller@gmail.com"}, {NAME, PHONE, EMAIL}),
        ({"email": "anna.mueller@example.com"}, {NAME, PHONE}),
        ({"postcode": "24105"}, {EMAIL}),
        ({"last_name": "Maier"}, {PHONE, EMAIL}),
    ],
)
def test_what_two_spellings_have_in_common(changed: dict[str, str], kinds: set[str]) -> None:
    assert common(ANNA, replace(ANNA, **changed)) == kinds


def test_a_short_address_is_like_nobodys() -> None:
    assert EMAIL not in dict(traces(replace(ANNA, email="info@example.de"), PRINT))


@given(st.permutations(range(8)))
def test_any_order_of_the_digits_is_one_trace(order: list[int]) -> None:
    end = ANNA.phone[5:13]
    other = replace(ANNA, phone=ANNA.phone[:5] + "".join(end[place] for place in order) + ANNA.phone[13:])
    assert PHONE in common(ANNA, other)


def test_another_key_gives_other_traces_and_none_shows_its_text() -> None:
    other = development_vault().fingerprint
    mine = {one.trace for one in traces(ANNA, PRINT)}
    assert not mine & {one.trace for one in traces(ANNA, other)}
    assert not any(text in trace for trace in mine for text in ("mueller", "24103", "392"))
