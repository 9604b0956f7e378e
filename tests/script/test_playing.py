from tests.script.rehearsed import report

SETUP = """
curve c1 linear over 600s
sector pv tick 1.00 curve c1 seats 3
sector bu tick 1.00 curve c1 seats 3
supplier nord
buyer anna 500.00
"""
LIST = "09:00:00 list L1 pv by nord in DE-BY 86150 at 20.00 floor 20.00 seats 1\n"


def refusals(*lines: str) -> list[str]:
    return [line[2:] for line in report(SETUP + "\n".join(lines)).lines() if " refuse " in line]


def test_who_asked_and_what_the_statement_named() -> None:
    assert refusals(
        LIST,
        "09:00:01 list L2..L3 pv by nord in DE-BY 86150 at 20.00 floor 30.00 seats 1",
        "09:00:02 bid B1 anna pv limit 0.00 x 1",
        "09:00:03 raise B1 limit 5.00",
        "09:00:04 cancel B1",
        "09:00:05 withdraw L2",
        "09:00:06 buy nord L1 most 20.00",
        "09:00:07 cancel-all nord",
        "09:00:08 resume pv",
        "09:00:09 tune pv arms c1 99%",
        "09:00:10 deposit anna 0.00",
        "09:00:11 claim S1 not-asked",
        "09:00:12 claim S1 perhaps",
        "09:00:13 rule S1 uphold",
    ) == [
        "09:00:01 refuse nord L2 invalid",
        "09:00:01 refuse nord L3 invalid",
        "09:00:02 refuse anna B1 invalid",
        "09:00:03 refuse anna B1 unknown",
        "09:00:04 refuse anna B1 unknown",
        "09:00:05 refuse nord L2 unknown",
        "09:00:06 refuse nord L1 forbidden",
        "09:00:07 refuse nord nord forbidden",
        "09:00:08 refuse operator pv not_open",
        "09:00:09 refuse operator pv invalid",
        "09:00:10 refuse operator anna invalid",
        "09:00:11 refuse operator S1 unknown",
        "09:00:12 refuse operator S1 invalid",
        "09:00:13 refuse operator S1 unknown",
    ]


def test_a_refused_change_is_forgotten_and_an_accepted_one_kept() -> None:
    day = report(
        f"{SETUP}{LIST}"
        "09:00:01 bid B1 anna pv limit 5.00 x 1\n"
        "09:00:02 raise B1 limit 5.50\n"
        "09:00:03 raise B1 x 3\n"
        "09:00:04 raise B1 limit 6.00\n"
        "> end bid B1 filled 0 of 3 active\n"
        "> end balance anna 500.00 available 482.00\n"
    )
    assert day.as_expected


def test_people_are_recognised_in_a_sector_for_ninety_days() -> None:
    day = """
curve flat linear over 1h
sector pv tick 1.00 curve flat seats 1
supplier nord
buyer anna 500.00
09:00:00 list L1 pv by nord in DE-BY 86150 at 20.00 floor 20.00 seats 1 person p1
09:00:00 list L2 pv by nord in DE-BY 86150 at 20.00 floor 20.00 seats 1 person p2
09:00:00 buy anna L1 most 20.00
09:00:00 buy anna L2 most 20.00
2026-05-31T08:59:59Z list L3 pv by nord in DE-BY 86150 at 20.00 floor 20.00 seats 1 person p1
2026-05-31T08:59:59Z buy anna L3 most 20.00
> 2026-03-02T09:00:00Z fill L1 anna 20.00 instant seat 1
> 2026-03-02T09:00:00Z fill L2 anna 20.00 instant seat 1
> 2026-05-31T08:59:59Z refuse anna L3 already_bought
"""
    assert report(day).as_expected
    after = day.replace("2026-05-31T08:59:59Z", "2026-05-31T09:00:01Z")
    assert not report(after).as_expected
