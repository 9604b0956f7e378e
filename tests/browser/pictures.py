"""Which pictures of the pages there are: where, what is done first, and how the window looks."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Error, Page

from tests.staging.suppliers import NORD, drawn, spoiled, write
from tests.web.conftest import BRANDT
from tests.web.people import BY_ROLE

LAPTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DARK = {"color_scheme": "dark"}
OPERATOR, ANALYST = BY_ROLE["operator"], BY_ROLE["analyst"]
SOUTH = "/markt?region=DE-BY&region=DE-BW"
AT = "from=2026-11-23T15:00&until=2026-11-23T16:30&at=2026-11-23T15:48"

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


def delivered(page: Page) -> None:
    """Hand in a file with three errors, a hint and a duplicate, and look at its check."""
    good = drawn(9)
    faults = (1, "Telefon", "04821 99x12"), (2, "Telefon", "0176 999"), (4, "Opt-in am", "")
    bad = spoiled(good, *faults, (6, "Ort", "Helgoland an der Spree"))
    with TemporaryDirectory() as folder:
        page.set_input_files("[data-testid=upload-file]", write(Path(folder) / "kw47.csv", [*bad, bad[0]]))
        page.click("[data-testid=upload-submit]")
        page.select_option("#m-sector", "pv")
        page.click("[data-testid=look-again]")
        page.click("[data-testid=columns-submit]")
        page.wait_for_selector("[data-testid=upload-tab-all]")


def back_tested(page: Page) -> None:
    """Ask for a back-test and wait for its report."""
    page.select_option("#b-curve", "15")
    page.click("[data-testid=backtest-begin]")
    awaited(page, "#sold-by-age")


def exported(page: Page) -> None:
    """Have a file made."""
    page.click("[data-testid=export-begin]")
    awaited(page, "[data-testid=export-fetch]")


def awaited(page: Page, selector: str) -> None:
    """Look again until another process, which has the time of day and not the picture's, has done its work."""
    for _ in range(60):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(1_000)
        with suppress(Error):  # the page itself was just loading anew
            page.reload()


@dataclass(frozen=True)
class Picture:
    """One picture; ``later`` is taken in a market that has a month behind it."""

    name: str
    path: str
    act: Act | None = None
    looks: dict[str, Any] = field(default_factory=dict)
    lang: str = "de"
    stranger: bool = False
    email: str = BRANDT
    later: bool = False


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
    Picture("upload", "/lieferungen/neu", delivered, email=NORD),
    Picture("supplier", "/lieferungen", email=NORD),
    Picture("curve", "/kurven/bu", email=OPERATOR),
    Picture("curve-dark", "/kurven/bu", looks=DARK, email=OPERATOR),
    Picture("admission", "/betrieb/aufnahme", email=OPERATOR),
    Picture("sectors", "/betrieb/sparten/bu", email=OPERATOR),
    Picture("api", "/api", email=ANALYST),
    Picture("replay", f"/verlauf?sector=rlv&lead=A040&compare=15&{AT}", email=ANALYST, later=True),
    Picture("replay-dark", f"/verlauf?sector=rlv&lead=A040&compare=15&{AT}", looks=DARK, email=ANALYST, later=True),
    Picture("replay-en", f"/verlauf?sector=rlv&{AT}", lang="en", email=ANALYST, later=True),
    Picture("phone-replay", f"/verlauf?sector=rlv&{AT}", looks=PHONE, email=ANALYST, later=True),
    Picture("arms", "/betrieb/varianten/rlv", email=OPERATOR, later=True),
    Picture("patterns", "/betrieb/auffaelliges", email=OPERATOR, later=True),
    Picture("analysis", "/auswertung", email=ANALYST, later=True),
    Picture(
        "backtest",
        "/auswertung/rueckrechnung?sparte=rlv&from=2026-11-23T14:00&to=2026-11-23T17:00",
        back_tested,
        {"viewport": {"width": 1440, "height": 1300}},
        email=ANALYST,
        later=True,
    ),
    Picture(
        "export",
        "/auswertung/export?sector=rlv&dataset=listings&shape=excel&from=2026-11-23T14:00&until=2026-11-23T17:00",
        exported,
        email=ANALYST,
        later=True,
    ),
    Picture("statistics", "/statistik?sector=gewerbe&from=2026-11&until=2026-11", later=True),
    Picture("statistics-dark", "/statistik?sector=gewerbe&from=2026-11&until=2026-11", looks=DARK, later=True),
    Picture("phone-statistics", "/statistik?sector=gewerbe&from=2026-11&until=2026-11", looks=PHONE, later=True),
)
"""In the order they are taken: a lead that is claimed stays so."""
