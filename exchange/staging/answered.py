"""How far a post is, and what is left of that once its delivery is forgotten: the answer of its key (rules.md §10)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select, update

from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.schema import posts
from exchange.staging import outcomes, record, sandbox
from exchange.staging.delivery import Delivery
from exchange.staging.outcomes import Outcome, Progress
from exchange.staging.posted import KEPT_US, LEAD

_known = posts.c


@dataclass(frozen=True, slots=True)
class Status:
    """How far a delivery is; ``counts`` by the interface's words."""

    delivery_id: str
    name: str
    sector: str | None
    state: str
    cause: str
    posted_at: Instant
    lead_count: int
    read: int
    counts: Mapping[str, int]
    forget_at: Instant
    sandbox: bool = False


def status_of(one: Delivery, progress: Progress, now: Instant) -> Status:
    """The status of a delivery that is there."""
    state, due_at = one.state, progress.due_at
    if state == "open":
        state = "done" if due_at is None else "listing" if due_at <= now else "planned"
    return Status(
        one.delivery_id,
        one.name,
        one.sector,
        state,
        one.cause.partition("|")[0],
        one.uploaded_at,
        one.row_count,
        one.read_rows,
        dict(progress.counts),
        one.erase_at,
    )


def keep(connection: Connection, delivery_ids: Sequence[str], now: Instant) -> None:
    """Before these deliveries are forgotten: keep what their keys were answered. No personal data."""
    wanted = select(_known.delivery_id, _known.verb, _known.posted_at).where(_known.delivery_id.in_(delivery_ids))
    progress = outcomes.progress_of(connection, delivery_ids)
    for delivery_id, verb, posted_at in connection.execute(wanted).all():
        one = record.delivery_of(connection, delivery_id)
        told = asdict(status_of(one, progress[delivery_id], now)) | {"forget_at": posted_at + KEPT_US}
        lead = outcomes.outcomes_of(connection, one, (), after=0, most=1) if verb == LEAD else []
        text = sandbox.as_text(told, lead)
        connection.execute(update(posts).where(_known.delivery_id == delivery_id).values(answer=text))


def kept_status(connection: Connection, delivery_id: str, supplier: str) -> Status:
    """How far a forgotten delivery was; raises Unknown where no key of the supplier's stands for it."""
    return Status(**sandbox.read_status(_text(connection, delivery_id, supplier)))


def kept_outcomes(connection: Connection, delivery_id: str, supplier: str) -> list[Outcome]:
    """What became of a lead that was posted alone; raises Unknown, also for the leads of a batch."""
    found = sandbox.read_outcomes(_text(connection, delivery_id, supplier))
    if not found:
        raise Unknown("delivery", delivery_id)
    return found


def _text(connection: Connection, delivery_id: str, supplier: str) -> str:
    wanted = select(_known.answer).where(_known.delivery_id == delivery_id, _known.supplier == supplier)
    text: str | None = connection.execute(wanted).scalar_one_or_none()
    if text is None:
        raise Unknown("delivery", delivery_id)
    return text
