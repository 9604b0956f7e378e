"""``exchange proof``, ``exchange roots`` and ``exchange export``, as typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from exchange.cli import main
from exchange.clock import SystemClock
from exchange.export.exporting import MANIFEST
from exchange.instant import DAY_US
from exchange.store.engine import connect, writing
from tests.desk.floor import clock_of, offer, open_market, wait

TOOL = Path(__file__).parents[2] / "tools" / "verify_receipt.py"


@pytest.fixture
def url(tmp_path) -> str:
    """A market of three days ago, so that this host's clock finds its days over."""
    url = f"sqlite:///{tmp_path}/market.db"
    desk = open_market(url)
    clock_of(desk).at_us = SystemClock().now() - 3 * DAY_US
    offer(desk, "L1")
    wait(desk, 1)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    desk.store.close()
    return url


def typed(*words: str):
    return CliRunner().invoke(main, list(words))


def test_a_receipt_is_written_and_holds(url: str, tmp_path) -> None:
    early = typed("proof", "pv-6", "--database", url)
    assert (early.exit_code, "not published yet" in early.stderr) == (1, True)
    made = typed("roots", "--publish", "--check", "--database", url)
    assert made.exit_code == 0, made.output
    assert made.output.splitlines()[-1] == "ok"
    receipt = tmp_path / "receipt.json"
    assert typed("proof", "pv-6", "--database", url, "--out", str(receipt)).exit_code == 0
    done = subprocess.run([sys.executable, str(TOOL), str(receipt)], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "ok: pv-6"
    shown = typed("proof", "pv-6", "--database", url).output
    assert json.loads(shown)["entries"] == json.loads(receipt.read_text(encoding="utf-8"))["entries"]
    assert typed("proof", "pv-1", "--database", url).exit_code == 1


def test_a_root_that_does_not_fit_the_tapes_is_named(url: str) -> None:
    typed("roots", "--publish", "--database", url)
    with writing(connect(url)) as connection:
        connection.execute(text("UPDATE roots SET root = replace(root, substr(root, 1, 1), 'x')"))
    done = typed("roots", "--check", "--database", url)
    assert done.exit_code == 1
    assert "differs: the root of" in done.stderr


def test_an_export_is_written(url: str, tmp_path) -> None:
    typed("roots", "--publish", "--database", url)
    out = tmp_path / "out"
    done = typed("export", "all", "--format", "csv", "--database", url, "--out", str(out))
    assert done.exit_code == 0, done.output
    parts = [json.loads(line) for line in (out / MANIFEST).read_text(encoding="utf-8").splitlines()]
    assert {part["dataset"] for part in parts} >= {"tape", "listings", "fills"}
    assert done.output.startswith(f"{len(parts)} files, ")
    assert typed("export", "all", "--format", "csv", "--database", url, "--out", str(out)).output[:8] == "0 files,"
