"""A real browser on a running exchange: Debian's Chromium, our server in a thread, a clock that can be moved."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from exchange.access.entrance import Welcome
from tests.conftest import chromium
from tests.running import Running
from tests.web.conftest import BRANDT
from tests.web.conftest import painted as painted  # the market of the picture
from tests.web.market import NOW, PASSWORD


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def exchange(painted: Path, tmp_path: Path) -> Iterator[Running]:
    """The market of the picture, running."""
    path = tmp_path / "market.db"
    copyfile(painted, path)
    running = Running(path)
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

    def go(path: str = "/markt", email: str = BRANDT, allow: tuple[str, ...] = (), **looks: Any) -> Page:
        defaults = {"viewport": {"width": 1440, "height": 900}, "locale": "de-DE", "timezone_id": "America/New_York"}
        context = browser.new_context(**(defaults | looks))
        contexts.append(context)
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


def open_before_step(exchange: Running, visit: Visit, seconds: float = 4.0) -> Page:
    """The board, so many seconds before 7K2KV falls from 92,00 to 86,50."""
    page = visit()
    exchange.clock.set(NOW + 20_000_000 - int(seconds * 1_000_000))
    page.goto(f"{exchange.url}/markt")
    return page


def price(page: Page, listing_id: str) -> str:
    """What a row's price says, with plain blanks."""
    return (page.text_content(f"[data-testid=price-{listing_id}]") or "").replace("\N{NO-BREAK SPACE}", " ")


def words(page: Page, selector: str) -> str:
    """A place's text, with plain blanks."""
    return (page.text_content(selector) or "").replace("\N{NO-BREAK SPACE}", " ").strip()
