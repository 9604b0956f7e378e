import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exchange.cli.rehearse import rehearse

DAY = """
curve c1 linear over 600s
sector pv tick 1.00 curve c1 seats 3
supplier nord
buyer anna 500.00
09:00:00 list L1 pv by nord in DE-BY 86150 at 70.00 floor 10.00 seats 1
09:00:00 bid B1 anna pv limit 64.00 x 1
09:02:00 buy anna L1 most 70.00
"""
GOOD = "> 09:01:00 fill L1 anna 64.00 B1 seat 1\n"
BAD = "> 09:01:00 fill L1 anna 63.00 B1 seat 1\n"


def run(text: str, *options: str) -> Result:
    return CliRunner().invoke(rehearse, [*options, "-"], input=text)


def test_every_outcome_is_printed() -> None:
    result = run(DAY)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "# 09:00:00 listed L1 from 70.00 to 10.00, seats 1, curve version 1",
        "# 09:00:00 placed B1 of anna, 64.00 reserved",
        "> 09:01:00 fill L1 anna 64.00 B1 seat 1",
        "> 09:02:00 refuse anna L1 not_open",
    ]


@pytest.mark.parametrize("late", [[], ["--late"]])
def test_the_exit_code_tells_whether_it_went_as_expected(late: list[str]) -> None:
    assert run(DAY + GOOD, *late).exit_code == 0
    differs = run(DAY + BAD, *late)
    assert differs.exit_code == 1
    assert "- 09:01:00 fill L1 anna 63.00 B1 seat 1" in differs.stdout
    assert "+ 09:01:00 fill L1 anna 64.00 B1 seat 1" in differs.stdout


def test_json_lines_stay_clean_where_something_differs() -> None:
    result = run(DAY + BAD, "--json")
    assert result.exit_code == 1
    assert [json.loads(line)["kind"] for line in result.stdout.splitlines()] == ["listed", "placed", "fill", "refuse"]
    assert "- 09:01:00 fill L1 anna 63.00 B1 seat 1" in result.stderr


def test_mistakes_are_told_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "day.txt"
    file.write_text(f"{DAY}09:03:00 buy zoe L1 most 1.00\n> 09:01:00 fill L1\n")
    result = CliRunner().invoke(rehearse, [str(file)])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"{file}:10: found the end of the line, expected the name of a buyer\n"
    file.write_text(f"{DAY}09:03:00 buy zoe L1 most 1.00\n")
    assert CliRunner().invoke(rehearse, [str(file)]).stderr == (
        f"{file}:9: found unknown organisation 'zoe', expected an organisation of this script\n"
    )


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert CliRunner().invoke(rehearse, [str(tmp_path / "none.txt")]).exit_code == 2
    (tmp_path / "latin.txt").write_bytes(b"# \xe4\n")
    assert CliRunner().invoke(rehearse, [str(tmp_path / "latin.txt")]).exit_code == 2


def test_a_database_of_its_own_is_filled_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'day.db'}"
    assert run(DAY + GOOD, "--database", url).exit_code == 0
    again = run(DAY + GOOD, "--database", url)
    assert again.exit_code == 2
    assert "not empty" in again.stderr
    assert again.stdout == ""
