"""Quarantine: what puts a lead aside until an operator has looked at it, instead of listing or rejecting it. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from exchange.money import BasisPoints

CODES = ("likely_duplicate", "phone_often", "young_source", "low_score", "page_unknown")
"""Why a lead is put aside, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class QuarantineRules:
    """Bounds of one sector; 0 (or false): this never puts a lead aside.

    ``likeness``: so many of name, phone and mail like one earlier enquirer's. ``phone_sectors``: the number came in so
    many other sectors within the duplicate window. ``young_leads``: a supplier's source is new until it has brought so
    many leads. ``least_score_bp``: the score its source certainly does not reach (`reports.quality`). ``pages``: the
    consent was given on a page no operator knows, of a supplier whose pages are known.
    """

    likeness: int = 2
    phone_sectors: int = 4
    young_leads: int = 0
    least_score_bp: BasisPoints = 0
    pages: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a lead that is to be listed; no contact data.

    ``alike`` is the earlier lead it is most like, in ``kinds`` of `likeness`; ``best_score_bp`` the highest score its
    source may have, None without cases enough; ``pages`` the hosts known of its supplier.
    """

    page: str
    alike: str = ""
    kinds: frozenset[str] = frozenset()
    phone_sectors: int = 0
    source_leads: int = 0
    best_score_bp: BasisPoints | None = None
    pages: frozenset[str] = frozenset()


class Reason(NamedTuple):
    """Why a lead is put aside. ``detail`` is an id, a number, a host or words of `likeness`, never contact data."""

    code: str
    detail: str


def reasons(evidence: Evidence, rules: QuarantineRules) -> tuple[Reason, ...]:
    """Everything that speaks for a second look, in the order of `CODES`; empty for a lead that is listed."""
    return tuple(_reasons(evidence, rules))


def _reasons(evidence: Evidence, rules: QuarantineRules) -> Iterator[Reason]:
    if rules.likeness and len(evidence.kinds) >= rules.likeness:
        yield Reason("likely_duplicate", f"{evidence.alike} {'+'.join(sorted(evidence.kinds))}")
    if rules.phone_sectors and evidence.phone_sectors >= rules.phone_sectors:
        yield Reason("phone_often", str(evidence.phone_sectors))
    if evidence.source_leads < rules.young_leads:
        yield Reason("young_source", f"{evidence.source_leads}/{rules.young_leads}")
    if evidence.best_score_bp is not None and evidence.best_score_bp < rules.least_score_bp:
        yield Reason("low_score", f"{evidence.best_score_bp // 100}/{rules.least_score_bp // 100}")
    if rules.pages and evidence.pages and evidence.page not in evidence.pages:
        yield Reason("page_unknown", evidence.page)


def page_of(url: str) -> str:
    """The host of a web address, in lower case, without ``www.`` and port."""
    host = url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]
    return host.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")


def reasons_text(found: tuple[Reason, ...]) -> str:
    """Reasons as a row keeps them."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def reasons_in(text: str) -> tuple[Reason, ...]:
    """The same read back."""
    return tuple(Reason(*one) for one in json.loads(text))
