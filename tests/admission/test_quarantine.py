"""What puts a lead aside, and why, in order."""

import pytest

from exchange.admission.likeness import EMAIL, NAME
from exchange.admission.quarantine import Evidence, QuarantineRules, page_of, reasons, reasons_in, reasons_text


def test_reasons_come_in_order_and_are_read_back() -> None:
    evidence = Evidence("neu.example", "L-1", frozenset({NAME, EMAIL}), 5, 2, 4_000, frozenset({"alt.example"}))
    found = reasons(evidence, QuarantineRules(2, 4, 10, 5_000))
    assert [one.code for one in found] == ["likely_duplicate", "phone_often", "young_source", "low_score",
                                           "page_unknown"]  # fmt: skip
    assert reasons_in(reasons_text(found)) == found
    assert reasons(evidence, QuarantineRules(0, 0, 0, 0, pages=False)) == ()
    assert reasons(Evidence("neu.example"), QuarantineRules()) == ()


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://www.Vergleich.example/anfrage?x=1", "vergleich.example"),
        ("http://u@vergleich.example:8080#a", "vergleich.example"),
        ("https://pv.vergleich.example", "pv.vergleich.example"),
    ],
)
def test_the_host_of_a_page(url: str, page: str) -> None:
    assert page_of(url) == page
