"""A purchase refused for want of money says where to put it in, and keeps the lead in mind."""

import re

import pytest

from tests.web.conftest import BRANDT, Visitor
from tests.web.market import Market
from tests.web.people import send

pytestmark = pytest.mark.usefixtures("engine")


def test_what_is_missing_is_on_its_way_to_the_deposit(market: Market, visitor: Visitor) -> None:
    spare = market.desk.balance("brandt").available_cents
    market.desk.place("bu", bid_id="greedy", buyer="brandt", limit_cents=4_400, quantity=spare // 5_236)
    client = visitor(BRANDT)
    answer = send(client, "/leads/7K2KV/kauf", most_cents="9200", key="key-of-a-test")
    assert answer.status_code == 409
    missing = 10_948 - market.desk.balance("brandt").available_cents
    found = re.search(r'href="(/guthaben/einzahlung\?fehlt=[^"]+)"', answer.text)
    assert found is not None
    onwards = found[1].replace("&amp;", "&")
    assert onwards.endswith(f"fehlt={missing // 100}.{missing % 100:02d}&lead=7K2KV")
    form = client.get(onwards).text
    assert re.search(rf'value="{missing // 100}(,{missing % 100:02d})?"', form)
    assert "Zurück zum Lead 7K2KV" in form
