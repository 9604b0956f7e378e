import pytest

from exchange.script.mistake import Mismatch
from exchange.script.windows import take_windows
from exchange.script.words import Words, split


def windows(text: str) -> tuple[tuple[int, int, int], ...]:
    return take_windows(Words(split(text)))


def test_days_run_from_the_first_to_the_last() -> None:
    assert windows("Mo-We 08:00-20:00") == ((0, 480, 1200), (1, 480, 1200), (2, 480, 1200))


def test_several_windows_with_commas() -> None:
    assert windows("Fr 08:00-20:00,Sa 09:00-14:00") == ((4, 480, 1200), (5, 540, 840))
    assert windows("Sa 14:00-16:00,Sa 09:00-12:00") == ((5, 540, 720), (5, 840, 960))
    assert windows("Fr 08:00-20:00, Sa 09:00-14:00") == ((4, 480, 1200), (5, 540, 840))


def test_midnight_may_end_a_day() -> None:
    assert windows("Su 00:00-24:00") == ((6, 0, 1440),)


def test_what_follows_the_windows_is_left_alone() -> None:
    words = Words(split("Mo-Fr 09:00-17:00 until 12:00:00"))
    take_windows(words)
    assert words.next == "until"


@pytest.mark.parametrize(
    "text",
    [
        "Mo",
        "Mon 08:00-09:00",
        "Fr-Mo 08:00-09:00",
        "Mo-Fr 8:00-9:00",
        "Mo 09:00-08:00",
        "Mo 09:00-09:00",
        "Mo 09:00-24:01",
        "Mo 24:00-24:00",
        "Mo 09:00-10:00,",
        "Mo 09:00",
    ],
)
def test_what_are_no_hours(text: str) -> None:
    with pytest.raises(Mismatch):
        windows(text)
