import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exchange.admission.reading import cents_of, clean, day_of, decimal_of, folded, moment_of, number_of, yes_or_no

EARLY, LATE = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2099-01-01")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1800", "1800"),
        ("1.800", "1800"),
        ("1.800,50 €", "1800.50"),
        ("€ 1.800,00", "1800.00"),
        ("1,800.50", "1800.50"),
        ("1.234.567", "1234567"),
        ("1 800", "1800"),
        ("1\u202f800,5", "1800.5"),
        ("1'800", "1800"),
        ("1.5", "1.5"),
        ("0,9 Mio. €", "900000.0"),
        ("250 Tsd", "250000"),
        ("48 m²", "48"),
        ("4.500 kWh/Jahr", "4500"),
        ("ca. 120 qm", "120"),
        ("29 Jahre", "29"),
        ("1.800,-", "1800"),
        ("-3", "-3"),
        ("0.123", "0.123"),
    ],
)
def test_numbers_as_people_write_them(typed: str, number: str) -> None:
    assert decimal_of(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["1,800", "", "viel", "1.80.0", "12.34.56", "030/23125", "1e5", "NaN", "Infinity", "٣٤", "5 oder 6", "--1"]
)
def test_what_has_no_single_meaning_is_no_number(typed: str) -> None:
    assert decimal_of(typed) is None


@given(st.integers(0, 10**9), st.sampled_from((".", " ", "'", "\u00a0", "")), st.sampled_from(("", " €", " kWh")))
def test_every_grouped_whole_number_is_read_back(number: int, separator: str, unit: str) -> None:
    assert number_of(f"{number:,}".replace(",", separator) + unit) == number


@given(st.integers(0, 10**10))
def test_every_german_amount_is_read_back_to_the_cent(cents: int) -> None:
    text = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d} €"
    assert cents_of(text) == cents


@pytest.mark.parametrize("typed", ["-1", "1,005", "abc", ""])
def test_what_is_no_amount(typed: str) -> None:
    assert cents_of(typed) is None


@given(st.dates(date(1000, 1, 1)))
def test_every_date_is_read_in_german_and_iso(day: date) -> None:
    assert day_of(f"{day.day}.{day.month}.{day.year}") == day.isoformat()
    assert day_of(f"{day:%d.%m.}{day.year:04d}") == day.isoformat()
    assert day_of(day.isoformat()) == day.isoformat()


@given(st.datetimes(EARLY, LATE), st.integers(-12 * 4, 14 * 4))
def test_an_iso_instant_keeps_its_zone(at: datetime, quarters: int) -> None:
    aware = at.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))
    found = moment_of(aware.isoformat())
    assert found is not None
    assert found.at.astimezone(UTC) == aware.astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "iso", "has_time"),
    [
        ("01.03.2026", "2026-03-01T00:00:00", False),
        ("1.3.2026", "2026-03-01T00:00:00", False),
        ("01.03.2026 14:05", "2026-03-01T14:05:00", True),
        ("01.03.2026, 14:05 Uhr", "2026-03-01T14:05:00", True),
        ("01.03.26 14:05:09", "2026-03-01T14:05:09", True),
        ("2026-03-01 14:05:09,25", "2026-03-01T14:05:09.250000", True),
        ("2026-03-01T14:05Z", "2026-03-01T14:05:00+00:00", True),
    ],
)
def test_moments_as_suppliers_write_them(typed: str, iso: str, has_time: bool) -> None:
    found = moment_of(typed)
    assert found is not None
    assert (found.at.isoformat(), found.has_time) == (iso, has_time)


@pytest.mark.parametrize(
    "typed", ["03/01/2026", "31.02.2026", "01.03.2026 25:00", "gestern", "2026-3-1", "1.3.", "01.13.2026", "46082"]
)
def test_what_is_no_moment(typed: str) -> None:
    assert moment_of(typed) is None


def test_a_birth_date_needs_its_century() -> None:
    assert day_of("14.03.94") is None


@given(st.text())
@example("a\u0308 \u200bb\u202ec\x00d")
def test_cleaning_settles_at_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert not any(ord(c) < 32 for c in clean(text))


@given(st.text("aZä\u0308 \u00a0\u00ad\u200b\t\n€", max_size=12))
def test_what_is_clean_already_is_read_as_anything_else(text: str) -> None:
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    seen = "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    assert clean(text) == " ".join(seen.split())


def test_cleaning_removes_what_cannot_be_seen() -> None:
    assert clean(" Mu\u0308ller\u200b \u202e\x07 \n Weg ") == "Müller Weg"


@given(st.text(max_size=60))
def test_no_text_makes_a_reader_raise(text: str) -> None:
    for read in (decimal_of, number_of, cents_of, moment_of, day_of, yes_or_no, folded):
        read(text)


@pytest.mark.parametrize(("typed", "word"), [("Ja", "yes"), ("x", "yes"), ("NEIN", "no"), ("0", "no"), ("evtl.", None)])
def test_yes_and_no(typed: str, word: str | None) -> None:
    assert yes_or_no(typed) == word
