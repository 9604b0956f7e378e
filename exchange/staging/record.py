"""The rows of the deliveries themselves: begun, found by their supplier only, worked on by one at a time, erased."""

from collections.abc import Iterable
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy import insert as new_row

from exchange.errors import Unknown
from exchange.instant import SECOND_US, Instant
from exchange.schema import deliveries, delivery_parts, delivery_rows, organisations, post_references
from exchange.staging.delivery import KEPT_US, Delivery, Offer

POSTED = "POST"
"""The dialect of a single lead that a program posted."""
DEAD_US = 30 * SECOND_US
"""After so long without a sign of life somebody else takes over."""
_known = deliveries.c


def begin(
    connection: Connection,
    *,
    supplier: str,
    user_id: str | None,
    file_name: str,
    file_kind: str,
    dialect: str,
    digest: str,
    now: Instant,
) -> str:
    """A delivery whose columns are to be told; returns its id. Numbers of one supplier are given one by one."""
    alone(connection, supplier)
    last = select(func.max(_known.number)).where(_known.supplier == supplier)
    number = (connection.execute(last).scalar_one() or 0) + 1
    delivery_id = f"d-{token_hex(8)}"
    connection.execute(
        new_row(deliveries).values(
            delivery_id=delivery_id,
            supplier=supplier,
            number=number,
            uploaded_by=user_id,
            file_name=file_name,
            file_kind=file_kind,
            sheet="",
            dialect=dialect,
            digest=digest,
            state="mapping",
            cause="",
            mapping="",
            row_count=0,
            read_rows=0,
            seats=1,
            start_cents=0,
            floor_cents=0,
            uploaded_at=now,
            erase_at=now + KEPT_US,
            worker="",
            beat_at=0,
        )
    )
    return delivery_id


def alone(connection: Connection, supplier: str) -> None:
    """From here on nobody else begins a delivery of this supplier, until the transaction ends."""
    mine = select(organisations.c.organisation).where(organisations.c.organisation == supplier)
    connection.execute(mine.with_for_update(key_share=True))  # lets the market go on naming the firm


def delivery_of(connection: Connection, delivery_id: str, supplier: str | None = None) -> Delivery:
    """A delivery; raises Unknown, also for another supplier's."""
    wanted = select(deliveries).where(_known.delivery_id == delivery_id)
    if supplier is not None:
        wanted = wanted.where(_known.supplier == supplier)
    found = connection.execute(wanted).one_or_none()
    if found is None:
        raise Unknown("delivery", delivery_id)
    return Delivery(*found)


def deliveries_of(connection: Connection, supplier: str, most: int = 20) -> list[Delivery]:
    """A supplier's deliveries that were not thrown away, the latest first; leads posted one by one are none."""
    wanted = select(deliveries).where(
        _known.supplier == supplier, _known.state != "discarded", _known.dialect != POSTED
    )
    return [Delivery(*row) for row in connection.execute(wanted.order_by(_known.number.desc()).limit(most))]


def deliveries_below(connection: Connection, supplier: str, below: int | None, most: int) -> list[Delivery]:
    """A supplier's deliveries of a lower number than this one, thrown-away ones too, the latest first; leads posted one
    by one are none."""
    wanted = select(deliveries).where(_known.supplier == supplier, _known.dialect != POSTED)
    if below is not None:
        wanted = wanted.where(_known.number < below)
    return [Delivery(*row) for row in connection.execute(wanted.order_by(_known.number.desc()).limit(most))]


def same_file(connection: Connection, supplier: str, digest: str, but: str = "") -> Delivery | None:
    """The last delivery of the same bytes, if there was one that was not thrown away."""
    wanted = select(deliveries).where(
        _known.supplier == supplier, _known.digest == digest, _known.state != "discarded", _known.delivery_id != but
    )
    found = connection.execute(wanted.order_by(_known.number.desc()).limit(1)).one_or_none()
    return None if found is None else Delivery(*found)


def change(connection: Connection, delivery_id: str, **values: Any) -> None:
    """Keep other values of a delivery."""
    connection.execute(update(deliveries).where(_known.delivery_id == delivery_id).values(**values))


def terms(offer: Offer) -> dict[str, int | None]:
    """An offer as its columns have it."""
    rule = offer.conversion
    return {
        "seats": offer.seats,
        "start_cents": offer.start_cents,
        "floor_cents": offer.floor_cents,
        "convert_us": None if rule is None else rule.after_us,
        "convert_seats": None if rule is None else rule.seats,
    }


def take(connection: Connection, delivery_id: str, now: Instant) -> str | None:
    """Begin to work on a delivery; None where somebody who lives does. Returns the worker's name, to be let go of."""
    worker = token_hex(8)
    free = (_known.worker == "") | (_known.beat_at < now - DEAD_US)
    mine = update(deliveries).where(_known.delivery_id == delivery_id, free).values(worker=worker, beat_at=now)
    return worker if connection.execute(mine).rowcount == 1 else None


def beat(connection: Connection, delivery_id: str, worker: str, now: Instant, **values: Any) -> bool:
    """Say that one lives, and what was done; False where another has taken over, who was told nothing."""
    mine = update(deliveries).where(_known.delivery_id == delivery_id, _known.worker == worker)
    return connection.execute(mine.values(beat_at=now, **values)).rowcount == 1


def let_go(connection: Connection, delivery_id: str, worker: str) -> None:
    """End to work on a delivery."""
    mine = update(deliveries).where(_known.delivery_id == delivery_id, _known.worker == worker)
    connection.execute(mine.values(worker=""))


def abandoned(connection: Connection, now: Instant) -> list[str]:
    """Deliveries whose rows are to be read and whom nobody who lives is reading."""
    dead = (_known.worker == "") | (_known.beat_at < now - DEAD_US)
    wanted = select(_known.delivery_id).where(_known.state == "reading", _known.beat_at < now - DEAD_US, dead)
    return list(connection.execute(wanted.order_by(_known.uploaded_at)).scalars())


def due(connection: Connection, now: Instant) -> list[str]:
    """Deliveries with rows that are to be listed by now."""
    wanted = select(delivery_rows.c.delivery_id).where(delivery_rows.c.list_at <= now).distinct()
    return sorted(connection.execute(wanted).scalars())


def over(connection: Connection, now: Instant) -> list[str]:
    """Some of what lay here for two weeks and is to be forgotten. Rows planned or put aside are waited for."""
    waiting = select(delivery_rows.c.delivery_id).where(delivery_rows.c.state.in_(("planned", "held")))
    old = select(_known.delivery_id).where(_known.erase_at <= now, _known.delivery_id.not_in(waiting))
    return list(connection.execute(old.limit(20)).scalars())


def forget(connection: Connection, delivery_ids: Iterable[str]) -> None:
    """Forget deliveries, and all they said."""
    for delivery_id in delivery_ids:
        erase(connection, delivery_id)
        connection.execute(delete(deliveries).where(_known.delivery_id == delivery_id))


def erase(connection: Connection, delivery_id: str) -> None:
    """Forget all a file said, and the file."""
    for table in (delivery_parts, delivery_rows, post_references):
        connection.execute(delete(table).where(table.c.delivery_id == delivery_id))
