"""Notices: what everybody is told on every page, up to an instant."""

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import insert, update

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, log
from exchange.errors import Invalid, Unknown
from exchange.instant import DAY_US, Instant
from exchange.schema.operating import notices
from exchange.store import Store

FEWEST_LETTERS, MOST_LETTERS = 5, 200
MOST_US = 30 * DAY_US


@dataclass(frozen=True, slots=True)
class Notices:
    """Raises Forbidden for anybody but operators."""

    store: Store

    def announce(self, user: User, text: str, until_at: Instant, request_id: str = "") -> str:
        """Tell everybody from now on; returns the notice's id. Raises Invalid."""
        only_operators(user)
        text, now = " ".join(text.replace("\0", "").split()), self.store.clock.now()
        if not FEWEST_LETTERS <= len(text) <= MOST_LETTERS:
            raise Invalid("text", f"{FEWEST_LETTERS} to {MOST_LETTERS} letters")
        if not now < until_at <= now + MOST_US:
            raise Invalid("until", "ends within 30 days from now")
        notice_id = token_hex(8)
        with self.store.write_aside() as connection:
            row = {"notice_id": notice_id, "text": text, "user_id": user.user_id}
            connection.execute(insert(notices).values(**row, from_at=now, until_at=until_at))
            deed = Deed("notice.announce", {"notice": notice_id}, {}, {"text": text, "until_at": until_at})
            log(connection, Hand(user.user_id, request_id), deed, now)
        return notice_id

    def end(self, user: User, notice_id: str, request_id: str = "") -> None:
        """Take it down now. Raises Unknown for one that is not up."""
        only_operators(user)
        now, known = self.store.clock.now(), notices.c
        with self.store.write_aside() as connection:
            up = (known.notice_id == notice_id) & (known.until_at > now)
            if not connection.execute(update(notices).where(up).values(until_at=now)).rowcount:
                raise Unknown("notice", notice_id)
            log(connection, Hand(user.user_id, request_id), Deed("notice.end", {"notice": notice_id}), now)
