"""A supplier's file through the pages, without a script: handed in, told, checked, corrected, listed."""

import re
import time
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import insert, update

from exchange.schema.admission import supplier_caps
from exchange.staging import Intake, files
from exchange.store.admission import ask_permits, room_left
from exchange.web.captions import captions
from tests.staging.suppliers import NORD, counted, drawn, spoiled, user, write
from tests.web.conftest import BRANDT, Visitor, token_of
from tests.web.market import PASSWORD, Market


@pytest.fixture
def nord(visitor: Visitor) -> FlaskClient:
    return visitor(NORD)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = spoiled(drawn(6), (1, "Telefon", "04821 99x12"), (3, "Ort", "Helgoland an der Spree"))
    return write(tmp_path / "kw47.csv", [*rows, rows[0]])


def post(client: FlaskClient, path: str, **form: str):  # type: ignore[no-untyped-def]
    return client.post(path, data={"csrf_token": token_of(client), **form})


def hand_in(client: FlaskClient, path: Path):  # type: ignore[no-untyped-def]
    form = {"csrf_token": token_of(client), "file": (BytesIO(path.read_bytes()), path.name)}
    return client.post("/lieferungen/neu", data=form, content_type="multipart/form-data")


def columns_told(client: FlaskClient, place: str, **more: str) -> dict[str, str]:
    """The form of the columns as it stands on the page."""
    page = client.get(place).text
    assert '<option value="pv" selected>' in page  # the sector whose questions the columns answer
    told = {
        name: found[1] if (found := re.search(r'<option value="([^"]+)" selected', rest)) else ""
        for name, rest in re.findall(r'<select class="in s" id="m-c\d+" name="(c\d+)"(.*?)</select>', page, re.DOTALL)
    }
    return {**told, "sector": "pv", "do": "read", **more}


def delivered(client: FlaskClient, path: Path) -> str:
    """The address of a delivery that is read."""
    place = hand_in(client, path).location
    answer = post(client, place, **columns_told(client, place))
    assert answer.status_code == 302, answer.text
    return str(answer.location.removesuffix("/pruefen"))


def numbers(page: str) -> dict[str, int]:
    """What the tabs say."""
    return {key: int(many) for key, many in re.findall(r'data-count="(\w+)">(\d+)<', page)}


def test_a_file_is_handed_in_checked_and_listed(nord: FlaskClient, file: Path, market: Market) -> None:
    place = delivered(nord, file)
    page = nord.get(f"{place}/pruefen").text
    assert numbers(page) == {
        "all": 7, "ready": 4, "check": 3, "error": 1, "hint": 1, "duplicate": 1, "discarded": 0,
    }  # fmt: skip
    assert "4 Leads einstellen" in page
    form = {"seats": "3", "start": "48", "floor": "16,50", "when": "now", "count": "4", "do": "list"}
    answer = post(nord, f"{place}/einstellen", **form)
    assert answer.location == f"{place}/ergebnis"
    assert 'data-testid="listed" data-value="4"' in nord.get(f"{place}/ergebnis").text
    again = post(nord, f"{place}/einstellen", **form)
    assert again.status_code == 409
    with market.desk.store.read() as connection:
        many = connection.exec_driver_sql("SELECT count(*) FROM leads WHERE batch = 'L-0001'").scalar_one()
    assert many == 4


def test_a_number_that_changed_meanwhile_lists_nothing(nord: FlaskClient, file: Path, market: Market) -> None:
    place = delivered(nord, file)
    form = {"seats": "3", "start": "48", "floor": "16,50", "when": "now", "count": "5", "do": "list"}
    answer = post(nord, f"{place}/einstellen", **form)
    assert answer.status_code == 409
    assert "Inzwischen sind 4 Leads bereit" in answer.text
    assert counted(Intake(market.desk), user(market), place.rsplit("/", 1)[1]) == {
        "ready": 4, "error": 1, "hint": 1, "duplicate": 1,
    }  # fmt: skip


def test_every_wrong_cell_names_what_is_expected(nord: FlaskClient, file: Path) -> None:
    page = nord.get(f"{delivered(nord, file)}/pruefen").text
    wrong = re.findall(r'<input [^>]*aria-describedby="([^"]+)"[^>]*aria-invalid="true"', page)
    assert wrong == ["e-3-phone"]
    assert "Enthält Buchstaben. Erwartet: Vorwahl und Ziffern" in page


def test_what_would_not_be_listed_today_is_said_before(nord: FlaskClient, file: Path, market: Market) -> None:
    at = delivered(nord, file)
    assert 'data-testid="ahead"' not in nord.get(f"{at}/pruefen").text
    with market.desk.store.write_aside() as connection:
        connection.execute(insert(supplier_caps).values(supplier="quelle", sector="pv", per_day=100))
        per_day = 102 - room_left(connection, "pv", ["quelle"], market.clock.now())["quelle"][0]
        connection.execute(update(supplier_caps).values(per_day=per_day))
    page = unescape(nord.get(f"{at}/pruefen?stand=bereit").text)
    assert f"Heute können noch 2 von {per_day} Leads am Tag eingestellt werden: 2 Leads warten bis morgen." in page
    assert page.count("Wartet bis morgen.") == 2
    with market.desk.store.write_aside() as connection:
        ask_permits(connection, "pv", "supplier:34c")
    assert "Zurzeit kann kein Lead eingestellt werden" in nord.get(f"{at}/pruefen").text


def test_a_suspended_supplier_is_told_before_and_keeps_its_rows(nord: FlaskClient, file: Path, market: Market) -> None:
    at = delivered(nord, file)
    market.desk.change_member("quelle", group="quelle", suspended=True)
    page = nord.get(f"{at}/pruefen?stand=bereit").text
    assert "Ihre Firma ist gesperrt" in page
    assert page.count("Firma gesperrt.") == numbers(page)["ready"] == 4
    form = {"seats": "3", "start": "48", "floor": "16,50", "when": "now", "count": "4", "do": "list"}
    answer = post(nord, f"{at}/einstellen", **form)
    assert answer.status_code == 403
    assert "Ihre Firma ist gesperrt" in answer.text
    assert numbers(nord.get(f"{at}/pruefen").text)["ready"] == 4


def test_a_cell_is_corrected_by_the_script(nord: FlaskClient, file: Path) -> None:
    place = delivered(nord, file)
    headers = {"X-CSRFToken": token_of(nord)}
    said = {"field": "phone", "text": "030 23125042"}
    told = nord.post(f"{place}/zeilen/3/zelle?stand=pruefen", json=said, headers=headers).json
    assert told["state"] == "ready"
    assert told["counts"]["ready"] == "5"
    assert told["commit"] == "5 Leads einstellen"
    for wrong in ({"field": "phone"}, {"field": "_row", "text": "x"}, ["phone"]):
        assert nord.post(f"{place}/zeilen/3/zelle", json=wrong, headers=headers).status_code == 400


def test_forms_correct_accept_keep_discard_and_take_back(nord: FlaskClient, file: Path, market: Market) -> None:
    place = delivered(nord, file)
    room, who, delivery_id = Intake(market.desk), user(market), place.rsplit("/", 1)[1]
    post(nord, f"{place}/zeilen/3", **{"t-phone": "030 23125042", "do": "save"})
    assert counted(room, who, delivery_id) == {"ready": 5, "hint": 1, "duplicate": 1}
    post(nord, f"{place}/zeilen/5", do="keep")
    assert counted(room, who, delivery_id) == {"ready": 6, "duplicate": 1}
    answer = post(nord, f"{place}/zeilen/2", do="discard")
    assert counted(room, who, delivery_id) == {"ready": 6, "discarded": 1}  # its duplicate comes forward
    assert "Zeile 2 verworfen." in nord.get(answer.location).text
    post(nord, f"{place}/zeilen/2", do="back")
    assert counted(room, who, delivery_id) == {"ready": 6, "duplicate": 1}


def test_the_rest_comes_back_as_a_file_that_can_be_handed_in_again(
    nord: FlaskClient, file: Path, tmp_path: Path
) -> None:
    place = delivered(nord, file)
    rest = nord.get(f"{place}/rest.csv")
    assert rest.mimetype == "text/csv"
    assert "Telefon enthält Buchstaben" in rest.text
    corrected = tmp_path / "rest.csv"
    corrected.write_text(rest.text.replace("04821 99x12", "030 23125042"), newline="")
    page = nord.get(f"{delivered(nord, corrected)}/pruefen").text
    assert numbers(page) == {
        "all": 3, "ready": 2, "check": 1, "error": 0, "hint": 1, "duplicate": 0, "discarded": 0,
    }  # fmt: skip


def test_the_same_file_again_says_so(nord: FlaskClient, file: Path) -> None:
    delivered(nord, file)
    page = nord.get(hand_in(nord, file).location).text
    assert "Diese Datei wurde am 19.11. geliefert (L-0001)." in page


def test_a_map_is_kept_by_name_and_used_again(nord: FlaskClient, tmp_path: Path) -> None:
    rows = [{("Rufnr. privat" if name == "Telefon" else name): text for name, text in row.items()} for row in drawn(2)]
    path = write(tmp_path / "own.csv", rows)
    place = hand_in(nord, path).location
    told = columns_told(nord, place)
    answer = post(nord, place, **told)
    assert answer.status_code == 400
    assert "Telefon: Spalte zuordnen" in answer.text
    own = next(name for name, meaning in told.items() if meaning == "" and name.startswith("c"))
    post(nord, place, **{**told, own: "phone", "save_as": "Nordlicht"})
    place = hand_in(nord, path).location
    assert columns_told(nord, place)[own] == "phone"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF-1.7 x", "PDF"),
        ("a.csv", b"", "leer"),
        ("a.csv", b"Name;Telefon\n", "keine Zeile"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "keine lesbare Excel-Mappe"),
        ("a.csv", b"a;b\nx\0;y\n", "NUL"),
    ],
)
def test_a_file_of_no_use_is_answered_in_words(
    nord: FlaskClient, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    answer = hand_in(nord, path)
    assert answer.status_code == 400
    assert said in answer.text


def test_a_file_that_is_too_large_is_answered_in_words(
    nord: FlaskClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_FILE_BYTES", 1_000)
    answer = hand_in(nord, file)
    assert (answer.status_code, "Die Datei ist größer als" in answer.text) == (400, True)


def test_another_suppliers_delivery_does_not_exist(
    nord: FlaskClient, visitor: Visitor, file: Path, market: Market
) -> None:
    place = delivered(nord, file)
    market.desk.join("sued", name="Anfragen Süd", supplier=True)
    market.entrance.add_user(
        email="s.sued@sued.example", name="Sara Süd", role="supplier", organisation="sued", password=PASSWORD
    )
    stranger = visitor("s.sued@sued.example")
    for page in ("spalten", "pruefen", "ergebnis", "rest.csv", "stand"):
        assert stranger.get(f"{place}/{page}").status_code == 404, page
    for page in ("spalten", "zeilen/3", "alle", "verwerfen"):
        assert post(stranger, f"{place}/{page}", do="discard", sector="pv").status_code == 404, page
    offer = {"seats": "1", "start": "48", "floor": "16", "when": "now", "count": "4", "do": "list"}
    assert post(stranger, f"{place}/einstellen", **offer).status_code == 404
    headers = {"X-CSRFToken": token_of(stranger)}
    said = {"field": "phone", "text": "1"}
    assert stranger.post(f"{place}/zeilen/3/zelle", json=said, headers=headers).status_code == 404


def test_a_firm_that_brings_no_leads_hands_in_no_file(visitor: Visitor, file: Path) -> None:
    assert hand_in(visitor(BRANDT), file).status_code == 403


def test_an_advisor_has_no_deliveries(visitor: Visitor) -> None:
    assert visitor("m.krone@kronenberg.example").get("/lieferungen/neu").status_code == 403
    assert visitor(BRANDT).get("/lieferungen").status_code == 200


def test_a_delivery_can_be_thrown_away(nord: FlaskClient, file: Path) -> None:
    place = delivered(nord, file)
    assert post(nord, f"{place}/verwerfen").location == "/lieferungen"
    assert "Diese Lieferung wurde verworfen." in nord.get(f"{place}/pruefen").text


def test_what_is_expected_is_said_in_both_languages() -> None:
    german = {key for key in captions("de") if key.startswith("check.expect.")}
    assert german == {key for key in captions("en") if key.startswith("check.expect.")}
    assert len(german) == 30


def fields(client: FlaskClient, place: str, rows: int) -> list[tuple[str, str]]:
    """All cells of a delivery once its rows are checked, which may still be going on."""
    last = time.monotonic() + 60
    while numbers(page := client.get(f"{place}/pruefen?stand=alle").text).get("all") != rows:
        assert time.monotonic() < last
        time.sleep(0.05)
    return re.findall(r'name="t-(\w+)" form="row-\d+" value="([^"]*)"', page)


def test_every_dialect_gives_the_same_rows(nord: FlaskClient, tmp_path: Path) -> None:
    good = spoiled(drawn(2), (0, "Nachname", "Müßig-Äöü"), (0, "Ort", "Überlingen"))
    book = Workbook()
    for row in (good[0].keys(), *(row.values() for row in good)):
        book.active.append(list(row))
    book.save(tmp_path / "a.xlsx")
    paths = [
        write(tmp_path / "semicolon.csv", good),
        write(tmp_path / "comma.csv", good, delimiter=","),
        write(tmp_path / "bom.csv", good, encoding="utf-8-sig"),
        write(tmp_path / "windows.csv", good, encoding="cp1252"),
        write(tmp_path / "wide.csv", good, encoding="utf-16", delimiter="\t"),
        tmp_path / "a.xlsx",
    ]
    found = [fields(nord, delivered(nord, path), rows=len(good)) for path in paths]
    assert ("last_name", "Müßig-Äöü") in found[0]
    assert all(one == found[0] for one in found)
