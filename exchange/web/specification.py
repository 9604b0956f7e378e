"""How suppliers' programs post leads, sector by sector: fields, words, examples, reason codes, the sandbox's postcodes.

Made from the same list as the forms of the JSON door (`lead_members`) and from the sandbox's own table.
"""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for

from exchange.admission import REASONS, Defect
from exchange.catalogue import SECTORS
from exchange.errors import Unknown
from exchange.sector import Sector
from exchange.staging.outcomes import STATES
from exchange.staging.rest import field_name
from exchange.staging.sandbox import Forced, magic
from exchange.staging.sheet import MOST_LEADS
from exchange.web.door.receiving import MOST_LIST_BYTES
from exchange.web.door.shapes.lead_members import Member, batch_of, example_of, members_of
from exchange.web.door.shapes.supply import PostedView
from exchange.web.formats import number
from exchange.web.visit import Visit, visit

specification = Blueprint("specification", __name__, url_prefix="/schnittstelle")


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One member in words; ``words`` are its answers: code, caption, what else is understood."""

    name: str
    label: str
    kind: str
    bounds: str
    required: bool
    words: tuple[tuple[str, str, str], ...]
    columns: str


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One reason code; ``postcode`` forces it in the sandbox."""

    code: str
    said: str
    state: str
    postcode: str


@specification.get("")
def index() -> str:
    """The first sector's."""
    return show(next(iter(SECTORS)))


@specification.get("/<sector>")
def show(sector: str) -> str:
    """One sector's; raises Unknown."""
    if sector not in SECTORS:
        raise Unknown("sector", sector)
    seen, found = visit(), SECTORS[sector]
    lines = [_field(seen, one) for one in members_of(sector)]
    return render_template(
        "api/specification.html",
        code=sector,
        name=_name(seen, found),
        sectors=[(one, _name(seen, SECTORS[one]), url_for("specification.show", sector=one)) for one in SECTORS],
        groups=[("lead", [one for one in lines if not found.question(one.name)]),
                ("questions", [one for one in lines if found.question(one.name)])],
        lead=_shown(example_of(sector)),
        batch=_shown(batch_of(sector)),
        answer=_shown(_answer(found)),
        states=STATES,
        codes=[_code(seen, found, one) for one in REASONS],
        forced=[one for one in magic().values() if one.market is not None],
        most_leads=number(MOST_LEADS, seen.lang),
        most_mb=MOST_LIST_BYTES >> 20,
        host=url_for("api.post_lead", _external=True),
    )  # fmt: skip


def _name(seen: Visit, sector: Sector) -> str:
    return sector.name_en if seen.lang == "en" else sector.name_de


def _field(seen: Visit, one: Member) -> FieldLine:
    english = seen.lang == "en"
    return FieldLine(
        one.name,
        one.label_en if english else one.label_de,
        one.kind,
        " ".join(part for part in ("–".join(number(end, seen.lang) for end in one.bounds or ()), one.unit) if part),
        one.required,
        tuple((word.code, word.label_en if english else word.label_de, ", ".join(word.synonyms)) for word in one.words),
        ", ".join(one.columns),
    )


def _code(seen: Visit, sector: Sector, code: str) -> CodeLine:
    forced = next((one for one in magic().values() if any(found.code == code for found in one.findings)), None)
    if forced is None:
        return CodeLine(code, Defect(0, "row", code, "…").reason(seen.lang), "", "")
    (finding,) = forced.findings
    asking = next((one for one in (sector, *SECTORS.values()) if one.question(finding.field)), sector)
    said = f"{field_name(finding.field, asking, seen.lang)} {finding.reason(seen.lang)}"
    return CodeLine(code, said, forced.state, forced.postcode)


def _answer(sector: Sector) -> dict[str, Any]:
    """What the example is answered, in the published form."""
    forced: Forced = magic()[str(example_of(sector.code)["postcode"])]
    outcome = {
        "place": 1, "reference": "A-4711", "state": forced.state, "findings": [], "list_at": None,
        "listing_id": "T-EXAMPLE00001", "market": forced.market,
    }  # fmt: skip
    told: dict[str, Any] = PostedView().dump({"batch_id": "t-0123456789abcdef", "sandbox": True, "lead": outcome})
    return told


def _shown(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
