"""The counter: what a buyer's people report and claim after a sale. Each call is a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from exchange.access.users import BUYING, User
from exchange.aftersale.attempts import undo_attempt, write_attempt, write_openings
from exchange.aftersale.dispositions import write_disposition, write_rule
from exchange.aftersale.evidence import Evidence, drop_evidence, evidence_text, open_evidence, seal_evidence
from exchange.desk import Answer, Desk
from exchange.errors import ConfigError, Forbidden, Invalid, Unknown
from exchange.instant import Instant
from exchange.member import OPERATOR
from exchange.money import Cents
from exchange.orderbook.sale import CLAIMED, UNCLAIMED, UPHELD
from exchange.reports.contacting import ContactRule, attempts_of, effort, rule_of, withdrawn_at
from exchange.schema import listings
from exchange.store import Conflict
from exchange.store.lookups import sale_of_buyer
from exchange.vault import Vault

UNREACHABLE = "unreachable"
SPEAK_FOR_THEMSELVES = frozenset({UNREACHABLE, "number-not-in-service"})
"""Grounds that need no words: the attempts are their evidence, or anybody can dial the number."""
FEWEST_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Counter:
    """Every verb raises Unknown for another firm's sale, as for one that does not exist, and Forbidden for users who
    do not buy for their firm."""

    desk: Desk

    def log(self, user: User, sale_id: str, result: str, key: str) -> None:
        """Report a call: a use of the consent (§ 7a UWG). Raises Forbidden where nobody may call, Invalid."""

        def act(connection: Connection) -> None:
            sale = _sale_of(connection, user, sale_id)
            if sale.claim in (CLAIMED, UPHELD) or withdrawn_at(connection, sale.lead_id) is not None:
                raise Forbidden(f"the enquirer behind {sale_id} may not be contacted")
            write_attempt(connection, sale_id=sale_id, user_id=user.user_id, result=result, key=key, at=self._now())

        self._write(act)

    def undo(self, user: User, sale_id: str, attempt_id: str) -> bool:
        """Take one's own call back; False where it is too late."""
        with self.desk.store.write_aside() as connection:
            _sale_of(connection, user, sale_id)
            return undo_attempt(
                connection, sale_id=sale_id, user_id=user.user_id, attempt_id=attempt_id, at=self._now()
            )

    def report(self, user: User, sale_id: str, outcome: str, contract_cents: Cents | None = None) -> None:
        """Report what came of the lead. Raises Invalid, and Forbidden while a claim is open or was upheld."""

        def act(connection: Connection) -> None:
            if _sale_of(connection, user, sale_id).claim in (CLAIMED, UPHELD):
                raise Forbidden(f"a claim stands on {sale_id}: nothing came of it")
            said = {"sale_id": sale_id, "user_id": user.user_id, "outcome": outcome}
            write_disposition(connection, **said, contract_cents=contract_cents, at=self._now())

        self._write(act)

    def opened(self, user: User, sale_ids: list[str]) -> None:
        """Note who first saw these contacts; any of the firm's users."""
        self._write(
            lambda connection: write_openings(
                connection, buyer=user.organisation, sale_ids=sale_ids, user_id=user.user_id, at=self._now()
            )
        )

    def claim(self, user: User, sale_id: str, ground: str, text: str, key: str | None) -> Answer:
        """Dispute a sale, with evidence. Raises Invalid where the ground's rule is not met or words are missing.

        The evidence is kept before the claim is filed, so that no claim is ever without it; where the claim is
        refused it is forgotten again.
        """
        text = evidence_text(text)
        if len(text) < FEWEST_LETTERS and ground not in SPEAK_FOR_THEMSELVES:
            raise Invalid("evidence", f"at least {FEWEST_LETTERS} letters")
        with self.desk.store.write_aside() as connection:
            sale = _sale_of(connection, user, sale_id)
            tried = effort(attempts_of(connection, sale_id))
            if ground == UNREACHABLE and not rule_of(connection, sale.sector).met_by(tried):
                raise Invalid("ground", "too few attempts for this ground")
            if sale.claim == UNCLAIMED:
                seal_evidence(connection, self._vault, sale_id, Evidence(text, tried, self._now(), user.user_id))
        answer = self.desk.claim(sale.sector, sale_id=sale_id, buyer=user.organisation, ground=ground, key=key)
        if answer.refused is not None:
            with self.desk.store.write_aside() as connection:
                if _sale_of(connection, user, sale_id).claim == UNCLAIMED:
                    drop_evidence(connection, sale_id)
        return answer

    def evidence(self, user: User, sale_id: str) -> Evidence | None:
        """What the firm said for its own claim."""
        with self.desk.store.read() as connection:
            sale_of_buyer(connection, sale_id, user.organisation)
            return open_evidence(connection, self._vault, sale_id)

    def set_rule(self, sector: str, rule: ContactRule) -> None:
        """Give a sector its own rule for attempts: the operator's."""
        self._write(lambda connection: write_rule(connection, sector, rule))

    def withdraw(self, lead_id: str, at: Instant, by: str = OPERATOR) -> Answer:
        """Note that the enquirer took the consent back at an instant: no buyer of the lead may call any more.

        The tape says so, whoever bought is told, open seats are closed. ``by`` is the supplier, ``operator`` or
        ``enquirer``. Raises Unknown.
        """
        with self.desk.store.read() as connection:
            known = select(listings.c.sector, listings.c.listing_id).where(listings.c.lead_id == lead_id)
            row = connection.execute(known.order_by(listings.c.listed_at)).first()
        if row is None:
            raise Unknown("lead", lead_id)
        return self.desk.withdraw_consent(row.sector, listing_id=row.listing_id, by=by, since_at=at)

    def _write(self, act: Callable[[Connection], None]) -> None:
        """One transaction; where somebody wrote the same row meanwhile, once more with that row in sight."""
        try:
            with self.desk.store.write_aside() as connection:
                act(connection)
        except Conflict:
            with self.desk.store.write_aside() as connection:
                act(connection)

    def _now(self) -> Instant:
        return self.desk.store.clock.now()

    @property
    def _vault(self) -> Vault:
        if self.desk.vault is None:
            raise ConfigError("there is no vault to keep evidence in")
        return self.desk.vault


def _sale_of(connection: Connection, user: User, sale_id: str) -> Any:
    sale = sale_of_buyer(connection, sale_id, user.organisation)
    if user.role not in BUYING:
        raise Forbidden("this user does not buy for the firm")
    return sale
