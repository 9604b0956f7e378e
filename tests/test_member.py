"""Ids of members and things."""

import pytest

from exchange.errors import Invalid
from exchange.member import check_id


@pytest.mark.parametrize("name", ["anna", "A-1", "0b9c", "nord.west_2", "x" * 80])
def test_ids(name: str) -> None:
    assert check_id("organisation", name) == name


@pytest.mark.parametrize("name", ["", " ", "a b", "wallet:anna", "-a", "_house", "ä", "a\n", "x" * 81, "a/b", None])
def test_what_is_no_id(name: str) -> None:
    with pytest.raises(Invalid):
        check_id("organisation", name)
