"""A real browser on a running exchange: Debian's Chromium, our server in a thread, a clock that can be moved.

A test waits for a state, never for a time: `expect` for what scripts do, `follow` for a click that leads to another
page, `until` for what the house does. What happens at its hour happens on a page that is visited `still`, as soon as
`pass_by` lets the time go by.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from exchange.access.entrance import Welcome
from exchange.instant import SECOND_US, to_datetime
from tests.conftest import chromium
from tests.running import Running
from tests.web.conftest import BRANDT
from tests.web.conftest import painted as painted  # the market of the picture
from tests.web.market import NOW, PASSWORD

PATIENCE_MS = 60_000
"""How long anything may take on a crowded machine."""

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def exchange(painted: Path, tmp_path: Path) -> Iterator[Running]:
    """The market of the picture, running, but slowly: twenty seconds after it a price falls."""
    path = tmp_path / "market.db"
    copyfile(painted, path)
    running = Running(path, slow=100)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder; its event loop would be in the way of the tests elsewhere."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield found
        found.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, exchange: Running) -> Iterator[Visit]:
    """Log in and open a page; at the end nothing may have been complained about in the console."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []
    allowed: list[str] = []

    def go(
        path: str = "/markt", email: str = BRANDT, allow: tuple[str, ...] = (), still: bool = False, **looks: Any
    ) -> Page:
        defaults = {"viewport": {"width": 1440, "height": 900}, "locale": "de-DE", "timezone_id": "America/New_York"}
        context = browser.new_context(**(defaults | looks))
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        if still:
            exchange.clock.stand()
            context.clock.install(time=to_datetime(exchange.clock.now()))
            context.clock.pause_at(to_datetime(exchange.clock.now() + SECOND_US))
        allowed.extend(allow)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        let_in(context, exchange, email)
        page.goto(exchange.url + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(word in text for word in allowed)] == []


def follow(page: Page, place: str | Locator) -> None:
    """Click what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        (page.locator(place) if isinstance(place, str) else place).click()


def until(page: Page, happened: Callable[[], bool]) -> None:
    """Wait for something in the house while the page goes on."""
    for _ in range(PATIENCE_MS // 50):
        if happened():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen")


def pass_by(exchange: Running, page: Page, seconds: float) -> None:
    """Time that goes by in the house and on the still pages of a browser."""
    exchange.clock.move(int(seconds * SECOND_US))
    page.clock.run_for(int(seconds * 1000))


def let_in(context: BrowserContext, exchange: Running, email: str) -> None:
    """What the log-in form does, without the form: its own tests fill it in."""
    welcome = exchange.market.entrance.log_in(email, PASSWORD, "127.0.0.1")
    assert isinstance(welcome, Welcome)
    context.add_cookies([{"name": "session", "value": welcome.token, "url": exchange.url}])


def log_in(page: Page, url: str, email: str = BRANDT) -> None:
    """Fill in the log-in form as somebody would."""
    page.goto(f"{url}/anmelden")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button.btn.p")
    page.wait_for_url(lambda reached: "/anmelden" not in reached)


def open_before_step(exchange: Running, visit: Visit, seconds: float = 4.0, **looks: Any) -> Page:
    """The board, standing still so many seconds before 7K2KV falls from 92,00 to 86,50."""
    page = visit(still=True, **looks)
    exchange.clock.set(NOW + 20 * SECOND_US - int(seconds * SECOND_US))
    page.goto(f"{exchange.url}/markt")
    return page


def price(page: Page, listing_id: str) -> str:
    """What a row's price says, with plain blanks."""
    return (page.text_content(f"[data-testid=price-{listing_id}]") or "").replace("\N{NO-BREAK SPACE}", " ")


def words(page: Page, selector: str) -> str:
    """A place's text, with plain blanks."""
    return (page.text_content(selector) or "").replace("\N{NO-BREAK SPACE}", " ").strip()
