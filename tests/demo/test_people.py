import random

import phonenumbers

from exchange.catalogue import SECTORS
from exchange.demo.leads import draw_lead
from exchange.demo.people import LANDLINE_BLOCKS, MOBILE_BLOCKS, MOBILE_NUMBERS, draw_person
from exchange.instant import from_text
from exchange.postcodes import place_of

NOW = from_text("2026-11-20T12:00:00Z")
ALL = list(SECTORS.values())


def test_a_person_lives_where_the_postcode_is() -> None:
    person = draw_person(random.Random(1), "25524", is_woman=True, born=1980)
    assert (person.city, person.postcode, person.salutation) == (place_of("25524"), "25524", "Frau")
    assert person.birth_date.startswith("1980-")


def test_nobody_drawn_can_be_reached() -> None:
    rng = random.Random(5)
    reserved = (*LANDLINE_BLOCKS.values(), *MOBILE_BLOCKS)
    for _ in range(500):
        _, contact, consent = draw_lead(rng, rng.choice(ALL), NOW)
        assert contact.phone.startswith(reserved) or contact.phone in MOBILE_NUMBERS
        assert phonenumbers.is_valid_number(phonenumbers.parse(contact.phone))
        assert contact.email.split("@")[1].rsplit(".", 1)[0] == "example"
        assert consent.ip.startswith(("192.0.2.", "198.51.100.", "203.0.113."))


def test_numbers_seldom_come_twice() -> None:
    rng = random.Random(9)
    phones = [draw_lead(rng, SECTORS["pv"], NOW).contact.phone for _ in range(600)]
    assert len(set(phones)) > 540
