"""Sandbox posts: the verbs of `posting`, answered by `sandbox`. No delivery, no row, nothing of the market is kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection

from exchange.access.users import User
from exchange.desk import Desk
from exchange.errors import Invalid, Unknown
from exchange.staging import files, posted, record, sandbox, sheet
from exchange.staging.answered import Status
from exchange.staging.checking import Checker, Texts
from exchange.staging.delivery import KEPT, KEPT_US, Delivery, mapping_text
from exchange.staging.outcomes import JSON, Outcome
from exchange.staging.posted import TRIAL_BATCH, TRIAL_LEAD, Order, Post
from exchange.staging.posting import Posting, Terms
from exchange.staging.reader import said
from exchange.staging.sheet import Received

MARK = "t-"
"""How ids of sandbox posts begin."""


class Trying(Posting):
    """The same verbs, in the sandbox."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)

    def lead(self, user: User, key: str, terms: Terms, texts: Mapping[str, str], reference: str = "") -> Post:
        """Answer one lead as if it had been posted."""
        order = posted.order_of(
            user.organisation, TRIAL_LEAD, key, terms.sector, astuple(terms.offer), terms.keep, dict(texts), reference
        )
        kept = {KEPT: "1"} if terms.keep else {}
        return self._answered(user, order, terms, [(1, {**texts, **kept}, reference)])

    def batch(self, user: User, key: str, terms: Terms, received: Received) -> Post:
        """Answer many leads as if they had been posted; raises Invalid for too many."""
        if received.lead_count > sandbox.MOST_LEADS:
            raise Invalid("sandbox", f"at most {sandbox.MOST_LEADS} leads at once")
        order = posted.order_of(
            user.organisation, TRIAL_BATCH, key, terms.sector, astuple(terms.offer), terms.keep, received.digest,
            mapping_text(received.columns), sorted(received.references.items()),
        )  # fmt: skip
        return self._answered(user, order, terms, list(_leads(received, terms)))

    def status(self, user: User, delivery_id: str) -> Status:
        """What a sandbox batch was answered; raises Unknown."""
        told = sandbox.read_status(self._trial(user, delivery_id))
        counts = Counter(one.state for one in self.outcomes(user, delivery_id, most=sandbox.MOST_LEADS))
        return Status(delivery_id, **told, counts=counts, sandbox=True)

    def outcomes(
        self, user: User, delivery_id: str, states: Sequence[str] = (), *, after: int = 0, most: int = 100
    ) -> list[Outcome]:
        """What became of its leads, beyond a place; raises Unknown."""
        found = sandbox.read_outcomes(self._trial(user, delivery_id))
        wanted = (one for one in found if one.place > after and (not states or one.state in states))
        return list(wanted)[:most]

    def _trial(self, user: User, delivery_id: str) -> str:
        with self.house.reading() as connection:
            text = posted.trial_of(connection, delivery_id, user.organisation)
        if text is None:
            raise Unknown("delivery", delivery_id)
        return text

    def _answered(self, user: User, order: Order, terms: Terms, leads: Sequence[tuple[int, Texts, str]]) -> Post:
        with self.house.writing() as connection:
            record.alone(connection, user.organisation)
            found = posted.known(connection, order)
            if found is not None:
                return found
            self._check(connection, user, terms)
            post_id, now = f"{MARK}{token_hex(8)}", self.house.now()
            checker = self._checker(connection, user, terms, post_id)
            status: dict[str, Any] = {
                "name": "", "sector": terms.sector, "state": "done", "cause": "", "posted_at": now,
                "lead_count": len(leads), "read": len(leads), "forget_at": now + posted.KEPT_US,
            }  # fmt: skip
            text = sandbox.as_text(status, sandbox.rehearse(leads, checker))
            posted.note(connection, order, post_id, now, trial=text)
            return Post(post_id, "", text, replayed=False)

    def _checker(self, connection: Connection, user: User, terms: Terms, post_id: str) -> Checker:
        """The checks of a delivery that does not exist."""
        now, offer = self.house.now(), terms.offer
        delivery = Delivery(
            delivery_id=post_id, supplier=user.organisation, number=0, sector=terms.sector, uploaded_by=user.user_id,
            file_name="", file_kind="csv", sheet="", dialect=JSON, digest="", state="open", cause="", mapping="",
            row_count=0, read_rows=0, seats=offer.seats, start_cents=offer.start_cents, floor_cents=offer.floor_cents,
            uploaded_at=now, erase_at=now + KEPT_US, worker="", beat_at=0,
        )  # fmt: skip
        return self.house.checker(connection, delivery)


def _leads(received: Received, terms: Terms) -> Iterator[tuple[int, Texts, str]]:
    """The rows of a file as the reader would read them."""
    known = {KEPT: "1"} if terms.keep else {}
    less = 1 if received.dialect == JSON else 0
    with files.workplace() as folder:
        table = sheet.table_in(received.kind, received.path, folder)
        width = len(table.header)
        for row, cells in table.rows():
            yield row - less, said(cells, received.columns, width) | known, received.references.get(row, "")
