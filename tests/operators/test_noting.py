"""The line of the log and the deed stand or fall together."""

import pytest

from exchange.audit import Hand
from exchange.errors import Invalid
from exchange.operators.noting import Line, noting
from exchange.reports.audit import audit_rows
from tests.web.market import Market

HAND = Hand("cli")


def lines(market: Market) -> list[tuple[str, str | None, int | None, object]]:
    with market.desk.store.read() as connection:
        rows = audit_rows(connection)[0]
    return [(row.action, row.sector, row.seq, row.after.get("refused")) for row in rows]


def test_a_deed_that_cannot_be_written_down_is_not_done(market: Market) -> None:
    line = Line("sector.halt", {"sector": "pv"}, {}, {"reason": "x" * 201})
    with pytest.raises(Invalid):
        noting(market.desk, HAND, line).halt("pv", reason="kurz")
    assert lines(market) == []
    assert market.desk.buy("pv", buyer="krone", listing_id="7A1PV", most_cents=9_900).refused is None


def test_the_line_names_the_entry_and_the_refusal(market: Market) -> None:
    for _ in range(2):
        market.clock.at_us += 1
        noting(market.desk, HAND, Line("sector.halt", {"sector": "pv"})).halt("pv", reason="Prüfung")
    (again, first) = lines(market)
    assert (first[0], first[1], first[3], again[3]) == ("sector.halt", "pv", "", "not_open")
    assert isinstance(first[2], int)
    assert isinstance(again[2], int)
    assert again[2] > first[2]


def test_a_change_of_a_member_is_noted_with_the_houses_entry_and_only_once(market: Market) -> None:
    desk = noting(market.desk, HAND, Line("member.change", {"organisation": "krone"}))
    desk.change_member("krone", group="verbund", suspended=False)
    desk.change_member("krone", group="krone", suspended=False)
    ((action, tape, seq, refused),) = lines(market)
    assert (action, tape, refused) == ("member.change", "_house", "")
    assert seq
