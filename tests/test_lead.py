"""Leads: who may be given one, and that contact data shows itself nowhere."""

from exchange.instant import from_text
from exchange.lead import EVERYONE, Consent, ConsentScope, Contact

CONTACT = Contact(
    first_name="Erika",
    last_name="Beispiel",
    phone="+4917139200001",
    email="erika@example.de",
    salutation="Frau",
    street="Musterweg 1",
    postcode="86150",
    city="Augsburg",
    birth_date="1990-01-02",
    note="bitte abends",
)


def test_a_scope_covers_whom_it_names():
    narrow = ConsentScope(recipients=("anna", "bert"))
    assert narrow.covers("anna")
    assert not narrow.covers("carla")
    assert EVERYONE.covers("carla")
    assert not ConsentScope(recipients=()).covers("anna")


def test_contact_data_shows_itself_in_no_representation():
    shown = f"{CONTACT!r} {CONTACT} {[CONTACT]}"
    assert shown.replace("Contact()", "").split() == ["[]"]


def test_a_consent_shows_its_version_and_times_only():
    consent = Consent(
        text="Ich willige ein, angerufen zu werden.",
        version="v3",
        given_at=from_text("2026-03-02T09:00:00Z"),
        source_url="https://pv-vergleich.example/anfrage?name=beispiel",
        ip="192.0.2.7",
        scope=EVERYONE,
        user_agent="Browser of Erika",
    )
    shown = repr(consent)
    assert "v3" in shown
    assert not any(word in shown for word in ("Ich willige", "beispiel", "192.0.2.7", "Erika"))
