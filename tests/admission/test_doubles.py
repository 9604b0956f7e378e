from dataclasses import replace
from hashlib import sha256

from exchange.admission import Admitted, Doubles, check, fingerprints
from exchange.catalogue import SECTORS
from tests.admission.drafts import COMPLETE, RULES


def keyed(text: str) -> str:
    return sha256(f"test key {text}".encode()).hexdigest()


def admitted(row: int, phone: str, email: str) -> Admitted:
    found = check(replace(COMPLETE, row=row, phone=phone, email=email), RULES)
    assert isinstance(found, Admitted)
    return found


FIRST = admitted(2, "+493023125001", "a@example.de")


def test_the_first_row_stays_and_the_second_names_it() -> None:
    doubles = Doubles(SECTORS["pv"])
    assert doubles.find(FIRST, fingerprints(FIRST.contact, keyed), ()) is None
    same_phone = admitted(9, "+493023125001", "b@example.de")
    defect = doubles.find(same_phone, fingerprints(same_phone.contact, keyed), ())
    assert defect is not None
    assert (defect.row, defect.code, defect.detail) == (9, "duplicate_in_file", "2")


def test_the_same_address_alone_makes_a_duplicate() -> None:
    doubles = Doubles(SECTORS["pv"])
    doubles.find(FIRST, fingerprints(FIRST.contact, keyed), ())
    same_mail = admitted(3, "+493023125002", "A@example.de")
    assert doubles.find(same_mail, fingerprints(same_mail.contact, keyed), ()) is not None


def test_an_enquirer_in_stock_is_refused_and_not_remembered() -> None:
    doubles, prints = Doubles(SECTORS["pv"]), fingerprints(FIRST.contact, keyed)
    defect = doubles.find(FIRST, prints, {prints[0]})
    assert defect is not None
    assert (defect.code, defect.detail) == ("duplicate_in_stock", "90")
    assert doubles.find(FIRST, prints, ()) is None


def test_a_fingerprint_tells_nothing() -> None:
    assert not any("23125001" in found or "example" in found for found in fingerprints(FIRST.contact, keyed))
