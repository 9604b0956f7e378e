"""``make screenshots``: every page and state as pictures in docs/screenshots, from a running exchange.

The market is the painted one of the tests, so that two runs differ only where a page does; what analysts look at comes
from the same market a month and more later. Where the Inter typeface is installed it stands for the system's own, so
that pictures from different machines compare.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from exchange.access.users import password_of, user_by_id
from exchange.aftersale import Counter
from exchange.instant import DAY_US, MINUTE_US, Instant
from exchange.orderbook.order import Arm
from exchange.pricing.curve import CurveVersion
from exchange.reports.purchases import purchases_of
from tests.browser.conftest import log_in
from tests.browser.palette import with_palette
from tests.browser.pictures import PICTURES, Picture
from tests.conftest import chromium
from tests.running import Running
from tests.web.conftest import BRANDT, paint
from tests.web.market import NOW, Market, falling
from tests.web.people import complete
from tests.web.test_arms import play
from tests.web.trading import LATER, trade

TARGET = Path(__file__).parents[2] / "docs" / "screenshots"


def called(running: Running) -> None:
    """Two calls in vain on one lead, a contract with another."""
    counter = Counter(running.desk)
    with running.desk.store.read() as connection:
        known = password_of(connection, BRANDT)
        user = user_by_id(connection, known[0]) if known else None
        sales = {row.listing_id: row.sale_id for row in purchases_of(connection, "brandt")[0]}
    assert user is not None
    running.clock.set(NOW - 74 * MINUTE_US)
    counter.opened(user, [sales["7H5BU"], sales["7H4RL"]])
    for minutes in (14, 2):
        running.clock.set(NOW - minutes * MINUTE_US)
        counter.log(user, sales["7H5BU"], "unreached", f"picture-{minutes:02}")
    running.clock.set(NOW - 60 * MINUTE_US)
    counter.log(user, sales["7H4RL"], "appointment", "picture-60")
    counter.report(user, sales["7H4RL"], "contract", 118_000)
    running.clock.set(NOW)


def grown(market: Market) -> None:
    """A week's trade in one sector, then two curves side by side for 80 leads of another; now the month is over."""

    def to(at: Instant) -> None:
        market.clock.at_us = at

    to(NOW)
    trade(market, to, NOW + 4 * DAY_US)
    arms = Arm(CurveVersion(14, "RLV v14", falling(90)), 5_000), Arm(CurveVersion(15, "RLV v15", falling(30)), 5_000)
    market.desk.tune("rlv", arms=arms)
    for buyer, limit_cents in (("neumann", 1_800), ("krone", 1_400)):
        market.desk.place("rlv", bid_id=f"{buyer}-rlv", buyer=buyer, limit_cents=limit_cents, quantity=18)
    play(market, 80)
    market.go(LATER)


def take(browser: Browser, running: Running, picture: Picture, blank: Page) -> None:
    """Take one picture, with the market's clock set back to the picture's instant."""
    looks = {"viewport": {"width": 1440, "height": 900}, "locale": "de-DE", "timezone_id": "Europe/Berlin"}
    context = browser.new_context(**(looks | picture.looks))
    page = context.new_page()
    if not picture.stranger:
        log_in(page, running.url, picture.email)
        with page.expect_navigation():
            page.evaluate("lang => document.querySelector(`form.lang button[value=${lang}]`).click()", picture.lang)
    running.clock.set(LATER if picture.later else NOW)
    page.goto(running.url + picture.path)
    page.wait_for_timeout(500)
    if picture.act is not None:
        picture.act(page)
        page.wait_for_timeout(300)
    (TARGET / f"{picture.name}.png").write_bytes(with_palette(blank, page.screenshot()))
    context.close()
    print(f"docs/screenshots/{picture.name}.png", flush=True)


def one_typeface(folder: Path) -> None:
    """Let Inter stand for the system's typeface, where it is installed."""
    if (
        shutil.which("fc-list") is None
        or "Inter" not in subprocess.run(["fc-list"], capture_output=True, text=True).stdout
    ):
        return
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{family}</string></test>'
        '<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>'
        for family in ("system-ui", "sans-serif", "sans")
    )
    file = folder / "fonts.conf"
    file.write_text(f"<fontconfig><include>/etc/fonts/fonts.conf</include>{rules}</fontconfig>")
    os.environ["FONTCONFIG_FILE"] = str(file)


def main(wanted: list[str]) -> None:
    """Take all pictures, or those named."""
    TARGET.mkdir(parents=True, exist_ok=True)
    chosen = [picture for picture in PICTURES if not wanted or picture.name in wanted]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one_typeface(folder)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            for later in (False, True):
                some = [picture for picture in chosen if picture.later is later]
                if some:
                    _shoot(browser, opened_house(folder, later=later), some)
            browser.close()


def _shoot(browser: Browser, running: Running, pictures: list[Picture]) -> None:
    blank = browser.new_page()
    try:
        for picture in pictures:
            take(browser, running, picture, blank)
    finally:
        running.stop()


def opened_house(folder: Path, *, later: bool) -> Running:
    """A running exchange with the painted market, or with what became of it."""
    path = folder / f"market-{later}.db"
    paint(f"sqlite:///{path}")
    if later:
        market = Market(f"sqlite:///{path}")
        grown(market)
        market.desk.store.close()
    running = Running(path, LATER if later else NOW, backtests=folder / "backtests", exports=folder / "exports")
    complete(running.market)
    if not later:
        called(running)
    running.start()
    return running


if __name__ == "__main__":
    main(sys.argv[1:])
