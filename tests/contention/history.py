"""What clients saw: every call with the instants it was made and answered, and what the house held at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter_ns

SOLD, UNKNOWN = "sold", "unknown"


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt to buy. ``said`` is ``sold``, a refusal's code with its reason, or ``unknown``: no answer came."""

    buyer: str
    listing: str
    called_ns: int
    returned_ns: int
    said: str
    to: str = ""
    """The buyer the answer speaks of."""
    seat: int = 0
    gross_cents: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat as it was sold in the end; ``bid`` tells that a standing bid took it."""

    listing: str
    number: int
    buyer: str
    gross_cents: int
    bid: bool


@dataclass
class History:
    """One round. Wallets by buyer: gross cents available before and after; only those the round was about."""

    seats: dict[str, int] = field(default_factory=dict)
    """How many seats each listing has."""
    dearest_cents: dict[str, int] = field(default_factory=dict)
    """The gross price each listing began at."""
    before_cents: dict[str, int] = field(default_factory=dict)
    after_cents: dict[str, int] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    sold: list[Seat] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def record(self, buyer: str, listing: str, act: Callable[[], tuple[str, str, int, int]]) -> None:
        """Make one call: ``act`` returns what was said, to whom, the seat and its gross price."""
        called = perf_counter_ns()
        try:
            told = act()
        except Exception:
            told = (UNKNOWN, "", 0, 0)
        call = Call(buyer, listing, called, perf_counter_ns(), *told)
        with self._lock:
            self.calls.append(call)
