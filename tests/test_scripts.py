"""Every trading day in tests/scripts, played on the real desk: with the scheduler awake, and asleep to the end."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange.cli.rehearse import rehearse
from tests.databases import DATABASES
from tests.script.rehearsed import report

FILES = sorted((Path(__file__).parent / "scripts").glob("*/*.txt"))
ONE_OF_EACH = list({path.parent: path for path in reversed(FILES)}.values())
"""The first trading day of every folder."""


@pytest.mark.parametrize("late", [False, True], ids=["punctual", "late"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_trading_day_goes_as_written(path: Path, late: bool) -> None:
    played = report(path.read_text(encoding="utf-8"), late=late)
    assert played.as_expected, "\n".join(played.verdict())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_trading_day_is_verified(path: Path) -> None:
    assert "> verify ok\n" in path.read_text(encoding="utf-8")


@pytest.mark.postgres
@pytest.mark.parametrize("path", ONE_OF_EACH, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_trading_day_goes_the_same_way_on_postgresql(path: Path, on_postgres: None) -> None:
    played = CliRunner().invoke(rehearse, [str(path), "--database", DATABASES.fresh()])
    assert played.exit_code == 0, played.output
