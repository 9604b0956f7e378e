"""The operators' further pages in English: arms put in force by keyboard, a notice that shows at once, axe."""

import pytest
from playwright.sync_api import expect

from exchange.access.users import user_by_email
from exchange.operators.vitals import Nurse
from exchange.pricing.curve import CurveVersion
from tests.browser.conftest import Running, Visit
from tests.browser.looks import wrong_at
from tests.web.conftest import KRONE
from tests.web.market import falling
from tests.web.people import BY_ROLE, complete

PAGES = ("/betrieb/varianten/rlv", "/betrieb/sparten/rlv", "/betrieb/auffaelliges", "/betrieb/system")


@pytest.fixture
def olga(exchange: Running) -> str:
    """An operator who reads English, with two versions at hand and a minute of health kept."""
    complete(exchange.market)
    exchange.desk.tune("rlv", arms=(), versions=(CurveVersion(15, "RLV v15", falling(30)),))
    Nurse(exchange.desk.store).keep()
    with exchange.desk.store.read() as connection:
        user = user_by_email(connection, BY_ROLE["operator"])
    assert user is not None
    exchange.market.entrance.set_look(user, lang="en", theme=None)
    return BY_ROLE["operator"]


def test_an_english_operator_puts_arms_in_force_and_a_notice_shows_at_once(
    exchange: Running, visit: Visit, olga: str
) -> None:
    buyer = visit("/leads", KRONE)
    page = visit(PAGES[0], olga)
    expect(page.get_by_test_id("verdict-single")).to_have_text("one arm only")
    page.fill("#s-15", "40")
    page.fill("#s-14", "60")
    page.fill("#a-reason", "does a quicker fall earn more?")
    page.keyboard.press("Enter")
    page.wait_for_url("**fertig=put")
    expect(page.get_by_test_id("verdict-waiting")).to_have_text("running")
    page.goto(exchange.url + "/betrieb/sparten/rlv")
    page.fill("#s-fee", "12")
    page.fill("#r-reason", "as agreed for 2027")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("effects")).to_contain_text("Fee: 10 → 12")
    page.click("[data-testid=rates] button.p")
    page.wait_for_url("**fertig=1")
    page.goto(exchange.url + "/betrieb")
    page.fill("#n-text", "Maintenance at ten tonight.")
    page.keyboard.press("Enter")
    expect(buyer.get_by_test_id("notice")).to_contain_text("Maintenance at ten tonight.")
    for path in PAGES:
        assert wrong_at(page, exchange.url + path) == [], path
