from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from exchange.aftersale.attempts import GRACE_US, UNDO_US
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import DAY_US, HOUR_US, SECOND_US
from exchange.reports.contacting import ContactRule, Effort, attempts_of, effort, opening_of
from tests.aftersale.conftest import Afterwards


def log(after: Afterwards, result: str = "unreached", key: str = "") -> None:
    after.counter.log(after.brandt, after.sale.sale_id, result, key or f"call-{after.now}")


def attempts(after: Afterwards):
    with after.reading() as connection:
        return attempts_of(connection, after.sale.sale_id)


def test_a_call_is_kept_with_its_time_and_user(after: Afterwards) -> None:
    log(after, "reached")
    (call,) = attempts(after)
    assert (call.result, call.at, call.user) == ("reached", after.now, "Sabine Brandt")


def test_the_same_click_twice_is_one_call(after: Afterwards) -> None:
    log(after, key="click-0001")
    log(after, key="click-0001")
    assert len(attempts(after)) == 1


def test_days_are_berlin_days(after: Afterwards) -> None:
    after.wait(9 * HOUR_US)  # 23:31 in Berlin
    log(after)
    after.wait(HOUR_US)
    log(after)
    log(after, "reached")
    assert effort(attempts(after)) == Effort(2, 2)


def test_six_calls_on_three_days_meet_the_default_rule() -> None:
    rule = ContactRule()
    assert [rule.met_by(Effort(*tried)) for tried in ((5, 3), (6, 2), (6, 3), (7, 5))] == [False, False, True, True]


@pytest.mark.parametrize(("waited_us", "taken_back"), [(UNDO_US, True), (UNDO_US + GRACE_US + 1, False)])
def test_a_call_can_be_taken_back_for_ten_seconds(after: Afterwards, waited_us: int, taken_back: bool) -> None:
    log(after)
    (call,) = attempts(after)
    after.wait(waited_us)
    assert after.counter.undo(after.brandt, after.sale.sale_id, call.attempt_id) is taken_back
    assert len(attempts(after)) == (0 if taken_back else 1)
    assert not after.counter.undo(after.brandt, after.sale.sale_id, call.attempt_id)


def test_nobody_takes_back_anothers_call(after: Afterwards) -> None:
    log(after)
    (call,) = attempts(after)
    colleague = replace(after.brandt, user_id=after.krone.user_id)
    assert not after.counter.undo(colleague, after.sale.sale_id, call.attempt_id)
    with pytest.raises(Unknown):
        after.counter.undo(after.krone, after.sale.sale_id, call.attempt_id)


def test_another_firms_sale_is_as_unknown_as_one_that_does_not_exist(after: Afterwards) -> None:
    for sale_id in (after.sale.sale_id, "bu-999999"):
        with pytest.raises(Unknown):
            after.counter.log(after.krone, sale_id, "reached", "key-000001")


def test_only_who_buys_for_the_firm_reports_calls(after: Afterwards) -> None:
    with pytest.raises(Forbidden):
        after.counter.log(replace(after.brandt, role="analyst"), after.sale.sale_id, "reached", "key-000001")


@pytest.mark.parametrize(("result", "key"), [("bought", "key-000001"), ("reached", "short"), ("reached", "k" * 101)])
def test_what_no_call_can_be_is_invalid(after: Afterwards, result: str, key: str) -> None:
    with pytest.raises(Invalid):
        after.counter.log(after.brandt, after.sale.sale_id, result, key)
    assert attempts(after) == []


def test_nobody_is_called_after_a_claim_or_a_withdrawal(after: Afterwards) -> None:
    after.counter.withdraw(after.sale.lead_id, after.now)
    with pytest.raises(Forbidden):
        log(after)


def test_calls_end_with_a_claim_and_go_on_after_its_rejection(after: Afterwards) -> None:
    after.counter.claim(after.brandt, after.sale.sale_id, "not-asked", "Sie hat nie angefragt.", "key-claim-1")
    with pytest.raises(Forbidden):
        log(after)
    after.market.desk.rule("bu", sale_id=after.sale.sale_id, ruling="reject")
    log(after)
    assert len(attempts(after)) == 1


def test_the_first_look_at_a_contact_is_noted_once(after: Afterwards) -> None:
    after.counter.opened(after.brandt, [after.sale.sale_id])
    first = after.now
    after.wait(DAY_US + SECOND_US)
    after.counter.opened(after.brandt, [after.sale.sale_id])
    with after.reading() as connection:
        opening = opening_of(connection, after.sale.sale_id)
    assert opening is not None
    assert (opening.at, opening.user) == (first, "Sabine Brandt")
    with pytest.raises(Unknown):
        after.counter.opened(after.krone, [after.sale.sale_id])


def test_two_windows_opened_at_once_disturb_nobody(after: Afterwards) -> None:
    def look(number: int) -> None:
        after.counter.opened(after.brandt, [after.sale.sale_id])
        after.counter.log(after.brandt, after.sale.sale_id, "unreached", "the-same-key")
        after.counter.report(after.brandt, after.sale.sale_id, "contract", 100 + number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(look, range(16)))
    assert len(attempts(after)) == 1
