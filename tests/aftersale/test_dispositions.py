import pytest

from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import HOUR_US
from exchange.reports.contacting import ContactRule, disposition_of, rule_of, withdrawn_at
from tests.aftersale.conftest import Afterwards


def test_the_last_report_counts(after: Afterwards) -> None:
    after.counter.report(after.brandt, after.sale.sale_id, "appointment")
    after.counter.report(after.brandt, after.sale.sale_id, "contract", 120_050)
    with after.reading() as connection:
        said = disposition_of(connection, after.sale.sale_id)
    assert said is not None
    assert (said.outcome, said.contract_cents, said.user) == ("contract", 120_050, "Sabine Brandt")


@pytest.mark.parametrize(
    ("outcome", "worth"), [("married", None), ("lost", 100), ("contract", 0), ("contract", 10**12)]
)
def test_reports_that_mean_nothing_are_invalid(after: Afterwards, outcome: str, worth: int | None) -> None:
    with pytest.raises(Invalid):
        after.counter.report(after.brandt, after.sale.sale_id, outcome, worth)


def test_strangers_report_nothing_and_an_upheld_claim_ends_it(after: Afterwards) -> None:
    with pytest.raises(Unknown):
        after.counter.report(after.krone, after.sale.sale_id, "contract")
    after.counter.claim(after.brandt, after.sale.sale_id, "number-not-in-service", "", "key-claim-1")
    after.market.desk.rule("bu", sale_id=after.sale.sale_id, ruling="uphold")
    with pytest.raises(Forbidden):
        after.counter.report(after.brandt, after.sale.sale_id, "contract")


def test_a_sector_may_have_a_rule_of_its_own(after: Afterwards) -> None:
    after.counter.set_rule("bu", ContactRule(8, 4))
    after.counter.set_rule("bu", ContactRule(4, 2))
    with after.reading() as connection:
        assert rule_of(connection, "bu") == ContactRule(4, 2)
        assert rule_of(connection, "pkv") == ContactRule(6, 3)
    for rule in (ContactRule(2, 3), ContactRule(1, 0)):
        with pytest.raises(Invalid):
            after.counter.set_rule("bu", rule)


def test_the_first_note_of_a_withdrawal_stands(after: Afterwards) -> None:
    after.counter.withdraw(after.sale.lead_id, after.now - HOUR_US)
    after.counter.withdraw(after.sale.lead_id, after.now)
    with after.reading() as connection:
        assert withdrawn_at(connection, after.sale.lead_id) == after.now - HOUR_US
