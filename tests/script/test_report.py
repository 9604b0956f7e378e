from tests.script.rehearsed import report

DAY = """
curve c1 linear over 600s
sector pv tick 1.00 curve c1 seats 3
supplier nord
buyer anna 500.00
09:00:00 list L1 pv by nord in DE-BY 86150 at 70.00 floor 10.00 seats 1
09:00:00 list L2 pv by nord in DE-BY 86150 at 5.00 floor 10.00 seats 1
09:00:00 bid B1 anna pv limit 64.00 x 1
09:02:00 buy anna L1 most 70.00
"""

RIGHT = """
> end listing L1 sold ask 64.00
> 09:02:00 refuse anna L1 not_open
> 09:00:00 refuse nord L2 invalid
> ask L1 at 09:00:55 65.00
> verify ok
"""


def test_a_script_that_expects_nothing_is_as_expected() -> None:
    plain = report(DAY)
    assert plain.as_expected
    assert list(plain.verdict()) == []


def test_what_is_printed_can_be_pasted_into_the_script() -> None:
    lines = list(report(DAY).lines())
    pasted = report(DAY + "\n".join(lines))
    assert pasted.as_expected
    assert list(pasted.verdict()) == ["# as expected: 3 lines"]


def test_a_script_of_several_days_is_spelled_in_full() -> None:
    lines = list(report(f"{DAY}day 2026-03-03\n09:00:00 settle").lines())
    assert "> 2026-03-02T09:01:00Z fill L1 anna 64.00 B1 seat 1" in lines
    assert report(f"{DAY}day 2026-03-03\n09:00:00 settle\n" + "\n".join(lines)).as_expected


def test_expected_lines_stand_in_any_order() -> None:
    assert report(DAY + RIGHT).as_expected


def test_differences_show_both_sides() -> None:
    wrong = report(
        DAY + RIGHT.replace("not_open", "own_lead").replace("64.00", "65.00").replace("65.00\n>", "66.00\n>")
    )
    assert list(wrong.verdict()) == [
        "# differs: 3 expected and not found (-), 3 found and not expected (+)",
        "  09:00:00 refuse nord L2 invalid",
        "- 09:02:00 refuse anna L1 own_lead",
        "+ 09:02:00 refuse anna L1 not_open",
        "- end listing L1 sold ask 66.00",
        "+ end listing L1 sold ask 64.00",
        "- ask L1 at 09:00:55 66.00",
        "+ ask L1 at 09:00:55 65.00",
    ]


def test_what_never_came_to_be_is_nothing() -> None:
    (_, _, found) = report(f"{DAY}> end listing L2 open ask 5.00").verdict()
    assert found == "+ end listing L2 nothing"


def test_records_are_json_lines() -> None:
    kinds = [line.split('"kind": "')[1].split('"')[0] for line in report(DAY).records()]
    assert kinds == ["listed", "refuse", "placed", "fill", "refuse"]
