from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.postcodes import all_postcodes, area_of, place_of, places_of, region_of
from exchange.sector import REGIONS


@pytest.mark.parametrize(
    ("postcode", "region", "place"),
    [
        ("80331", "DE-BY", "München"),
        ("86150", "DE-BY", "Augsburg"),
        ("20095", "DE-HH", "Hamburg"),
        ("28195", "DE-HB", "Bremen"),
        ("10115", "DE-BE", "Berlin"),
        ("01067", "DE-SN", "Dresden"),
        ("24103", "DE-SH", "Kiel"),
        ("25524", "DE-SH", "Itzehoe"),
        ("37213", "DE-HE", "Witzenhausen"),
        ("66111", "DE-SL", "Saarbrücken"),
        ("99084", "DE-TH", "Erfurt"),
        ("18055", "DE-MV", "Rostock"),
    ],
)
def test_well_known_postcodes(postcode: str, region: str, place: str) -> None:
    assert region_of(postcode) == (region,)
    assert place_of(postcode) == place


def test_fifteen_postcodes_lie_in_two_states() -> None:
    both = {code: region_of(code) for code in all_postcodes() if len(region_of(code)) > 1}
    assert len(both) == 15
    assert both["69412"] == ("DE-BW", "DE-HE")
    assert both["57319"] == ("DE-NW", "DE-HE")


def test_every_state_is_there_and_every_postcode_has_a_place() -> None:
    assert {region for code in all_postcodes() for region in region_of(code)} == set(REGIONS)
    assert all(place_of(code) and area_of(code) for code in all_postcodes())
    assert len(all_postcodes()) > 8_100


@pytest.mark.parametrize("unknown", ["", "00000", "8033", "803310", "861", "80331 ", "８0331", "abcde"])
def test_what_is_no_postcode_is_nowhere(unknown: str) -> None:
    assert region_of(unknown) == ()
    assert place_of(unknown) == ""


@given(st.text(max_size=8))
def test_no_text_makes_the_table_raise(text: str) -> None:
    assert bool(region_of(text)) == bool(place_of(text))
    area_of(text)


def test_a_board_names_the_town_not_the_village() -> None:
    assert place_of("25573") == "Beidenfleth"
    assert area_of("25573") == "Itzehoe"
    assert "Bekmünde" in places_of("25524")


def test_the_licence_lies_beside_the_table_and_the_table_is_small() -> None:
    folder = files("exchange.data")
    assert "Open Database License" in folder.joinpath("LICENSE-postcodes.md").read_text(encoding="utf-8")
    assert len(folder.joinpath("postcodes.csv").read_bytes()) < 400_000
