"""A ruling waits ten seconds, then it is on the tape; both sides read its reasons, and the log says who."""

import pytest
from sqlalchemy import select

from exchange.access.users import User
from exchange.aftersale.hearing import Hearing
from exchange.aftersale.rulings import UNDO_US, AlreadyRuled, Rulings
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import DAY_US, SECOND_US
from exchange.schema.operating import audit, claim_words
from tests.aftersale.conftest import Afterwards, user
from tests.desk.floor import proven
from tests.web.people import BY_ROLE, complete

WHY = "Die Rufnummer ist nicht vergeben, sagt Frau Lindner."


@pytest.fixture
def olga(after: Afterwards) -> User:
    complete(after.market)
    after.counter.claim(after.brandt, after.sale.sale_id, "not-asked", "Sie habe nie angefragt.", "claim-key-1")
    return user(after.market, BY_ROLE["operator"])


@pytest.fixture
def rulings(after: Afterwards) -> Rulings:
    return Rulings(after.market.desk)


def claim_of(after: Afterwards) -> str:
    return str(after.market.desk.row_of("sale", after.sale.sale_id)["claim"])


def actions(after: Afterwards) -> list[str]:
    with after.reading() as connection:
        return list(connection.execute(select(audit.c.action).order_by(audit.c.at, audit.c.audit_id)).scalars())


def test_a_ruling_takes_effect_after_ten_seconds_and_gives_the_money_back(after: Afterwards, olga, rulings) -> None:
    rulings.decide(olga, after.sale.sale_id, "uphold", WHY)
    before = after.market.desk.balance("brandt").balance_cents
    after.wait(UNDO_US - SECOND_US)
    assert rulings.carry_out() == 0
    assert claim_of(after) == "claimed"
    after.wait(SECOND_US)
    assert rulings.carry_out() == 1
    assert claim_of(after) == "upheld"
    assert after.market.desk.balance("brandt").balance_cents == before + after.sale.ask_cents + after.sale.vat_cents
    assert rulings.carry_out() == 0
    assert actions(after) == ["claim.ruling", "claim.ruled"]
    assert proven(after.market.desk)


def test_within_ten_seconds_it_can_be_undone_and_decided_anew(after: Afterwards, olga, rulings) -> None:
    first = rulings.decide(olga, after.sale.sale_id, "uphold", WHY)
    assert rulings.undo(olga, first)
    after.wait(UNDO_US)
    assert rulings.carry_out() == 0
    second = rulings.decide(olga, after.sale.sale_id, "reject", WHY)
    after.wait(UNDO_US)
    assert not rulings.undo(olga, second)
    rulings.carry_out()
    assert claim_of(after) == "rejected"


def test_nobody_rules_twice(after: Afterwards, olga, rulings) -> None:
    rulings.decide(olga, after.sale.sale_id, "uphold", WHY)
    with pytest.raises(AlreadyRuled):
        rulings.decide(olga, after.sale.sale_id, "reject", WHY)


def test_silence_that_came_first_stands(after: Afterwards, olga, rulings) -> None:
    after.wait(21 * DAY_US - SECOND_US)
    rulings.decide(olga, after.sale.sale_id, "reject", WHY)
    after.wait(UNDO_US)
    after.market.desk.settle("bu")
    rulings.carry_out()
    assert claim_of(after) == "upheld"
    with after.reading() as connection:
        last = connection.execute(select(audit.c.after).where(audit.c.action == "claim.ruled")).scalar_one()
    assert '"state":"void"' in last


def test_only_operators_rule_with_reasons_on_claims_there_are(after: Afterwards, olga, rulings) -> None:
    with pytest.raises(Forbidden):
        rulings.decide(after.brandt, after.sale.sale_id, "uphold", WHY)
    with pytest.raises(Invalid):
        rulings.decide(olga, after.sale.sale_id, "uphold", "  ")
    with pytest.raises(Unknown):
        rulings.decide(olga, "S-none", "uphold", WHY)


def test_both_sides_read_the_reasons_once_it_took_effect(after: Afterwards, olga, rulings) -> None:
    hearing, sale_id = Hearing(after.market.desk), after.sale.sale_id
    supplier = user(after.market, BY_ROLE["supplier"])
    hearing.reply(supplier, sale_id, "Die Anfrage liegt uns vor.")
    after.wait(SECOND_US)
    rulings.decide(olga, sale_id, "reject", WHY)
    assert hearing.of_buyer("brandt", sale_id) == []
    after.wait(UNDO_US)
    rulings.carry_out()
    assert [word.text for word in hearing.of_buyer("brandt", sale_id)] == [WHY]
    assert [word.kind for word in hearing.of_supplier(supplier.organisation, sale_id).words] == ["reply", "ruling"]
    with pytest.raises(Unknown):
        hearing.of_buyer("krone", sale_id)
    with after.reading() as connection:
        rows = connection.execute(select(claim_words.c.sealed)).scalars().all()
        logged = "".join(map(str, connection.execute(select(audit)).all()))
    assert all(b"Lindner" not in bytes(row) for row in rows)
    assert "Lindner" not in logged


def test_a_question_is_answered_and_rules_on_nothing(after: Afterwards, olga) -> None:
    hearing, sale_id = Hearing(after.market.desk), after.sale.sale_id
    hearing.ask(olga, sale_id, "Unter welcher Nummer haben Sie angerufen?")
    assert claim_of(after) == "claimed"
    assert [word.kind for word in hearing.of_buyer("brandt", sale_id)] == ["question"]
    after.wait(SECOND_US)
    hearing.answer(after.brandt, sale_id, "Unter der im Lead.")
    with pytest.raises(Unknown):
        hearing.answer(after.krone, sale_id, "Unter der im Lead.")
    after.wait(SECOND_US)
    case = hearing.open(olga, sale_id)
    assert case.evidence is not None
    assert [word.kind for word in case.words] == ["question", "answer"]
    assert actions(after) == ["claim.question", "claim.opened"]
    with pytest.raises(Forbidden):
        hearing.open(after.brandt, sale_id)
