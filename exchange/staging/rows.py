"""The rows of a delivery as they are kept: what they say sealed, what was found readable."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from exchange.admission import Defect
from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.schema import delivery_rows
from exchange.staging.delivery import ROW_STATES, RowState, StagedRow, Verdict, findings_of
from exchange.store.sheets import Sheet
from exchange.vault import Sealed, Vault

PAGE = 50
AT_ONCE = 500
_known = delivery_rows.c
_ROWS = Sheet(delivery_rows, delivery_rows.columns.keys())
Texts = Mapping[str, str]


def write_rows(
    connection: Connection, vault: Vault, delivery_id: str, rows: Iterable[tuple[int, Texts, Verdict]]
) -> None:
    """Keep new rows."""
    _ROWS.write(connection, [_row(vault, delivery_id, row, texts, verdict) for row, texts, verdict in rows])


def rewrite(connection: Connection, vault: Vault, delivery_id: str, row: int, texts: Texts, verdict: Verdict) -> None:
    """Keep what a row says now."""
    fresh = _row(vault, delivery_id, row, texts, verdict)
    connection.execute(update(delivery_rows).where(_is(delivery_id, row)).values(**fresh))


def set_verdict(connection: Connection, delivery_id: str, row: int, verdict: Verdict) -> None:
    """Keep what was found in a row that says what it said."""
    connection.execute(update(delivery_rows).where(_is(delivery_id, row)).values(**_found(verdict), list_at=None))


def postpone(connection: Connection, delivery_id: str, row: int, verdict: Verdict, until: Instant) -> None:
    """A planned row waits until another instant, and says why."""
    planned = update(delivery_rows).where(_is(delivery_id, row), _known.state == "planned")
    connection.execute(planned.values(**_found(verdict), list_at=until))


def set_listed(connection: Connection, delivery_id: str, row: int, listing_id: str) -> None:
    """A row is in the market: what it says is kept there, and no longer here."""
    gone = {"sealed": b"", "wrapped_key": b"", "list_at": None}
    listed = update(delivery_rows).where(_is(delivery_id, row), _known.state == "planned")
    connection.execute(listed.values(state="listed", kind="", findings="[]", listing_id=listing_id, **gone))


def row_of(connection: Connection, vault: Vault, delivery_id: str, row: int) -> StagedRow:
    """One row, opened; raises Unknown."""
    found = connection.execute(select(delivery_rows).where(_is(delivery_id, row))).one_or_none()
    if found is None:
        raise Unknown("row", row)
    return _opened(vault, found)


def rows_of(
    connection: Connection,
    vault: Vault,
    delivery_id: str,
    states: Sequence[RowState] = ROW_STATES,
    *,
    kind: str = "",
    after: int = 0,
    due_at: Instant | None = None,
    most: int = PAGE,
) -> list[StagedRow]:
    """Rows in these states in the file's order, opened: only those of one group, only those planned by an instant."""
    wanted = _in_states(select(delivery_rows), delivery_id, states).where(_known.row > after)
    if kind:
        wanted = wanted.where(_known.kind == kind)
    if due_at is not None:
        wanted = wanted.where(_known.list_at <= due_at)
    return [_opened(vault, found) for found in connection.execute(wanted.order_by(_known.row).limit(most))]


def alike(
    connection: Connection, delivery_id: str, prints: tuple[str, str], but: int
) -> list[tuple[int, RowState, tuple[str, str]]]:
    """Other rows of the delivery with one of these fingerprints, with their states, in the file's order."""
    phone, email = prints
    if not phone:
        return []
    same = (_known.phone_print == phone) | (_known.email_print == email)
    wanted = select(_known.row, _known.state, _known.phone_print, _known.email_print).where(
        _known.delivery_id == delivery_id, same, _known.row != but
    )
    return [(found[0], found[1], (found[2], found[3])) for found in connection.execute(wanted.order_by(_known.row))]


def counts(connection: Connection, delivery_id: str) -> dict[RowState, int]:
    """How many rows are in each state."""
    counted = select(_known.state, func.count()).where(_known.delivery_id == delivery_id).group_by(_known.state)
    found = {row[0]: row[1] for row in connection.execute(counted)}
    return {state: int(found.get(state, 0)) for state in ROW_STATES}


def groups(connection: Connection, delivery_id: str) -> list[tuple[RowState, str, int, int]]:
    """What is to be repaired: state, kind, how many rows, the first of them; errors first, the largest first."""
    wanted = (
        select(_known.state, _known.kind, func.count().label("many"), func.min(_known.row).label("first"))
        .where(_known.delivery_id == delivery_id, _known.state.in_(("error", "hint", "duplicate")))
        .group_by(_known.state, _known.kind)
    )
    found = [(row.state, row.kind, int(row.many), int(row.first)) for row in connection.execute(wanted)]
    return sorted(found, key=lambda one: (("error", "hint", "duplicate").index(one[0]), -one[2], one[3]))


def numbers(connection: Connection, delivery_id: str, state: RowState) -> list[int]:
    """The numbers of all rows in a state, in the file's order."""
    wanted = _in_states(select(_known.row), delivery_id, (state,))
    return list(connection.execute(wanted.order_by(_known.row)).scalars())


def examples(connection: Connection, delivery_id: str, kind: str, most: int = 3) -> list[int]:
    """The first rows of a group."""
    wanted = select(_known.row).where(_known.delivery_id == delivery_id, _known.kind == kind)
    return list(connection.execute(wanted.order_by(_known.row).limit(most)).scalars())


def plan(connection: Connection, delivery_id: str, due: Mapping[int, int]) -> int:
    """Plan ready rows for their instants; returns how many were still ready."""
    planned = 0
    by_instant: dict[int, list[int]] = {}
    for row, at in due.items():
        by_instant.setdefault(at, []).append(row)
    for at, rows in by_instant.items():
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            ready = update(delivery_rows).where(
                _known.delivery_id == delivery_id, _known.row.in_(some), _known.state == "ready"
            )
            planned += connection.execute(ready.values(state="planned", list_at=at)).rowcount
    return planned


def call_off(connection: Connection, delivery_id: str) -> int:
    """All planned rows are ready again; returns how many."""
    planned = update(delivery_rows).where(_known.delivery_id == delivery_id, _known.state == "planned")
    return connection.execute(planned.values(state="ready", kind="", findings="[]", list_at=None)).rowcount


def next_planned(connection: Connection, delivery_id: str) -> Instant | None:
    """When the next planned row is to be listed; None where none is."""
    wanted = select(func.min(_known.list_at)).where(_known.delivery_id == delivery_id)
    found: Instant | None = connection.execute(wanted).scalar_one()
    return found


def erase_rows(connection: Connection, delivery_id: str) -> None:
    """Forget every row."""
    connection.execute(delete(delivery_rows).where(_known.delivery_id == delivery_id))


def _is(delivery_id: str, row: int) -> Any:
    return (_known.delivery_id == delivery_id) & (_known.row == row)


def _in_states(wanted: Select[Any], delivery_id: str, states: Sequence[RowState]) -> Select[Any]:
    return wanted.where(_known.delivery_id == delivery_id, _known.state.in_(states))


def _place(delivery_id: str, row: int) -> str:
    return f"delivery_rows|{delivery_id}|{row}"


def _found(verdict: Verdict) -> dict[str, Any]:
    phone, email = verdict.prints
    return {
        "state": verdict.state,
        "kind": verdict.kind,
        "findings": verdict.as_text(),
        "phone_print": phone,
        "email_print": email,
    }


def _row(vault: Vault, delivery_id: str, row: int, texts: Texts, verdict: Verdict) -> dict[str, Any]:
    sealed = vault.seal(_place(delivery_id, row), json.dumps(dict(texts), ensure_ascii=False))
    return {
        "delivery_id": delivery_id,
        "row": row,
        **_found(verdict),
        **sealed.columns,
        "list_at": None,
        "listing_id": None,
    }


def _opened(vault: Vault, found: Any) -> StagedRow:
    texts: dict[str, str] = {}
    if found.sealed:
        texts = json.loads(vault.open(_place(found.delivery_id, found.row), Sealed.of(found)))
    findings: tuple[Defect, ...] = findings_of(found.row, found.findings)
    return StagedRow(
        found.row,
        found.state,
        findings,
        (found.phone_print, found.email_print),
        texts,
        found.list_at,
        found.listing_id,
    )
