"""What deserves a look, with its counts: claims far above the others, lost races, firms that seem related and trade."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from exchange.reports.patterns import Look, Tie, claims_by, lost_races, names_of, ties
from exchange.reports.shares import Share
from exchange.web import formats
from exchange.web.arm_view import percent
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit

patterns = Blueprint("patterns", __name__, url_prefix="/betrieb/auffaelliges")


@dataclass(frozen=True, slots=True)
class Row:
    """One finding in words."""

    firm: str
    name: str
    href: str
    counted: str
    share: str
    span: str
    others: str
    evidence: list[str]
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of finding; ``looked`` says among how many."""

    key: str
    title: str
    lead: str
    looked: str
    rows: list[Row]


@patterns.get("")
def show() -> str:
    """All kinds."""
    seen = visit()
    with premises().reading() as connection:
        names = names_of(connection)
        looks = {
            "buyers": claims_by(connection, "buyer", seen.now),
            "suppliers": claims_by(connection, "supplier", seen.now),
            "races": lost_races(connection, seen.now),
        }
        related = ties(connection, seen.now)
    sections = [_section(seen, key, look, names) for key, look in looks.items()]
    tied = Section(
        "ties",
        seen.t("pattern.ties"),
        seen.t("pattern.ties.lead"),
        seen.tn("pattern.pairs", len(related)),
        [_tie(seen, one, names) for one in related],
    )
    return render_template("operate/patterns.html", sections=[*sections, tied], strip=health_strip(seen))


def _section(seen: Visit, key: str, look: Look, names: dict[str, str]) -> Section:
    rows = [_row(seen, key, one, names) for one in look.found]
    looked = seen.tn("pattern.firms", look.firms)
    return Section(key, seen.t(f"pattern.{key}"), seen.t(f"pattern.{key}.lead"), looked, rows)


def _row(seen: Visit, key: str, one: Share, names: dict[str, str]) -> Row:
    evidence = [seen.t(f"pattern.{key}.evidence", hits=one.hits, cases=formats.number(one.cases, seen.lang))]
    return Row(
        one.name,
        names.get(one.name, one.name),
        url_for("members.show", organisation=one.name),
        _counted(seen, one),
        percent(seen, one.share),
        _span(seen, one),
        _others(seen, one),
        evidence,
    )


def _tie(seen: Visit, one: Tie, names: dict[str, str]) -> Row:
    evidence = [seen.tn(f"pattern.sign.{sign}", many) for sign, many in one.signs]
    evidence.append(seen.t("pattern.volume", amount=seen.money(one.volume_cents), claims=one.claims))
    evidence.append(seen.t("pattern.more" if one.stands_out else "pattern.no_more"))
    pair = seen.t("pattern.pair", supplier=names.get(one.supplier, one.supplier), buyer=names.get(one.buyer, one.buyer))
    return Row(
        f"{one.supplier}-{one.buyer}",
        pair,
        url_for("members.show", organisation=one.buyer),
        _counted(seen, one.trade),
        percent(seen, one.trade.share),
        _span(seen, one.trade),
        _others(seen, one.trade),
        evidence,
        "warn" if one.stands_out else "",
    )


def _counted(seen: Visit, one: Share) -> str:
    hits, cases = formats.number(one.hits, seen.lang), formats.number(one.cases, seen.lang)
    return seen.t("pattern.counted", hits=hits, cases=cases)


def _span(seen: Visit, one: Share) -> str:
    return seen.t("arms.span", low=percent(seen, one.low), high=percent(seen, one.high))


def _others(seen: Visit, one: Share) -> str:
    cases = formats.number(one.other_cases, seen.lang)
    return seen.t("pattern.others_text", share=percent(seen, one.others), cases=cases)
