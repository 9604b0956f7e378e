"""The consent behind a lead: one record and checksum for buyer and supplier; every sale and call is a use."""

import pytest
from flask.testing import FlaskClient

from exchange.errors import Unknown
from exchange.reports.consents import consent_sheet, hash_of, uses_of
from tests.staging.suppliers import NORD
from tests.web.conftest import BRANDT, Visitor
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.conftest import visitor as visitor
from tests.web.market import VAULT, Market
from tests.web.people import send

FILE = "/lieferungen/leads/7H5BU/einwilligung.json"


def test_buyer_and_supplier_hold_the_same_checksum_and_the_sale_is_a_use(visitor: Visitor, market: Market) -> None:
    buyer: FlaskClient = visitor(BRANDT)
    supplier = visitor(NORD)
    held = buyer.get("/leads/7H5BU/nachweis.json").json
    mine = supplier.get(FILE).json
    assert mine["hash"] == held["hash"] == hash_of(mine["record"])
    assert [one["kind"] for one in mine["uses"]] == ["sale"]
    assert [one["at"] for one in mine["uses"]] == held["uses"]
    send(buyer, "/leads/7H5BU/versuche", result="reached", key="call-0001")
    assert [one["kind"] for one in supplier.get(FILE).json["uses"]] == ["sale", "call"]
    assert "brandt" not in supplier.get(FILE).text
    assert supplier.get("/lieferungen/leads/NIE/einwilligung.json").status_code == 404
    assert buyer.get(FILE).status_code in (403, 404)


def test_another_suppliers_consent_is_unknown(market: Market) -> None:
    with market.desk.store.read() as connection:
        with pytest.raises(Unknown):
            consent_sheet(connection, VAULT, "7H5BU", "brandt")
        sold = [one.kind for one in uses_of(connection, "7B9BF")]
    assert sold == ["sale"]
