"""A shared lead bought as a whole: offered in the box, confirmed in place, at the price shown."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.running import Running


def test_a_whole_lead_is_confirmed_in_place(exchange: Running, visit: Visit) -> None:
    exchange.desk.set_sharing("pv", buyout_bp=25_000, seat_bp=6_000)
    page = visit()
    page.click("[data-testid=buy-7A1PV]")
    whole = page.get_by_test_id("buyout")
    expect(whole).to_contain_text("Allein kaufen")
    expect(whole.get_by_test_id("buyout-confirm")).to_be_hidden()
    whole.locator("summary").click()
    button = whole.get_by_test_id("buyout-confirm")
    expect(button).to_be_visible()
    button.click()
    expect(page.get_by_test_id("buybox-result")).to_contain_text("Gekauft für")
    assert exchange.desk.row_of("listing", "7A1PV")["bought_out"]
