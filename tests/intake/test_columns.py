from pathlib import Path

import pytest

from exchange.catalogue import SECTORS
from exchange.errors import ConfigError
from exchange.intake.columns import ColumnMap, load_map, match
from exchange.intake.unusable import Unusable

PV = SECTORS["pv"]
HEADER = (
    "Nachname",
    "TELEFON-NR.",
    "e mail",
    "Postleitzahl",
    "Einwilligung",
    "Version",
    "Empfänger",
    "Einwilligung Produkt",
    "Kanäle",
    "optin_ts",
    "URL",
    "IP-Adresse",
    "Sind Sie Eigentümer?",
    "Haustyp",
    "Dachform",
    "Interne Nummer",
)
NAMED = ColumnMap({"Telefon-Nr": "phone"})


def meanings(header: tuple[str, ...], own: ColumnMap = NAMED) -> dict[str, str]:
    return {header[position]: meaning for position, meaning in match(header, PV, own).positions}


def test_names_are_compared_without_case_blanks_and_signs() -> None:
    found = meanings(HEADER)
    assert found["TELEFON-NR."] == "phone"
    assert found["e mail"] == "email"
    assert found["optin_ts"] == "consent_at"
    assert found["Sind Sie Eigentümer?"] == "owner"
    assert found["Dachform"] == "roof"
    assert "Interne Nummer" not in found


def test_missing_columns_are_named_at_once_and_no_cell_is_shown() -> None:
    header = tuple(name for name in HEADER if name not in ("Dachform", "IP-Adresse"))
    with pytest.raises(Unusable) as refused:
        match(header, PV, NAMED)
    assert refused.value.cause == "columns_missing"
    assert refused.value.detail == "Einwilligung IP (consent_ip), Dachart (roof)"


def test_a_file_without_header_shows_nobody() -> None:
    with pytest.raises(Unusable) as refused:
        match(("Paula", "Terhorst", "030 23125042", "paula@example.de"), PV, ColumnMap())
    assert "Terhorst" not in refused.value.sentence()
    assert "example" not in str(refused.value)


def test_a_constant_stands_in_for_a_column() -> None:
    header = tuple(name for name in HEADER if name != "Version")
    columns = match(header, PV, ColumnMap(NAMED.names, {"consent_version": "v3"}))
    assert columns.constants == (("consent_version", "v3"),)


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(Unusable) as refused:
        match((*HEADER, "PLZ"), PV, NAMED)
    assert (refused.value.cause, refused.value.detail) == ("column_twice", "PLZ (postcode)")


def test_mobile_and_full_name_stand_in() -> None:
    header = tuple({"Nachname": "Name", "TELEFON-NR.": "Handy"}.get(name, name) for name in HEADER)
    assert meanings(header)["Handy"] == "mobile"


def test_a_sectors_own_question_goes_before_a_common_name() -> None:
    gewerbe = match((*HEADER[:12], "Produkt", "Tätigkeit", "Umsatz"), SECTORS["gewerbe"], NAMED)
    assert (13, "trade") in gewerbe.positions


def test_a_map_is_read_from_toml() -> None:
    folder = Path(__file__).parent.parent / "data" / "suppliers"
    own = load_map(folder / "pkv_own_columns.toml", SECTORS["pkv"])
    assert own.names["Contact"] == "full_name"
    assert own.constants["consent_channels"] == "Telefon"


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ('[columns]\n"Tel" = "fone"', "columns.Tel: 'fone'"),
        ("[constants]\nroof = 3", "constants.roof"),
        ('[constants]\nfone = "x"', "constants.fone"),
        ('[colums]\n"Tel" = "phone"', "colums is neither"),
        ("[columns", "map.toml"),
    ],
)
def test_a_slip_in_the_map_is_named_by_its_path(tmp_path: Path, toml: str, complaint: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(toml)
    with pytest.raises(ConfigError, match=complaint):
        load_map(path, PV)
