import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.intake import normalise
from exchange.intake.normalise import email_of, name_case, names_of, phone_of, postcode_of
from exchange.postcodes import all_postcodes

RESERVED = st.integers(0, 999).map(lambda n: f"{n:03d}")
"""The last digits of the Bundesnetzagentur's numbers for drama in Berlin, 030 23125 000 to 999."""


@given(RESERVED)
def test_every_spelling_of_a_number_is_one_number(last: str) -> None:
    spellings = (
        f"030 23125{last}",
        f"030/23125{last}",
        f"030-23125-{last}",
        f"(030) 23 125 {last}",
        f"+49 30 23125{last}",
        f"+49 (0)30 23125{last}",
        f"0049 30 23125{last}",
        f"0049(0)3023125{last}",
        f"493023125{last}",
        f"'+493023125{last}",
        f"\u00a0030\u200b 23125{last} ",
        f"３０ 23125{last}".replace("３０", "０３０"),
    )
    assert {phone_of(spelling) for spelling in spellings} == {(f"+493023125{last}", "")}


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("030 23125x12", "phone_letters"),
        ("siehe oben", "phone_letters"),
        ("0176 99", "phone_invalid"),
        ("030 23", "phone_invalid"),
        ("12345678901234567890", "phone_length"),
        ("+43 1 234567890", "phone_abroad"),
        ("0900 1234567", "phone_service"),
        ("0800 1234567", "phone_service"),
        ("1" * 200, "phone_length"),
        ("---", "phone_length"),
    ],
)
def test_what_is_no_number_to_call(typed: str, fault: str) -> None:
    assert phone_of(typed) == ("", fault)


@given(
    st.sampled_from(["0", "0049", "+49", "0049 ", "+49 ", "49", "+49 0"]),
    st.sampled_from(["", "15", "160", "1601399", "164", "171", "181", "30", "32100", "49", "69", "700", "800", "900"]),
    st.text("0123456789", max_size=12),
    st.sampled_from(["", " ", "/", "-", "."]),
)
def test_what_is_read_without_the_library_the_library_reads_alike(head: str, code: str, rest: str, sign: str) -> None:
    typed = f"{head}{code}{sign}{rest}"
    assert phone_of(typed) == normalise._read(typed)


@pytest.mark.parametrize("mobile", ["0171 39200 12", "0176 040690 12", "0152 28817386", "0172 9925904", "1713920012"])
def test_mobile_numbers_are_numbers(mobile: str) -> None:
    assert phone_of(mobile)[0].startswith("+491")


@given(st.text(max_size=50))
def test_a_number_once_read_reads_the_same(typed: str) -> None:
    number, fault = phone_of(typed)
    assert not (number and fault)
    if number:
        assert phone_of(number) == (number, "")


@given(st.text(max_size=50))
def test_an_address_once_read_reads_the_same(typed: str) -> None:
    address, _ = email_of(typed)
    if address:
        assert email_of(address) == (address, "")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Paula.Terhorst@Example.DE ", "paula.terhorst@example.de"),
        ("mailto:p@example.org", "p@example.org"),
        ("p+solar@example.com", "p+solar@example.com"),
        ("p@exa\u200bmple.com", "p@example.com"),
    ],
)
def test_addresses_are_written_one_way(typed: str, address: str) -> None:
    assert email_of(typed) == (address, "")


@pytest.mark.parametrize("typed", ["paula", "paula@", "@example.de", "a b@example.de", "a@b", f"{'x' * 300}@a.de"])
def test_what_is_no_address(typed: str) -> None:
    assert email_of(typed) == ("", "email_invalid")


@given(st.sampled_from(all_postcodes()))
def test_postcodes_survive_spreadsheets(postcode: str) -> None:
    for typed in (postcode, f"D-{postcode}", f"DE {postcode}", f"'{postcode}", f" {postcode} ", postcode.lstrip("0")):
        assert postcode_of(typed) == postcode


def test_what_is_no_postcode_stays_as_typed() -> None:
    assert postcode_of("8033") == "8033"
    assert postcode_of("A-1010") == "A-1010"


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Paula Terhorst", "Paula", "Terhorst"),
        ("Terhorst, Paula Maria", "Paula Maria", "Terhorst"),
        ("Paula Maria von der Heide", "Paula Maria", "von der Heide"),
        ("Terhorst", "", "Terhorst"),
        ("", "", ""),
    ],
)
def test_full_names_are_taken_apart(full: str, first: str, last: str) -> None:
    assert names_of(full) == (first, last)


LOCALS = st.text(alphabet="abcXYZ019._+-", min_size=1, max_size=70)
DOMAINS = st.sampled_from(
    ["example.de", "Mail.Example.COM", "a--b.example", "xn--mller-kva.example", "-a.example.de", "local", "x.test",
     "a.invalid", "b.localhost", "ex_ample.de", "example.d", f"{'a' * 64}.example.de", "1.2.3.4", "example.c0m"]
)  # fmt: skip


@given(local=LOCALS, domain=DOMAINS)
def test_the_quick_reading_of_addresses_says_what_the_library_says(local: str, domain: str) -> None:
    assert email_of(f"{local}@{domain}") == normalise._validated(f"{local}@{domain}")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("MÜLLER-LÜDENSCHEIDT", "Müller-Lüdenscheidt"),
        ("anna maria", "Anna Maria"),
        ("o'neill", "O'Neill"),
        ("VON DER HEIDE", "Von der Heide"),
        ("McDonald", "McDonald"),
        ("ß", "ß"),
    ],
)
def test_names_are_written_with_capitals(typed: str, name: str) -> None:
    assert name_case(typed) == name
