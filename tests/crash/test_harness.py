"""Ten kills of a busy market; `make crash` plays two hundred."""

import json
import subprocess
import sys

KILLS = 10


def test_nothing_acknowledged_is_lost_nothing_happens_twice(url: str) -> None:
    asked = [sys.executable, "-m", "tests.crash", "--kills", str(KILLS), "--clients", "2", "--database", url]
    ended = subprocess.run(asked, capture_output=True, text=True, timeout=240, check=False)
    assert ended.stdout, ended.stderr
    report = json.loads(ended.stdout)
    assert report["objections"] == []
    assert ended.returncode == 0, ended.stderr
    assert report["kills"] == KILLS
    assert report["acknowledged"] > KILLS
    assert report["sales"] > 0
    assert report["messages"] >= 2 * report["sales"]
