"""The hearing of a claim: the operator's question, the buyer's answer, the supplier's reply, and opening the case."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.access.users import BUYING, User
from exchange.aftersale.evidence import Evidence, open_evidence
from exchange.aftersale.rulings import claimed_sale, only_operators, vault_of
from exchange.aftersale.words import ANSWER, QUESTION, REPLY, RULING, Word, open_words, seal_word
from exchange.audit import Deed, Hand, log
from exchange.desk import Desk
from exchange.errors import Forbidden, Unknown
from exchange.orderbook.sale import CLAIMED
from exchange.schema import sales

EVERYTHING = (QUESTION, ANSWER, REPLY, RULING)
FOR_THE_BUYER = (QUESTION, ANSWER, RULING)
FOR_THE_SUPPLIER = (REPLY, RULING)
"""What a side reads beside the evidence."""
SELLING = ("supplier", "owner")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What was said for and about a claim."""

    evidence: Evidence | None
    words: list[Word]


@dataclass(frozen=True, slots=True)
class Hearing:
    """Every verb raises Unknown for a claim that is not the asker's, as for one that does not exist."""

    desk: Desk

    def open(self, user: User, sale_id: str, request_id: str = "") -> CaseFile:
        """Unseal a case for an operator: whoever looks is written down in the same transaction."""
        only_operators(user)
        with self.desk.store.write_aside() as connection:
            claimed_sale(connection, sale_id)
            deed = Deed("claim.opened", {"sale": sale_id})
            log(connection, Hand(user.user_id, request_id), deed, self.desk.store.clock.now())
            return self._file(connection, sale_id, EVERYTHING)

    def ask(self, user: User, sale_id: str, text: str, request_id: str = "") -> None:
        """A question to the buyer; rules on nothing. Raises Forbidden once the claim is decided, Invalid."""
        only_operators(user)
        now = self.desk.store.clock.now()
        with self.desk.store.write_aside() as connection:
            self._say(connection, user, sale_id, QUESTION, text)
            said = {"text": vault_of(self.desk).fingerprint(text)}
            log(connection, Hand(user.user_id, request_id), Deed("claim.question", {"sale": sale_id}, {}, said), now)

    def answer(self, user: User, sale_id: str, text: str) -> None:
        """The buyer answers."""
        with self.desk.store.write_aside() as connection:
            self._whose(connection, sale_id, user.organisation, sales.c.buyer.name)
            if user.role not in BUYING:
                raise Forbidden("this user does not buy for the firm")
            self._say(connection, user, sale_id, ANSWER, text)

    def reply(self, user: User, sale_id: str, text: str) -> None:
        """The supplier replies."""
        with self.desk.store.write_aside() as connection:
            self._whose(connection, sale_id, user.organisation, sales.c.supplier.name)
            if user.role not in SELLING:
                raise Forbidden("this user does not sell for the firm")
            self._say(connection, user, sale_id, REPLY, text)

    def of_buyer(self, organisation: str, sale_id: str) -> list[Word]:
        """What the buyer of a sale reads."""
        with self.desk.store.read() as connection:
            self._whose(connection, sale_id, organisation, sales.c.buyer.name)
            return open_words(connection, vault_of(self.desk), sale_id, FOR_THE_BUYER)

    def of_supplier(self, organisation: str, sale_id: str) -> CaseFile:
        """What its supplier reads: the evidence too, as the buyer was told when it filed the claim."""
        with self.desk.store.read() as connection:
            self._whose(connection, sale_id, organisation, sales.c.supplier.name)
            return self._file(connection, sale_id, FOR_THE_SUPPLIER)

    def _say(self, connection: Connection, user: User, sale_id: str, kind: str, text: str) -> None:
        if claimed_sale(connection, sale_id).claim != CLAIMED:
            raise Forbidden(f"the claim on {sale_id} is decided")
        said = {"sale_id": sale_id, "kind": kind, "user_id": user.user_id, "text": text}
        seal_word(connection, vault_of(self.desk), **said, at=self.desk.store.clock.now())

    def _file(self, connection: Connection, sale_id: str, kinds: Collection[str]) -> CaseFile:
        vault = vault_of(self.desk)
        return CaseFile(open_evidence(connection, vault, sale_id), open_words(connection, vault, sale_id, kinds))

    @staticmethod
    def _whose(connection: Connection, sale_id: str, organisation: str, side: str) -> None:
        mine = select(sales.c.sale_id).where(sales.c.sale_id == sale_id, sales.c[side] == organisation)
        if not organisation or connection.execute(mine).first() is None:
            raise Unknown("sale", sale_id)
