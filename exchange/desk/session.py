"""The requests of one sector within one transaction: who may ask, what only the house knows, the decision."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from secrets import randbelow

from exchange.admission.doubles import fingerprints
from exchange.desk.admittance import Admittance
from exchange.desk.answer import Answer, replayed
from exchange.desk.consents import Consents
from exchange.desk.form import check_form
from exchange.desk.request import Request
from exchange.errors import Duplicate, ExchangeError, Forbidden, Invalid, KeyReused, Unknown
from exchange.member import RESERVED_IDS, Member
from exchange.orderbook import match
from exchange.orderbook.decide import decide
from exchange.orderbook.order import (
    BidTerms,
    CancelAll,
    CancelBid,
    ChangeBid,
    FileClaim,
    InstantBid,
    ListLead,
    OpenSector,
    Order,
    PauseBid,
    StandingBid,
    UnpauseBid,
    WithdrawConsent,
    WithdrawListing,
)
from exchange.orderbook.outcome import Decided
from exchange.store import ClockSkew, OfferedLead, Transaction
from exchange.store.keys import Key
from exchange.store.timekeeper import MOST_APART_US
from exchange.vault import Vault

DRAWS = 10_000
_BUYING = BidTerms | PauseBid | UnpauseBid | CancelBid | CancelAll | InstantBid | FileClaim
_TRADING = BidTerms | UnpauseBid | InstantBid | ListLead
"""What a suspended member may not do; what winds its business up it may."""


class Spoiled(Exception):
    """An order failed after it had begun to change the book: nothing of its transaction may stay."""

    def __init__(self, error: ExchangeError) -> None:
        super().__init__(str(error))
        self.error = error


class KnownAnswers:
    """What some keys were answered: before this transaction, or earlier in it, in whichever sector."""

    def __init__(self, tx: Transaction, requests: Sequence[Request]) -> None:
        self._tx = tx
        self._before = tx.answered([one.key for one in requests if one.key is not None])
        self._answers: dict[tuple[str, str, str, int], tuple[Key, Answer]] = {}

    def to(self, key: Key) -> Answer | None:
        """The answer to this key; raises KeyReused where it was for another request."""
        if key.whole in self._answers:
            earlier, answer = self._answers[key.whole]
            if earlier != key:
                raise KeyReused(f"the key was used for another request of {key.verb!r}")
            return replace(answer, replayed=True)
        stretch = self._before.to(key)
        return None if stretch is None else replayed(stretch.sector, self._tx.entries(stretch))

    def keep(self, key: Key, answer: Answer) -> None:
        """One more answer."""
        self._answers[key.whole] = (key, answer)


class Session:
    """A sector's book in one transaction."""

    def __init__(self, tx: Transaction, sector: str, known: KnownAnswers | None = None) -> None:
        self.tx = tx
        self.sector = sector
        self.book = tx.book(sector)
        self._members: dict[str, Member] = {}
        self._elsewhere: set[str] = set()
        self._foreign: set[str] = set()
        self._people: dict[str, str] = {}
        self._prints: dict[int, tuple[str, ...]] = {}
        self._known = known or KnownAnswers(tx, ())
        self._admittance = Admittance(tx, sector)
        self._consents = Consents(tx, self.book, ())

    def settle(self, requests: Sequence[Request] = ()) -> list[Decided]:
        """Write what was due up to now; the wallets of those who will ask next are locked with those it moves."""
        due = match.settle(self.book, self.tx.now)
        self.tx.record(self.sector, due, also=spenders(requests))
        return due

    def prepare(self, requests: Sequence[Request]) -> None:
        """Look up what these requests of the sector need to be decided."""
        self._members = self.tx.members(one.organisation for one in requests)
        self._consents = Consents(self.tx, self.book, requests)
        self._elsewhere = self.tx.recall(self.book, [self._consents.complete(one.order) for one in requests])
        owners = {one.offered.lead: one.organisation for one in requests if one.offered is not None}
        self._foreign = self.tx.foreign_leads(self.sector, owners)
        self._prints = {id(one.offered): _prints(one.offered, self.tx.vault) for one in requests if one.offered}
        prints = {print_ for found in self._prints.values() for print_ in found}
        suppliers = [one.organisation for one in requests if one.offered is not None]
        self._admittance = Admittance(self.tx, self.sector, suppliers, prints)
        self._people = self._known_people([one for one in requests if one.offered is not None])
        self.tx.recall_seats(self.book, self._people.values())

    def result(self, request: Request) -> Answer | ExchangeError:
        """Decide one of the requests that were prepared; the sector has been settled."""
        before = self.book.seq
        try:
            self._check_form(request.order)
            known = None if request.key is None else self._known.to(request.key)
            if known is None and isinstance(request.order, InstantBid):
                self._check_clocks()
            return known if known is not None else self._act(request)
        except ExchangeError as error:
            if self.book.seq != before:
                raise Spoiled(error) from error
            return error

    def _check_form(self, order: Order) -> None:
        if not self.book.seq and not isinstance(order, OpenSector):
            raise Unknown("sector", self.sector)
        check_form(self.book, order, self.tx.now)
        for field, kind in (("listing_id", ListLead), ("bid_id", StandingBid)):
            if isinstance(order, kind) and getattr(order, field) in self._elsewhere:
                raise Invalid(field, f"{getattr(order, field)} is taken")

    def _check_clocks(self) -> None:
        """An instant bid is for the price a page of this host showed: none is taken while it counts down wrongly."""
        if self.tx.apart_us > MOST_APART_US:
            raise ClockSkew(f"this host's clock and the database's are {self.tx.apart_us // 1_000} ms apart")

    def _act(self, request: Request) -> Answer:
        order = self._complete(request)
        decided = decide(self.book, order, self.tx.now)
        self.tx.record(self.sector, decided)
        answer = Answer(self.sector, tuple(decided))
        if request.offered is not None and isinstance(order, ListLead) and answer.refused is None:
            self._shelve(request.offered, order)
        if request.aside is not None:
            self.tx.beside(request.aside, self.sector, decided)
        if request.key is not None:
            self.tx.answer(request.key, self.sector, decided)
            self._known.keep(request.key, answer)
        return answer

    def _shelve(self, offered: OfferedLead, order: ListLead) -> None:
        """Keep the lead, and know its enquirer from now on: those behind it in this transaction are judged by that."""
        prints = self._prints[id(offered)]
        self.tx.shelve(self.sector, offered, order, prints)
        self._admittance.listed(order.supplier)
        for one in prints:
            self._people.setdefault(one, order.person_id)

    # --- who may ask ---------------------------------------------------------------------------------------

    def _complete(self, request: Request) -> Order:
        """The order with group, facts and draw; raises Unknown, Forbidden or Invalid at the door."""
        order = self._consents.complete(request.order)
        if request.organisation in RESERVED_IDS:
            return order
        member = self._members.get(request.organisation)
        if member is None:
            raise Unknown("organisation", request.organisation)
        self._check_role(order, member)
        return self._with_facts(order, request.offered, member)

    def _check_role(self, order: Order, member: Member) -> None:
        """Role, then suspension; but what is unknown is answered so by the book first (rules.md §10)."""
        may = True
        if isinstance(order, _BUYING):
            may = member.buyer
        elif isinstance(order, ListLead | WithdrawListing | WithdrawConsent):
            may = member.supplier
        if isinstance(order, _TRADING) and member.suspended:
            may = False
        if not may and self._knows(order):
            raise Forbidden(f"{member.organisation} may not do this: {order.kind}")
        if isinstance(order, _TRADING) and self._knows(order):
            self._admittance.check_permit(order, member.organisation)

    def _knows(self, order: Order) -> bool:
        """Whether what the order names exists in the asker's eyes."""
        if isinstance(order, InstantBid):
            listing = self.book.listings.get(order.listing_id)
            return listing is not None and listing.consent.covers(order.buyer)
        if isinstance(order, ChangeBid | PauseBid | UnpauseBid | CancelBid):
            bid = self.book.bids.get(order.bid_id)
            return bid is not None and bid.buyer == order.buyer
        return True

    # --- what only the house knows -------------------------------------------------------------------------

    def _with_facts(self, order: Order, offered: OfferedLead | None, member: Member) -> Order:
        if isinstance(order, InstantBid):
            left_cents = self.tx.wallets.limit_left_cents(order.buyer, self.tx.now)
            facts = replace(self.tx.wallets[order.buyer].facts, limit_left_cents=left_cents)
            return replace(order, group=member.group, facts=facts)
        if isinstance(order, StandingBid):
            return replace(order, group=member.group, facts=self.tx.wallets[order.buyer].facts)
        if isinstance(order, ChangeBid):
            return replace(order, facts=self.tx.wallets[order.buyer].facts)
        if isinstance(order, ListLead) and offered is not None:
            return self._listing(order, offered, member)
        return order

    def _listing(self, order: ListLead, offered: OfferedLead, member: Member) -> ListLead:
        """The arm is drawn from the system's random source, the person found by fingerprint (rules.md §1, §2.6).

        Raises Duplicate here, where the sector is locked: of two who bring an enquirer at once, one is listed; and
        Suppressed, DayFull.
        """
        if offered.lead in self._foreign:
            raise Invalid("lead_id", f"{offered.lead} is taken")
        if offered.once and any(one in self._people for one in self._prints[id(offered)]):
            raise Duplicate(f"the enquirer of {offered.lead} is known in {self.sector}")
        self._consents.check_lead(offered)
        self._admittance.check_lead(order.supplier, self._prints[id(offered)])
        draw = randbelow(DRAWS) if offered.draw is None else offered.draw
        return replace(order, supplier_group=member.group, draw=draw, person_id=self._person(offered))

    def _person(self, offered: OfferedLead) -> str:
        prints = self._prints[id(offered)]
        found = offered.person_id or next((self._people[one] for one in prints if one in self._people), None)
        return found or offered.lead

    def _known_people(self, listing: Sequence[Request]) -> dict[str, str]:
        prints = {one for prints in self._prints.values() for one in prints}
        since = self.tx.now - max((asked.window_us for asked in listing), default=0)
        return self.tx.known_people(self.sector, prints, since) if prints else {}


def spenders(requests: Iterable[Request]) -> list[str]:
    """Whose wallets these requests are judged on."""
    return [one.organisation for one in requests if isinstance(one.order, BidTerms | InstantBid)]


def _prints(offered: OfferedLead, vault: Vault | None) -> tuple[str, ...]:
    if offered.contact is None or vault is None:
        return ()
    return fingerprints(offered.contact, vault.fingerprint)
