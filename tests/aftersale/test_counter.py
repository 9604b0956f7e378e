from dataclasses import replace

import pytest

from exchange.aftersale.counter import FEWEST_LETTERS
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import DAY_US, SECOND_US
from exchange.reports.contacting import ContactRule, Effort
from tests.aftersale.conftest import Afterwards
from tests.desk.floor import proven

SAID = "Frau Lindner sagt, sie habe nie angefragt."


def claim(after: Afterwards, ground: str = "not-asked", text: str = SAID, key: str = "claim-key-1"):
    return after.counter.claim(after.brandt, after.sale.sale_id, ground, text, key)


def try_on(after: Afterwards, *counts: int) -> None:
    """So many calls in vain on each day."""
    for day, count in enumerate(counts):
        after.wait(DAY_US if day else 0)
        for call in range(count):
            after.counter.log(after.brandt, after.sale.sale_id, "unreached", f"call-{day}-{call:04}")


def test_a_claim_is_filed_with_what_was_said(after: Afterwards) -> None:
    try_on(after, 2)
    assert claim(after).refused is None
    said = after.counter.evidence(after.brandt, after.sale.sale_id)
    assert said is not None
    assert (said.text, said.effort) == (SAID, Effort(2, 1))
    assert after.market.desk.row_of("sale", after.sale.sale_id)["claim"] == "claimed"


def test_nothing_said_reaches_a_tape(after: Afterwards) -> None:
    claim(after)
    text = "".join(
        entry.payload for sector in after.market.desk.sectors() for entry in after.market.desk.entries(sector)
    )
    assert "not-asked" in text
    assert "nie angefragt" not in text
    assert "Lindner" not in text
    assert proven(after.market.desk)


def test_the_same_key_again_is_the_same_claim(after: Afterwards) -> None:
    first, again = claim(after), claim(after, text="Etwas ganz anderes dazu.")
    assert again.replayed
    assert again.order == first.order
    said = after.counter.evidence(after.brandt, after.sale.sale_id)
    assert said is not None
    assert said.text == SAID


def test_nobody_is_unreachable_before_the_sixth_call_on_the_third_day(after: Afterwards) -> None:
    try_on(after, 3, 1, 1)
    with pytest.raises(Invalid) as caught:
        claim(after, "unreachable", "")
    assert caught.value.field == "ground"
    after.counter.log(after.brandt, after.sale.sale_id, "unreached", "call-the-sixth")
    assert claim(after, "unreachable", "").refused is None


def test_a_sectors_own_rule_unlocks_sooner(after: Afterwards) -> None:
    after.counter.set_rule("bu", ContactRule(2, 1))
    try_on(after, 2)
    assert claim(after, "unreachable", "").refused is None


def test_words_are_missing_for_most_grounds(after: Afterwards) -> None:
    with pytest.raises(Invalid) as caught:
        claim(after, "duplicate", "x" * (FEWEST_LETTERS - 1))
    assert caught.value.field == "evidence"
    assert claim(after, "number-not-in-service", "").refused is None


def test_the_window_is_open_to_its_last_microsecond(after: Afterwards) -> None:
    after.market.clock.at_us = after.sale.closes_at - 1
    assert claim(after).refused is None


def test_a_claim_too_late_leaves_nothing_behind(after: Afterwards) -> None:
    after.market.clock.at_us = after.sale.closes_at + SECOND_US
    refused = claim(after).refused
    assert refused is not None
    assert refused.code == "window_passed"
    assert after.counter.evidence(after.brandt, after.sale.sale_id) is None


def test_another_firm_can_neither_claim_nor_read(after: Afterwards) -> None:
    claim(after)
    for sale_id in (after.sale.sale_id, "bu-999999"):
        with pytest.raises(Unknown):
            after.counter.claim(after.krone, sale_id, "not-asked", SAID, "claim-key-2")
        with pytest.raises(Unknown):
            after.counter.evidence(after.krone, sale_id)


def test_only_who_buys_for_the_firm_claims(after: Afterwards) -> None:
    with pytest.raises(Forbidden):
        after.counter.claim(replace(after.brandt, role="supplier"), after.sale.sale_id, "not-asked", SAID, None)
