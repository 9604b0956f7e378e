"""What a contract cost, by sector and source: figures with their number of cases, a bar for the eye."""

from dataclasses import dataclass
from typing import Any

from exchange.errors import ConfigError
from exchange.money import Cents
from exchange.reports.worklist import CostRow
from exchange.web.premises import premises
from exchange.web.rows import short_code
from exchange.web.visit import Visit

LETTERS = 4


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the block; ``share`` is the bar's length in per cent of the dearest contract."""

    code: str
    source: str
    leads: int
    spent: str
    reached: int
    appointments: int
    contracts: int
    lost: int
    worth: str
    each: str
    share: int
    cases: str


def cost_view(seen: Visit, rows: list[CostRow]) -> dict[str, Any]:
    """What `leads/costs.html` asks for."""
    each = {row: row.spent_cents // row.contracts for row in rows if row.contracts}
    dearest = max(each.values(), default=0)
    return {
        "lines": [_line(seen, row, each.get(row), dearest) for row in rows],
        "contracts": sum(row.contracts for row in rows),
        "all": _all(seen, rows),
    }


def _all(seen: Visit, rows: list[CostRow]) -> str:
    contracts = sum(row.contracts for row in rows)
    leads, spent = sum(row.leads for row in rows), sum(row.spent_cents for row in rows)
    if not contracts:
        return seen.t("costs.none", leads=leads, spent=seen.money(spent))
    return seen.tn("costs.all", contracts, leads=leads, spent=seen.money(spent), each=seen.money(spent // contracts))


def _line(seen: Visit, row: CostRow, each: Cents | None, dearest: Cents) -> CostLine:
    return CostLine(
        code=short_code(row.sector),
        source=source_name(seen, row.supplier, row.campaign),
        leads=row.leads,
        spent=seen.money(row.spent_cents),
        reached=row.reached,
        appointments=row.appointments,
        contracts=row.contracts,
        lost=row.lost,
        worth=seen.money(row.worth_cents) if row.worth_cents else "–",
        each="–" if each is None else seen.money(each),
        share=0 if each is None else max(100 * each // max(dearest, 1), 1),
        cases=seen.t("costs.cases", contracts=row.contracts, leads=row.leads),
    )


def source_name(seen: Visit, supplier: str, campaign: str) -> str:
    """A supplier under a name of its own for this firm: the same every time, and nobody can work out whose it is."""
    vault = premises().desk.vault
    if vault is None:
        raise ConfigError("there is no vault, and without its key no pseudonym")
    code = vault.fingerprint(f"source|{seen.user.organisation}|{supplier}")[:LETTERS].upper()
    name = seen.t("costs.source", code=code)
    return f"{name} · {campaign}" if campaign else name
