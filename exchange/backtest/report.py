"""A whole back-test: read the tape, prove the machine on it, play it twice, say what differs and what is left out."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from exchange.backtest.abreast import Task, run_abreast
from exchange.backtest.arms import ArmTruth, arm_truths
from exchange.backtest.comparison import Changes, Difference, Side, changes, differences, side_of, sold_by_age
from exchange.backtest.fates import Fates
from exchange.backtest.kept import Checked, Kept, key_of
from exchange.backtest.play import play
from exchange.backtest.recorded import Recorded, reproduce
from exchange.backtest.scenario import OWN, Scenario
from exchange.errors import Invalid, TapeBroken, Unknown
from exchange.instant import Instant, to_text
from exchange.member import HOUSE
from exchange.orderbook.order import TuneSector
from exchange.store import Store
from exchange.store.proof import read_heads
from exchange.store.tapes import read_entries

LEFT_OUT = ("instant_buyers", "reactions", "funds", "claims", "withdrawals", "open_leads", "suppliers")
"""What no figure here contains; the doors have a sentence for each."""
READING, WHOLE = 1, 12
"""What part of the work reading a tape is, about: playing it three times is the rest."""

Progress = Callable[[int, int], None]
"""Hears how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sector's leads listed in ``[since, until)``, and the terms they shall have had."""

    sector: str
    since: Instant
    until: Instant
    scenario: Scenario

    def to_payload(self) -> dict[str, Any]:
        """Integers and texts only."""
        asked = {"sector": self.sector, "since_at": self.since, "until_at": self.until}
        return asked | {"scenario": self.scenario.to_payload()}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "Asked":
        """Read what `to_payload` wrote."""
        scenario = Scenario.from_payload(payload["scenario"])
        return cls(payload["sector"], payload["since_at"], payload["until_at"], scenario)


@dataclass(frozen=True, slots=True)
class Report:
    """The result. ``own`` and ``other`` are without instant buyers, ``recorded`` is what truly happened.

    ``outcomes`` were decided anew on the leads' own terms and compared to the byte; ``differs`` names the first entry
    that is another, None where all are the same. Nothing else is to be believed where it is not None.
    """

    asked: Asked
    entries: int
    orders: int
    outcomes: int
    differs: int | None
    recorded: Side
    own: Side
    other: Side
    differences: tuple[Difference, ...]
    seed: str
    ages_us: tuple[int, ...]
    sold_by_age: dict[str, list[float]]
    changes: Changes
    arms: tuple[ArmTruth, ...]
    arms_seed: str
    checked_at: Instant
    left_out: tuple[str, ...] = LEFT_OUT

    def to_payload(self) -> dict[str, Any]:
        """As JSON data: amounts in cents, times in microseconds, instants of the period as text."""
        told = asdict(self) | {"asked": self.asked.to_payload()}
        return told | {"since_at": to_text(self.asked.since), "until_at": to_text(self.asked.until)}


def back_test(
    store: Store, asked: Asked, progress: Progress = lambda done, total: None, kept: Kept | None = None
) -> Report:
    """With ``kept``, what an earlier one has checked of this period is not decided a third time.

    Raises Unknown for a sector there is none of, Invalid for a period without leads or for terms that cannot be.
    """
    recorded, settled_until = _read(store, asked, progress)
    begun_at = recorded.orders[0][0] if recorded.orders else asked.until
    asked = replace(asked, since=max(asked.since, begun_at), until=min(asked.until, settled_until + 1))
    names = {
        version.number: version.name
        for _, order in recorded.orders
        if isinstance(order, TuneSector)
        for version in (*order.versions, *(arm.version for arm in order.arms))
    }
    key = key_of(recorded, asked.since, asked.until)
    known = kept.find(key) if kept is not None else None
    checked, other = _played(asked, recorded, known, progress, store.clock.now())
    if kept is not None and known is None:
        kept.keep(key, checked)
    return _compared(asked, recorded, names, checked, other)


def _read(store: Store, asked: Asked, progress: Progress) -> tuple[Recorded, Instant]:
    """The tape up to the end of the period, and the instant up to which it says all there is to say."""
    recorded, done = Recorded(asked.sector), 0
    with store.read() as connection:
        heads = {head["sector"]: head for head in read_heads(connection) if head["sector"] != HOUSE}
        if asked.sector not in heads:
            raise Unknown("sector", asked.sector)
        total = heads[asked.sector]["head_seq"]

        def told(more: int) -> None:
            nonlocal done
            done += more
            progress(done * READING, total * WHOLE)

        recorded.read(_until(read_entries(connection, asked.sector), asked.until), told)
    return recorded, heads[asked.sector]["settled_until_at"]


def _until(entries: Any, until: Instant) -> Any:
    for entry in entries:
        if entry.at >= until:
            return
        yield entry


def _played(
    asked: Asked, recorded: Recorded, known: Checked | None, progress: Progress, now: Instant
) -> tuple[Checked, Fates]:
    """The period as it was, checked unless it is known, and on the other terms. Raises TapeBroken, Invalid."""
    since, until, orders = asked.since, asked.until, recorded.orders
    ends = recorded.foresight.ends(orders)
    done = 0
    tasks: dict[str, Task] = {
        "truth": lambda tell: reproduce(recorded, since, until, tell),
        "own": lambda tell: play(asked.sector, orders, OWN, since, until, tell, ends),
        "other": lambda tell: play(asked.sector, orders, asked.scenario, since, until, tell, ends),
    }
    if known is not None:
        tasks = {"other": tasks["other"]}
    total = len(tasks) * len(orders)

    def told(more: int) -> None:
        nonlocal done
        done = min(done + more, total)
        progress(READING * total + (WHOLE - READING) * done, WHOLE * total)

    played = run_abreast(tasks, len(orders), told)
    checked = known or Checked(played["truth"], played["own"], now)
    if checked.truth.differs is not None:
        raise TapeBroken(f"{asked.sector} {checked.truth.differs}: the rules say otherwise; run `exchange verify`")
    if not checked.own.names:
        raise Invalid("period", "no lead was listed in it")
    return checked, played["other"]


def _compared(asked: Asked, recorded: Recorded, names: dict[int, str], checked: Checked, other: Fates) -> Report:
    truth, own = checked.truth, checked.own
    found, seed = differences(own, other)
    ages, shares = sold_by_age({"recorded": truth.fates, "own": own, "other": other})
    arms, arms_seed = arm_truths(truth, names)
    return Report(
        asked, len(recorded.prints), len(recorded.orders), truth.outcomes, truth.differs,
        side_of(truth.fates), side_of(own), side_of(other),
        tuple(found), seed, tuple(ages), shares, changes(own, other), tuple(arms), arms_seed, checked.checked_at,
    )  # fmt: skip
