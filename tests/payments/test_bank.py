"""What somebody who transfers money is told."""

from exchange.config import PaymentSettings
from exchange.payments import BankTransfer

HOUSE = PaymentSettings(payee="Leadbörse GmbH", iban="GB82 WEST 1234 5698 7654 32", bic="")


def test_a_giro_code_says_what_the_standard_wants() -> None:
    code = BankTransfer(PaymentSettings()).begin("RF18539007547034", 12_305).code
    assert code.split("\n") == [
        *("BCD", "002", "1", "SCT", "COBADEFFXXX", "Leadbörse", "DE89370400440532013000"),
        *("EUR123.05", "", "RF18539007547034"),
    ]
    assert len(code.encode()) <= 331


def test_lines_are_in_groups_that_can_be_read_out() -> None:
    told = BankTransfer(HOUSE).begin("RF18539007547034", 100)
    assert dict(told.lines) == {
        "payee": "Leadbörse GmbH",
        "iban": "GB82 WEST 1234 5698 7654 32",
        "reference": "RF18 5390 0754 7034",
    }


def test_the_example_account_takes_no_money_of_a_public_house() -> None:
    assert BankTransfer(PaymentSettings()).wants == ""
    assert BankTransfer(PaymentSettings(), public=True).wants == "payments.iban"
    assert BankTransfer(HOUSE, public=True).wants == ""
    assert BankTransfer(PaymentSettings(iban="DE00123")).wants == "payments.iban"
