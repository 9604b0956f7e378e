"""Whom the market knows already: enquirers delivered before, those who objected, those who look alike."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.admission import Defect
from exchange.instant import DAY_US, Instant
from exchange.schema import fingerprints
from exchange.schema.admission import held_leads, likenesses
from exchange.staging.checking import Checker
from exchange.staging.delivery import Verdict
from exchange.store.admission import suppressed

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What is known of the enquirers of some rows. ``alike``: trace -> its kind and when it was last seen."""

    known: frozenset[str]
    suppressed: frozenset[str]
    alike: Mapping[str, tuple[str, Instant]]

    def judge(self, row: int, verdict: Verdict, checker: Checker) -> Verdict:
        """The verdict of a row beside what was delivered before."""
        if verdict.state == "error":
            return verdict
        if self.suppressed & set(verdict.prints):
            return Verdict("error", (Defect(row, "person", "suppressed"),), verdict.prints)
        if self.known & set(verdict.prints):
            return checker.in_stock(row, verdict)
        seen = [(kind, at) for one in verdict.traces for kind, at in (self.alike.get(one.trace, ("", 0)),) if kind]
        if not seen:
            return verdict
        warned = tuple(Defect(row, "person", f"alike_{kind}", _days(checker.rules.now - at)) for kind, at in seen)
        return Verdict("hint", (*verdict.findings, *warned), verdict.prints, verdict.traces)


def _days(age_us: int) -> str:
    return str(max(age_us // DAY_US, 0))


def acquaintance(connection: Connection, checker: Checker, verdicts: Iterable[Verdict]) -> Acquaintance:
    """Look up the enquirers of these rows; those in quarantine are known like those delivered."""
    some = list(verdicts)
    prints = sorted({print_ for one in some for print_ in one.prints} - {""})
    traces = sorted({one.trace for verdict in some for one in verdict.traces})
    sector, since = checker.rules.sector.code, checker.rules.now - checker.rules.sector.duplicate_window_us
    known = known_prints(connection, sector, prints, since)
    return Acquaintance(
        frozenset(known), frozenset(suppressed(connection, prints)), _alike(connection, sector, traces, since)
    )


def known_prints(connection: Connection, sector: str, prints: Collection[str], since: Instant) -> set[str]:
    """Which of these fingerprints a lead of the sector had since an instant, or one that waits in quarantine has."""
    found: set[str] = set()
    for some in _parts(prints):
        delivered = select(fingerprints.c.fingerprint).where(
            fingerprints.c.sector == sector, fingerprints.c.fingerprint.in_(some), fingerprints.c.seen_at > since
        )
        found |= set(connection.execute(delivered).scalars())
        for column in (held_leads.c.phone_print, held_leads.c.email_print):
            waiting = select(column).where(
                held_leads.c.sector == sector, column.in_(some), held_leads.c.state == "held"
            )
            found |= set(connection.execute(waiting).scalars())
    return found


def _alike(
    connection: Connection, sector: str, traces: Collection[str], since: Instant
) -> dict[str, tuple[str, Instant]]:
    found: dict[str, tuple[str, Instant]] = {}
    known = likenesses.c
    for some in _parts(traces):
        wanted = select(known.trace, known.kind, known.seen_at).where(
            known.sector == sector, known.trace.in_(some), known.seen_at > since
        )
        for trace, kind, at in connection.execute(wanted.order_by(known.seen_at)):
            found[trace] = kind, at
    return found


def _parts(names: Collection[str]) -> Iterable[list[str]]:
    asked = list(names)
    return (asked[first : first + _AT_ONCE] for first in range(0, len(asked), _AT_ONCE))
