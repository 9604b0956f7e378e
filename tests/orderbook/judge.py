"""The judge: what time brings (`judged_time`), and what members, suppliers and operators ask."""

from exchange.money import gross_cents
from exchange.orderbook import order as o
from exchange.orderbook import outcome as r
from exchange.orderbook.listing_orders import draw_arm
from exchange.orderbook.sharing import Conversion
from exchange.pricing.schedule import Schedule
from exchange.pricing.table import compile_table
from tests.orderbook.judged import JudgedBid, JudgedListing
from tests.orderbook.judged_time import JudgedTime


class Judge(JudgedTime):
    """Decides orders one by one, each check written out."""

    def decide(self, order: o.Order) -> None:
        seq = self.write(order)
        getattr(self, f"do_{order.kind}")(order, seq)

    def do_list(self, order: o.ListLead, seq: int) -> None:
        version, arm_bp = draw_arm(self.tuned.arms, order.draw)
        table = compile_table(order.start_cents, order.floor_cents, self.opened.tick_cents, version.curve)
        conversion = self.conversion(order, table.duration_us)
        seq = self.write(
            r.Listed(
                order.listing_id,
                order.start_cents,
                order.floor_cents,
                self.opened.tick_cents,
                order.seats,
                version.number,
                arm_bp,
                table.duration_us,
                self.calendar.version,
                conversion,
            )
        )
        schedule = Schedule(table, self.now, order.region, self.calendar, tuple(self.halts))
        listing = JudgedListing(
            seq,
            order.listing_id,
            order.supplier,
            order.region,
            order.postcode,
            order.seats,
            order.asked_at,
            dict(order.answers),
            order,
            schedule,
            order.start_cents,
            version,
            arm_bp,
            conversion,
        )
        self.listings.append(listing)
        if not self.halted:
            self.serve()

    def conversion(self, order: o.ListLead, duration_us: int) -> Conversion | None:
        rule, named = order.conversion, order.consent.recipients
        if rule is None or rule.after_us >= duration_us:
            return None
        seats = rule.seats if "*" in named else min(rule.seats, len(named))
        return Conversion(rule.after_us, seats, self.sharing.seat_bp) if seats >= 2 else None

    def do_sharing(self, order: o.SetSharing, seq: int) -> None:
        self.sharing = order.sharing

    def do_bid(self, order: o.StandingBid, seq: int) -> None:
        bid = JudgedBid(seq, seq, order, order.group)
        needed = self.reservation(bid)
        if needed > order.facts.available_cents:
            return self.refuse(order.buyer, order.bid_id, "insufficient_funds")
        bid.reserved = needed
        self.bids.append(bid)
        self.write(r.Placed(order.bid_id, order.buyer, needed))
        return self.look_again(bid)

    def look_again(self, bid: JudgedBid) -> None:
        bid.out = False
        if not self.halted:
            self.serve()

    def living(self, bid_id: str, buyer: str) -> JudgedBid | None:
        bid = next((b for b in self.bids if b.terms.bid_id == bid_id and b.terms.buyer == buyer), None)
        if bid is None:
            self.refuse(buyer, bid_id, "unknown")
        elif bid.state not in ("active", "paused"):
            self.refuse(buyer, bid_id, "not_open", bid.state)
        else:
            return bid
        return None

    def do_change(self, order: o.ChangeBid, seq: int) -> None:
        bid = self.living(order.bid_id, order.buyer)
        if bid is None:
            return
        before = bid.terms
        bid.terms = order
        if self.reservation(bid) - bid.reserved > order.facts.available_cents:
            bid.terms = before
            self.refuse(order.buyer, order.bid_id, "insufficient_funds")
            return
        lost = (
            order.limit_cents != before.limit_cents
            or order.quantity > before.quantity
            or order.filters.wider_than(before.filters)
        )
        bid.place = seq if lost else bid.place
        if order.hours != before.hours:
            bid.notes.pop("out_of_hours", None)
        bid.state = "filled" if len(bid.fills) >= order.quantity else bid.state
        bid.reserved = self.reservation(bid)
        self.write(r.Changed(order.bid_id, order.buyer, bid.reserved, bid.state, not lost))
        self.look_again(bid)

    def do_pause(self, order: o.PauseBid, seq: int) -> None:
        bid = self.living(order.bid_id, order.buyer)
        if bid is not None and bid.state == "active":
            bid.state = "paused"
            self.write(r.Changed(order.bid_id, order.buyer, bid.reserved, "paused", True))

    def do_unpause(self, order: o.UnpauseBid, seq: int) -> None:
        bid = self.living(order.bid_id, order.buyer)
        if bid is not None and bid.state == "paused":
            bid.state = "active"
            self.write(r.Changed(order.bid_id, order.buyer, bid.reserved, "active", True))
            self.look_again(bid)

    def do_cancel(self, order: o.CancelBid, seq: int) -> None:
        bid = self.living(order.bid_id, order.buyer)
        if bid is not None:
            bid.state, bid.reserved = "cancelled", 0
            self.write(r.Cancelled(order.bid_id, order.buyer))

    def do_buy(self, order: o.InstantBid, seq: int) -> None:
        listing = next((x for x in self.listings if x.listing_id == order.listing_id), None)
        if listing is None or not listing.order.consent.covers(order.buyer):
            return self.refuse(order.buyer, order.listing_id, "unknown")
        if self.halted:
            return self.refuse(order.buyer, order.listing_id, "halted")
        if listing.state != "open":
            return self.refuse(order.buyer, order.listing_id, "not_open", listing.state)
        price, whole = listing.ask, None
        if order.buyout:
            if listing.seats == 1:
                return self.refuse(order.buyer, order.listing_id, "not_open", "exclusive")
            if not self.sharing.buyout_bp:
                return self.refuse(order.buyer, order.listing_id, "not_open", "no_buyout")
            if listing.sold:
                return self.refuse(order.buyer, order.listing_id, "not_open", "seat_sold")
            price = whole = self.priced(listing.ask, self.sharing.buyout_bp)
        for code, holds in (
            ("own_lead", listing.order.supplier_group == order.group),
            ("already_bought", (listing.order.person_id, order.group) in self.held),
            ("price_above_limit", price > order.most_cents),
            ("insufficient_funds", gross_cents(price, self.opened.vat_bp) > order.facts.available_cents),
        ):
            if holds:
                return self.refuse(order.buyer, order.listing_id, code)
        return self.fill(listing, order.buyer, order.group, None, whole)

    def do_withdraw(self, order: o.WithdrawListing, seq: int) -> None:
        listing = next((x for x in self.listings if x.listing_id == order.listing_id), None)
        if listing is None:
            return self.refuse(order.by, order.listing_id, "unknown")
        if listing.state != "open":
            return self.refuse(order.by, order.listing_id, "not_open", listing.state)
        listing.state = "withdrawn"
        self.write(r.Withdrawn(order.listing_id, order.by))
        return None

    def do_withdraw_consent(self, order: o.WithdrawConsent, seq: int) -> None:
        named = [x for x in self.listings if x.listing_id in order.listing_ids]
        if not named:
            return self.refuse(order.by, order.listing_id, "unknown")
        if order.listing_id in self.revoked:
            return self.refuse(order.by, order.listing_id, "not_open", "consent_withdrawn")
        for listing in named:
            if listing.state == "open":
                listing.state = "withdrawn"
                self.write(r.Withdrawn(listing.listing_id, "enquirer"))
            self.revoked.add(listing.listing_id)
            self.write(r.ConsentWithdrawn(listing.listing_id, order.by, self.now))
        return None

    def do_halt(self, order: o.HaltSector, seq: int) -> None:
        if self.halted:
            return self.refuse("operator", self.sector, "not_open", "halted")
        self.halts.append((self.now, None))
        self.write(r.Halted(order.reason))
        return None

    def do_resume(self, order: o.ResumeSector, seq: int) -> None:
        if not self.halted:
            return self.refuse("operator", self.sector, "not_open", "open")
        self.halts[-1] = (self.halts[-1][0], self.now)
        self.write(r.Resumed())
        self.serve()
        return None

    def do_claim(self, order: o.FileClaim, seq: int) -> None:
        sale = next((s for s in self.sales if s.sale_id == order.sale_id and s.buyer == order.buyer), None)
        if sale is None:
            return self.refuse(order.buyer, order.sale_id, "unknown")
        if sale.claim != "unclaimed":
            return self.refuse(order.buyer, order.sale_id, "already_claimed")
        if self.now >= sale.sold_at + self.rules.window_us:
            return self.refuse(order.buyer, order.sale_id, "window_passed")
        sale.claim, sale.ground, sale.silence_at = "claimed", order.ground, self.now + self.rules.silence_us
        self.write(r.Claimed(sale.sale_id, sale.buyer, sale.ground, sale.silence_at))
        return None

    def do_rule(self, order: o.RuleClaim, seq: int) -> None:
        sale = next((s for s in self.sales if s.sale_id == order.sale_id and s.claim != "unclaimed"), None)
        if sale is None:
            return self.refuse("operator", order.sale_id, "unknown")
        if sale.claim != "claimed":
            return self.refuse("operator", order.sale_id, "not_open", sale.claim)
        if order.ruling == "uphold":
            return self.uphold(sale, by_silence=False)
        sale.claim = "rejected"
        self.write(r.Rejected(sale.sale_id, sale.buyer))
        return self.release(sale)
