"""The table of faults names tests that are here."""

import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = (HERE / "FAULTS.md").read_text(encoding="utf-8")


def test_every_test_it_names_exists() -> None:
    named = re.findall(r"`((?:[a-z]+/)?test_[a-z]+\.py|scripts/[a-z-]+)`", TABLE)
    assert len(named) > 50
    assert [name for name in named if not (HERE / name).exists()] == []


def test_every_line_says_what_meets_it_or_that_nothing_does() -> None:
    lines = [line for line in TABLE.splitlines() if re.match(r"\| (MON|CRA|TIM|OPS)-", line)]
    assert len(lines) > 40
    said = re.compile(r"test_|scripts/|not met|No test|no daily jobs")
    assert [line for line in lines if not said.search(line)] == []
