import pytest

from exchange.catalogue import SECTORS
from exchange.demo.delivery import draw_rows
from exchange.instant import from_text

NOW = from_text("2026-11-20T12:00:00Z")


@pytest.mark.parametrize("code", SECTORS)
def test_rows_share_one_header_and_repeat_nobody(code: str) -> None:
    rows = list(draw_rows(1, SECTORS[code], NOW, 200))
    assert len({tuple(row) for row in rows}) == 1
    assert len({row["Telefon"] for row in rows}) == len({row["E-Mail"] for row in rows}) == 200


def test_faults_are_made_on_request_only() -> None:
    clean, faulty = ([row["PLZ"] for row in draw_rows(1, SECTORS["pv"], NOW, 300, share)] for share in (0.0, 0.5))
    assert "00000" not in clean
    assert "00000" in faulty
