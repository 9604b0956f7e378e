from exchange.lead import Contact
from exchange.web.vcard import FOLD_OCTETS, vcard_text


def test_a_card_has_its_fields_in_order() -> None:
    contact = Contact(
        "Ann", "Lee", "+491713920031", "a.lee@example.de", street="Weg 1", postcode="80331", city="München"
    )
    assert vcard_text(contact).split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "FN:Ann Lee",
        "N:Lee;Ann;;;",
        "TEL;VALUE=uri:tel:+491713920031",
        "EMAIL:a.lee@example.de",
        "ADR:;;Weg 1;München;;80331;DE",
        "END:VCARD",
        "",
    ]


def test_what_separates_fields_is_escaped() -> None:
    text = vcard_text(Contact("A;B", "C,D\\E", "+4930", "x@example.de", street="Weg 1\r\nHof\rLinks"))
    assert "N:C\\,D\\\\E;A\\;B;;;\r\n" in text
    assert "ADR:;;Weg 1\\nHof\\nLinks;;;;DE\r\n" in text
    assert text.count("\r\n") == text.count("\n") == text.count("\r")


def test_nobody_smuggles_a_field_in() -> None:
    text = vcard_text(Contact("A\r\nTEL:0", "B\nEND:VCARD", "+4930", ""))
    assert text.split("\r\n").count("END:VCARD") == 1
    assert "\r\nTEL:0" not in text
    assert "EMAIL" not in text
    assert "ADR" not in text


def test_long_lines_are_folded_between_letters() -> None:
    text = vcard_text(Contact("Ä" * 80, "B", "+4930", "x@example.de"))
    assert all(len(line.encode()) <= FOLD_OCTETS for line in text.split("\r\n"))
    assert f"FN:{'Ä' * 80} B" in text.replace("\r\n ", "")
