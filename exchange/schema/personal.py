"""Every column of text or bytes with what it holds and the rule by which it goes: none is there without a line.

Forms: ``code`` ids, states and facts from fixed lists; ``hash`` a hash that finds a person or a browser again, keyed or
of a random token; ``sealed`` encrypted under a key of the row; ``words`` typed by members or operators, or by their
programs, about the market; ``name`` of somebody who works with the exchange, their address, their browser.

Rules are those of `reports.retention`. ``books`` are records of market, money and operators' deeds: they name people by
ids alone and stay, ``none`` holds nothing of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.instant import DAY_US

FILE_KEPT_US = 14 * DAY_US
"""How long what a supplier's file says is kept, counted from its upload."""
KEY_KEPT_US = 30 * DAY_US
"""How long the key of a post, an order, or a link is known (rules.md §10)."""
MESSAGE_KEPT_US = 30 * DAY_US
"""How long messages are kept that were done with or given up."""
DEVICE_KEPT_US = 180 * DAY_US
"""A browser that was not used for so long is a stranger again."""

FORMS = ("code", "hash", "sealed", "words", "name")

ERASED_AT = "@erased.invalid"
"""How the address of somebody ends whose own was erased."""

_TABLE = """
api_keys          staff       code: key_id user_id scopes  hash: secret_hash  words: name
audit             books       code: audit_id user_id action objects before after sector request_id
audit_head        none        code: chain hash
audit_seals       none        code: audit_id hash
backup_codes      staff       code: user_id  hash: code_hash
bid_names         firms       code: bid_id  words: name
bids              books       code: bid_id sector buyer group_id kind terms state progress
calendars         none        code: sector payload
claim_evidence    claims      code: sale_id user_id algorithm  sealed: wrapped_key sealed
claim_rulings     claims      code: ruling_id sale_id ruling state word_id user_id
claim_words       claims      code: word_id sale_id kind user_id algorithm  sealed: wrapped_key sealed
consent_pages     firms       code: supplier page user_id
consents          consents    code: lead_id version scope algorithm  sealed: wrapped_key sealed
contact_attempts  uses        code: attempt_id sale_id user_id result key
contact_openings  uses        code: sale_id user_id
contact_rules     none        code: sector
contacts          unsold,sold code: lead_id algorithm  sealed: wrapped_key sealed
credit_asks       books       code: ask_id organisation state asked_by decided_by
curve_drafts      books       code: draft_id sector state payload author changed_by decided_by  words: reason decision
curve_limits      books       code: sector changed_by asked asked_by
curve_versions    none        code: sector payload  words: name
deliveries        uploads     code: delivery_id supplier sector uploaded_by file_kind dialect digest state cause worker
deliveries        uploads     words: file_name sheet mapping
delivery_maps     firms       code: supplier sector  words: name mapping
delivery_parts    uploads     code: delivery_id algorithm  sealed: wrapped_key sealed
delivery_rows     uploads     code: delivery_id state kind findings algorithm listing_id  hash: phone_print email_print
delivery_rows     uploads     sealed: wrapped_key sealed
deposits          books       code: reference organisation provider state asked_by first_by second_by  words: receipt
devices           devices     hash: device_hash  code: user_id
dispositions      uses        code: sale_id user_id outcome
fingerprints      prints      hash: fingerprint  code: sector lead_id person_id
half_logins       sessions    hash: token_hash  code: user_id
halts             books       code: sector  words: reason
heads             none        code: sector head_hash permits
health_minutes    none        code: state figures
held_leads        quarantine  code: listing_id sector supplier delivery_id region postcode source campaign page reasons
held_leads        quarantine  code: state user_id  hash: phone_print email_print  words: reason
hook_attempts     webhooks    code: hook_id post_id error
hook_posts        webhooks    code: hook_id post_id topic body last_error  words: excerpt
hook_secrets      firms       code: secret_id hook_id algorithm  sealed: wrapped_key sealed
hooks             firms       code: hook_id organisation side topics state why made_by  words: url
idempotency       keys        code: organisation verb key request_hash sector
leads             books       code: lead_id sector supplier person_id region postcode answers source campaign batch
licences          firms       code: licence_id organisation kind user_id  words: number
likenesses        prints      hash: trace  code: sector lead_id kind
links             links       hash: token_hash  code: user_id purpose
listings          books       code: listing_id sector lead_id supplier supplier_group person_id region postcode answers
listings          books       code: consent state converted_from
notices           books       code: notice_id user_id  words: text
orders_by_user    uses        code: user_id order_key listing_id sale_id
organisations     firms       code: organisation group_id  words: name
outbox            outbox      code: delivery_id topic organisation side sector payload last_error
payouts           books       code: payout_id supplier state asked_by decided_by  words: reference
post_references   uploads     code: delivery_id  words: reference
posts             posts       code: supplier verb order_key request_hash delivery_id terms trial answer
preferences       staff       code: user_id density rate say
processes         none        hash: process host  code: kind carrier
quarantine_rules  none        code: sector
recipients        books       code: listing_id organisation
roots             none        code: date heads before root
sales             books       code: sale_id sector listing_id bid_id buyer group_id supplier person_id claim ground
second_factors    staff       code: user_id algorithm reset_asked_by  sealed: wrapped_key sealed
sector_editions   books       code: sector user_id payload  words: reason
sector_rates      none        code: sector claims
sectors           none        code: sector claims arms plans  words: halt_reason
sessions          sessions    hash: token_hash  code: user_id  name: browser
snapshots         none        code: sector digest content
standings         none        code: sector organisation group_id
supplier_caps     none        code: supplier sector
suppressions      objections  hash: fingerprint  code: kind reason user_id
tape              books       code: sector kind payload hash
throttle          throttle    hash: bucket
transfers         books       code: sector debit credit wallet
tunings           books       code: sector arms operator
users             staff       code: user_id organisation role lang theme  hash: password_hash  name: name email
wallets           books       code: organisation
watches           staff       code: user_id listing_id
withdrawals       objections  code: lead_id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """By which rules rows of a table go, and the form of each column."""

    rules: tuple[str, ...]
    forms: Mapping[str, str]


def _read(table: str) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for line in table.strip().splitlines():
        name, rules, *words = line.split()
        forms, form = dict(found[name].forms) if name in found else {}, ""
        for word in words:
            if word.endswith(":"):
                form = word[:-1]
            else:
                forms[word] = form
        found[name] = Kept(tuple(rules.split(",")), forms)
    return found


KEPT: Mapping[str, Kept] = _read(_TABLE)
"""By the name of the table."""


def tables_of(rule: str) -> tuple[str, ...]:
    """The tables that go by a rule."""
    return tuple(name for name, kept in KEPT.items() if rule in kept.rules)
