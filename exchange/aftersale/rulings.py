"""Rulings: an operator decides, may undo it for ten seconds, then it takes effect on the tape.

A ruling that waits is a row; whichever process comes by when its time is up carries it out. What the desk is asked
carries the ruling's id as its key: carried out twice it is still one ruling.
"""

from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from exchange.access.users import User
from exchange.aftersale.words import RULING, seal_word
from exchange.audit import Deed, Hand, log
from exchange.desk import Desk
from exchange.errors import ConfigError, ExchangeError, Forbidden, Invalid, Unknown
from exchange.instant import SECOND_US, Instant
from exchange.orderbook.sale import CLAIMED, REJECTED, UPHELD
from exchange.schema import sales
from exchange.schema.operating import claim_rulings
from exchange.store.engine import locked
from exchange.vault import Vault

UPHOLD, REJECT = "uphold", "reject"
UNDO_US = 10 * SECOND_US
OPEN = ("pending", "taken")
_ENDS = {UPHOLD: UPHELD, REJECT: REJECTED}


class AlreadyRuled(ExchangeError):
    """The claim is decided, or somebody's ruling on it is on its way."""

    code = "conflict"


@dataclass(frozen=True, slots=True)
class Rulings:
    """The operators' decisions on claims. Raises Forbidden for anybody else."""

    desk: Desk

    def decide(self, user: User, sale_id: str, ruling: str, text: str, request_id: str = "") -> str:
        """Rule on a claim, with reasons for both sides; returns the ruling's id. Raises Invalid, Unknown,
        AlreadyRuled."""
        only_operators(user)
        if ruling not in _ENDS:
            raise Invalid("ruling", f"{ruling!r} is neither uphold nor reject")
        now, ruling_id = self.desk.store.clock.now(), token_hex(8)
        with self.desk.store.write_aside() as connection:
            sale = claimed_sale(connection, sale_id)
            waiting = select(claim_rulings.c.ruling_id).where(
                claim_rulings.c.sale_id == sale_id, claim_rulings.c.state.in_(OPEN)
            )
            if sale.claim != CLAIMED or connection.execute(waiting).first() is not None:
                raise AlreadyRuled(f"{sale_id} is decided or being decided")
            vault = vault_of(self.desk)
            said = {"sale_id": sale_id, "user_id": user.user_id}
            word_id = seal_word(connection, vault, **said, kind=RULING, text=text, at=now)
            row = {"ruling_id": ruling_id, "ruling": ruling, "word_id": word_id, "asked_at": now}
            connection.execute(insert(claim_rulings).values(**row, **said, state="pending", due_at=now + UNDO_US))
            deed = _deed("claim.ruling", ruling_id, sale_id, {"ruling": ruling, "text": vault.fingerprint(text)})
            log(connection, Hand(user.user_id, request_id), deed, now)
        return ruling_id

    def undo(self, user: User, ruling_id: str, request_id: str = "") -> bool:
        """Take one's own ruling back; False where it is too late. Raises Unknown."""
        only_operators(user)
        now, known = self.desk.store.clock.now(), claim_rulings.c
        with self.desk.store.write_aside() as connection:
            row = connection.execute(
                select(claim_rulings).where(known.ruling_id == ruling_id, known.user_id == user.user_id)
            ).one_or_none()
            if row is None:
                raise Unknown("ruling", ruling_id)
            still = (known.ruling_id == ruling_id) & (known.state == "pending") & (known.due_at > now)
            if not connection.execute(update(claim_rulings).where(still).values(state="undone")).rowcount:
                return False
            deed = _deed("claim.ruling_undone", ruling_id, row.sale_id, {})
            log(connection, Hand(user.user_id, request_id), deed, now)
        return True

    def carry_out(self) -> int:
        """Let those take effect whose ten seconds are over; returns how many."""
        now, known = self.desk.store.clock.now(), claim_rulings.c
        due = (known.state == "taken") | ((known.state == "pending") & (known.due_at <= now))
        with self.desk.store.read() as connection:
            found = connection.execute(select(claim_rulings).where(due).order_by(known.due_at)).all()
        for row in found:
            self._carry_out(row, now)
        return len(found)

    def _carry_out(self, row: Row[Any], now: Instant) -> None:
        """Take it, so that it can no more be undone; then the tape; then note what came of it."""
        known = claim_rulings.c
        mine = known.ruling_id == row.ruling_id
        with self.desk.store.write_aside() as connection:
            free = mine & (known.state == "pending") & (known.due_at <= now)
            connection.execute(update(claim_rulings).where(free).values(state="taken"))
        with self.desk.store.read() as connection:
            state = connection.execute(select(known.state).where(mine)).scalar_one()
            sale = connection.execute(select(sales).where(sales.c.sale_id == row.sale_id)).one()
        if state != "taken":
            return
        key = f"ruling-{row.ruling_id}"
        answer = self.desk.rule(sale.sector, sale_id=row.sale_id, operator=row.user_id, ruling=row.ruling, key=key)
        done = "void" if answer.refused else "done"
        with self.desk.store.write_aside() as connection:
            taken = mine & (known.state == "taken")
            ended = {"state": done, "done_at": answer.at, "seq": answer.entries[0].seq}
            if connection.execute(update(claim_rulings).where(taken).values(**ended)).rowcount:
                after = {"ruling": row.ruling, "state": done}
                deed = _deed("claim.ruled", row.ruling_id, row.sale_id, after, sale.sector, answer.entries[0].seq)
                log(connection, Hand(row.user_id, key), deed, now)


def _deed(
    action: str,
    ruling_id: str,
    sale_id: str,
    after: dict[str, Any],
    sector: str | None = None,
    seq: int | None = None,
) -> Deed:
    return Deed(action, {"ruling": ruling_id, "sale": sale_id}, {}, after, sector, seq)


def only_operators(user: User) -> None:
    """Raises Forbidden for anybody else."""
    if user.role != "operator":
        raise Forbidden("this is the operators'")


def claimed_sale(connection: Connection, sale_id: str) -> Row[Any]:
    """A sale that is or was disputed, locked; raises Unknown."""
    known = select(sales).where(sales.c.sale_id == sale_id, sales.c.claim != "unclaimed")
    row = connection.execute(locked(known)).one_or_none()
    if row is None:
        raise Unknown("claim", sale_id)
    return row


def vault_of(desk: Desk) -> Vault:
    """The desk's vault; raises ConfigError where it has none."""
    if desk.vault is None:
        raise ConfigError("there is no vault to keep words in")
    return desk.vault
