import re

import pytest
from flask.testing import FlaskClient

from exchange.instant import MINUTE_US
from exchange.reports.pulse import halted_sectors
from tests.web.conftest import BRANDT, KRONE, Visitor
from tests.web.market import NOW, PICTURE, Market, _lead

pytestmark = pytest.mark.usefixtures("engine")

CANARIES = ("Lindner", "Oberhuber", "Sailer", "Grünwald", "17139200", "Seestraße", "Überlingen", "example.de", "14.03.")


def ids(text: str) -> list[str]:
    return re.findall(r'data-testid="row-([^"]+)"', text)


def test_newest_first_with_the_price_of_the_moment(brandt: FlaskClient) -> None:
    text = brandt.get("/markt").text
    assert ids(text) == [sketch.lead_id for sketch in PICTURE]
    assert 'value="9200" data-testid="price-7K2KV">92,00\N{NO-BREAK SPACE}€<' in text
    assert "dann 86,50\N{NO-BREAK SPACE}€" in text


def test_the_price_falls_by_the_clock_though_nobody_settled(brandt: FlaskClient, market: Market) -> None:
    market.clock.at_us += 15 * MINUTE_US
    assert 'value="7850" data-testid="price-7K2KV"' in brandt.get("/markt").text


def test_the_steps_go_to_the_browser_in_milliseconds_never_too_early(brandt: FlaskClient, market: Market) -> None:
    found = re.search(r'data-testid="row-7K2KV".*?data-steps="([^"]+)"', brandt.get("/markt").text)
    assert found is not None
    steps = [[int(n) for n in step.split(",")] for step in re.findall(r"\[(\d+, \d+)\]", found[1])]
    schedule = market.desk.schedule_of("pkv", "7K2KV")
    assert [cents for _, cents in steps] == [cents for _, cents in schedule.steps()]
    assert all(0 <= ms * 1000 - at < 1000 for (ms, _), (at, _) in zip(steps, schedule.steps(), strict=True))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sector=bu", ["7F3BU", "7C3BU"]),
        ("region=DE-BW&seats=exclusive", ["7F3BU", "7R6RL", "7D5AV"]),
        ("plz=80,93", ["7K2KV", "7C3BU"]),
        ("plz=80331", ["7K2KV"]),
        ("plz=80399", ["7K2KV"]),
        ("most=30", ["7R6RL", "7G2GW", "7Z1KV"]),
        ("age=5", ["7A1PV"]),
        ("sort=price&seats=shared", ["7Z1KV", "7G2GW", "7C3BU", "7A1PV", "7W4WP", "7B9BF"]),
        ("sort=next&sector=pkv", ["7K2KV", "7E8KV", "7Z1KV"]),
        ("region=DE-SL", []),
    ],
)
def test_filters_and_sorts(brandt: FlaskClient, query: str, found: list[str]) -> None:
    assert ids(brandt.get(f"/markt?{query}").text) == found


def test_tabs_count_what_the_filters_leave(brandt: FlaskClient) -> None:
    tabs = brandt.get("/markt/zahlen?region=DE-BW&sector=bu").json["tabs"]
    counted = {tab["code"]: tab["count"] for tab in tabs}
    assert counted == {"": 5, "pkv": 0, "bu": 1, "pv": 0, "wp": 1, "baufi": 0, "bav": 1, "rlv": 1, "gewerbe": 1}
    assert len(ids(brandt.get("/markt?region=DE-BW").text)) == counted[""]


def test_nothing_that_names_a_person_leaves_before_a_purchase(brandt: FlaskClient) -> None:
    paths = ["/markt", "/markt/zahlen", "/markt/konto", "/markt/zeilen?ids=7K2KV,7F3BU"]
    paths += [f"/markt/{sketch.lead_id}{tail}" for sketch in PICTURE for tail in ("", "/box", "/box?form=sheet")]
    for path in paths:
        text = brandt.get(path).text
        assert [canary for canary in CANARIES if canary in text] == [], path


def test_masks_have_one_length_for_everybody(brandt: FlaskClient) -> None:
    def masks(listing_id: str) -> list[str]:
        return re.findall(r'class="msk"[^>]*>([^<]+)<', brandt.get(f"/markt/{listing_id}/box").text)

    assert masks("7K2KV") == masks("7G2GW") == ["••••• •••••", "•••• ••••••", "•••••@•••••"]


def test_a_lead_is_unknown_to_firms_its_consent_does_not_name(visitor: Visitor, market: Market) -> None:
    sketch = _lead("7X0BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="Lehrer", age="40", pension="1500")
    market.list(sketch, recipients=("krone",))
    brandt, krone = visitor("s.brandt@brandt-vogel.example"), visitor(KRONE)
    assert "7X0BU" in ids(krone.get("/markt").text)
    assert krone.get("/markt/7X0BU").status_code == 200
    assert "7X0BU" not in brandt.get("/markt").text
    assert brandt.get("/markt/7X0BU").status_code == 404
    assert brandt.get("/markt/zeilen?ids=7X0BU").text.count("<tr") == 0
    before, after = (client.get("/markt/zahlen").json["tabs"][0]["count"] for client in (brandt, krone))
    assert (before, after) == (11, 12)


def test_a_firms_name_within_anothers_is_not_its_own(visitor: Visitor, market: Market) -> None:
    sketch = _lead("7X1BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="Lehrer", age="40", pension="1500")
    market.list(sketch, recipients=("kronex", "xkrone", "kron_"))
    assert visitor(KRONE).get("/markt/7X1BU").status_code == 404


def test_own_bids_are_drawn_where_they_act(brandt: FlaskClient) -> None:
    text = brandt.get("/markt/7K2KV/box").text
    assert "Ihr Gebot 72,00\N{NO-BREAK SPACE}€ greift um 14:58" in text
    assert "Gebot 72,00" in brandt.get("/markt").text


def test_pages_follow_each_other_without_loss(brandt: FlaskClient, market: Market) -> None:
    for n in range(70):
        market.clock.at_us += 1000
        market.list(_lead(f"8{n:03d}", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="Lehrer", age="40", pension="9"))
    first = brandt.get("/markt?sector=bu").text
    more = re.search(r'class="more"><a class="btn s" href="([^"]+)"', first)
    assert more is not None
    second = brandt.get(more[1].replace("&amp;", "&")).text
    assert len(ids(first)) == 60
    assert len(set(ids(first)) | set(ids(second))) == 72
    assert set(ids(first)) & set(ids(second)) == set()


def test_an_expired_listing_is_gone_before_anybody_settles(visitor: Visitor, market: Market) -> None:
    market.clock.at_us = NOW + 60 * MINUTE_US
    assert "7R6RL" not in ids(visitor(BRANDT).get("/markt").text)


def test_a_halted_sector_says_so_and_its_prices_stand(brandt: FlaskClient, market: Market) -> None:
    market.desk.halt("pkv", reason="Preise werden geprüft")
    market.clock.at_us += 25 * MINUTE_US
    text = brandt.get("/markt").text
    assert "Markt angehalten: PKV." in text
    assert 'value="9200" data-testid="price-7K2KV"' in text
    market.desk.resume("pkv")
    with market.desk.store.read() as connection:
        assert halted_sectors(connection) == []
    assert 'value="9200" data-testid="price-7K2KV"' in brandt.get("/markt").text


def test_an_empty_filter_tells_what_it_has_seen(visitor: Visitor, market: Market) -> None:
    market.clock.at_us = NOW + 5 * 60 * MINUTE_US
    text = visitor(BRANDT).get("/markt?sector=bu").text
    assert "In den letzten 7 Tagen gab es hier 3 Leads, im Median für 43,50" in text


def test_the_board_works_in_english(visitor: Visitor) -> None:
    client = visitor("")
    client.set_cookie("lang", "en")
    assert "E-mail address" in client.get("/anmelden").text


def test_what_members_type_is_shown_as_text(visitor: Visitor, market: Market) -> None:
    nasty = "<img src=x onerror=alert(1)>'\"</script>"
    market.list(_lead("7X4BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation=nasty, age="40", pension="1500"))
    market.entrance.name_bid("bu-sued", nasty)
    client = visitor(BRANDT)
    for path in (
        "/markt",
        "/markt/7X4BU",
        "/markt/7X4BU/box?form=sheet",
        "/markt/zeilen?ids=7X4BU",
        "/markt/konto",
        "/gebote",
    ):
        text = client.get(path).text
        assert "onerror=alert" in text, path
        assert "<img" not in text, path
