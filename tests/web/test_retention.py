"""What pages say of retention: the operators' schedule, and in place of contact data that went by age."""

import re

from exchange.config import RetentionSettings
from exchange.instant import DAY_US
from exchange.operators.retention import Retention
from tests.web.conftest import BRANDT, Visitor
from tests.web.market import NOW, Market
from tests.web.people import BY_ROLE, complete


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\N{NO-BREAK SPACE}", " ")


def row(text: str, name: str) -> str:
    return plain(text.split(f'data-testid="retention-{name}"')[1].split("</tr>")[0])


def test_operators_see_the_schedule_and_buyers_a_calm_text(visitor: Visitor, market: Market) -> None:
    complete(market)
    assert "Hier abrufbar bis mindestens 17.02.2027" in plain(visitor(BRANDT).get("/leads/7H5BU").text)
    assert visitor(BY_ROLE["supplier"]).get("/betrieb/system/aufbewahrung").status_code == 403
    market.go(NOW + 95 * DAY_US)
    operator = visitor(BY_ROLE["operator"])
    text = operator.get("/betrieb/system/aufbewahrung").text
    assert "liegen länger als 24 Stunden über ihrer Frist" in text
    assert re.search(r"contacts 30 Tage \d+ Ab .* –", row(text, "unsold"))
    assert "90 Tage" in row(text, "sold")
    assert "5 Jahre 0 §" in row(text, "consents")
    assert "ohne Frist" in row(text, "books")
    done = Retention(market.desk.store, RetentionSettings()).round()
    text = operator.get("/betrieb/system/aufbewahrung").text
    assert "Nichts liegt länger als 24 Stunden über seiner Frist. Zuletzt vermerkt: " in plain(text)
    assert re.search(rf"90 Tage 0 .* {done['sold']} am 22.02.2027", row(text, "sold"))
    assert "retention.run" in operator.get("/betrieb/system").text
    brandt = visitor(BRANDT)
    text = brandt.get("/leads/7H5BU").text
    assert "Ihre Aufbewahrungsfrist ist abgelaufen" in text
    assert "nicht weiter ansprechen" not in text
    assert "Lindner" not in text
    assert "Kontakt gelöscht" in brandt.get("/leads").text
    assert brandt.get("/leads/7H5BU/kontakt.vcf").status_code == 404
    assert brandt.get("/leads/7H5BU/nachweis.json").status_code == 200
