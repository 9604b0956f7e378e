import pytest

from exchange.script.mistake import ScriptError
from tests.script.rehearsed import report


def test_setup_is_no_outcome() -> None:
    assert list(report("supplier nord\nbuyer anna 5.00\n> end balance anna 5.00 available 5.00").lines()) == []


@pytest.mark.parametrize("line", ["buyer operator 1.00", "supplier _nord", "buyer anna 99999999999999.00"])
def test_a_setup_the_desk_refuses_is_told_with_its_line(line: str) -> None:
    with pytest.raises(ScriptError, match=r"day\.txt:2: found what the desk refuses"):
        report(f"\n{line}")


def test_one_organisation_may_sell_and_buy() -> None:
    day = """
curve flat linear over 1h
sector pv tick 1.00 curve flat seats 1
supplier nord
supplier sued
buyer sued 50.00
09:00:00 list L1 pv by nord in DE-BY 86150 at 20.00 floor 20.00 seats 1
09:00:00 buy sued L1 most 20.00
09:00:00 list L2 pv by sued in DE-BY 86150 at 20.00 floor 20.00 seats 1
> end balance sued 30.00 available 30.00
> end balance nord 0.00 available 0.00
> end pending nord 20.00
> end listing L2 open ask 20.00
"""
    assert report(day).as_expected


def test_a_group_may_bear_the_name_of_an_organisation() -> None:
    day = """
curve flat linear over 1h
sector pv tick 1.00 curve flat seats 2
supplier nord
buyer bert 50.00
buyer anna 50.00 group bert
09:00:00 list L1 pv by nord in DE-BY 86150 at 20.00 floor 20.00 seats 2
09:00:00 buy anna L1 most 20.00
09:00:00 buy bert L1 most 20.00
> 09:00:00 fill L1 anna 20.00 instant seat 1
> 09:00:00 fill L1 bert 20.00 instant seat 2
"""
    assert report(day).as_expected
