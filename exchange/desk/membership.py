"""What concerns members and no sector: joining, groups and suspension, credit lines, deposits, payouts."""

from exchange.desk.answer import Answer
from exchange.desk.floor import Floor, again_if_busy
from exchange.desk.request import request
from exchange.desk.session import Session
from exchange.house import Deposit, JoinHouse, Payout, SetCreditLine, SetDailyLimit, decide_house
from exchange.instant import Instant
from exchange.member import HOUSE, OPERATOR
from exchange.money import Cents
from exchange.orderbook.decide import decide
from exchange.orderbook.order import ChangeMember, Facts
from exchange.store import Aside, lookups
from exchange.store.keys import purge_keys


class Membership(Floor):
    """The house's verbs. Amounts are gross cents."""

    def join(
        self,
        organisation: str,
        *,
        name: str,
        supplier: bool = False,
        buyer: bool = False,
        group: str | None = None,
        credit_line_cents: Cents = 0,
    ) -> Answer:
        """Admit an organisation, with an empty wallet. Its name is kept beside the tape."""
        order = JoinHouse(organisation, group or organisation, supplier, buyer, credit_line_cents)
        return self.ask_house(request(order, OPERATOR), name=name)

    def set_credit_line(self, organisation: str, *, credit_line_cents: Cents, key: str | None = None) -> Answer:
        """What a buyer may owe from now on; refused where it already owes more."""
        order = SetCreditLine(organisation, credit_line_cents, Facts(0))
        return self.ask_house(request(order, organisation, key))

    def set_daily_limit(self, organisation: str, *, limit_cents: Cents | None, key: str | None = None) -> Answer:
        """What a firm lets itself spend on instant bids in a day in Europe/Berlin, net; None: no limit.

        Less holds at once; more from the next day on, so that who gets hold of a session gains nothing by it today.
        """
        order = SetDailyLimit(organisation, limit_cents, Facts(0))
        return self.ask_house(request(order, organisation, key))

    def deposit(self, organisation: str, *, amount_cents: Cents, reference: str = "", key: str | None = None) -> Answer:
        """Money arrived for a wallet."""
        order = Deposit(organisation, amount_cents, reference)
        return self.ask_house(request(order, organisation, key))

    def pay_out(self, organisation: str, *, amount_cents: Cents, reference: str = "", key: str | None = None) -> Answer:
        """Money left for a supplier's bank account (net cents); refused where less is payable."""
        order = Payout(organisation, amount_cents, reference)
        return self.ask_house(request(order, organisation, key))

    def change_member(self, organisation: str, *, group: str, suspended: bool) -> Answer:
        """Another group or standing, told to the house and to every sector at one instant (rules.md §9)."""
        order = ChangeMember(organisation, group, suspended)
        request(order, OPERATOR)
        with self.store.read() as connection:
            sectors = lookups.sectors_of_house(connection)
        aside = self._take_aside()
        return again_if_busy(lambda: self._change_member(order, sectors, aside))

    def _change_member(self, order: ChangeMember, sectors: list[str], aside: Aside | None) -> Answer:
        with self.store.begin([HOUSE, *sectors]) as tx:
            house = tx.house([order.organisation])
            decided = decide_house(house, order, tx.now)
            tx.record_house(decided)
            if aside is not None:
                tx.beside(aside, HOUSE, decided)
            for sector in sectors if order.organisation in house.members else ():
                session = Session(tx, sector)
                session.settle()
                tx.record(sector, decide(session.book, order, tx.now))
        return Answer(HOUSE, tuple(decided))

    def purge_keys(self, before: Instant) -> int:
        """Forget idempotency keys used before an instant (rules.md §10: 30 days); those of sales stay."""
        with self.store.write_aside() as connection:
            return purge_keys(connection, before)
