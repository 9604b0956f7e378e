"""One operation of the JSON door as data: how it is called, who may, what it takes and gives."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from exchange.web.door.shapes.fields import Form, View

Verb = Literal["GET", "POST", "PUT"]
Scope = Literal["read", "buy", "bids", "supply", "hooks", "curves"]

BUYERS = ("owner", "advisor")
SELLERS = ("owner", "supplier")
EVERYONE = ("owner", "advisor", "supplier", "operator", "analyst")

ALWAYS = ("invalid", "unauthorized", "forbidden", "too_many", "busy", "unavailable", "error")
"""What every operation may answer."""
_OF_BODIES = ("too_large", "wrong_type")
_OF_KEYS = ("key_reused",)
_OF_IDS = ("unknown",)


@dataclass(frozen=True, slots=True)
class Operation:
    """``name`` is endpoint and operationId, ``path`` has its ids in braces, ``scope`` is what an API key needs.

    ``gives`` are the forms of a success, ``codes`` the refusals beyond those every operation of its kind may answer;
    ``keyed`` orders need an Idempotency-Key. ``bodies`` are the forms of a body that its ``sector`` tells apart, which
    the act reads itself; with ``files`` it may be a table instead. ``status`` is that of a success;
    ``placed``: its answer says in Location where to ask further.
    """

    name: str
    verb: Verb
    path: str
    scope: Scope
    noun: str
    summary: str
    gives: tuple[type[View], ...]
    body: type[Form] | None = None
    query: type[Form] | None = None
    keyed: bool = False
    codes: tuple[str, ...] = ()
    roles: tuple[str, ...] = BUYERS
    bodies: tuple[type[Form], ...] = ()
    files: bool = False
    status: int = 200
    placed: bool = False

    @property
    def rule(self) -> str:
        """The path as Flask writes it; ids of bids have a converter of their own."""
        return self.path.replace("{bid_id}", "<bid:bid_id>").replace("{", "<").replace("}", ">")

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of its ids."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def problems(self) -> frozenset[str]:
        """Every code it may answer."""
        found: set[str] = {*ALWAYS, *self.codes}
        for asked, codes in ((self.verb != "GET", _OF_BODIES), (self.keyed, _OF_KEYS), (self.ids, _OF_IDS)):
            found |= set(codes if asked else ())
        return frozenset(found)


def by_path(operations: Iterable[Operation]) -> dict[str, list[Operation]]:
    """Operations under their paths, in the table's order."""
    found: dict[str, list[Operation]] = {}
    for one in operations:
        found.setdefault(one.path, []).append(one)
    return found
