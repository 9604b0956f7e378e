"""A claim as operators see it: a line of the queue, and the case with its facts, both sides and what a ruling does."""

from dataclasses import dataclass
from typing import Any

from exchange.aftersale.hearing import CaseFile
from exchange.aftersale.precheck import suggest
from exchange.aftersale.words import ANSWER, QUESTION, REPLY, RULING
from exchange.catalogue import SECTORS
from exchange.claims import WHOLE_BP, ClaimRules, Parts, returned_parts
from exchange.instant import DAY_US
from exchange.orderbook.sale import CLAIMED
from exchange.postcodes import place_of
from exchange.reports.claims import ClaimQuotas, ClaimRow, ClaimTraces
from exchange.web import formats
from exchange.web.lead_list import span_text
from exchange.web.rows import short_code
from exchange.web.visit import Visit

SOON_US = 2 * DAY_US
TONES = {"uphold": "ok", "reject": "bad", "open": ""}
STATES = {"upheld": "ok", "rejected": "bad", "claimed": "warn"}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the queue."""

    id: str
    place: str
    ground: str
    evidence: str
    buyer: str
    supplier: str
    amount: str
    left: str
    tag: str
    tone: str
    pending: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the house knows: ``tone`` ok speaks for the claim, bad against it, empty for neither."""

    tone: str
    text: str
    beside: str


def case_line(seen: Visit, row: ClaimRow, traces: ClaimTraces | None) -> CaseLine:
    """A line; ``traces`` are for claims still open."""
    left = span_text(seen, max(row.silence_at - seen.now, 0)) if row.claim == CLAIMED else ""
    tag, tone = seen.t(f"cases.state.{row.claim}"), STATES[row.claim]
    if row.pending:
        tag, tone = seen.t("cases.pending"), "acc"
    elif traces is not None:
        found = suggest(row, traces)
        tag, tone = seen.t(f"cases.suggest.{found}"), TONES[found]
    return CaseLine(
        id=row.sale_id,
        place=_place(row),
        ground=seen.t(f"ground.{row.ground}"),
        evidence=_evidence(seen, row, traces),
        buyer=row.buyer_name,
        supplier=row.supplier_name,
        amount=seen.money(row.ask_cents),
        left=left,
        tag=tag,
        tone=tone,
        pending=row.pending,
    )


def case_view(
    seen: Visit, row: ClaimRow, traces: ClaimTraces, quotas: ClaimQuotas, file: CaseFile, vat_bp: int
) -> dict[str, Any]:
    """The pane of one case."""
    sector = SECTORS.get(row.sector)
    share = (sector.claims if sector else ClaimRules()).share_bp(row.ground)
    back = returned_parts(Parts(row.ask_cents, row.vat_cents, 0), share, vat_bp, 0)
    found = suggest(row, traces)
    sold = formats.moment(row.sold_at, "minute", seen.lang)
    left_us = row.silence_at - seen.now
    said = file.evidence.text if file.evidence else ""
    return {
        "id": row.sale_id,
        "listing": row.listing_id,
        "about": f"{_place(row)} · {seen.money(row.ask_cents)} · {seen.t('cases.bought', at=sold)}",
        "open": row.claim == CLAIMED and not row.pending,
        "pending": row.pending,
        "state": seen.t(f"cases.state.{row.claim}"),
        "tone": STATES[row.claim],
        "ground": seen.t(f"ground.{row.ground}"),
        "left": seen.t("cases.left", span=span_text(seen, left_us)) if left_us > 0 and row.claim == CLAIMED else "",
        "soon": left_us < SOON_US,
        "facts": case_facts(seen, row, traces, quotas),
        "buyer": row.buyer_name,
        "supplier": row.supplier_name,
        "said": said,
        "talk": [_talk(seen, word.kind, word.text, word.at) for word in file.words if word.kind in (QUESTION, ANSWER)],
        "replies": [word.text for word in file.words if word.kind == REPLY],
        "rulings": [word.text for word in file.words if word.kind == RULING],
        "partly": share != WHOLE_BP,
        "share": f"{share // 100}",
        "back": seen.money(back.net_cents + back.vat_cents),
        "reason": "" if found == "open" else seen.t(f"cases.reason.{found}.{row.ground}"),
    }


def case_facts(seen: Visit, row: ClaimRow, traces: ClaimTraces, quotas: ClaimQuotas) -> list[Fact]:
    """What speaks for and against, then the quotas of both firms."""
    found = [_in_time(seen, row)]
    if row.effort is not None and (row.effort.attempts or row.ground == "unreachable"):
        tried = seen.tn("attempts.count", row.effort.attempts)
        met = traces.rule.met_by(row.effort)
        tone = ("ok" if met else "bad") if row.ground == "unreachable" else ""
        rule = seen.t("cases.fact.rule", attempts=traces.rule.attempts, days=traces.rule.days)
        found.append(Fact(tone, seen.tn("claim.tried", row.effort.days, tries=tried), rule))
    if traces.reached:
        found.append(Fact("bad", seen.t("cases.fact.reached"), ""))
    if traces.double:
        found.append(Fact("ok" if row.ground == "duplicate" else "", seen.t("cases.fact.double"), traces.double))
    elif row.ground == "duplicate":
        found.append(Fact("", seen.t("cases.fact.no_double"), ""))
    if traces.agreeing:
        found.append(Fact("ok", seen.tn("cases.fact.agreeing", traces.agreeing), ""))
    if row.ground in ("no-consent", "not-asked"):
        found.append(
            Fact(
                "" if traces.proof else "ok",
                seen.t("cases.fact.proof_there" if traces.proof else "cases.fact.proof_gone"),
                "",
            )
        )
    average = seen.t("cases.fact.average", share=_share(seen, quotas.house_claimed, quotas.house_sold))
    buyer = seen.t("cases.fact.buyer", share=_share(seen, quotas.claimed, quotas.bought), n=quotas.bought)
    supplier = seen.t("cases.fact.supplier", share=_share(seen, quotas.supplier_claimed, quotas.supplier_sold))
    found += [Fact("", buyer, average), Fact("", supplier, average)]
    if quotas.series > 1:
        found.append(
            Fact("warn", seen.t("cases.fact.series", n=quotas.series, ground=seen.t(f"ground.{row.ground}")), "")
        )
    return found


def _in_time(seen: Visit, row: ClaimRow) -> Fact:
    """The desk takes no claim after its window."""
    if row.filed_at is None:
        return Fact("ok", seen.t("cases.fact.in_time"), "")
    used = (row.filed_at - row.sold_at) // DAY_US + 1
    days = (row.closes_at - row.sold_at) // DAY_US
    return Fact("ok", seen.t("cases.fact.in_time"), seen.t("cases.fact.days", used=min(used, days), days=days))


def _evidence(seen: Visit, row: ClaimRow, traces: ClaimTraces | None) -> str:
    if traces is not None and traces.double and row.ground == "duplicate":
        return seen.t("cases.evidence.double", listing=traces.double)
    if row.effort is not None and row.effort.attempts:
        return seen.tn("claim.tried", row.effort.days, tries=seen.tn("attempts.count", row.effort.attempts))
    return seen.t("cases.evidence.none" if row.effort is None else "cases.evidence.words")


def _talk(seen: Visit, kind: str, text: str, at: int) -> dict[str, str]:
    return {"kind": seen.t(f"cases.word.{kind}"), "text": text, "at": formats.moment(at, "minute", seen.lang)}


def _place(row: ClaimRow) -> str:
    return f"{short_code(row.sector)} {row.postcode[:3]}••, {place_of(row.postcode)}"


def _share(seen: Visit, part: int, whole: int) -> str:
    """Per cent with one decimal."""
    tenth = (2_000 * part + whole) // (2 * whole) if whole else 0
    mark, blank = (".", "") if seen.lang == "en" else (",", formats.NBSP)
    return f"{tenth // 10}{mark}{tenth % 10}{blank}%"
