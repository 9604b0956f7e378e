"""Asks the desk what a statement says; what is answered at the door comes back as a refusal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from exchange.claims import GROUNDS
from exchange.desk import Answer, Desk, OfferedLead, Result
from exchange.errors import ExchangeError, Forbidden, Invalid, KeyReused, Unknown
from exchange.lead import EVERYONE, Contact
from exchange.member import HOUSE
from exchange.orderbook.caps import ActiveHours
from exchange.orderbook.filters import Filters
from exchange.orderbook.outcome import Filled, Refused
from exchange.orderbook.sharing import second_id
from exchange.script.setting import Setting
from exchange.script.statement import (
    OPERATOR,
    Buy,
    CancelAll,
    ChangeBid,
    Claim,
    Deposit,
    Halt,
    LimitDay,
    ListLeads,
    PlaceBid,
    Resume,
    Rule,
    SwitchBid,
    Timed,
    Tune,
    Withdraw,
)

NO_SECTOR = ""
"""Where what a statement names is in no sector: a sale that does not exist."""

Reply = tuple[str, Answer | Refused]
"""The sector asked, and what the desk answered or, at its door, refused."""

_AT_THE_DOOR = (Invalid, Unknown, Forbidden, KeyReused)

_DRAMA_NUMBERS = ("+493023125", "+494066969", "+498999998", "+492214710", "+496990009")
"""Ranges of a thousand numbers each that the Bundesnetzagentur keeps for invented people."""


class Player:
    """Plays timed statements one after the other; remembers what bids have become."""

    def __init__(self, setting: Setting, desk: Desk, sales: Callable[[], Mapping[str, Filled]]) -> None:
        self._setting = setting
        self._desk = desk
        self._sales = sales
        self._sector_of_listing = _listings(setting)
        self._bids = {s.name: s for s in setting.script.statements if isinstance(s, PlaceBid)}
        self._entered: set[str] = set()
        self._people: dict[str, Contact] = {}
        self._verbs: dict[type, Callable[[Any], list[Reply]]] = {
            ListLeads: self._list,
            PlaceBid: self._place,
            Buy: self._buy,
            ChangeBid: self._change,
            SwitchBid: self._switch,
            CancelAll: self._cancel_all,
            Withdraw: self._withdraw,
            Halt: self._halt,
            Resume: self._resume,
            Deposit: self._deposit,
            LimitDay: self._limit_day,
            Tune: self._tune,
            Claim: self._claim,
            Rule: self._rule,
        }

    def play(self, statement: Timed) -> list[Reply]:
        """The desk's replies, one for each order the statement makes; `settle` makes none."""
        verb = self._verbs.get(type(statement))
        return [] if verb is None else verb(statement)

    def _list(self, said: ListLeads) -> list[Reply]:
        leads = [self._lead(said, name) for name in said.names]
        results = self._desk.list_leads(said.sector, supplier=said.supplier, leads=leads)
        return [
            _reply(said.sector, said.supplier, name, result) for name, result in zip(said.names, results, strict=True)
        ]

    def _lead(self, said: ListLeads, name: str) -> OfferedLead:
        return OfferedLead(
            listing_id=name,
            region=said.region,
            postcode=said.postcode,
            seats=said.seats,
            start_cents=said.start_cents,
            floor_cents=said.floor_cents,
            asked_at=said.at - said.age_us,
            answers=said.answers,
            consent=EVERYONE if said.consent is None else self._setting.consents[said.consent],
            draw=said.draw,
            curve=None if said.curve is None else self._setting.versions[said.curve].number,
            duration_us=said.duration_us,
            conversion=said.conversion,
            contact=None if said.person is None else self._contact(said.person),
        )

    def _contact(self, person: str) -> Contact:
        """The same person has the same contact data, so the desk finds the same fingerprint."""
        if person not in self._people:
            prefix, number = divmod(len(self._people), 1_000)
            phone = f"{_DRAMA_NUMBERS[prefix % len(_DRAMA_NUMBERS)]}{number:03d}"
            self._people[person] = Contact("Kim", person, phone, f"{person}@example.org")
        return self._people[person]

    def _place(self, said: PlaceBid) -> list[Reply]:
        reply = self._ask(said.sector, said.buyer, said.name, lambda: self._desk.place(said.sector, **_terms(said)))
        if isinstance(reply[1], Answer) and reply[1].refused is None:
            self._entered.add(said.name)
        return [reply]

    def _change(self, said: ChangeBid) -> list[Reply]:
        before = self._bids[said.bid] if said.bid in self._entered else self._plain(self._bids[said.bid])
        changed = replace(
            before,
            limit_cents=before.limit_cents if said.limit_cents is None else said.limit_cents,
            quantity=before.quantity if said.quantity is None else said.quantity,
        )
        reply = self._ask(
            before.sector,
            before.buyer,
            said.bid,
            lambda: self._desk.change(before.sector, **_terms(changed)),
        )
        if isinstance(reply[1], Answer) and reply[1].refused is None:
            self._bids[said.bid] = changed
        return [reply]

    def _plain(self, never: PlaceBid) -> PlaceBid:
        """A bid that never came to be has no terms: what a change of it does not say has at least a proper form."""
        ticks = {line.name: line.tick_cents for line in self._setting.script.sectors}
        return PlaceBid(never.line, never.at, never.name, never.buyer, never.sector, ticks[never.sector], 1)

    def _switch(self, said: SwitchBid) -> list[Reply]:
        bid = self._bids[said.bid]
        verb = {"pause": self._desk.pause, "unpause": self._desk.unpause, "cancel": self._desk.cancel}[said.verb]
        return [self._ask(bid.sector, bid.buyer, said.bid, lambda: verb(bid.sector, bid_id=said.bid, buyer=bid.buyer))]

    def _cancel_all(self, said: CancelAll) -> list[Reply]:
        """In every sector, each an order of its own; turned away once where the buyer is none."""
        replies: list[Reply] = []
        for sector in sorted(line.name for line in self._setting.script.sectors):
            cancel = partial(self._desk.cancel_all, sector, buyer=said.buyer)
            replies.append(self._ask(sector, said.buyer, said.buyer, cancel))
            if isinstance(replies[-1][1], Refused):
                break
        return replies

    def _buy(self, said: Buy) -> list[Reply]:
        sector = self._sector_of_listing[said.listing].sector
        return [
            self._ask(
                sector,
                said.buyer,
                said.listing,
                lambda: self._desk.buy(
                    sector,
                    buyer=said.buyer,
                    listing_id=said.listing,
                    most_cents=said.most_cents,
                    buyout=said.buyout,
                    key=said.key,
                ),
            )
        ]

    def _withdraw(self, said: Withdraw) -> list[Reply]:
        listed = self._sector_of_listing[said.listing]
        if said.revoke:
            revoke = partial(self._desk.withdraw_consent, listed.sector, listing_id=said.listing, by=OPERATOR)
            return [self._operate(listed.sector, said.listing, revoke)]
        return [
            self._ask(
                listed.sector,
                listed.supplier,
                said.listing,
                lambda: self._desk.withdraw(listed.sector, listing_id=said.listing, by=listed.supplier),
            )
        ]

    def _halt(self, said: Halt) -> list[Reply]:
        return [self._operate(said.sector, said.sector, lambda: self._desk.halt(said.sector, reason=said.reason))]

    def _resume(self, said: Resume) -> list[Reply]:
        return [self._operate(said.sector, said.sector, lambda: self._desk.resume(said.sector))]

    def _tune(self, said: Tune) -> list[Reply]:
        arms = self._setting.arms(said.arms)
        return [
            self._operate(
                said.sector, said.sector, partial(self._desk.tune, said.sector, arms=arms, from_at=said.from_at)
            )
        ]

    def _deposit(self, said: Deposit) -> list[Reply]:
        return [
            self._operate(
                HOUSE,
                said.buyer,
                lambda: self._desk.deposit(said.buyer, amount_cents=said.amount_cents, reference="script"),
            )
        ]

    def _limit_day(self, said: LimitDay) -> list[Reply]:
        limit_cents = said.limit_cents
        act = partial(self._desk.set_daily_limit, said.buyer, limit_cents=limit_cents)
        return [self._operate(HOUSE, said.buyer, act)]

    def _claim(self, said: Claim) -> list[Reply]:
        sale = self._sales().get(said.sale)
        if sale is None:
            code = "unknown" if said.ground in GROUNDS else "invalid"
            return [(NO_SECTOR, Refused(OPERATOR, said.sale, code))]
        sector = self._sector_of_listing[sale.listing_id].sector
        return [
            self._ask(
                sector,
                sale.buyer,
                said.sale,
                lambda: self._desk.claim(sector, sale_id=sale.sale_id, buyer=sale.buyer, ground=said.ground),
            )
        ]

    def _rule(self, said: Rule) -> list[Reply]:
        sale = self._sales().get(said.sale)
        if sale is None:
            return [(NO_SECTOR, Refused(OPERATOR, said.sale, "unknown"))]
        sector = self._sector_of_listing[sale.listing_id].sector
        return [
            self._operate(
                sector,
                said.sale,
                lambda: self._desk.rule(sector, sale_id=sale.sale_id, ruling=said.ruling),
            )
        ]

    def _operate(self, sector: str, name: str, verb: Callable[[], Answer]) -> Reply:
        return self._ask(sector, OPERATOR, name, verb)

    def _ask(self, sector: str, who: str, name: str, verb: Callable[[], Answer]) -> Reply:
        try:
            return sector, verb()
        except _AT_THE_DOOR as refused:
            return _reply(sector, who, name, refused)


def _reply(sector: str, who: str, name: str, result: Result) -> Reply:
    """The answer, or who asked for what and the code it was turned away with."""
    if isinstance(result, _AT_THE_DOOR):
        return sector, Refused(who, name, result.code, str(result))
    if isinstance(result, ExchangeError):
        raise result
    return sector, result


def _listings(setting: Setting) -> dict[str, ListLeads]:
    statements: Sequence[Timed] = setting.script.statements
    listed = [s for s in statements if isinstance(s, ListLeads)]
    return {one: s for s in listed for name in s.names for one in (name, second_id(name))}


def _terms(bid: PlaceBid) -> dict[str, Any]:
    """Every term of a bid as the desk takes it."""
    return {
        "bid_id": bid.name,
        "buyer": bid.buyer,
        "limit_cents": bid.limit_cents,
        "quantity": bid.quantity,
        "filters": Filters(
            regions=bid.regions,
            postcodes=bid.postcodes,
            conditions=bid.conditions,
            age_below_us=bid.age_below_us,
            seats_at_most=bid.seats_at_most,
            only_from=bid.only_from,
            not_from=bid.not_from,
        ),
        "budget_cents": bid.budget_cents,
        "caps": bid.caps,
        "hours": None if bid.windows is None else ActiveHours(bid.windows),
        "until_at": bid.until_at,
    }
