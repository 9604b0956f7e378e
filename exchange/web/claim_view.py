"""A claim as its page shows it: how long it is possible, on which grounds, and where it stands."""

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from exchange.access.users import BUYING
from exchange.aftersale.words import QUESTION
from exchange.catalogue import SECTORS
from exchange.claims import GROUNDS, WHOLE_BP, ClaimRules, Parts, returned_parts
from exchange.instant import DAY_US
from exchange.orderbook.sale import CLAIMED, UNCLAIMED, UPHELD
from exchange.reports.contacting import ContactRule, Effort, effort
from exchange.reports.purchases import Purchase
from exchange.web import formats
from exchange.web.lead_list import span_text
from exchange.web.lead_sources import LeadSources
from exchange.web.visit import Visit

COMMON_GROUNDS = ("number-not-in-service", "not-asked", "duplicate", "unreachable")
SOON_US = DAY_US
WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground to choose: its words, its rule, and whether the rule bars it yet."""

    code: str
    text: str
    rule: str
    barred: bool


def claim_view(seen: Visit, sources: LeadSources) -> dict[str, Any]:
    """Whether and until when the sale may be disputed, or where the dispute stands."""
    purchase = sources.purchase
    if purchase.claim != UNCLAIMED:
        return _claimed(seen, sources)
    left_us, whole_us = purchase.closes_at - seen.now, purchase.closes_at - purchase.sold_at
    until = seen.t("claim.until", at=formats.moment(purchase.closes_at, "full", seen.lang))
    blank = {"left": "", "until": until, "share": 0, "grounds": (), "said": "", "note": "", "filed": ""}
    blank |= {"words": (), "may_answer": False}
    if left_us <= 0:
        ended = seen.t("claim.ended", at=formats.moment(purchase.closes_at, "full", seen.lang))
        return blank | {"tone": "", "state": seen.t("claim.over"), "until": ended}
    return blank | {
        "tone": "ok" if left_us > SOON_US else "warn",
        "state": seen.t("claim.possible"),
        "left": seen.t("claim.left", span=span_text(seen, left_us)),
        "share": max(100 * left_us // max(whole_us, 1), 1),
        "grounds": grounds(seen, sources) if seen.user.role in BUYING else (),
    }


def grounds(seen: Visit, sources: LeadSources) -> list[Ground]:
    """All grounds, the four that make up nearly all claims first."""
    tried = effort(sources.attempts)
    barred = not sources.rule.met_by(tried)
    rules = rules_of(sources.purchase)
    found = []
    for code in sorted(GROUNDS, key=_rank):
        rule = ""
        if code == "unreachable":
            rule = _attempts_rule(seen, sources.rule, tried)
        elif (share := rules.share_bp(code)) != WHOLE_BP:
            percent = f"{share // 100}%" if seen.lang == "en" else f"{share // 100}{formats.NBSP}%"
            rule = seen.t("claim.rule.share", share=percent)
        found.append(Ground(code, seen.t(f"ground.{code}"), rule, barred and code == "unreachable"))
    return found


def rules_of(purchase: Purchase) -> ClaimRules:
    """The claim rules of a purchase's sector."""
    sector = SECTORS.get(purchase.sector)
    return sector.claims if sector else ClaimRules()


def check_view(
    seen: Visit, sources: LeadSources, *, ground: str, text: str, error: str, vat_bp: int, limits: tuple[int, int]
) -> dict[str, Any]:
    """The page before filing: ground, evidence, consequence. ``limits``: fewest and most letters of the evidence."""
    purchase, rules = sources.purchase, rules_of(sources.purchase)
    tried = effort(sources.attempts)
    sold = Parts(purchase.ask_cents, purchase.vat_cents, 0)
    back = returned_parts(sold, rules.share_bp(ground), vat_bp, 0)
    return {
        "ground": ground,
        "ground_text": seen.t(f"ground.{ground}") if ground in GROUNDS else "",
        "hint": seen.t(f"evidence.{ground}") if ground in GROUNDS else "",
        "tried": seen.tn("claim.tried", tried.days, tries=seen.tn("attempts.count", tried.attempts)),
        "text": text,
        "fewest": limits[0],
        "most": limits[1],
        "error": error,
        "back": seen.t("claim.back", amount=seen.money(back.net_cents + back.vat_cents)),
        "decided": seen.t(
            "claim.decided",
            days=WORKING_DAYS,
            at=formats.moment(seen.now + rules.silence_us, "date", seen.lang),
        ),
        "key": token_urlsafe(18),
    }


def state_of(purchase: Purchase) -> str:
    """The word for where a claim stands; a ruling that gave back a part only has its own."""
    if purchase.claim == UPHELD and purchase.returned_net_cents < purchase.ask_cents:
        return "partly"
    return purchase.claim


def _attempts_rule(seen: Visit, rule: ContactRule, tried: Effort) -> str:
    wanted = seen.t("claim.rule.attempts", attempts=rule.attempts, days=rule.days)
    if not tried.attempts:
        return f"{wanted} {seen.t('claim.rule.none')}"
    return f"{wanted} {seen.tn('claim.rule.so_far', tried.days, tries=tried.attempts)}"


def _rank(ground: str) -> int:
    return COMMON_GROUNDS.index(ground) if ground in COMMON_GROUNDS else len(COMMON_GROUNDS)


def _claimed(seen: Visit, sources: LeadSources) -> dict[str, Any]:
    purchase, said = sources.purchase, sources.evidence
    tones = {"claimed": "warn", "upheld": "ok", "partly": "ok", "rejected": "bad"}
    state = state_of(purchase)
    until = ""
    if purchase.claim == CLAIMED and purchase.silence_at is not None:
        until = seen.t("claim.decided_by", at=formats.moment(purchase.silence_at, "full", seen.lang))
    if purchase.claim == UPHELD:
        until = seen.t("claim.credited", amount=seen.money(purchase.returned_net_cents))
    return {
        "tone": tones[state],
        "state": seen.t(f"claim.{state}"),
        "left": seen.t(f"ground.{purchase.ground}") if purchase.ground else "",
        "until": until,
        "share": 100,
        "grounds": (),
        "said": said.text if said else "",
        "filed": seen.t("claim.filed", at=formats.moment(said.at, "full", seen.lang)) if said else "",
        "note": seen.t(f"claim.note.{state}"),
        "words": [
            (seen.t(f"cases.word.{word.kind}"), word.text, formats.moment(word.at, "minute", seen.lang))
            for word in sources.words
        ],
        "may_answer": (
            purchase.claim == CLAIMED
            and seen.user.role in BUYING
            and bool(sources.words)
            and sources.words[-1].kind == QUESTION
        ),
    }
