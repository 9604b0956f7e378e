"""The quarantine: operators look at leads that were put aside, and list or give them back; by which rules they are."""

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select

from exchange.access.users import User
from exchange.admission.quarantine import QuarantineRules, page_of
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Desk
from exchange.errors import Invalid, Unknown
from exchange.operators.market import reason_text
from exchange.schema import organisations
from exchange.schema.admission import consent_pages
from exchange.staging import custody
from exchange.staging.gate import REJECTED, RELEASED, rules_of, set_rules
from exchange.staging.house import House
from exchange.staging.listing import Lister

MOST_LIKENESS, MOST_COUNT = 3, 1_000


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Every verb raises Forbidden for anybody but operators."""

    desk: Desk

    def release(
        self, user: User, listing_id: str, reason: str, *, know_page: bool = False, request_id: str = ""
    ) -> str:
        """List a lead that was put aside, by the ordinary verb; ``know_page``: its page is the supplier's from now on.

        Returns where it stands: ``released``, or what was decided before. Raises Unknown, Invalid.
        """
        only_operators(user)
        reason, hand = reason_text(reason), Hand(user.user_id, request_id)
        with self.desk.store.write_aside() as connection:
            now = self.desk.store.clock.now()
            row = custody.decide(connection, listing_id, RELEASED, user_id=user.user_id, reason=reason, now=now)
            if row is None:
                return custody.state_of(connection, listing_id)
            objects: dict[str, Small] = {"lead": listing_id, "supplier": row.supplier}
            log(connection, hand, Deed("quarantine.release", objects, {}, {"reason": reason}, row.sector), now)
        if know_page:
            self.know_page(user, row.supplier, row.page, request_id)
        Lister(House(self.desk)).list_due(row.delivery_id)
        return RELEASED

    def reject(self, user: User, listing_id: str, reason: str, request_id: str = "") -> str:
        """Give a lead back to its supplier, who reads the reason. Returns where it stands; raises Unknown, Invalid."""
        only_operators(user)
        reason = reason_text(reason)
        with self.desk.store.write_aside() as connection:
            now = self.desk.store.clock.now()
            row = custody.decide(connection, listing_id, REJECTED, user_id=user.user_id, reason=reason, now=now)
            if row is None:
                return custody.state_of(connection, listing_id)
            objects: dict[str, Small] = {"lead": listing_id, "supplier": row.supplier}
            deed = Deed("quarantine.reject", objects, {}, {"reason": reason}, row.sector)
            log(connection, Hand(user.user_id, request_id), deed, now)
        return REJECTED

    def set_rules(self, user: User, sector: str, rules: QuarantineRules, request_id: str = "") -> None:
        """What puts leads of a sector aside from now on; raises Invalid, Unknown."""
        only_operators(user)
        if sector not in self.desk.sectors():
            raise Unknown("sector", sector)
        bounds = (
            ("likeness", rules.likeness, MOST_LIKENESS),
            ("phone_sectors", rules.phone_sectors, MOST_COUNT),
            ("young_leads", rules.young_leads, MOST_COUNT),
            ("least_score_bp", rules.least_score_bp, 10_000),
        )
        for name, value, most in bounds:
            if not 0 <= value <= most:
                raise Invalid(name, f"0 to {most}")
        with self.desk.store.write_aside() as connection:
            before = rules_of(connection, sector)
            set_rules(connection, sector, rules)
            deed = Deed("quarantine.rules", {"sector": sector}, asdict(before), asdict(rules))
            log(connection, Hand(user.user_id, request_id), deed, self.desk.store.clock.now())

    def know_page(self, user: User, supplier: str, page: str, request_id: str = "") -> None:
        """Know a page (a host, or an address on it) as one on which a supplier's enquirers agree. Raises Invalid."""
        only_operators(user)
        page = page_of(page if "://" in page else f"https://{page.strip()}")
        if not 3 <= len(page) <= 200 or "." not in page or not page.isprintable():
            raise Invalid("page", "a host like vergleich.example")
        with self.desk.store.write_aside() as connection:
            firm = select(organisations.c.organisation).where(organisations.c.organisation == supplier)
            if connection.execute(firm).first() is None:
                raise Unknown("organisation", supplier)
            mine = (consent_pages.c.supplier == supplier) & (consent_pages.c.page == page)
            if connection.execute(select(consent_pages.c.page).where(mine)).first() is not None:
                return
            now = self.desk.store.clock.now()
            row = {"supplier": supplier, "page": page, "user_id": user.user_id, "noted_at": now}
            connection.execute(insert(consent_pages).values(**row))
            deed = Deed("page.know", {"supplier": supplier, "page": page})
            log(connection, Hand(user.user_id, request_id), deed, now)

    def forget_page(self, user: User, supplier: str, page: str, request_id: str = "") -> None:
        """Know it no more."""
        only_operators(user)
        with self.desk.store.write_aside() as connection:
            mine = (consent_pages.c.supplier == supplier) & (consent_pages.c.page == page)
            if not connection.execute(delete(consent_pages).where(mine)).rowcount:
                raise Unknown("page", page)
            deed = Deed("page.forget", {"supplier": supplier, "page": page})
            log(connection, Hand(user.user_id, request_id), deed, self.desk.store.clock.now())
