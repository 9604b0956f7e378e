"""Sectors edited without code: what they ask, what their leads start at, what they take, how claims go."""

import json
from dataclasses import dataclass

from sqlalchemy import insert

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.catalogue import SECTORS
from exchange.catalogue.editions import Edition, check_edition
from exchange.desk import Answer, Conflict, Desk
from exchange.errors import Invalid, Unknown
from exchange.operators.market import reason_text
from exchange.operators.noting import Line, noting
from exchange.orderbook.rates import Rates, check_rates
from exchange.reports.editions import edition_in_force, rates_in_force
from exchange.schema.operating import sector_editions


@dataclass(frozen=True, slots=True)
class SectorOffice:
    """Raises Forbidden for anybody but operators, Unknown for a sector that is not open."""

    desk: Desk

    def edit(self, user: User, code: str, edition: Edition, before: int, reason: str, request_id: str = "") -> int:
        """Put an edition in force in place of number ``before``; returns its number. Raises Invalid, Conflict."""
        only_operators(user)
        return self.edit_by(Hand(user.user_id, request_id), code, edition, before, reason)

    def edit_by(self, hand: Hand, code: str, edition: Edition, before: int, reason: str) -> int:
        """The same for whoever has the host."""
        reason, now = reason_text(reason), self.desk.store.clock.now()
        if code not in SECTORS:
            raise Unknown("sector", code)
        with self.desk.store.read() as connection:
            number, old = edition_in_force(connection, code)
            rates = rates_in_force(connection, code)
        if rates is None:
            raise Unknown("sector", code)
        if number != before:
            raise Conflict("somebody else edited this sector meanwhile: look again")
        if edition == old:
            raise Invalid("edition", "nothing was changed")
        check_edition(edition, old, rates.tick_cents)
        payload = json.dumps(edition.to_payload(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        row = {"sector": code, "number": number + 1, "at": now, "user_id": hand.user_id, "reason": reason}
        with self.desk.store.write_aside() as connection:
            connection.execute(insert(sector_editions).values(**row, payload=payload))
            after: dict[str, Small] = {"edition": number + 1, "changed": changed(old, edition)[:200], "reason": reason}
            log(connection, hand, Deed("sector.edit", {"sector": code}, {"edition": number}, after), now)
        return number + 1

    def set_rates(self, user: User, code: str, rates: Rates, reason: str, request_id: str = "") -> Answer:
        """Other grid, seats, fee or claim rules for what is listed and sold from now on. Raises Invalid."""
        only_operators(user)
        return self.set_rates_by(Hand(user.user_id, request_id), code, rates, reason)

    def set_rates_by(self, hand: Hand, code: str, rates: Rates, reason: str) -> Answer:
        """The same for whoever has the host."""
        reason = reason_text(reason)
        check_rates(rates)
        with self.desk.store.read() as connection:
            before = rates_in_force(connection, code)
            _, edition = edition_in_force(connection, code) if code in SECTORS else (0, None)
        if before is None:
            raise Unknown("sector", code)
        if rates == before:
            raise Invalid("rates", "nothing was changed")
        if edition is not None:
            check_edition(edition, edition, rates.tick_cents)
        line = Line("sector.rates", {"sector": code}, _said(before), _said(rates) | {"reason": reason})
        return noting(self.desk, hand, line).set_rates(code, operator=hand.user_id, rates=rates)


def changed(before: Edition, now: Edition) -> str:
    """What an edition changes, in codes: ``age:relabelled smoker:retired start_cents``."""
    old = {one.key: one for one in before.questions}
    found = []
    for one in now.questions:
        was = old.get(one.key)
        if was is None:
            found.append(f"{one.key}:added")
        elif was != one:
            what = (
                "retired"
                if one.retired and not was.retired
                else "asked again"
                if was.retired and not one.retired
                else ""
            )
            found.append(f"{one.key}:{what or 'changed'}")
    names = (
        "start_cents",
        "shared_start_cents",
        "floor_cents",
        "shared_floor_cents",
        "duplicate_window_us",
        "most_age_us",
    )
    found += [name for name in names if getattr(before, name) != getattr(now, name)]
    if [one.key for one in before.questions] != [one.key for one in now.questions][: len(before.questions)]:
        found.append("order")
    return " ".join(found)


def _said(rates: Rates) -> dict[str, Small]:
    told: dict[str, Small] = {"tick_cents": rates.tick_cents, "most_seats": rates.most_seats, "fee_bp": rates.fee_bp}
    shares = " ".join(f"{ground}:{share_bp}" for ground, share_bp in rates.claims.shares_bp)
    return told | {
        "window_us": rates.claims.window_us, "silence_us": rates.claims.silence_us, "shares_bp": shares,
    }  # fmt: skip
