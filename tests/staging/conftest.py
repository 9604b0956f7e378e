"""The painted market, the supplier's room, and a file with every kind of row."""

from pathlib import Path

import pytest

from exchange.access.users import User
from exchange.staging import Intake
from tests.staging.suppliers import drawn, spoiled, user, write
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market


@pytest.fixture
def intake(engine: str, market: Market) -> Intake:
    return Intake(market.desk)


@pytest.fixture
def nord(market: Market) -> User:
    return user(market)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Twelve rows: three errors, a hint, a duplicate, seven that are good (rows 2 to 13)."""
    rows = drawn(11)
    rows = spoiled(
        rows,
        (1, "Telefon", "04821 99x12"),
        (3, "Opt-in am", ""),
        (5, "Telefon", "0176 999"),
        (7, "Ort", "Helgoland an der Spree"),
    )
    return write(tmp_path / "kw47.csv", [*rows, rows[0]])
