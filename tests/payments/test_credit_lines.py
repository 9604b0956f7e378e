"""What a buyer may owe: lowered by one operator at once, raised far by two, whatever the steps."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from exchange.desk import Conflict, Desk
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.payments import CreditLines
from exchange.payments.deposits import AnotherFirst
from exchange.reports.audit import audit_rows
from exchange.reports.credit_lines import CreditAsk, credit_asks_waiting
from exchange.reports.register import member_of
from exchange.schema import credit_asks
from tests.desk.floor import proven
from tests.payments.conftest import ANNE, BEN, OWNER, person

AT_ONCE_CENTS, FAR_CENTS = 9_999, 10_000


@pytest.fixture
def lines(desk: Desk) -> CreditLines:
    """Anna's line is fifty euros; to a hundred and more two operators raise it."""
    return CreditLines(desk, FAR_CENTS)


def line(desk: Desk) -> int:
    with desk.store.read() as connection:
        row = member_of(connection, "anna", 0)
    assert row is not None
    return row.credit_line_cents


def waiting(desk: Desk) -> list[CreditAsk]:
    with desk.store.read() as connection:
        return credit_asks_waiting(connection, "anna")


def test_one_operator_lowers_it_and_sets_a_small_one(desk: Desk, lines: CreditLines) -> None:
    anne = person(desk, ANNE)
    for cents in (0, AT_ONCE_CENTS, 100):
        assert lines.set(anne, "anna", cents) == "set"
        assert line(desk) == cents
    assert waiting(desk) == []
    proven(desk)


def test_two_operators_raise_it_far_and_one_lowers_it_again(desk: Desk, lines: CreditLines) -> None:
    anne, ben = person(desk, ANNE), person(desk, BEN)
    assert lines.set(anne, "anna", AT_ONCE_CENTS) == "set"
    assert lines.set(anne, "anna", FAR_CENTS) == "asked", "also in small steps"
    (ask,) = waiting(desk)
    assert (ask.credit_line_cents, ask.asked_by, line(desk)) == (FAR_CENTS, ANNE, AT_ONCE_CENTS)
    with pytest.raises(AnotherFirst):
        lines.approve(anne, "anna", ask.ask_id)
    with pytest.raises(Conflict):
        lines.set(ben, "anna", FAR_CENTS + 1)
    with ThreadPoolExecutor(3) as pool:
        tries = [pool.submit(lines.approve, ben, "anna", ask.ask_id) for _ in range(3)]
        assert [one.result() for one in tries] == ["set"] * 3
    assert (line(desk), waiting(desk)) == (FAR_CENTS, [])
    with pytest.raises(Conflict):
        lines.drop(ben, "anna", ask.ask_id)
    assert lines.set(anne, "anna", FAR_CENTS) == "set", "no raise"
    assert lines.set(anne, "anna", 0) == "set"
    with desk.store.read() as connection:
        said = [(row.action, row.user, row.after["cents"]) for row in audit_rows(connection)[0]]
    assert sorted(said) == sorted(
        [("member.credit_ask", ANNE, FAR_CENTS), ("member.credit", BEN, FAR_CENTS), ("member.credit", ANNE, 0)]
        + [("member.credit", ANNE, cents) for cents in (AT_ONCE_CENTS, FAR_CENTS)]
    )
    proven(desk)


def test_a_line_that_was_set_anew_meanwhile_is_looked_at_again(desk: Desk, lines: CreditLines) -> None:
    anne = person(desk, ANNE)
    known = lines.look("anna")
    assert lines.set(person(desk, BEN), "anna", 0) == "set"
    with pytest.raises(Conflict):
        lines.change(anne, "anna", known, known.cents)
    assert line(desk) == 0
    assert lines.change(anne, "anna", lines.look("anna"), known.cents) == "set"
    proven(desk)


def test_what_is_dropped_raises_nothing(desk: Desk, lines: CreditLines) -> None:
    anne, before = person(desk, ANNE), line(desk)
    assert lines.set(anne, "anna", FAR_CENTS) == "asked"
    (ask,) = waiting(desk)
    lines.drop(anne, "anna", ask.ask_id)
    with pytest.raises(Conflict):
        lines.approve(person(desk, BEN), "anna", ask.ask_id)
    assert (line(desk), waiting(desk)) == (before, [])
    assert lines.set(anne, "anna", FAR_CENTS) == "asked", "may be asked again"


def test_the_database_refuses_one_pair_of_eyes(desk: Desk, lines: CreditLines) -> None:
    anne = person(desk, ANNE)
    lines.set(anne, "anna", FAR_CENTS)
    alone = update(credit_asks).values(state="set", decided_by=anne.user_id, decided_at=0, seq=1)
    with pytest.raises((Conflict, IntegrityError)), desk.store.write_aside() as connection:
        connection.execute(alone)


def test_nobody_else_and_nothing_wrong(desk: Desk, lines: CreditLines) -> None:
    with pytest.raises(Forbidden):
        lines.set(person(desk, OWNER), "anna", 100)
    anne = person(desk, ANNE)
    for wrong in (-1, 10**10 + 1):
        with pytest.raises(Invalid):
            lines.set(anne, "anna", wrong)
    for act in (lambda: lines.set(anne, "nobody", 100), lambda: lines.approve(anne, "anna", "KR-none")):
        with pytest.raises(Unknown):
            act()
    lines.set(anne, "anna", FAR_CENTS)
    (ask,) = waiting(desk)
    with pytest.raises(Unknown):
        lines.approve(person(desk, BEN), "bert", ask.ask_id)
