#!/usr/bin/env python3
"""Check a receipt of `exchange proof` without the exchange: Python's standard library, no file but the receipt.

    python verify_receipt.py RECEIPT.json [--roots ROOTS.json]

Recomputes the hash of every entry and its way to the root of its day, the steps of the price from the curve, the time
that ran until the sale, its price, VAT and fee, and the order of service. With --roots, what GET /roots answered, the
roots are compared with the published ones; else they are printed. Says ok, or what is wrong (exit code 1).
"""

import json
import sys
from datetime import datetime, timedelta
from decimal import Decimal, getcontext
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

DAY, MINUTE = 86_400_000_000, 60_000_000
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Wrong(Exception):
    """What does not hold."""


def need(holds, what):
    if not holds:
        raise Wrong(what)


def canonical(data):
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def instant(text):
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) // timedelta(microseconds=1)


def climb(data, index, size, path):
    """The root a leaf's way leads to (RFC 9162 §2.1.3.2)."""
    need(0 <= index < size, "a leaf lies outside its tree")
    node, place, last = sha256(b"\x00" + data).digest(), index, size - 1
    for step in map(bytes.fromhex, path):
        need(last > 0, "a way to the root is too long")
        if place % 2 or place == last:
            node = sha256(b"\x01" + step + node).digest()
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            node = sha256(b"\x01" + node + step).digest()
        place, last = place // 2, last // 2
    need(last == 0, "a way to the root is too short")
    return node.hex()


def check_day(day, published):
    where, head = f"day {day['date']}", json.loads(day["head"])
    need(climb(day["head"].encode(), 0, day["size"], day["path"]) == day["root"], f"{where}: its head is another")
    need((head["date"], head["entries"] + 1) == (day["date"], day["size"]), f"{where}: date or size is another")
    need(published is None or published.get(day["date"]) == day["root"], f"{where}: another root was published")
    return day, instant(head["since"]), instant(head["until"])


def check_entry(entry, days):
    text = json.loads(entry["text"])
    where = f"{text['sector']} {text['seq']}"
    need(canonical(text) == entry["text"], f"{where}: is not written canonically")
    need(sha256(bytes.fromhex(entry["before"]) + entry["text"].encode()).hexdigest() == entry["hash"], f"{where}: hash")
    need(entry["date"] in days, f"{where}: its day is not shown")
    day, since, until = days[entry["date"]]
    need(since <= instant(text["at"]) < until, f"{where}: lies in another day")
    found = climb(bytes.fromhex(entry["hash"]), entry["index"], day["size"], entry["path"])
    need(found == day["root"], f"{where}: is not in the tree of its day")
    return text


def value(curve, start, floor, tau, span):
    """The exact price in cents after so many microseconds of the shape (rules.md §2.1)."""
    family, fall = curve["family"], start - floor
    if family == "linear":
        return start - Fraction(fall * tau, span)
    if family == "stairs":
        return max(floor, start * (1 - Fraction(curve["drop"])) ** (tau // curve["every_us"]))
    if family in ("steps", "points"):
        points = [(at, Fraction(share)) for at, share in curve["points"]]
        legs = pairwise([*points, (1 << 99, points[-1][1])])
        (since, high), (until, low) = next(leg for leg in legs if tau < leg[1][0])
        return floor + fall * (high - (high - low) * Fraction(tau - since, until - since) * (family == "points"))
    if family == "logistic":
        middle, width = curve["midpoint_us"], curve["width_us"]
        begun, fallen = (1 + (Decimal(at - middle) / width).exp() for at in (0, tau))
        return floor + fall * begun / fallen
    if family == "hyperbolic":
        return max(floor, start * (-Decimal(curve["exponent"]) * (1 + Decimal(tau) / curve["scale_us"]).ln()).exp())
    weight, life = Decimal(curve.get("weight", 1)), curve["half_life_us"]
    lives = (life, curve.get("second_half_life_us", life))
    fresh, aged = ((-Decimal(tau) * Decimal(2).ln() / life).exp() for life in lives)
    return max(floor, start * (weight * fresh + (1 - weight) * aged))


def ask(curve, terms, elapsed):
    """The price in cents after so much running time: half-even to 20 decimals of a tick, then up."""
    start, floor, tick, grace = terms["start_cents"], terms["floor_cents"], terms["tick_cents"], curve["grace_us"]
    left = terms["duration_us"] - grace
    if "points" in curve:
        curve = curve | {"points": [point for point in curve["points"] if point[0] <= left]}
    tau, span = elapsed - grace, left - terms["duration_us"] * curve["hold_bp"] // 10_000
    exact = start if tau <= 0 else floor if tau >= span else value(curve, start, floor, tau, span)
    return -(-round(Fraction(exact) / tick * 10**20) // 10**20) * tick


def utc(calendar, local):
    """The instant of a local wall time: after a gap the first, of a double hour the earlier one."""
    changes = [*calendar["offsets"], [calendar["until_us"] + DAY, 0]]
    found = [(max(since, local - offset), until) for (since, offset), (until, _) in pairwise(changes)]
    return next(at for at, until in found if at < until)


def running(calendar, region, since, until, stops):
    """The time the price ran between two instants: in opening hours, and not during a halt."""
    closed = {day for where, days in calendar["holidays"] if where in ("*", region) for day in days}
    days = [day for day in range(since // DAY - 1, until // DAY + 2) if day + EPOCH.toordinal() not in closed]
    hours = [(day, span) for day in days for span in calendar["windows"] if span[0] == (day + 3) % 7]
    spans = [[utc(calendar, day * DAY + minute * MINUTE) for minute in span[1:]] for day, span in hours]
    total, edge = 0, since
    for begin, end in spans if calendar["windows"] else [(since, until)]:
        first, last = max(begin, edge), min(end, until)
        if first < last:
            total += last - first - sum(max(0, min(last, resumed) - max(first, halted)) for halted, resumed in stops)
            edge = last
    return total


def check(text, published=None):
    receipt = json.loads(text)
    body = canonical({name: value for name, value in receipt.items() if name != "seal"})
    need(canonical(receipt) + "\n" == text, "the file is not as it was written")
    need(
        (sha256(body.encode()).hexdigest(), 1) == (receipt["seal"], receipt["v"]), "the seal or the version is another"
    )
    days = {day["date"]: check_day(day, published) for day in receipt["days"]}
    entries = [check_entry(entry, days) for entry in receipt["entries"]]
    single = [entry["kind"] for entry in entries if entry["kind"] not in ("halted", "resumed")]
    asked = "change" if "change" in single else "bid" if "bid" in single else "buy"
    need(sorted(single) == sorted(["open", "tune", "list", "listed", asked, "filled"]), "other entries belong here")
    found = {entry["kind"]: entry["payload"] for entry in entries}
    filled, listed = (next(entry for entry in entries if entry["kind"] == kind) for kind in ("filled", "listed"))
    sale, terms, rules, order = found["filled"], found["listed"], found["open"], found[asked]
    need(sale["sale_id"] == receipt["sale"] == f"{filled['sector']}-{filled['seq']}", "the sale is another")
    need(sale["listing_id"] == terms["listing_id"] == found["list"]["listing_id"], "the listing is another")
    known = [*found["tune"].get("versions", []), *(arm["version"] for arm in found["tune"]["arms"])]
    curves = [version["curve"] for version in known if version["number"] == terms["curve"]]
    need(curves and rules["calendar"]["version"] == terms["calendar"], "curve or calendar of the terms is not shown")
    getcontext().prec = 66
    steps = receipt["steps"]
    need(steps[0][0] == 0, "the first step is not the start")
    for (since, cents), until in zip(steps, [at for at, _ in steps[1:]] + [terms["duration_us"]], strict=True):
        asks = {ask(curves[0], terms, elapsed) for elapsed in (since, until - 1)}
        need(since < until and asks == {cents}, f"after {since} us the curve asks another price than {cents} cents")
    halts = [0] + [instant(entry["at"]) for entry in entries if entry["kind"] == "halted"]
    ends = [instant(entry["at"]) for entry in entries if entry["kind"] == "resumed"]
    stops = [(max(halt for halt in halts if halt <= end), end) for end in ends]
    since, until = instant(listed["at"]), instant(filled["at"])
    elapsed = running(rules["calendar"], found["list"]["region"], since, until, stops)
    price = [cents for since, cents in steps if since <= elapsed][-1]
    need(price == sale["ask_cents"], f"the price was {price} cents, the sale says {sale['ask_cents']}")
    shares = [(price * rules[share] * 2 + 10_000) // 20_000 for share in ("vat_bp", "fee_bp")]
    need(shares == [sale["vat_cents"], sale["fee_cents"]], "VAT or fee is not its share of the price")
    need(order["buyer"] == sale["buyer"] and 1 <= sale["seat"] <= terms["seats"], "the buyer or the seat is another")
    need(order.get("limit_cents", order.get("most_cents")) >= price, "the sale costs more than was allowed")
    rows = receipt["service"]
    ranks = [(-row["limit_cents"], row["place"]) for row in rows]
    need(ranks == sorted(ranks), "the bids do not stand in their order of service")
    need(sum(row["came"] == "filled" for row in rows) <= terms["seats"], "more bids were served than there are seats")
    mine = [place for place, row in enumerate(rows) if row["bid"] == receipt.get("you")]
    need(len(mine) == ("bid_id" in sale) == ("you" in receipt), "the buyer's own bid is not among those looked at")
    need(all(row["came"] != "not_reached" for row in rows[: (mine or [None])[0]]), "a bid with precedence was left out")
    own = {(rows[place]["came"], rows[place]["limit_cents"]) for place in mine}
    need(own <= {("filled", order.get("limit_cents"))}, "the buyer's own bid is another")
    return receipt["sale"], {day["date"]: day["root"] for day in receipt["days"]}


def main(file, *more):
    try:
        rows = json.loads(Path(more[-1]).read_bytes())["roots"] if more else []
        published = {row["date"]: row["root"] for row in rows} if more else None
        sale, roots = check(Path(file).read_bytes().decode(), published)
    except (Wrong, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, StopIteration) as wrong:
        return f"wrong: {wrong}" if isinstance(wrong, Wrong) else f"wrong: this is no receipt ({wrong!r})"
    for day, root in roots.items():
        print(day, root, "as published" if more else "(compare it with the published one)")
    print(f"ok: {sale}")
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
