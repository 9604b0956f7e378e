import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.intake.formula import guarded, unguarded

STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
PAYLOADS = [*(f"{start}1+1" for start in STARTS), "\t=1", "\r=1", "\n=1", "\0=1", "  =cmd|'x'!A0", "+49 30 23125"]
DANGEROUS = "=+-@\t\r\n\0＝＋－＠﹢﹣﹦' "


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_starts_a_formula_stays_bare(payload: str) -> None:
    assert guarded(payload).startswith("'")


@given(st.text())
def test_every_cell_survives_the_round_trip(cell: str) -> None:
    kept = cell.replace("\0", "")
    if not kept.startswith("'"):
        assert unguarded(guarded(cell)) == kept


@given(st.text(alphabet=st.characters(exclude_characters=DANGEROUS, exclude_categories=["Z", "C"])))
def test_ordinary_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell
