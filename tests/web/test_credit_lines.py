"""A credit line raised far waits on the member's page for a second operator; lowering it does not."""

import re

from tests.web.conftest import Visitor
from tests.web.market import PASSWORD, Market
from tests.web.people import BY_ROLE, complete, send

AT, SECOND = "/betrieb/teilnehmer/krone", "p.zweite@example.de"


def test_a_raise_is_asked_for_by_one_and_set_by_another(visitor: Visitor, market: Market) -> None:
    complete(market)
    market.entrance.add_user(email=SECOND, name="Pia Zweite", role="operator", organisation=None, password=PASSWORD)
    first, second = visitor(BY_ROLE["operator"]), visitor(SECOND)
    assert "Auf 5.000,00" in first.get(AT).text
    assert send(first, f"{AT}/kredit", credit="5000").headers["Location"] == f"{AT}?fertig=credit_asked"
    assert send(second, f"{AT}/kredit", credit="6000").status_code == 409
    page = first.get(f"{AT}?fertig=credit_asked").text
    assert "Eine zweite Person muss den Kreditrahmen bestätigen." in page
    assert 'value="set"' not in page
    (path,) = set(re.findall(rf'action="({AT}/kredit/[^"]+)"', page))
    answer = send(first, path, do="set")
    assert (answer.status_code, "Eine andere Person muss bestätigen." in answer.text) == (403, True)
    assert "Kreditrahmen warten auf eine zweite Person" in second.get("/betrieb/teilnehmer").text
    assert "Angefragt von Olga Betrieb" in second.get(AT).text
    assert send(visitor(BY_ROLE["owner"]), path, do="set").status_code == 403
    assert send(second, path, do="set").headers["Location"] == f"{AT}?fertig=changed"
    assert send(second, path, do="drop").status_code == 409
    assert send(second, f"{AT}/kredit/KR-none", do="set").status_code == 404
    assert '<dd class="num">5.000,00' in second.get(AT).text
    assert send(first, f"{AT}/kredit", credit="100").headers["Location"] == f"{AT}?fertig=changed"
    assert send(first, f"{AT}/kredit", credit="99999999999").status_code == 400
    assert "warten auf eine zweite" not in second.get("/betrieb/teilnehmer").text
