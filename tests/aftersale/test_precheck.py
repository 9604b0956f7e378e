"""What the house's own facts suggest, ground by ground."""

from dataclasses import replace

import pytest

from exchange.aftersale.precheck import suggest
from exchange.reports.claims import ClaimRow, ClaimTraces
from exchange.reports.contacting import ContactRule, Effort

BARE = ClaimTraces(double="", reached=False, agreeing=0, rule=ContactRule(), proof=True)
ROW = ClaimRow(
    *("s1", "L1", "bu", "88662", "DE-BW", "not-asked", "claimed", "anna", "Anna", "nord", "Nord"),
    *(4_350, 827, 0, 1, 2, 1, 3, Effort(0, 0), False, False),
)


@pytest.mark.parametrize(
    ("ground", "tried", "traces", "suggested"),
    [
        ("unreachable", Effort(6, 3), BARE, "uphold"),
        ("unreachable", Effort(6, 2), BARE, "reject"),
        ("unreachable", Effort(6, 3), replace(BARE, reached=True), "reject"),
        ("unreachable", None, BARE, "reject"),
        ("number-not-in-service", Effort(1, 1), replace(BARE, reached=True), "reject"),
        ("number-not-in-service", Effort(1, 1), replace(BARE, agreeing=1), "uphold"),
        ("number-not-in-service", Effort(3, 1), BARE, "open"),
        ("duplicate", None, replace(BARE, double="L0"), "uphold"),
        ("duplicate", None, BARE, "open"),
        ("no-consent", None, replace(BARE, proof=False), "uphold"),
        ("no-consent", None, BARE, "open"),
        ("not-asked", None, BARE, "open"),
    ],
)
def test_only_what_a_fact_decides_is_suggested(ground, tried, traces, suggested) -> None:
    assert suggest(replace(ROW, ground=ground, effort=tried), traces) == suggested
