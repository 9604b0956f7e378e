"""What deserves an operator's look: claims far above the others, many lost races, trade between related firms.

Each finding is a count with its interval, never a verdict: there are honest reasons for all of them. What is not kept
here cannot be compared: bank accounts stay with the bank, network addresses are kept nowhere.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Connection, case, func, select

from exchange.instant import DAY_US, Instant
from exchange.orderbook.order import InstantBid
from exchange.orderbook.outcome import Refused
from exchange.reports.shares import ERROR, Share, outstanding, wilson
from exchange.schema import idempotency, organisations, sales, tape
from exchange.schema.access import devices, users

CLAIMS_US = 90 * DAY_US
RACES_US = 28 * DAY_US
"""Answers to orders that bought nothing are kept for 30 days."""
TRADE_US = 90 * DAY_US
FEWEST_TRADES = 5
PUBLIC_MAIL = ("gmail.com", "googlemail.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "outlook.com", "yahoo.com",
               "hotmail.com", "icloud.com", "freenet.de", "posteo.de", "mailbox.org", "proton.me")  # fmt: skip
"""Mail addresses there say nothing of who belongs together."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found of one kind, and among how many firms."""

    found: list[Share]
    firms: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Two firms that trade and seem related. ``signs`` are codes with a count: devices, names, domain.

    ``trade`` is the supplier's share of the buyer's purchases beside its share of everybody else's; ``stands_out``
    where the whole interval lies above that.
    """

    supplier: str
    buyer: str
    signs: tuple[tuple[str, int], ...]
    trade: Share
    volume_cents: int
    claims: int

    @property
    def stands_out(self) -> bool:
        """Whether they trade more than chance explains."""
        return self.trade.low > self.trade.others


def claims_by(connection: Connection, side: str, now: Instant) -> Look:
    """Firms on a side (``buyer`` or ``supplier``) with claims on more of their sales of 90 days than all others."""
    column = sales.c[side]
    claimed = func.sum(case((sales.c.claim != "unclaimed", 1), else_=0))
    question = select(column, claimed, func.count()).where(sales.c.sold_at >= now - CLAIMS_US).group_by(column)
    found, firms = outstanding({name: (int(hits), int(many)) for name, hits, many in connection.execute(question)})
    return Look(found, firms)


def lost_races(connection: Connection, now: Instant) -> Look:
    """Buyers who came too late more often than all others: of instant bids of 28 days those refused as sold."""
    known = idempotency.c
    counted: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    question = (
        select(known.organisation, tape.c.kind, tape.c.payload)
        .join(tape, (tape.c.sector == known.sector) & (tape.c.seq == known.last_seq))
        .where(known.verb == InstantBid.kind, known.created_at >= now - RACES_US)
    )
    for firm, kind, payload in connection.execute(question):
        lost = kind == Refused.kind and json.loads(payload).get("reason") == "sold"
        counted[firm][0] += lost
        counted[firm][1] += 1
    found, firms = outstanding({firm: (hits, many) for firm, (hits, many) in counted.items()})
    return Look(found, firms)


def ties(connection: Connection, now: Instant) -> list[Tie]:
    """Pairs of a supplier and a buyer with trade and at least one sign that the same people stand behind both."""
    signs = _signs(connection)
    since = sales.c.sold_at >= now - TRADE_US
    claimed = func.sum(case((sales.c.claim != "unclaimed", 1), else_=0))
    columns = (sales.c.supplier, sales.c.buyer, func.count(), func.sum(sales.c.ask_cents), claimed)
    rows = connection.execute(select(*columns).where(since).group_by(sales.c.supplier, sales.c.buyer)).all()
    by_supplier: defaultdict[str, int] = defaultdict(int)
    by_buyer: defaultdict[str, int] = defaultdict(int)
    for supplier, buyer, many, *_ in rows:
        by_supplier[supplier] += many
        by_buyer[buyer] += many
    whole = sum(by_buyer.values())
    related = [row for row in rows if row[2] >= FEWEST_TRADES and frozenset(row[:2]) in signs]
    found = []
    for supplier, buyer, many, cents, claims in related:
        low, high = wilson(many, by_buyer[buyer], 1 - ERROR / len(related))
        rest = whole - by_buyer[buyer]
        others = (by_supplier[supplier] - many) / rest if rest else 1.0
        trade = Share(buyer, many, by_buyer[buyer], low, high, others, rest, len(related))
        found.append(Tie(supplier, buyer, signs[frozenset((supplier, buyer))], trade, int(cents), int(claims)))
    return sorted(found, key=lambda one: (not one.stands_out, -len(one.signs), -one.volume_cents))


def names_of(connection: Connection) -> dict[str, str]:
    """What firms are called."""
    question = select(organisations.c.organisation, organisations.c.name)
    return {row.organisation: row.name for row in connection.execute(question)}


def _signs(connection: Connection) -> dict[frozenset[str], tuple[tuple[str, int], ...]]:
    """What two firms have in common: browsers that people of both logged in with, names of people, a mail domain."""
    people = connection.execute(
        select(users.c.user_id, users.c.organisation, users.c.name, users.c.email).where(
            users.c.organisation.is_not(None)
        )
    ).all()
    firm_of = {row.user_id: row.organisation for row in people}
    shared: dict[str, defaultdict[str, set[str]]] = {key: defaultdict(set) for key in ("devices", "names", "domain")}
    for row in people:
        shared["names"][" ".join(row.name.casefold().split())].add(row.organisation)
        domain = row.email.rpartition("@")[2].casefold()
        if domain not in PUBLIC_MAIL:
            shared["domain"][domain].add(row.organisation)
    for device, user_id in connection.execute(select(devices.c.device_hash, devices.c.user_id)):
        if user_id in firm_of:
            shared["devices"][device].add(firm_of[user_id])
    counted: defaultdict[frozenset[str], dict[str, int]] = defaultdict(dict)
    for key, groups in shared.items():
        for firms in groups.values():
            for pair in combinations(sorted(firms), 2):
                told = counted[frozenset(pair)]
                told[key] = told.get(key, 0) + 1
    return {pair: tuple(told.items()) for pair, told in counted.items()}
