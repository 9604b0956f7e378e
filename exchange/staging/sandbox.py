"""The sandbox: a post is checked and answered like a real one, and nothing of it is kept but that answer.

A lead whose postcode is magic has the outcome of its line here whatever else it says; every other one is checked by
the rules of its sector, without asking what was delivered before. No postcode of Germany begins with two zeros.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from exchange.admission import Defect
from exchange.intake.drafts import lead_id
from exchange.intake.normalise import postcode_of
from exchange.staging.acquaintance import Acquaintance
from exchange.staging.checking import Checker, Texts
from exchange.staging.outcomes import Claimed, OnMarket, Outcome, word_of
from exchange.staging.reader import Seen

MOST_LEADS = 1_000
"""In one sandbox batch."""
_TABLE = """
postcode  state        field             code                detail
00001     listed       open              -                   -
00002     listed       sold              -                   -
00003     listed       expired           -                   -
00004     listed       withdrawn         -                   -
00005     listed       sold              claimed             unreachable
00006     listed       sold              upheld              number-not-in-service
00007     listed       sold              rejected            not-asked
00011     duplicate    person            duplicate_in_stock  90
00012     duplicate    person            duplicate_in_file   1
00021     waiting      city              city_mismatch       00021
00022     waiting      person            alike_name          12
00023     waiting      person            alike_phone         12
00024     waiting      person            alike_email         12
00025     waiting      person            alike_in_file       1
00026     planned      row               cap_reached         50
00031     quarantined  row               held                -
00101     rejected     last_name         missing             -
00102     rejected     note              too_long            4000
00103     rejected     row               cells               11/12
00104     rejected     phone             phone_letters       -
00105     rejected     phone             phone_length        -
00106     rejected     phone             phone_invalid       -
00107     rejected     phone             phone_abroad        -
00108     rejected     phone             phone_service       -
00109     rejected     email             email_invalid       -
00110     rejected     postcode          postcode_form       -
00111     rejected     postcode          postcode_unknown    00111
00112     rejected     region            region_unknown      -
00113     rejected     region            region_mismatch     00113
00114     rejected     age               number              -
00115     rejected     region            choice              …
00116     rejected     confirmed_at      yes_no              -
00117     rejected     age               range               18–99
00118     rejected     age               under_age           -
00119     rejected     note              personal            -
00120     rejected     birth_date        date                -
00121     rejected     consent_at        time                -
00122     rejected     asked_at          future              -
00123     rejected     asked_at          too_old             31 > 30
00124     rejected     confirmed_at      before_consent      -
00125     rejected     consent_text      wording_short       -
00126     rejected     consent_recipients recipients         -
00127     rejected     consent_product   consent_product     -
00128     rejected     consent_channels  channels            -
00129     rejected     consent_channels  no_phone_channel    -
00130     rejected     confirmed_at      unconfirmed         -
00131     rejected     consent_url       url                 -
00132     rejected     consent_ip        ip                  -
00133     rejected     start_price       price               -
00134     rejected     start_price       grid                0,50
00135     rejected     start_price       below_tick          0,50
00136     rejected     start_price       too_high            10.000,00
00137     rejected     floor_price       floor_above_start   -
00138     rejected     seats             seats               3
00139     rejected     row               refused             halted
00141     rejected     person            suppressed          -
00142     rejected     row               licence             §34d
00143     rejected     row               rejected            no_consent
00144     rejected     row               lapsed              -
"""


_NOBODY = Acquaintance(frozenset(), frozenset(), {})


@dataclass(frozen=True, slots=True)
class Forced:
    """What a magic postcode makes of a lead: a finding, or for a listed one what the market did with it."""

    postcode: str
    state: str
    findings: tuple[Defect, ...] = ()
    market: OnMarket | None = None


@cache
def magic() -> Mapping[str, Forced]:
    """Postcode -> outcome, in the table's order."""
    lines = [line.split(maxsplit=4) for line in _TABLE.strip().splitlines()[1:]]
    return {line[0]: _forced(*line) for line in lines}


def _forced(postcode: str, state: str, field: str, code: str, detail: str) -> Forced:
    detail = "" if detail == "-" else detail
    if state != "listed":
        return Forced(postcode, state, (Defect(0, field, code, detail),))
    claims = (Claimed(detail, code),) if code != "-" else ()
    sold = 1 if field == "sold" else 0
    return Forced(postcode, state, (), OnMarket(field, 1, sold, 4_320 * sold, claims))


def rehearse(leads: Iterable[tuple[int, Texts, str]], checker: Checker) -> Iterator[Outcome]:
    """What each lead (place, texts, reference) would be answered."""
    seen = Seen()
    for place, texts, reference in leads:
        forced = magic().get(postcode_of(texts.get("postcode", "")))
        listing_id = "T" + lead_id(f"sandbox:{checker.delivery_id}:{place}")[1:]
        if forced is not None:
            yield _as_forced(forced, place, reference, listing_id)
            continue
        verdict = seen.judge(place, checker.verdict(place, texts), checker, _NOBODY)
        if verdict.state == "ready":
            market = OnMarket("open", checker.rules.seats, 0, 0)
            yield Outcome(place, "listed", (), reference, None, listing_id, market)
        else:
            yield Outcome(place, word_of(verdict.state), verdict.findings, reference)


def _as_forced(forced: Forced, place: int, reference: str, listing_id: str) -> Outcome:
    found = tuple(replace(one, row=place) for one in forced.findings)
    listed = listing_id if forced.state == "listed" else None
    return Outcome(place, forced.state, found, reference, None, listed, forced.market)


def as_text(posted: Mapping[str, Any], outcomes: Iterable[Outcome]) -> str:
    """A sandbox answer as it is kept: what its status says, and its outcomes. No personal data."""
    return json.dumps({"status": dict(posted), "leads": [_plain(one) for one in outcomes]}, ensure_ascii=False)


def read_status(text: str) -> dict[str, Any]:
    """What `as_text` was given."""
    told: dict[str, Any] = json.loads(text)["status"]
    return told


def read_outcomes(text: str) -> list[Outcome]:
    """The outcomes `as_text` was given."""
    return [_outcome(one) for one in json.loads(text)["leads"]]


def _plain(one: Outcome) -> dict[str, Any]:
    market = one.market
    return {
        "place": one.place,
        "state": one.state,
        "findings": [(found.field, found.code, found.detail) for found in one.findings],
        "reference": one.reference,
        "listing_id": one.listing_id,
        "market": None
        if market is None
        else [
            market.state,
            market.seats,
            market.sold,
            market.earned_cents,
            [(c.ground, c.state) for c in market.claims],
        ],
    }


def _outcome(told: Mapping[str, Any]) -> Outcome:
    market = None
    if told["market"] is not None:
        state, seats, sold, earned_cents, claims = told["market"]
        market = OnMarket(state, seats, sold, earned_cents, tuple(Claimed(*claim) for claim in claims))
    return Outcome(
        told["place"],
        told["state"],
        tuple(Defect(told["place"], *found) for found in told["findings"]),
        told["reference"],
        None,
        told["listing_id"],
        market,
    )
