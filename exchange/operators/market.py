"""The market as operators run it: halts, resumptions, leads taken out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Hand
from exchange.desk import Desk
from exchange.errors import Invalid, Unknown
from exchange.operators.noting import Line, noting
from exchange.schema import listings

ENQUIRER, OPERATOR = "enquirer", "operator"
FEWEST_LETTERS, MOST_LETTERS = 3, 160


@dataclass(frozen=True, slots=True)
class MarketOffice:
    """Every verb raises Forbidden for anybody but operators."""

    desk: Desk

    def halt(self, user: User, sectors: Sequence[str], reason: str, request_id: str = "") -> list[str]:
        """Stop the price clocks and purchases of these sectors; returns those that ran until then. Raises Invalid,
        Unknown."""
        only_operators(user)
        reason = reason_text(reason)
        halted = []
        for sector in sectors:
            line = Line("sector.halt", {"sector": sector}, {}, {"reason": reason})
            desk = noting(self.desk, Hand(user.user_id, request_id), line)
            if desk.halt(sector, operator=user.user_id, reason=reason).refused is None:
                halted.append(sector)
        return halted

    def resume(self, user: User, sectors: Sequence[str], request_id: str = "") -> list[str]:
        """End the halts of these sectors; returns those that stood still until then."""
        only_operators(user)
        resumed = []
        for sector in sectors:
            desk = noting(self.desk, Hand(user.user_id, request_id), Line("sector.resume", {"sector": sector}))
            if desk.resume(sector, operator=user.user_id).refused is None:
                resumed.append(sector)
        return resumed

    def withdraw(self, user: User, listing_id: str, by: str, reason: str, request_id: str = "") -> str:
        """Take a lead out of the market; for the ``enquirer`` its buyers are told too that nobody may call any more.

        Returns the refusal's code where the listing was not open, or the consent withdrawn before; else nothing. Raises
        Invalid, Unknown.
        """
        only_operators(user)
        reason = reason_text(reason)
        if by not in (ENQUIRER, OPERATOR):
            raise Invalid("by", f"one of: {ENQUIRER}, {OPERATOR}")
        with self.desk.store.read() as connection:
            known = select(listings.c.sector, listings.c.lead_id).where(listings.c.listing_id == listing_id)
            row = connection.execute(known).one_or_none()
        if row is None:
            raise Unknown("listing", listing_id)
        objects = {"listing": listing_id, "lead": row.lead_id}
        line = Line("lead.withdraw", objects, {}, {"by": by, "reason": reason})
        desk = noting(self.desk, Hand(user.user_id, request_id), line)
        refused = desk.withdraw(row.sector, listing_id=listing_id, by=by, reason=reason).refused
        return refused.code if refused else ""

    def withdraw_offers(self, user: User, organisation: str, reason: str, request_id: str = "") -> int:
        """Take all of a supplier's open leads out of the market; returns how many. Seats that are sold stay sold.

        Each is an order of its own with a line of its own: what is sold meanwhile is refused and stays.
        """
        only_operators(user)
        reason = reason_text(reason)
        with self.desk.store.read() as connection:
            mine = (listings.c.supplier == organisation) & (listings.c.state == "open")
            known = select(listings.c.listing_id).where(mine).order_by(listings.c.sector, listings.c.seq)
            found = connection.execute(known).scalars().all()
        return sum(not self.withdraw(user, one, OPERATOR, reason, request_id) for one in found)


def reason_text(text: str) -> str:
    """A reason as it stands on the tape, where everybody reads it; raises Invalid."""
    text = " ".join(text.replace("\0", "").split())
    if not FEWEST_LETTERS <= len(text) <= MOST_LETTERS:
        raise Invalid("reason", f"{FEWEST_LETTERS} to {MOST_LETTERS} letters")
    return text
