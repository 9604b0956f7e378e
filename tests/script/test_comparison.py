from exchange.script.comparison import LEFT_OUT, MISSING, SAME, UNEXPECTED, compare, compare_checks, in_order
from exchange.script.expectation import Check, OutcomeLine


def expire(at: int, name: str = "L1") -> OutcomeLine:
    return OutcomeLine(at, "expire", (name,))


def withdraw(at: int, name: str = "L1") -> OutcomeLine:
    return OutcomeLine(at, "withdraw", (name,))


def test_equal_lists_have_no_rows() -> None:
    assert compare([expire(1), withdraw(2)], [expire(1), withdraw(2)]) == []


def test_kinds_the_script_does_not_mention_do_not_count() -> None:
    assert compare([expire(1)], [expire(1), withdraw(2)]) == []
    assert compare([], [expire(1)]) == []


def test_every_outcome_of_a_mentioned_kind_counts() -> None:
    rows = compare([expire(1)], [expire(1), expire(2)])
    assert [(row.mark, row.line) for row in rows] == [(SAME, expire(1)), (UNEXPECTED, expire(2))]


def test_what_is_missing_stands_before_what_was_found() -> None:
    rows = compare([expire(1), expire(2)], [expire(1), expire(3)])
    assert [(row.mark, row.line) for row in rows] == [
        (SAME, expire(1)),
        (MISSING, expire(2)),
        (UNEXPECTED, expire(3)),
    ]


def test_the_order_within_an_instant_counts() -> None:
    assert compare([expire(1, "L2"), expire(1, "L1")], [expire(1, "L1"), expire(1, "L2")])


def test_long_stretches_without_difference_are_left_out() -> None:
    lines = [expire(at) for at in range(20)]
    rows = compare(lines, [expire(100), *lines[1:19], expire(200)])
    assert [row.mark for row in rows] == [
        *(MISSING, UNEXPECTED, SAME, SAME, SAME),
        LEFT_OUT,
        *(SAME, SAME, SAME, MISSING, UNEXPECTED),
    ]


def test_expected_lines_are_ordered_by_instant_then_sector_then_as_written() -> None:
    lines = [expire(2, "a"), expire(1, "z"), expire(1, "b2"), expire(1, "b1")]
    sectors = {"a": "pv", "z": "pv", "b1": "bu", "b2": "bu"}
    ordered = in_order(lines, lambda line: sectors[line.words[0]])
    assert [line.words[0] for line in ordered] == ["b2", "b1", "z", "a"]


def test_a_check_that_fails_is_shown_from_both_sides() -> None:
    wanted, given = Check("pending", "nord", ("1.00",)), Check("pending", "nord", ("2.00",))
    assert [(row.mark, row.line) for row in compare_checks([wanted, wanted], [wanted, given])] == [
        (MISSING, wanted),
        (UNEXPECTED, given),
    ]
