import pytest

from exchange.instant import from_text
from exchange.orderbook.caps import Cap
from exchange.script.mistake import ScriptError
from exchange.script.parser import parse_script
from exchange.script.script import Script
from exchange.script.statement import (
    Buy,
    BuyerLine,
    CancelAll,
    ChangeBid,
    Claim,
    Deposit,
    Halt,
    ListLeads,
    PlaceBid,
    Resume,
    Rule,
    SectorLine,
    Settle,
    SwitchBid,
    Tune,
    Withdraw,
)

SETUP = """
curve c1 linear over 600s
curve c2 linear over 1h
sector pv tick 0.50 curve c1 seats 3
supplier nord
buyer anna 500.00
consent narrow covers anna"""
LIST = "09:00:00 list L1 pv by nord in DE-BY 86150 at 90.00 floor 30.00 seats 1"
BID = "09:00:02 bid B1 anna pv limit 50.00 x 2"


def parse(*lines: str) -> Script:
    return parse_script("\n".join((SETUP, *lines)), "day.txt")


def mistakes(*lines: str) -> list[str]:
    with pytest.raises(ScriptError) as raised:
        parse(*lines)
    return [str(mistake).removeprefix("day.txt:") for mistake in raised.value.mistakes]


def at(time: str) -> int:
    return from_text(f"2026-03-02T{time}Z")


def test_setup_has_defaults() -> None:
    script = parse()
    assert (script.vat_bp, script.fee_bp) == (0, 0)
    assert script.sectors == (SectorLine(4, "pv", 50, (("c1", 10_000),), 3),)
    assert script.buyers == (BuyerLine(6, "anna", 50_000),)


def test_setup_options() -> None:
    script = parse(
        "vat 19%",
        "fee 10%",
        "sector bu tick 1.00 curve c1 seats 1 fee 12.5% arms c1 50% c2 50% no-holidays hours Mo 08:00-20:00",
        "buyer bert 0.00 group g1 credit 100.00",
    )
    assert (script.vat_bp, script.fee_bp) == (1900, 1000)
    arms = (("c1", 5000), ("c2", 5000))
    assert script.sectors[1] == SectorLine(10, "bu", 100, arms, 1, ((0, 480, 1200),), holidays=False, fee_bp=1250)
    assert script.buyers[1] == BuyerLine(11, "bert", 0, 10_000, "g1")


def test_arms_end_where_the_next_option_begins() -> None:
    script = parse("sector bu tick 1.00 curve c1 seats 1 arms c1 50% c2 50% fee 12%")
    assert script.sectors[1].arms == (("c1", 5000), ("c2", 5000))
    assert script.sectors[1].fee_bp == 1200


def test_a_listing_with_every_option() -> None:
    line = f"{LIST} draw 7312 person p1 with owner=yes,kwh=4500 age 3d consent narrow for 2h curve c2"
    (listing,) = parse(line).statements
    assert listing == ListLeads(
        8,
        at("09:00:00"),
        ("L1",),
        "pv",
        "nord",
        "DE-BY",
        "86150",
        9000,
        3000,
        1,
        curve="c2",
        duration_us=7_200_000_000,
        consent="narrow",
        age_us=259_200_000_000,
        answers=(("kwh", "4500"), ("owner", "yes")),
        person="p1",
        draw=7312,
    )


def test_a_bid_with_every_option() -> None:
    line = (
        f"{BID} only-from nord not-from nord until 12:00:00 hours Mo 09:00-17:00 cap 100.00/week cap 3/day "
        "budget 120.00 with kwh>=3000 age-below 1d seats 1 plz 86,87 in DE-BY,DE-BW"
    )
    (bid,) = parse(line).statements
    assert isinstance(bid, PlaceBid)
    assert (bid.regions, bid.postcodes, bid.seats_at_most) == (("DE-BY", "DE-BW"), ("86", "87"), 1)
    assert bid.caps == (Cap("week", net_cents=10_000), Cap("day", leads=3))
    assert (bid.budget_cents, bid.until_at, bid.windows) == (12_000, at("12:00:00"), ((0, 540, 1020),))
    assert (bid.not_from, bid.only_from, bid.age_below_us) == (("nord",), ("nord",), 86_400_000_000)


def test_every_other_statement() -> None:
    script = parse(
        LIST,
        BID,
        "09:05:00 buy anna L1 most 60.00 key k-17",
        "09:06:00 raise B1 limit 55.00",
        "09:06:00 lower B1 x 1",
        "09:06:00 pause B1",
        "09:06:00 unpause B1",
        "09:06:00 cancel B1",
        "+30s cancel-all anna",
        "09:07:00 withdraw L1",
        '09:08:00 halt pv "price feed under review"',
        "09:09:00 resume pv",
        "09:10:00 deposit anna 100.00",
        "09:11:00 tune pv curve c2",
        "09:11:00 tune pv arms c1 50% c2 50%",
        "09:12:00 claim S1 number-not-in-service",
        "09:13:00 rule S1 reject",
        "09:14:00 settle",
    )
    assert script.statements[2:] == (
        Buy(10, at("09:05:00"), "anna", "L1", 6000, "k-17"),
        ChangeBid(11, at("09:06:00"), "B1", limit_cents=5500),
        ChangeBid(12, at("09:06:00"), "B1", quantity=1),
        SwitchBid(13, at("09:06:00"), "B1", "pause"),
        SwitchBid(14, at("09:06:00"), "B1", "unpause"),
        SwitchBid(15, at("09:06:00"), "B1", "cancel"),
        CancelAll(16, at("09:06:30"), "anna"),
        Withdraw(17, at("09:07:00"), "L1"),
        Halt(18, at("09:08:00"), "pv", "price feed under review"),
        Resume(19, at("09:09:00"), "pv"),
        Deposit(20, at("09:10:00"), "anna", 10_000),
        Tune(21, at("09:11:00"), "pv", (("c2", 10_000),)),
        Tune(22, at("09:11:00"), "pv", (("c1", 5000), ("c2", 5000))),
        Claim(23, at("09:12:00"), "S1", "number-not-in-service"),
        Rule(24, at("09:13:00"), "S1", "reject"),
        Settle(25, at("09:14:00")),
    )
    assert (script.begins_at, script.ends_at) == (at("09:00:00"), at("09:14:00"))


def test_days_turn_between_timed_statements() -> None:
    script = parse(LIST, "day 2026-03-03", "08:00:00 settle", "> 08:00:00 expire L1")
    assert script.ends_at == from_text("2026-03-03T08:00:00Z")
    assert script.outcome_lines[0].at == from_text("2026-03-03T08:00:00Z")
    assert script.only_day is None


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert parse_script("\ufeffday 2026-03-05\r\nsupplier nord\r\n").suppliers[0].name == "nord"


def test_one_name_may_be_supplier_and_buyer() -> None:
    parse("buyer nord 10.00", "supplier anna")


def test_expectations_stand_anywhere_and_may_name_what_comes_later() -> None:
    script = parse("> end listing L1 open ask 90.00", ">09:10:00 expire L1", LIST)
    assert len(script.expectations) == 2


def test_every_line_that_does_not_parse_is_told_with_its_line() -> None:
    assert mistakes("buyer", "09:00:00 list L1", LIST.replace("floor", "flor"), "hello") == [
        "8: found the end of the line, expected a name for the buyer",
        "9: found the end of the line, expected the name of a sector",
        "10: found 'flor', expected 'floor'",
        "11: found 'hello', expected an instant, '>', 'day', 'vat', 'fee', 'curve', 'sector', 'supplier', "
        "'buyer' or 'consent'",
    ]


def test_setup_stands_before_the_first_timed_statement() -> None:
    assert mistakes(LIST, "buyer bert 1.00") == [
        "9: found 'buyer' after a timed statement, expected set-up lines before the first timed statement"
    ]


def test_a_plus_counts_from_the_statement_before_wherever_it_stands() -> None:
    script = parse(LIST, f"{BID} until +1h", "> +30s expire L1")
    assert isinstance(script.statements[1], PlaceBid)
    assert script.statements[1].until_at == at("10:00:00")
    assert script.outcome_lines[0].at == at("09:00:32")


def test_time_does_not_go_back() -> None:
    assert mistakes(LIST, "08:59:59.999999 settle") == [
        "9: found 2026-03-02T08:59:59.999999Z, expected an instant not before 2026-03-02T09:00:00Z "
        "of the statement before"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "sector bu tick 0.00 curve c1 seats 3",
        "sector bu tick 0.50 curve c1 seats 0",
        "sector bu tick 0.50 curve c1 seats 3 arms c1 50% c2 49%",
        "sector bu tick 0.50 curve c1 seats 3 arms c1 50% c1 50%",
        "buyer bert",
        "buyer bert -1.00",
        "supplier nord sued",
        "consent wide covers",
        "day 2026-3-2",
        f"{LIST} draw 10000",
        f"{LIST} age 3d age 3d",
        f"{LIST} person",
        LIST.replace("86150", "8615"),
        f"{BID} in",
        f"{BID} plz 861501",
        f"{BID} budget 120",
        f"{BID} hours 09:00-17:00",
        "09:05:00 halt pv review",
        "09:05:00 rule S1 perhaps",
        "09:05:00 claim S0 not-asked",
        "09:05:00 settle pv",
        "09:05:00 sell anna",
        "09:05:00",
        "> ",
    ],
)
def test_lines_that_do_not_parse(line: str) -> None:
    assert len(mistakes(line)) == 1
