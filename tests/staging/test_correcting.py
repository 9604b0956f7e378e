from pathlib import Path

import pytest

from exchange.access.users import User
from exchange.catalogue import SECTORS
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.staging import Intake
from exchange.staging.checking import suggestion
from exchange.staging.delivery import KEPT
from exchange.staging.listing import Plan
from exchange.staging.rest import rest_csv
from tests.staging.suppliers import counted, deliver, drawn, spoiled, write


@pytest.fixture
def delivery_id(intake: Intake, nord: User, mixed: Path) -> str:
    return deliver(intake, nord, mixed)


def test_a_cell_is_put_right(intake: Intake, nord: User, delivery_id: str) -> None:
    with intake.correcting(nord, delivery_id) as now:
        assert now.set_cells(3, {"phone": "030 23125042"}).state == "ready"
        assert now.set_cells(5, {"consent_at": "gestern"}).findings[0].code == "date"
    assert counted(intake, nord, delivery_id) == {"ready": 8, "error": 2, "hint": 1, "duplicate": 1}


def test_a_row_corrected_to_another_ones_number_is_its_duplicate(intake: Intake, nord: User, delivery_id: str) -> None:
    with intake.correcting(nord, delivery_id) as now:
        found = now.set_cells(3, {"phone": drawn(1)[0]["Telefon"]})
    assert (found.state, found.findings[0].detail) == ("duplicate", "2")


def test_a_duplicate_comes_forward_when_the_first_row_goes(intake: Intake, nord: User, delivery_id: str) -> None:
    with intake.correcting(nord, delivery_id) as now:
        now.discard(2)
    assert counted(intake, nord, delivery_id) == {"ready": 7, "error": 3, "hint": 1, "discarded": 1}
    with intake.correcting(nord, delivery_id) as now:
        assert now.take_back(2).state == "duplicate"


def test_a_hint_is_waved_through_until_its_place_changes(intake: Intake, nord: User, delivery_id: str) -> None:
    with intake.correcting(nord, delivery_id) as now:
        assert now.keep(9).state == "ready"
        assert now.set_cells(9, {"city": "Anderswo am See"}).state == "hint"


@pytest.mark.parametrize("field", [KEPT, "_row", "row", "person", "start_cents", "no such field"])
def test_only_cells_can_be_set(intake: Intake, nord: User, delivery_id: str, field: str) -> None:
    with pytest.raises(Invalid), intake.correcting(nord, delivery_id) as now:
        now.set_cells(3, {field: "1"})


def test_what_is_planned_is_not_touched(intake: Intake, nord: User, delivery_id: str) -> None:
    intake.commit(nord, delivery_id, 7, Plan(intake.house.now()))
    with pytest.raises(Forbidden), intake.correcting(nord, delivery_id) as now:
        now.discard(2)


def test_rows_and_deliveries_that_are_not_there(intake: Intake, nord: User, delivery_id: str) -> None:
    with pytest.raises(Unknown), intake.correcting(nord, delivery_id) as now:
        now.discard(99)
    with pytest.raises(Unknown), intake.correcting(nord, "d-0000"):
        pass


@pytest.mark.parametrize(
    ("postcode", "city", "meant"),
    [
        ("24103", "Hamburg", "Kiel"),
        ("18055", "Rostok", "Rostock"),
        ("24103 Hamburg", "", "Kiel"),
        ("00000", "Kiel", None),
        ("67724", "Helgoland an der Spree", None),
    ],
)
def test_a_city_is_suggested_where_only_one_can_be_meant(postcode: str, city: str, meant: str | None) -> None:
    assert suggestion({"postcode": postcode, "city": city}) == meant


def test_the_rest_says_every_row_that_is_left_and_runs_nothing(intake: Intake, nord: User, tmp_path: Path) -> None:
    rows = spoiled(drawn(3), (1, "Telefon", "=2+3"), (1, "Nachname", "@cmd"), (2, "E-Mail", "+x"))
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", rows))
    fields = intake.delivery(nord, delivery_id).fields
    text = "".join(rest_csv(intake.rest(nord, delivery_id), fields, SECTORS["pv"]))
    head, *lines = text.removeprefix("\ufeff").splitlines()
    assert len(lines) == 2
    assert head.split(";")[-4:] == ["Lieferzeile", "Prüfergebnis", "Grund der Rückgabe", "Zeile wie geliefert"]
    assert all(word in text for word in ("'=2+3", "'@cmd", "'+x"))
    assert not any(cell.startswith(("=", "@", "+")) for line in lines for cell in line.split(";"))
