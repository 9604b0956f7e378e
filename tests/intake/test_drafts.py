import pytest

from exchange.admission import LeadDraft
from exchange.intake.columns import Columns
from exchange.intake.drafts import LONGEST_CELL, draft_of, drafts, lead_id
from exchange.intake.table import Table, open_table


def read(**cells: str) -> LeadDraft:
    """A draft of one row with these columns."""
    columns = Columns(tuple(enumerate(cells)), frozenset({"roof"}), (("consent_version", "v3"),))
    return draft_of(2, list(cells.values()), columns, "L-TEST")


def test_first_names_beside_a_name_make_it_the_last_name() -> None:
    assert read(first_name="Anna Maria", full_name="von der Heide").text("last_name") == "von der Heide"
    assert read(full_name="Anna Maria von der Heide").text("last_name") == "von der Heide"
    assert read(full_name="Anna Heide", last_name="Heide").text("first_name") == ""


@pytest.mark.parametrize(
    ("typed", "postcode", "city"),
    [
        ("80331 München", "80331", "München"),
        ("D-80331 München", "80331", "München"),
        ("DE 80331", "80331", "München"),
        ("803 31", "80331", "München"),
        ("1067", "01067", "Dresden"),
        ("80331 MÜNCHEN", "80331", "München"),
        ("80331 Kiel", "80331", "Kiel"),
    ],
)
def test_a_place_behind_the_postcode_is_the_city(typed: str, postcode: str, city: str) -> None:
    draft = read(postcode=typed)
    assert (draft.text("postcode"), draft.text("city")) == (postcode, city)


def test_the_number_belongs_to_the_street() -> None:
    assert read(street="Lindenweg", house_number="4a").text("street") == "Lindenweg 4a"


def test_the_mobile_number_goes_first_where_it_can_be_read() -> None:
    assert read(phone="030 23125042", mobile="0171 3920012").phone == "+491713920012"
    assert read(phone="030 23125042", mobile="folgt").phone == "+493023125042"
    assert read(phone="", mobile="folgt").unread == (("phone", "phone_letters"),)


def test_constants_give_way_to_the_rows_own_text() -> None:
    assert read(consent_version="").text("consent_version") == "v3"
    assert read(consent_version="v4").text("consent_version") == "v4"


def test_a_guarded_cell_is_read_without_its_apostrophe() -> None:
    assert read(phone="'+49 30 23125042").phone == "+493023125042"


def test_answers_are_kept_apart_from_the_contact() -> None:
    draft = read(roof=" Satteldach ", last_name="Terhorst")
    assert draft.answers == {"roof": "Satteldach"}
    assert "roof" not in draft.texts


def test_what_cannot_be_read_is_named() -> None:
    draft = read(asked_at="gestern", consent_at="01.03.2026", confirmed_at="01.03.2026 10:00")
    assert draft.unread == (("asked_at", "date"), ("consent_at", "time"))
    assert draft.confirmed_at is not None


def test_ids_follow_from_their_origin_alone() -> None:
    assert lead_id("pv:nord:abc:2") == lead_id("pv:nord:abc:2") != lead_id("pv:nord:abc:3")
    assert len(lead_id("x")) == 14


def test_a_cell_beyond_all_bounds_is_refused_unread(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "leads.csv"
    marks = "a" + "\u0301\u0316" * 50_000
    path.write_text(f"Name;Telefon\nx;1\n{marks};2\n", encoding="utf-8")
    table: Table = open_table(path)
    found = list(drafts(table, Columns(((0, "full_name"), (1, "phone")), frozenset()), "pv:nord"))
    assert [getattr(one, "code", None) for one in found] == [None, "too_long"]
    assert getattr(found[1], "detail", "") == str(LONGEST_CELL)
