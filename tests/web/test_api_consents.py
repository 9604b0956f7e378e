"""A supplier's program says that an enquirer took the consent back."""

import pytest

from tests.desk.floor import proven
from tests.web.application import app_in
from tests.web.calls import Machine
from tests.web.conftest import BRANDT, Visitor
from tests.web.market import Market
from tests.web.people import BY_ROLE, complete

pytestmark = pytest.mark.usefixtures("engine")


def test_a_sold_lead_is_out_of_bounds_at_once(market: Market, visitor: Visitor) -> None:
    complete(market)
    quelle = Machine(app_in(market.premises()), market, BY_ROLE["supplier"])
    buyer = visitor(BRANDT)
    assert "tel:" in buyer.get("/leads/7H5BU").text
    path = "/leads/7H5BU/consent-withdrawal"
    said = {"since_at": "2026-11-19T13:00:00Z", "reason": "Widerruf per Mail"}
    told = quelle.post(path, said, key="consent-0001")
    assert (told.status_code, told.json["listings"], told.json["closed"]) == (200, ["7H5BU"], [])
    assert quelle.post(path, said, key="consent-0001").json == told.json
    page = buyer.get("/leads/7H5BU").text
    assert "tel:" not in page
    assert "Nicht kontaktieren" in page
    again = quelle.post(path, {"reason": "Widerruf"})
    assert (again.status_code, again.json["reason"]) == (410, "consent_withdrawn")
    assert quelle.post("/leads/none/consent-withdrawal", {"reason": "Widerruf"}).status_code == 404
    open_one = quelle.post("/leads/7K2KV/consent-withdrawal", {"reason": "Widerruf"})
    assert open_one.json["closed"] == ["7K2KV"]
    assert proven(market.desk)
