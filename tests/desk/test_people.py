"""One person, one seat a firm: also under another name of the lead, also after the process forgot its book."""

import pytest

from exchange.desk import Desk
from exchange.instant import DAY_US
from exchange.lead import Contact
from exchange.vault import development_vault
from tests.desk.floor import MORNING, offer, open_market, open_sector, wait

pytestmark = pytest.mark.usefixtures("engine")

MARTA = Contact("Marta", "Muster", "+491713920001", "marta.muster@example.org")


@pytest.fixture
def desk() -> Desk:
    desk = open_market()
    desk.store.vault = development_vault()
    return desk


def buys(desk: Desk, listing_id: str) -> str:
    """The code of the refusal, or ``bought``."""
    answer = desk.buy("pv", buyer="anna", listing_id=listing_id, most_cents=9_000)
    return "bought" if answer.refused is None else answer.refused.code


@pytest.mark.parametrize("forgets", [False, True])
def test_a_second_lead_of_the_same_person_is_no_second_seat(desk: Desk, forgets: bool) -> None:
    offer(desk, "L1", contact=MARTA)
    assert buys(desk, "L1") == "bought"
    wait(desk, DAY_US)
    if forgets:
        desk.store.forget_books()
    offer(desk, "L2", contact=MARTA)
    assert buys(desk, "L2") == "already_bought"


def test_the_duplicate_window_is_half_open(desk: Desk) -> None:
    offer(desk, "L1", contact=MARTA)
    assert buys(desk, "L1") == "bought"
    wait(desk, 90 * DAY_US)
    offer(desk, "L2", contact=MARTA)
    assert buys(desk, "L2") == "bought"


def test_a_wallet_is_judged_after_what_ended_in_another_sector(desk: Desk) -> None:

    open_sector(desk, "bu")
    desk.place("bu", bid_id="B1", buyer="anna", limit_cents=8_000, quantity=10, until_at=MORNING + DAY_US)
    wait(desk, DAY_US)
    offer(desk, "L1")
    assert desk.row_of("bid", "B1")["state"] == "active"
    assert buys(desk, "L1") == "bought"
    assert desk.row_of("bid", "B1")["state"] == "expired"
