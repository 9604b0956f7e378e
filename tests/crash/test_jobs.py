"""Alarm clocks that are stopped with a sector in hand, or cut off: the others are punctual. `make crash` tries more."""

from pathlib import Path

import pytest

from tests.crash.jobs import play_jobs

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("servers"), pytest.mark.usefixtures("own_servers")]
WAYS = ("stopped with a sector in hand", "frozen")


def test_whatever_becomes_of_one_alarm_clock_the_others_are_punctual(tmp_path: Path) -> None:
    report = play_jobs(tmp_path, len(WAYS), pause_s=10.0, ways=WAYS, most_late_s=8.0)  # on a crowded machine
    assert report.objections == []
    assert set(report.figures["latest_s"]) == {"undisturbed", *WAYS}
    assert report.entries > 20
