import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from exchange.cli.curve import curve, duration_text, show
from exchange.cli.curve_plot import ACCENT, LEFT, RIGHT, SIZE, TOP
from exchange.instant import DAY_US, HOUR_US
from exchange.pricing.curve import FAMILIES

PRICES = "--start 90 --floor 30"
LINEAR = f"show linear --over 10m --hold 0% {PRICES}"


def shown(line: str) -> Result:
    return CliRunner().invoke(curve, line.split())


def test_table_of_the_script_page() -> None:
    lines = shown(LINEAR).output.splitlines()
    assert lines[0] == "linear, 90.00 to 30.00 EUR over 10m, 120 prices"
    assert lines[2].split() == ["0s", "90.00", "100.0%"]
    assert lines[3].split() == ["5s", "89.50", "99.4%"]
    assert lines[-2].split() == ["9m55s", "30.50", "33.9%"]
    assert lines[-1].split() == ["10m", "expires"]


def test_json_in_integers() -> None:
    told = json.loads(shown(f"show exponential --half-life 2h --over 3d {PRICES} --grace 10m --as json").output)
    assert told["curve"] == {
        "family": "exponential",
        "half_life_us": 2 * HOUR_US,
        "duration_us": 3 * DAY_US,
        "grace_us": HOUR_US // 6,
        "hold_bp": 500,
    }
    assert told["steps"][0] == {"elapsed_us": 0, "ask_cents": 9000}
    assert told["steps"][-1]["ask_cents"] == told["floor_cents"] == 3000


def test_plot_falls_from_the_left_to_the_right() -> None:
    lines = shown(f"{LINEAR} --as plot").output.splitlines()
    rows = [line.split("┤")[-1].split("│")[-1] for line in lines[1:-1]]
    darkest = [max(range(len(row)), key=lambda at: (ord(row[at]) != 0x2800, at)) for row in rows[:-1]]
    assert darkest == sorted(darkest)
    assert lines[1].startswith("    90.00 ┤")
    assert lines[-2].startswith("    30.00 ┤")
    assert lines[-1].split() == ["0", "10m"]


def test_png_has_the_line_in_it(tmp_path: Path) -> None:
    target = tmp_path / "curve.png"
    result = shown(f"{LINEAR} --png {target}")
    assert result.exit_code == 0
    picture = Image.open(target).convert("RGB")
    assert picture.size == SIZE
    assert ACCENT in {picture.getpixel((LEFT + 3, y)) for y in range(TOP - 3, TOP + 6)}
    assert ACCENT in {picture.getpixel(((LEFT + RIGHT) // 2, y)) for y in range(TOP, SIZE[1])}


@pytest.mark.parametrize("form", ["table", "plot"])
def test_a_flat_listing_can_be_shown(form: str, tmp_path: Path) -> None:
    result = shown(f"show linear --over 1s --start 30 --floor 30 --as {form} --png {tmp_path / 'flat.png'}")
    assert result.exit_code == 0
    assert "30.00" in result.output


@pytest.mark.parametrize(
    "line",
    [
        "show stairs --every 15m --drop 5% --over 1d",
        "show steps 0s:100% 5m:80% 1h:50% --over 2h",
        "show points 0s:100% 10m:80% 1h:40% --over 2h",
        "show hyperbolic --scale 2.2d --exponent 0.77 --over 30d",
        "show two-phase --weight 0.88 --half-life 4d --second-half-life 100d --over 30d",
        "show logistic --midpoint 6h --width 30m --over 1d",
    ],
)
def test_every_family(line: str) -> None:
    told = json.loads(shown(f"{line} {PRICES} --as json").output)
    assert told["curve"]["family"] == line.split()[1]
    assert [step["ask_cents"] for step in told["steps"]][:: len(told["steps"]) - 1] == [9000, 3000]


def test_every_family_has_a_command_with_an_example() -> None:
    assert set(show.commands) == set(FAMILIES)
    for name in FAMILIES:
        assert f"exchange curve show {name}" in shown(f"show {name} --help").output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"show exponential --over 3d {PRICES}", "Missing option '--half-life'"),
        (f"show exponential --half-life 2 --over 3d {PRICES}", "expected a duration like 90s"),
        (f"show exponential --half-life 0s --over 3d {PRICES}", "half_life_us: must be longer than zero"),
        (f"show points 0s:100% 10m80% --over 2h {PRICES}", "expected a point like 10m:80%"),
        (f"show points 10m:80% --over 2h {PRICES}", "must begin at zero with 100%"),
        (f"show linear --over 3d --grace 3d {PRICES}", "grace and floor hold use up the whole running time"),
        ("show linear --over 3d --start 90,00 --floor 30", "expected an amount in EUR like 48 or 48.50"),
        ("show linear --over 3d --start 90 --floor 30.25", "3025 is no multiple of the tick of 50"),
        ("show linear --over 3d --start 20 --floor 30", "2000 is below the floor of 3000"),
        ("show free-fall --over 3d", "No such command 'free-fall'"),
    ],
)
def test_what_cannot_be_shown_says_why(line: str, message: str) -> None:
    result = shown(line)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_durations_without_what_is_zero() -> None:
    texts = {0: "0s", 1: "0.000001s", 61_500_000: "1m1.5s", DAY_US: "1d", DAY_US + HOUR_US + 5_000_000: "1d1h5s"}
    assert {us: duration_text(us) for us in texts} == texts
