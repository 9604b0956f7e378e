import pytest

from exchange.script.mistake import ScriptError
from exchange.script.parser import parse_script

SETUP = """
curve c1 linear over 600s
sector pv tick 0.50 curve c1 seats 3
supplier nord
buyer anna 500.00
consent narrow covers anna
"""
LIST = "09:00:00 list L1 pv by nord in DE-BY 86150 at 90.00 floor 30.00 seats 1"
BID = "09:00:02 bid B1 anna pv limit 50.00 x 2"


def mistakes(*lines: str) -> list[str]:
    with pytest.raises(ScriptError) as raised:
        parse_script("\n".join((SETUP, *lines)), "day.txt")
    return [str(mistake) for mistake in raised.value.mistakes]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["buyer anna 1.00"], "the buyer 'anna' a second time"),
        (["supplier nord"], "the supplier 'nord' a second time"),
        (["curve c1 linear over 1h"], "the curve 'c1' a second time"),
        (["sector pv tick 0.50 curve c1 seats 3"], "the sector 'pv' a second time"),
        (["consent narrow covers anna"], "the consent scope 'narrow' a second time"),
        ([LIST, LIST], "the listing 'L1' a second time"),
        ([LIST.replace("L1", "L1..L3"), LIST.replace("L1", "L3")], "the listing 'L3' a second time"),
        ([BID, BID], "the standing bid 'B1' a second time"),
        (["vat 19%", "vat 7%"], "'vat' a second time"),
    ],
)
def test_a_name_is_used_once_for_one_kind_of_thing(lines: list[str], found: str) -> None:
    (mistake,) = mistakes(*lines)
    assert f"found {found}, expected" in mistake


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["sector bu tick 0.50 curve c9 seats 3"], "unknown curve 'c9'"),
        (["consent wide covers anna,zoe"], "unknown organisation 'zoe'"),
        ([LIST.replace("pv", "bu")], "unknown sector 'bu'"),
        ([LIST.replace("nord", "sued")], "unknown organisation 'sued'"),
        ([f"{LIST} curve c9"], "unknown curve 'c9'"),
        ([f"{LIST} consent wide"], "unknown consent scope 'wide'"),
        ([BID.replace("anna", "zoe")], "unknown organisation 'zoe'"),
        ([f"{BID} not-from sued"], "unknown organisation 'sued'"),
        (["09:00:00 buy anna L1 most 5.00"], "unknown listing 'L1'"),
        (["09:00:00 cancel B1"], "unknown standing bid 'B1'"),
        (["09:00:00 cancel-all zoe"], "unknown organisation 'zoe'"),
        (["09:00:00 withdraw L1"], "unknown listing 'L1'"),
        (["09:00:00 resume bu"], "unknown sector 'bu'"),
        (["09:00:00 tune pv curve c9"], "unknown curve 'c9'"),
        (["> 09:00:00 expire L1"], "unknown listing or standing bid 'L1'"),
        ([LIST, "> 09:00:00 fill L1 zoe 1.00 instant seat 1"], "unknown organisation 'zoe'"),
        ([LIST, "> 09:00:00 fill L1 anna 1.00 B1 seat 1"], "unknown standing bid 'B1'"),
        (["> 09:00:00 refuse anna L1 unknown"], "unknown name 'L1'"),
        ([LIST, "> 09:00:00 skip L1 B1 own_lead"], "unknown standing bid 'B1'"),
        (["> end pending zoe 1.00"], "unknown organisation 'zoe'"),
        (["> end bid B1 filled 0 of 1 active"], "unknown standing bid 'B1'"),
        (["> ask L1 at 09:00:00 1.00"], "unknown listing 'L1'"),
    ],
)
def test_names_are_known(lines: list[str], found: str) -> None:
    (mistake,) = mistakes(*lines)
    assert f"found {found}, expected" in mistake


def test_a_thing_may_be_named_before_it_is_there() -> None:
    parse_script("\n".join((SETUP, "09:00:00 buy anna L1 most 5.00", "09:00:00 cancel B1", LIST, BID)))


def test_setup_lines_may_name_what_comes_further_down() -> None:
    parse_script(
        "sector pv tick 0.50 curve c1 seats 3\ncurve c1 linear over 1h\nconsent c covers anna\nbuyer anna 1.00"
    )


def test_mistakes_come_in_order_of_lines() -> None:
    found = mistakes("> end listing L9 open ask 1.00", "buyer anna 1.00", LIST.replace("pv", "bu"))
    assert [mistake.split(":")[1] for mistake in found] == ["8", "9", "10"]
