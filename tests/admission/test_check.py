from dataclasses import replace

import pytest

from exchange.admission import Admitted, Defects, LeadDraft, check
from exchange.catalogue import SECTORS
from exchange.instant import MINUTE_US
from tests.admission.drafts import COMPLETE, NOW, OLD, RULES, draft


def codes(found: Admitted | Defects) -> list[tuple[str, str]]:
    assert not isinstance(found, Admitted)
    return [(defect.field, defect.code) for defect in found]


def test_a_complete_draft_becomes_lead_contact_and_consent() -> None:
    admitted = check(COMPLETE, RULES)
    assert isinstance(admitted, Admitted)
    assert admitted.lead.region == "DE-BY"
    assert admitted.lead.answers == (("building", "detached"), ("kwh", "4500"), ("owner", "yes"), ("roof", "pitched"))
    assert (admitted.lead.start_cents, admitted.lead.floor_cents, admitted.lead.seats) == (9000, 3000, 1)
    assert admitted.contact.birth_date == "1965-08-11"
    assert admitted.consent.scope.recipients == ("*",)
    assert admitted.consent.scope.channels == ("phone", "email")
    assert not admitted.notices


@pytest.mark.parametrize(
    ("spoiled", "field", "code"),
    [
        (draft(without="last_name"), "last_name", "missing"),
        (draft(phone=""), "phone", "missing"),
        (draft(phone="", unread=(("phone", "phone_letters"),)), "phone", "phone_letters"),
        (draft(email=""), "email", "missing"),
        (draft(without="postcode"), "postcode", "missing"),
        (draft(texts={"postcode": "8033"}), "postcode", "postcode_form"),
        (draft(texts={"postcode": "99999"}), "postcode", "postcode_unknown"),
        (draft(texts={"region": "Sachsen"}), "region", "region_mismatch"),
        (draft(texts={"region": "Bavaria State"}), "region", "region_unknown"),
        (draft(answers={"roof": ""}), "roof", "missing"),
        (draft(answers={"roof": "Kuppel"}), "roof", "choice"),
        (draft(answers={"kwh": "1,800"}), "kwh", "number"),
        (draft(answers={"kwh": "12"}), "kwh", "range"),
        (draft(answers={"owner": "vielleicht"}), "owner", "yes_no"),
        (draft(texts={"birth_date": "31.02.1965"}), "birth_date", "date"),
        (draft(asked_at=OLD), "asked_at", "too_old"),
        (draft(asked_at=NOW + MINUTE_US), "asked_at", "future"),
        (draft(asked_at=None, unread=(("asked_at", "date"),)), "asked_at", "date"),
        (draft(texts={"start_price": "neunzig"}), "start_price", "price"),
        (draft(texts={"start_price": "90,25"}), "start_price", "grid"),
        (draft(texts={"floor_price": "0,10"}), "floor_price", "below_tick"),
        (draft(texts={"floor_price": "95"}), "floor_price", "floor_above_start"),
        (draft(texts={"start_price": "1000000"}), "start_price", "too_high"),
        (draft(texts={"seats": "4"}), "seats", "seats"),
        (draft(texts={"seats": "0"}), "seats", "seats"),
        (draft(texts={"campaign": "x" * 300}), "campaign", "too_long"),
    ],
)
def test_each_slip_is_named_by_field_and_code(spoiled: LeadDraft, field: str, code: str) -> None:
    assert codes(check(spoiled, RULES)) == [(field, code)]


def test_everything_wrong_with_a_row_is_said_at_once() -> None:
    spoiled = draft(without="consent_ip", phone="", answers={"owner": ""}, texts={"seats": "9"})
    assert codes(check(spoiled, RULES)) == [
        ("phone", "missing"),
        ("owner", "missing"),
        ("consent_ip", "missing"),
        ("seats", "seats"),
    ]


def test_a_row_may_name_its_own_prices_and_seats() -> None:
    admitted = check(draft(texts={"start_price": "48,00 €", "floor_price": "16,50", "seats": "3"}), RULES)
    assert isinstance(admitted, Admitted)
    assert (admitted.lead.start_cents, admitted.lead.floor_cents, admitted.lead.seats) == (4800, 1650, 3)


def test_without_a_time_of_enquiry_the_consent_stands_in() -> None:
    admitted = check(draft(asked_at=None), RULES)
    assert isinstance(admitted, Admitted)
    assert admitted.lead.asked_at == COMPLETE.consent_at


def test_a_postcode_in_two_states_takes_the_one_the_row_names() -> None:
    both = draft(texts={"postcode": "69412", "region": "Hessen", "city": "Hirschhorn"})
    admitted = check(both, RULES)
    assert isinstance(admitted, Admitted)
    assert admitted.lead.region == "DE-HE"


def test_a_place_that_is_not_the_postcodes_is_a_notice_only() -> None:
    admitted = check(draft(texts={"postcode": "24103", "city": "Hamburg"}), RULES)
    assert isinstance(admitted, Admitted)
    assert [notice.code for notice in admitted.notices] == ["city_mismatch"]


def test_the_age_follows_from_the_birth_date_and_minors_are_refused() -> None:
    bu = replace(RULES, sector=SECTORS["bu"])
    asked = {"occupation": "Ingenieurin", "pension": "1.800"}
    texts = {"consent_product": "Berufsunfähigkeit"}
    adult = check(replace(draft(texts=texts), answers=asked), bu)
    assert isinstance(adult, Admitted)
    assert dict(adult.lead.answers)["age"] == "61"
    minor = check(replace(draft(texts={**texts, "birth_date": "21.11.2008"}), answers=asked), bu)
    assert codes(minor) == [("age", "under_age")]


def test_no_defect_and_no_draft_shows_contact_data() -> None:
    spoiled = draft(without="consent_text", answers={"roof": "Terhorst", "owner": "+49 30 23125042"})
    found = check(spoiled, RULES)
    assert not isinstance(found, Admitted)
    spoken = repr(spoiled) + "".join(repr(d) + d.reason("de") + d.reason("en") + d.field_name() for d in found)
    for personal in ("Terhorst", "Paula", "23125042", "example.de", "203.0.113.9", "Lindenweg"):
        assert personal not in spoken
