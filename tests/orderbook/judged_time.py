"""The simplest possible exchange: visits every instant at which anything can change and looks at every pair.

No index, no heap, no cleverness; slow on purpose. The quick book must decide exactly what this one decides.
Values (orders, outcomes, filters, caps' periods) are shared with it, decisions are not.
"""

from dataclasses import replace
from fractions import Fraction
from math import ceil

from exchange.claims import ClaimRules, price_parts, returned_parts
from exchange.instant import Instant
from exchange.money import ceil_share, gross_cents
from exchange.orderbook import order as o
from exchange.orderbook import outcome as r
from exchange.orderbook.caps import period_end, period_start
from exchange.orderbook.sharing import Sharing
from exchange.pricing.hours import Calendar
from exchange.pricing.schedule import Schedule
from exchange.pricing.table import compile_table
from tests.orderbook.judged import JudgedBid, JudgedListing, JudgedSale

INFINITE = 1 << 60


class JudgedTime:
    """What time brings: steps, ends, service, claims upheld by silence, payouts."""

    def __init__(self, sector: str, opened: o.OpenSector, tuned: o.TuneSector, seq: int, now: Instant) -> None:
        self.sector, self.opened, self.tuned = sector, opened, tuned
        self.calendar: Calendar = opened.calendar
        self.rules: ClaimRules = opened.claims
        self.seq, self.now = seq, now
        self.sharing = Sharing()
        self.revoked: set[str] = set()
        self.halts: list[tuple[Instant, Instant | None]] = []
        self.listings: list[JudgedListing] = []
        self.bids: list[JudgedBid] = []
        self.sales: list[JudgedSale] = []
        self.held: set[tuple[str, str]] = set()
        self.entries: list[r.Decided] = []

    # --- writing -------------------------------------------------------------------------------------------

    def write(self, value: o.Order | r.Outcome) -> int:
        self.seq += 1
        self.entries.append(r.Decided(self.now, self.seq, value))
        return self.seq

    def refuse(self, who: str, name: str, code: str, reason: str | None = None) -> None:
        self.write(r.Refused(who, name, code, reason))

    # --- time ----------------------------------------------------------------------------------------------

    @property
    def halted(self) -> bool:
        return bool(self.halts) and self.halts[-1][1] is None

    def settle(self, until: Instant) -> None:
        while (at := self.next_instant(until)) is not None:
            self.now = at
            self.visit()
        self.now = until

    def next_instant(self, until: Instant) -> Instant | None:
        found = []
        for listing in self.open_listings():
            schedule = self.schedule(listing)
            found += [at for at, _ in schedule.steps()]
            found += [schedule.expires_at, self.converts_at(listing)]
        for bid in self.bids:
            found.append(bid.terms.until_at)
            found += [period_end(self.calendar, cap.period, self.now) for cap in bid.terms.caps]
            if bid.terms.hours is not None:
                found.append(bid.terms.hours.next_start(self.calendar, self.now))
        for sale in self.sales:
            found += [sale.silence_at, sale.sold_at + self.rules.window_us]
        return min((at for at in found if at is not None and self.now < at <= until), default=None)

    def schedule(self, listing: JudgedListing) -> Schedule:
        old = listing.schedule
        return Schedule(old.table, old.listed_at, old.region, old.calendar, tuple(self.halts))

    def converts_at(self, listing: JudgedListing) -> Instant | None:
        terms = listing.conversion
        return None if terms is None else self.schedule(listing).instant_of(terms.after_us)

    def priced(self, cents: int, factor_bp: int) -> int:
        tick = self.opened.tick_cents
        return ceil(Fraction(cents * factor_bp, 10_000) / tick) * tick

    def convert(self, first: JudgedListing) -> None:
        assert first.conversion is not None
        first.state = "converted"
        order = replace(first.order, listing_id=first.listing_id + "~2", seats=first.conversion.seats, conversion=None)
        self.write(r.Converted(first.listing_id, order.listing_id, first.ask))
        floor = first.schedule.table.floor_cents
        start, floor = (self.priced(cents, first.conversion.seat_bp) for cents in (first.ask, floor))
        self.open_listing(replace(order, start_cents=start, floor_cents=floor), first)

    def open_listing(self, order: o.ListLead, like: JudgedListing) -> None:
        table = compile_table(order.start_cents, order.floor_cents, self.opened.tick_cents, like.version.curve)
        terms = (order.start_cents, order.floor_cents, self.opened.tick_cents, order.seats, like.version.number)
        listed = r.Listed(order.listing_id, *terms, like.arm_bp, table.duration_us, self.calendar.version)
        seq = self.write(replace(listed, converted_from=like.listing_id))
        schedule = Schedule(table, self.now, order.region, self.calendar, tuple(self.halts))
        changed = {"seq": seq, "listing_id": order.listing_id, "seats": order.seats, "order": order, "state": "open"}
        self.listings.append(replace(like, **changed, schedule=schedule, ask=order.start_cents, conversion=None))

    def visit(self) -> None:
        for listing in self.open_listings():
            if not self.halted and self.converts_at(listing) == self.now:
                self.convert(listing)
            elif self.schedule(listing).expires_at == self.now:
                listing.state = "expired"
                self.write(r.Expired("listing", listing.listing_id))
        for bid in sorted(self.bids, key=lambda b: b.seq):
            if bid.terms.until_at == self.now and bid.state in ("active", "paused"):
                bid.state, bid.reserved = "expired", 0
                self.write(r.Expired("bid", bid.terms.bid_id, bid.terms.buyer))
        for bid in self.bids:
            if self.begins(bid):
                bid.out = False
        if not self.halted:
            for listing in self.open_listings():
                ask = self.schedule(listing).ask_at(self.now)
                assert ask is not None
                listing.ask = ask
            self.serve()
        self.settle_sales()

    def begins(self, bid: JudgedBid) -> bool:
        """Whether a period of a cap or the hours of the bid begin at this instant."""
        periods = any(period_start(self.calendar, cap.period, self.now) == self.now for cap in bid.terms.caps)
        hours = bid.terms.hours
        starts = hours is not None and hours.next_start(self.calendar, self.now - 1) == self.now
        return periods or starts

    def settle_sales(self) -> None:
        due = [s for s in self.sales if s.silence_at == self.now and s.claim == "claimed"]
        for sale in due:
            self.uphold(sale, by_silence=True)
        for sale in self.sales:
            self.release(sale)

    # --- serving -------------------------------------------------------------------------------------------

    def open_listings(self) -> list[JudgedListing]:
        return [listing for listing in self.listings if listing.state == "open"]

    def serve(self) -> None:
        for bid in sorted(self.bids, key=lambda b: (-b.terms.limit_cents, b.place)):
            self.walk(bid)

    def walk(self, bid: JudgedBid) -> None:
        for listing in sorted(self.open_listings(), key=lambda x: (x.ask, x.seq)):
            if bid.state != "active":
                return
            if listing.state != "open" or listing.ask > bid.terms.limit_cents:
                continue
            if not bid.terms.filters.fit(listing, self.now):  # type: ignore[arg-type]
                continue
            whole = self.whole(bid, listing.ask)
            if bid.out and whole is not None:
                return
            pair = self.pair(bid, listing)
            if pair is not None:
                if listing.listing_id not in bid.passed:
                    bid.passed.add(listing.listing_id)
                    self.write(r.Skipped(listing.listing_id, bid.terms.bid_id, bid.terms.buyer, pair))
            elif whole is None:
                self.fill(listing, bid.terms.buyer, bid.group, bid)
            else:
                self.rest(bid, listing, whole)
                return

    def pair(self, bid: JudgedBid, listing: JudgedListing) -> r.SkipReason | None:
        if listing.order.supplier_group == bid.group:
            return "own_lead"
        if not listing.order.consent.covers(bid.terms.buyer):
            return "not_covered_by_consent"
        return "already_bought" if (listing.order.person_id, bid.group) in self.held else None

    def whole(self, bid: JudgedBid, ask: int) -> r.SkipReason | None:
        if bid.terms.hours is not None and not bid.terms.hours.hold(self.calendar, self.now):
            return "out_of_hours"
        if ask > self.caps_room(bid):
            return "cap_reached"
        return "budget_used" if ask > self.budget_room(bid) else None

    def caps_room(self, bid: JudgedBid) -> int:
        room = INFINITE
        for cap in bid.terms.caps:
            since = period_start(self.calendar, cap.period, self.now)
            spent = [ask for at, ask in bid.fills if at >= since]
            if cap.leads is not None:
                room = min(room, INFINITE if len(spent) < cap.leads else 0)
            else:
                room = min(room, (cap.net_cents or 0) - sum(spent))
        return room

    def budget_room(self, bid: JudgedBid) -> int:
        budget = bid.terms.budget_cents
        return INFINITE if budget is None else budget - sum(ask for _, ask in bid.fills)

    def rest(self, bid: JudgedBid, listing: JudgedListing, reason: r.SkipReason) -> None:
        rooms = {"out_of_hours": 0, "cap_reached": self.caps_room(bid), "budget_used": self.budget_room(bid)}
        opens = bid.terms.hours.next_start(self.calendar, self.now) if bid.terms.hours else None
        before = bid.notes.get(reason)
        bid.notes[reason] = (opens, rooms[reason])
        bid.out = True
        if before is not None:
            fresh = before[0] is not None and self.now >= before[0] if reason == "out_of_hours" else False
            if not fresh and rooms[reason] <= before[1]:
                return
        self.write(r.Skipped(listing.listing_id, bid.terms.bid_id, bid.terms.buyer, reason))

    def fill(
        self, listing: JudgedListing, buyer: str, group: str, bid: JudgedBid | None, whole: int | None = None
    ) -> None:
        price = listing.ask if whole is None else whole
        listing.sold += 1
        if listing.sold == listing.seats or whole is not None:
            listing.state = "sold"
        self.held.add((listing.order.person_id, group))
        if bid is not None:
            bid.fills.append((self.now, listing.ask))
            bid.passed.add(listing.listing_id)
            bid.notes.clear()
            bid.out = False
            if len(bid.fills) >= bid.terms.quantity:
                bid.state = "filled"
            bid.reserved = self.reservation(bid)
        parts = price_parts(price, self.opened.vat_bp, self.opened.fee_bp)
        sale_id = f"{self.sector}-{self.seq + 1}"
        seq = self.write(
            r.Filled(
                sale_id,
                listing.listing_id,
                bid.terms.bid_id if bid else None,
                buyer,
                group,
                listing.supplier,
                listing.order.person_id,
                listing.sold,
                price,
                parts.vat_cents,
                parts.fee_cents,
                bid.reserved if bid else 0,
                listing.state == "sold",
                None if whole is None else True,
            )
        )
        self.sales.append(JudgedSale(seq, sale_id, self.now, buyer, listing.supplier, tuple(parts)))

    def reservation(self, bid: JudgedBid) -> int:
        left, vat = bid.terms.quantity - len(bid.fills), self.opened.vat_bp
        if left <= 0 or bid.state not in ("active", "paused"):
            return 0
        whole = left * gross_cents(bid.terms.limit_cents, vat)
        if bid.terms.budget_cents is None:
            return whole
        budget = max(self.budget_room(bid), 0)
        return min(whole, budget + (ceil_share(budget, vat) + left if vat else 0))

    def uphold(self, sale: JudgedSale, *, by_silence: bool) -> None:
        parts = price_parts(sale.parts[0], self.opened.vat_bp, self.opened.fee_bp)
        share = self.rules.share_bp(sale.ground)
        sale.claim = "upheld"
        sale.back = tuple(returned_parts(parts, share, self.opened.vat_bp, self.opened.fee_bp))
        self.write(r.Upheld(sale.sale_id, sale.buyer, sale.supplier, *sale.back, by_silence))
        self.release(sale)

    def release(self, sale: JudgedSale) -> None:
        due = sale.sold_at + self.rules.window_us
        if sale.released or sale.claim == "claimed" or self.now < due:
            return
        sale.released = True
        left = (sale.parts[0] - sale.parts[2]) - (sale.back[0] - sale.back[2])
        if left > 0:
            self.write(r.Released(sale.sale_id, sale.supplier, left))
