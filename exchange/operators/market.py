"""The market as operators run it: halts, resumptions, leads taken out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from exchange.access.users import User
from exchange.aftersale import Counter
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Answer, Desk
from exchange.errors import Invalid, Unknown
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
            answer = self.desk.halt(sector, operator=user.user_id, reason=reason)
            if self._noted(user, "sector.halt", sector, answer, request_id, {"reason": reason}):
                halted.append(sector)
        return halted

    def resume(self, user: User, sectors: Sequence[str], request_id: str = "") -> list[str]:
        """End the halts of these sectors; returns those that stood still until then."""
        only_operators(user)
        resumed = []
        for sector in sectors:
            answer = self.desk.resume(sector, operator=user.user_id)
            if self._noted(user, "sector.resume", sector, answer, request_id, {}):
                resumed.append(sector)
        return resumed

    def withdraw(self, user: User, listing_id: str, by: str, reason: str, request_id: str = "") -> str:
        """Take a lead out of the market; for the ``enquirer`` its buyers are told too that nobody may call any more.

        Returns the refusal's code where the listing was not open, else nothing. Raises Invalid, Unknown.
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
        if by == ENQUIRER:
            Counter(self.desk).withdraw(row.lead_id, self.desk.store.clock.now())
        answer = self.desk.withdraw(row.sector, listing_id=listing_id, by=by, reason=reason)
        code = answer.refused.code if answer.refused else ""
        objects: dict[str, Small] = {"listing": listing_id, "lead": row.lead_id}
        after: dict[str, Small] = {"by": by, "reason": reason, "refused": code}
        self._log(user, Deed("lead.withdraw", objects, {}, after, row.sector, answer.entries[0].seq), request_id)
        return code

    def _noted(
        self, user: User, action: str, sector: str, answer: Answer, request_id: str, after: dict[str, str]
    ) -> bool:
        code = answer.refused.code if answer.refused else ""
        deed = Deed(action, {"sector": sector}, {}, {**after, "refused": code}, sector, answer.entries[0].seq)
        self._log(user, deed, request_id)
        return not code

    def _log(self, user: User, deed: Deed, request_id: str) -> None:
        with self.desk.store.write_aside() as connection:
            log(connection, Hand(user.user_id, request_id), deed, self.desk.store.clock.now())


def reason_text(text: str) -> str:
    """A reason as it stands on the tape, where everybody reads it; raises Invalid."""
    text = " ".join(text.replace("\0", "").split())
    if not FEWEST_LETTERS <= len(text) <= MOST_LETTERS:
        raise Invalid("reason", f"{FEWEST_LETTERS} to {MOST_LETTERS} letters")
    return text
