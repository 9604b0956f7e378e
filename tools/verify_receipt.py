#!/usr/bin/env python3
"""Check a receipt of `exchange proof` without the exchange: Python's standard library, no file but the receipt.

    python verify_receipt.py RECEIPT.json [--roots ROOTS.json]

Hashes, ways to the root, prices, running time, VAT, fee and order of service are computed anew. With --roots, what GET
/roots answered, roots are compared with the published ones, else printed. Says ok, or what is wrong (exit code 1).
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


def need_leaf(data, index, path, day):
    """A leaf's way leads to the root of its day (RFC 6962 §2.1); a last node without a neighbour goes up as it is."""
    node, last = sha256(b"\x00" + data).digest(), day["size"] - 1
    for step in map(bytes.fromhex, path):
        while last and index == last and index % 2 == 0:
            index, last = index // 2, last // 2
        need(0 <= index <= last and last, f"day {day['date']}: a leaf lies outside its tree, or its way is too long")
        node = sha256(b"\x01" + (step + node if index % 2 else node + step)).digest()
        index, last = index // 2, last // 2
    need(index == last == 0 and node.hex() == day["root"], f"day {day['date']}: a leaf does not lead to its root")


def check_day(day, published):
    where, head = f"day {day['date']}", json.loads(day["head"])
    need_leaf(day["head"].encode(), 0, day["path"], day)
    need((head["date"], head["entries"] + 1) == (day["date"], day["size"]), f"{where}: date or size is another")
    need(published is None or published.get(day["date"]) == day["root"], f"{where}: another root was published")
    return day, instant(head["since"]), instant(head["until"])


def check_entry(entry, days):
    text = json.loads(entry["text"])
    where, at = f"{text['sector']} {text['seq']}", instant(text["at"])
    need(canonical(text) == entry["text"], f"{where}: is not written canonically")
    need(sha256(bytes.fromhex(entry["before"]) + entry["text"].encode()).hexdigest() == entry["hash"], f"{where}: hash")
    day, since, until = days.get(entry["date"], (None, 0, 0))
    need(since <= at < until, f"{where}: lies in another day, or its day is not shown")
    need_leaf(bytes.fromhex(entry["hash"]), entry["index"], entry["path"], day)
    return text["payload"] | {"kind": text["kind"], "sector": text["sector"], "seq": text["seq"], "at": at}


def up(cents, tick, factor_bp=10_000):
    """An exact price times basis points: half-even to 20 decimals of a tick, then up to the tick."""
    return -(-round(Fraction(cents) * factor_bp / 10_000 / tick * 10**20) // 10**20) * tick


def ask(curve, terms, elapsed):
    """The price in cents after so many microseconds of running time (rules.md §2.1)."""
    family, start, floor, tau = curve["family"], terms["start_cents"], terms["floor_cents"], elapsed - curve["grace_us"]
    fall, left = start - floor, terms["duration_us"] - curve["grace_us"]
    span = left - terms["duration_us"] * curve["hold_bp"] // 10_000
    if tau <= 0 or tau >= span:
        exact = start if tau <= 0 else floor
    elif family == "linear":
        exact = start - Fraction(fall * tau, span)
    elif family == "stairs":
        exact = start * (1 - Fraction(curve["drop"])) ** (tau // curve["every_us"])
    elif family in ("steps", "points"):
        points = [(at, Fraction(share)) for at, share in curve["points"] if at <= left]
        legs = pairwise([*points, (1 << 99, points[-1][1])])
        (since, high), (until, low) = next(leg for leg in legs if tau < leg[1][0])
        exact = floor + fall * (high - (high - low) * Fraction(tau - since, until - since) * (family == "points"))
    elif family == "logistic":
        begun, fallen = (1 + (Decimal(at - curve["midpoint_us"]) / curve["width_us"]).exp() for at in (0, tau))
        exact = floor + fall * begun / fallen
    elif family == "hyperbolic":
        exact = start * (-Decimal(curve["exponent"]) * (1 + Decimal(tau) / curve["scale_us"]).ln()).exp()
    else:
        life, weight, ln2 = curve["half_life_us"], Decimal(curve.get("weight", 1)), Decimal(2).ln()
        fresh, aged = ((-tau * ln2 / half).exp() for half in (life, curve.get("second_half_life_us", life)))
        exact = start * (weight * fresh + (1 - weight) * aged)
    return up(max(floor, exact), terms["tick_cents"])


def utc(calendar, local):
    """The instant of a local wall time: after a gap the first, of a double hour the earlier one."""
    changes = [*calendar["offsets"], [calendar["until_us"] + DAY, 0]]
    return next(at for (since, offset), (until, _) in pairwise(changes) if (at := max(since, local - offset)) < until)


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


def check_conversion(old, found, curve, stops):
    """The exclusive listing ended unsold at its time, and the terms of the shared one follow from it."""
    ended, new, rule = found["converted"], found["listed"], old.pop("conversion", {})
    elapsed = running(found["open"]["calendar"], found["list"]["region"], old["at"], ended["at"], stops)
    last = ask(curve, old, elapsed - 1)
    need([elapsed, ended["ask_cents"]] == [rule.get("after_us"), last], f"it ended after {elapsed} us at {last} cents")
    start, floor = (up(cents, old["tick_cents"], rule["seat_bp"]) for cents in (last, old["floor_cents"]))
    follows = {"listing_id": ended["into"], "converted_from": ended["listing_id"], "seats": rule["seats"]}
    follows |= {"start_cents": start, "floor_cents": floor, "at": ended["at"], "seq": ended["seq"] + 1}
    need(new == old | follows and new["seats"] > old["seats"] == 1, "the shared listing does not follow from it")


def check(text, published=None):
    receipt = json.loads(text)
    seal = sha256(canonical({name: held for name, held in receipt.items() if name != "seal"}).encode()).hexdigest()
    need((canonical(receipt) + "\n", seal, 1) == (text, receipt["seal"], receipt["v"]), "it is not as it was written")
    days = {day["date"]: check_day(day, published) for day in receipt["days"]}
    entries = [check_entry(entry, days) for entry in receipt["entries"]]
    found = {entry["kind"]: entry for entry in entries}
    asked = "change" if "change" in found else "bid" if "bid" in found else "buy"
    sale, terms, rules, order = found["filled"], found["listed"], found["open"], found[asked]
    whole, twice = sale.get("buyout") is True, "converted" in found
    kinds = ["open", "tune", "list", "listed", asked, "filled", *["sharing"] * whole, *["converted", "listed"] * twice]
    single = [entry["kind"] for entry in entries if entry["kind"] not in ("halted", "resumed")]
    need(sorted(single) == sorted(kinds), "other entries belong here")
    need(all(a["seq"] < b["seq"] and a["sector"] == b["sector"] for a, b in pairwise(entries)), "the order is another")
    first = next(entry for entry in entries if entry["kind"] == "listed")
    need(sale["sale_id"] == receipt["sale"] == f"{sale['sector']}-{sale['seq']}", "the sale is another")
    names = {first["listing_id"], found["list"]["listing_id"], terms["converted_from" if twice else "listing_id"]}
    need(len(names) == 1, "the lead is another")
    known = [*found["tune"].get("versions", []), *(arm["version"] for arm in found["tune"]["arms"])]
    curve = next((version["curve"] for version in known if version["number"] == terms["curve"]), None)
    need(curve and rules["calendar"]["version"] == terms["calendar"], "curve or calendar of the terms is not shown")
    getcontext().prec = 66
    steps, rows = receipt["steps"], receipt["service"]
    need(steps[0][0] == 0, "the first step is not the start")
    for (at, cents), (end, _) in pairwise([*steps, (terms["duration_us"], 0)]):
        need(at < end and ask(curve, terms, at) == cents == ask(curve, terms, end - 1), f"after {at} us: another price")
    halts, ends = ([entry["at"] for entry in entries if entry["kind"] == kind] for kind in ("halted", "resumed"))
    stops = [(max(halt for halt in (0, *halts) if halt <= end), end) for end in ends]
    if twice:
        check_conversion(first, found, curve, stops)
    price = ask(curve, terms, running(rules["calendar"], found["list"]["region"], terms["at"], sale["at"], stops))
    need(order.get("buyout") == sale.get("buyout"), "a seat was asked for and the whole sold, or the other way round")
    if whole:
        price = up(price, terms["tick_cents"], found["sharing"]["sharing"]["buyout_bp"])
        need(terms["seats"] > 1 == sale["seat"] and sale["sold_out"], "it is no lead that could be bought as a whole")
    due = [price, *((price * rules[share] * 2 + 10_000) // 20_000 for share in ("vat_bp", "fee_bp"))]
    need(due == [sale["ask_cents"], sale["vat_cents"], sale["fee_cents"]], f"price, VAT and fee were {due} cents")
    need((order["buyer"], terms["listing_id"]) == (sale["buyer"], sale["listing_id"]), "buyer or listing is another")
    need(order.get("limit_cents", order.get("most_cents")) >= price, "the sale costs more than was allowed")
    need(rows == sorted(rows, key=lambda row: (-row["limit_cents"], row["place"])), "order of service")
    need(1 <= sale["seat"] <= terms["seats"] >= sum(row["came"] == "filled" for row in rows), "there are fewer seats")
    mine = [place for place, row in enumerate(rows) if row["bid"] == receipt.get("you")]
    need(len(mine) == ("bid_id" in sale) == ("you" in receipt), "the buyer's own bid is not among those looked at")
    need(all(row["came"] != "not_reached" for row in rows[: (mine or [None])[0]]), "a bid with precedence was left out")
    own = all((rows[at]["came"], rows[at]["limit_cents"]) == ("filled", order.get("limit_cents")) for at in mine)
    need(own, "the buyer's own bid is another")
    return receipt["sale"], {day["date"]: day["root"] for day in receipt["days"]}


def main(file, *more):
    try:
        rows = json.loads(Path(more[-1]).read_bytes())["roots"] if more else []
        published = {row["date"]: row["root"] for row in rows} if more else None
        sale, roots = check(Path(file).read_bytes().decode(), published)
    except (Wrong, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, StopIteration) as wrong:
        sys.exit(f"wrong: {wrong}" if isinstance(wrong, Wrong) else f"wrong: this is no receipt ({wrong!r})")
    for day, root in roots.items():
        print(day, root, "as published" if more else "(compare it with the published one)")
    print(f"ok: {sale}")


if __name__ == "__main__":
    main(*sys.argv[1:])
