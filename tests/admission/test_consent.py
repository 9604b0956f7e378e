"""Twenty incomplete records, twenty refusals."""

from dataclasses import replace

import pytest

from exchange.admission import Admitted, LeadDraft, check
from exchange.instant import HOUR_US, MINUTE_US
from tests.admission.drafts import COMPLETE, NOW, OLD, RULES, draft

INCOMPLETE = [
    ("no wording", draft(without="consent_text"), "consent_text", "missing"),
    ("no sentence", draft(texts={"consent_text": "ja"}), "consent_text", "wording_short"),
    ("endless wording", draft(texts={"consent_text": "x" * 4001}), "consent_text", "too_long"),
    ("no version", draft(without="consent_version"), "consent_version", "missing"),
    ("no recipients", draft(without="consent_recipients"), "consent_recipients", "missing"),
    ("recipients unheard of", draft(texts={"consent_recipients": "Müller GmbH"}), "consent_recipients", "recipients"),
    ("anybody", draft(texts={"consent_recipients": "alle"}), "consent_recipients", "recipients"),
    ("one unheard of", draft(texts={"consent_recipients": "Makler, XY AG"}), "consent_recipients", "recipients"),
    ("a firm, not its kind", draft(texts={"consent_recipients": "Makler XY GmbH"}), "consent_recipients", "recipients"),
    ("no product", draft(without="consent_product"), "consent_product", "missing"),
    ("other product", draft(texts={"consent_product": "Kfz"}), "consent_product", "consent_product"),
    ("no channel", draft(without="consent_channels"), "consent_channels", "missing"),
    ("channel unheard of", draft(texts={"consent_channels": "Brieftaube"}), "consent_channels", "channels"),
    ("no call", draft(texts={"consent_channels": "Post"}), "consent_channels", "no_phone_channel"),
    ("mail not confirmed", draft(without="confirmed_at", confirmed_at=None), "confirmed_at", "unconfirmed"),
    ("no time", draft(consent_at=None), "consent_at", "missing"),
    ("a day only", draft(consent_at=None, unread=(("consent_at", "time"),)), "consent_at", "time"),
    ("not yet given", draft(consent_at=NOW + 1, confirmed_at=NOW + 1), "consent_at", "future"),
    ("too old", draft(consent_at=OLD), "consent_at", "too_old"),
    ("confirmed first", draft(confirmed_at=NOW - 3 * HOUR_US), "confirmed_at", "before_consent"),
    ("confirmed tomorrow", draft(confirmed_at=NOW + MINUTE_US), "confirmed_at", "future"),
    ("no source", draft(without="consent_url"), "consent_url", "missing"),
    ("source is a word", draft(texts={"consent_url": "Formular"}), "consent_url", "url"),
    ("source without host", draft(texts={"consent_url": "https:///anfrage"}), "consent_url", "url"),
    ("no address", draft(without="consent_ip"), "consent_ip", "missing"),
    ("no such address", draft(texts={"consent_ip": "300.1.1.1"}), "consent_ip", "ip"),
    ("the server's own address", draft(texts={"consent_ip": "127.0.0.1"}), "consent_ip", "ip"),
]


@pytest.mark.parametrize(
    ("spoiled", "field", "code"), [case[1:] for case in INCOMPLETE], ids=[c[0] for c in INCOMPLETE]
)
def test_an_incomplete_record_is_refused(spoiled: LeadDraft, field: str, code: str) -> None:
    found = check(spoiled, RULES)
    assert not isinstance(found, Admitted)
    assert (field, code) in [(defect.field, defect.code) for defect in found]


def test_named_members_limit_the_scope_to_themselves() -> None:
    rules = replace(RULES, organisations={"südsolargmbh": "org-7"})
    admitted = check(draft(texts={"consent_recipients": "Südsolar GmbH und Fachbetriebe"}), rules)
    assert isinstance(admitted, Admitted)
    assert admitted.consent.scope.recipients == ("org-7",)
    assert not admitted.consent.scope.covers("org-8")


def test_a_call_alone_needs_no_confirmation_by_mail() -> None:
    silent = draft(without="confirmed_at", confirmed_at=None, texts={"consent_channels": "telefonisch"})
    admitted = check(silent, RULES)
    assert isinstance(admitted, Admitted)
    assert admitted.consent.scope.channels == ("phone",)


def test_the_record_is_kept_as_it_was_given() -> None:
    admitted = check(COMPLETE, RULES)
    assert isinstance(admitted, Admitted)
    assert admitted.consent.text == COMPLETE.texts["consent_text"]
    assert admitted.consent.given_at == COMPLETE.consent_at
    assert "Fachbetriebe" not in repr(admitted.consent)
