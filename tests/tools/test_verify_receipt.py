"""A receipt is checked by a program that knows nothing of the exchange; whatever is changed in it is found."""

import json
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from exchange.calendars import make_calendar
from exchange.errors import Unknown
from exchange.instant import DAY_US, HOUR_US, MINUTE_US
from exchange.jobs.roots import publish_due
from exchange.orderbook.order import Arm
from exchange.orderbook.sharing import ConversionRule
from exchange.pricing.curve import Curve, CurveVersion, Exponential, Hyperbolic, Linear, Logistic
from exchange.reports.receipts import NotPublished, make_receipt
from tests.desk.floor import BUYERS, Trader, offer, open_market, open_sector, wait
from tools.verify_receipt import Wrong, canonical, check

TOOL = Path(__file__).parents[2] / "tools" / "verify_receipt.py"


def receipts(desk) -> list[str]:
    with desk.store.read() as connection:
        sales = connection.exec_driver_sql("SELECT sale_id FROM sales ORDER BY sector, seq").scalars().all()
        return [make_receipt(connection, sale) for sale in sales]


@pytest.fixture(scope="module")
def traded():
    """Two sectors, one with opening hours, with halts, every kind of order, some days of them."""
    desk = open_market("sqlite://")
    open_sector(desk, "bu", vat_bp=0, hours=True)
    Trader(desk, seed=11).trade(120)
    Trader(desk, seed=12, sector="bu").trade(120)
    desk.resume("pv")
    desk.deposit("anna", amount_cents=10**6)
    desk.deposit("bert", amount_cents=10**6)
    offer(desk, "W1", seats=3)
    offer(desk, "W2", conversion=ConversionRule(MINUTE_US, 2))
    wait(desk, 2 * MINUTE_US)
    bought = [desk.buy("pv", buyer="anna", listing_id="W1", most_cents=10**5, buyout=True)]
    bought.append(desk.buy("pv", buyer="bert", listing_id="W2~2", most_cents=10**4))
    assert [one.refused for one in bought] == [None, None]
    wait(desk, 2 * DAY_US)
    publish_due(desk)
    return desk


@pytest.fixture(scope="module")
def written(traded) -> list[str]:
    return receipts(traded)


def test_every_sale_of_a_busy_market_has_a_receipt_that_holds(traded, written) -> None:
    with traded.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT date, root FROM roots").all()
    published = dict(rows)
    kinds = set()
    for text in written:
        sale, roots = check(text, published)
        assert roots.items() <= published.items()
        kinds |= {("you" in json.loads(text), sale.split("-")[0])}
    assert {you for you, _ in kinds} == {True, False}
    assert {sector for _, sector in kinds} == {"pv", "bu"}


def test_every_bit_flipped_is_found(written) -> None:
    text = min(written, key=len).encode()
    rng = Random(1)
    places = rng.sample(range(len(text) * 8), 4_000)
    for place in places:
        flipped = bytearray(text)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises((Wrong, ValueError, LookupError, TypeError, AttributeError, ArithmeticError)):
            check(flipped.decode())


def sealed(receipt: dict) -> str:
    """As somebody would write it who knows how a receipt is sealed."""
    body = {name: value for name, value in receipt.items() if name != "seal"}
    return canonical(body | {"seal": sha256(canonical(body).encode()).hexdigest()}) + "\n"


def test_every_value_forged_and_sealed_again_is_found(written) -> None:
    """What is bound to the tree, not only to the seal: entries, ways, days, steps."""
    text = next(one for one in written if "you" in json.loads(one))
    for member in ("days", "entries", "steps", "sale", "you"):
        for forged in forgeries(json.loads(text), member):
            with pytest.raises((Wrong, ValueError, LookupError, TypeError, AttributeError, ArithmeticError)):
                check(sealed(forged))


@pytest.mark.parametrize("word", [r"\"buyout\":true", r"\"converted_from\":"])
def test_what_is_shown_of_a_buy_out_and_of_a_conversion_is_needed(written, word) -> None:
    """Beside the entries of every sale: the factor, and the first listing with its end."""
    text = min((one for one in written if word in one), key=len)
    check(text)
    entries = json.loads(text)["entries"]
    for place in range(len(entries)):
        with pytest.raises((Wrong, LookupError, StopIteration)):
            check(sealed(json.loads(text) | {"entries": entries[:place] + entries[place + 1 :]}))


def forgeries(receipt: dict, member: str):
    for change in changes(receipt[member]):
        yield receipt | {member: change}
    if isinstance(receipt[member], list):
        for place in range(len(receipt[member])):
            yield receipt | {member: receipt[member][:place] + receipt[member][place + 1 :]}


def changes(value):
    """The value with one thing in it changed, everywhere in turn."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (value | {name: other} for other in changes(inner))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in changes(inner))
    elif isinstance(value, int):
        yield value + 1
    else:
        for place in {0, len(value) // 2, len(value) - 1}:
            yield value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]


def test_another_published_root_is_found(written) -> None:
    with pytest.raises(Wrong, match="another root was published"):
        check(written[0], {})


def test_a_bid_with_precedence_that_was_left_out_is_found(written) -> None:
    text = next(one for one in written if "you" in json.loads(one))
    receipt = json.loads(text)
    mine = next(row for row in receipt["service"] if row["bid"] == receipt["you"])
    left_out = {"bid": "0" * 16, "came": "not_reached", "limit_cents": mine["limit_cents"] + 50, "place": 1}
    with pytest.raises(Wrong, match=r"precedence|order of service"):
        check(sealed(receipt | {"service": [left_out, *receipt["service"]]}))


@pytest.mark.parametrize(
    "shape",
    [
        Linear(),
        Exponential(20 * MINUTE_US),
        Hyperbolic(30 * MINUTE_US, Decimal("1.2")),
        Logistic(30 * MINUTE_US, 9 * MINUTE_US),
    ],
    ids=lambda shape: type(shape).__name__,
)
def test_curves_are_recomputed_from_their_formula(shape) -> None:
    desk = open_market("sqlite://")
    curve = CurveVersion(7, "another", Curve(shape, 2 * HOUR_US, MINUTE_US, 500))
    desk.open_sector(
        "bu",
        tick_cents=50,
        most_seats=3,
        fee_bp=900,
        vat_bp=0,
        calendar=make_calendar(1, []),
        arms=(Arm(curve, 10_000),),
    )
    offer(desk, "L1", sector="bu")
    wait(desk, 40 * MINUTE_US + 1)
    assert desk.buy("bu", buyer="anna", listing_id="L1", most_cents=9_000).fills
    wait(desk, 2 * DAY_US)
    publish_due(desk)
    (text,) = receipts(desk)
    check(text)


def test_no_other_firm_stands_in_the_order_of_service(written) -> None:
    for text in written:
        service = json.dumps(json.loads(text)["service"])
        assert not any(f'"{firm}' in service for firm in BUYERS)


def test_there_is_none_before_the_day_is_published_nor_of_what_is_no_sale() -> None:
    desk = open_market("sqlite://")
    offer(desk, "L1")
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    with pytest.raises(NotPublished, match="2026-03-02"):
        receipts(desk)
    with desk.store.read() as connection, pytest.raises(Unknown):
        make_receipt(connection, "pv-1")


def test_the_tool_stands_alone(written, tmp_path) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(written[0], encoding="utf-8", newline="")
    run = [sys.executable, "-I", "-S", str(TOOL)]
    done = subprocess.run([*run, str(file)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("ok: ")
    published = {"roots": [{"date": day["date"], "root": day["root"]} for day in json.loads(written[0])["days"]]}
    (tmp_path / "roots.json").write_text(json.dumps(published))
    more = [str(file), "--roots", str(tmp_path / "roots.json")]
    assert subprocess.run([*run, *more], capture_output=True, check=False).returncode == 0
    file.write_text(written[0].replace('"v":1', '"v":2'), encoding="utf-8")
    bad = subprocess.run([*run, str(file)], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stderr[:6]) == (1, "wrong:")


def test_it_is_short_and_knows_only_the_standard_library() -> None:
    lines = TOOL.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 200
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names
