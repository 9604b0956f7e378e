"""``make screenshots``: every page and state as pictures in docs/screenshots, from a running exchange.

The market is the painted one of the tests, so that two runs differ only where a page does. Where the Inter typeface is
installed it stands for the system's own, so that pictures from different machines compare.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from exchange.access.users import password_of, user_by_id
from exchange.aftersale import Counter
from exchange.instant import MINUTE_US
from exchange.reports.purchases import purchases_of
from tests.browser.conftest import log_in
from tests.conftest import chromium
from tests.running import Running
from tests.web.conftest import BRANDT
from tests.web.market import NOW, Market
from tests.web.people import BY_ROLE, complete

TARGET = Path(__file__).parents[2] / "docs" / "screenshots"
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
OPERATOR = BY_ROLE["operator"]
SOUTH = "/markt?region=DE-BY&region=DE-BW"

Act = Callable[[Page], None]


def opened(listing_id: str) -> Act:
    """Open a row's buy box, on the phone its sheet."""

    def act(page: Page) -> None:
        if page.viewport_size is not None and page.viewport_size["width"] <= 760:
            page.tap(f"[data-testid=row-{listing_id}]")
        else:
            page.click(f"[data-testid=buy-{listing_id}]")
            page.mouse.move(1300, 820)
        page.wait_for_selector("form.buy")

    return act


def bought(page: Page) -> None:
    """Buy what is cheap."""
    opened("7Z1KV")(page)
    page.click("[data-testid=buybox-confirm]")
    page.wait_for_selector(".answer:not([hidden])")


def offline(page: Page) -> None:
    """Cut the line and wait until the page says so."""
    page.context.set_offline(True)
    page.wait_for_selector(".banner.bad", timeout=20_000)


def wrong_login(page: Page) -> None:
    """Try another password."""
    page.fill("#email", "s.brandt@brandt-vogel.example")
    page.fill("#password", "not the password")
    page.click("main button.btn.p")
    page.wait_for_selector("#problem")


def filed(page: Page) -> None:
    """File a claim; this lead is locked from then on."""
    page.check("[data-testid=return-reason-not-asked]")
    page.click("[data-testid=return-submit]")
    page.fill("[data-testid=evidence]", "Die Person sagt am Telefon, sie habe nie angefragt.")
    page.click("[data-testid=return-file]")
    page.wait_for_selector("[data-testid=lead-banner]")


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


@dataclass(frozen=True)
class Picture:
    """One picture: where, what is done first, and how the window looks."""

    name: str
    path: str
    act: Act | None = None
    looks: dict[str, Any] = field(default_factory=dict)
    lang: str = "de"
    stranger: bool = False
    email: str = BRANDT


DARK = {"color_scheme": "dark"}

PICTURES = (
    Picture("board", SOUTH, opened("7K2KV")),
    Picture("board-dark", SOUTH, opened("7K2KV"), DARK),
    Picture("board-en", SOUTH, opened("7K2KV"), lang="en"),
    Picture("board-1280", SOUTH, opened("7K2KV"), LAPTOP),
    Picture("board-empty", "/markt?region=DE-SL"),
    Picture("board-offline", SOUTH, offline),
    Picture("board-bought", "/markt", bought),
    Picture("phone-board", "/markt", looks=PHONE),
    Picture("phone-board-dark", "/markt", looks=PHONE | DARK),
    Picture("phone-board-en", "/markt", looks=PHONE, lang="en"),
    Picture("phone-buy", "/markt", opened("7K2KV"), PHONE),
    Picture("lead", "/leads/7H5BU"),
    Picture("lead-dark", "/leads/7H5BU", looks=DARK),
    Picture("phone-lead", "/leads/7H5BU", looks=PHONE),
    Picture("leads", "/leads"),
    Picture("phone-leads", "/leads", looks=PHONE),
    Picture("lead-claim", "/leads/7H5BU/reklamation?ground=not-asked"),
    Picture("phone-lead-claim", "/leads/7H5BU/reklamation", looks=PHONE),
    Picture("lead-filed", "/leads/7H5BU", filed),
    Picture("phone-lead-filed", "/leads/7H5BU", looks=PHONE),
    Picture("bids", "/gebote"),
    Picture("bid-new", "/gebote/neu?sector=bu&region=DE-BY&region=DE-BW&limit=44&seats=exclusive"),
    Picture("wallet", "/guthaben"),
    Picture("operate", "/betrieb", email=OPERATOR),
    Picture("claims", "/betrieb/reklamationen/bu-7", email=OPERATOR),
    Picture("claims-dark", "/betrieb/reklamationen/bu-7", looks=DARK, email=OPERATOR),
    Picture("members", "/betrieb/teilnehmer/brandt", email=OPERATOR),
    Picture("audit", "/betrieb/system?pruefen=1", email=OPERATOR),
    Picture("login", "/anmelden", stranger=True),
    Picture("login-wrong", "/anmelden", wrong_login, stranger=True),
    Picture("phone-login", "/anmelden", looks=PHONE, stranger=True),
)


def take(browser: Browser, running: Running, picture: Picture) -> None:
    """Take one picture, with the market's clock set back to the picture's instant."""
    looks = {"viewport": {"width": 1440, "height": 900}, "locale": "de-DE", "timezone_id": "Europe/Berlin"}
    context = browser.new_context(**(looks | picture.looks))
    page = context.new_page()
    if not picture.stranger:
        log_in(page, running.url, picture.email)
        with page.expect_navigation():
            page.evaluate("lang => document.querySelector(`form.lang button[value=${lang}]`).click()", picture.lang)
    running.clock.set(NOW)
    page.goto(running.url + picture.path)
    page.wait_for_timeout(500)
    if picture.act is not None:
        picture.act(page)
        page.wait_for_timeout(300)
    page.screenshot(path=str(TARGET / f"{picture.name}.png"))
    context.close()


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
    with tempfile.TemporaryDirectory() as folder:
        one_typeface(Path(folder))
        path = Path(folder) / "market.db"
        market = Market(f"sqlite:///{path}")
        market.open()
        market.paint()
        market.desk.store.close()
        running = Running(path)
        complete(running.market)
        called(running)
        running.start()
        try:
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                for picture in PICTURES:
                    if not wanted or picture.name in wanted:
                        take(browser, running, picture)
                        print(f"docs/screenshots/{picture.name}.png")
                browser.close()
        finally:
            running.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
