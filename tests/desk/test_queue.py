"""Orders that wait together are decided together, and answered as if each had come alone (rules.md §8.3)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from exchange.desk import Desk, Queue, request
from exchange.errors import ExchangeError, Invalid, KeyReused, Unknown
from exchange.instant import MINUTE_US
from exchange.orderbook.order import Facts, InstantBid
from exchange.store import Conflict
from exchange.store.market import Changes
from tests.desk.floor import BUYERS, lead, offer, open_market, open_sector, proven, wait

pytestmark = pytest.mark.usefixtures("engine")

CROWD = [f"buyer{number}" for number in range(16)]


def crowded(url: str, *, cents: int = 10**6, **more: bool) -> Desk:
    """A market of sixteen buyers who are decided for together."""
    desk = open_market(url, **more)
    desk.queue = Queue()
    for buyer in CROWD:
        desk.join(buyer, name=buyer, buyer=True)
        desk.deposit(buyer, amount_cents=cents)
    return desk


def buying(buyer: str, listing: str, key: str | None = None, most: int = 9_000):
    return request(InstantBid(buyer, buyer, listing, most, Facts(0)), buyer, key)


class Gate:
    """A stranger who holds the sector until as many askers as wanted stand in its line."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def together(self, *asked) -> list:
        """Ask these all at once, one thread each, in this order; returns results and what was raised."""
        queue, results = self.desk.queue, [None] * len(asked)
        with ThreadPoolExecutor(len(asked)) as pool, self.desk.store.begin(["pv"]):
            for place, one in enumerate(asked):
                pool.submit(self._ask, one, results, place)
                until(lambda wanted=place + 1: queue._deciding + len(queue._waiting) == wanted)
        return results

    def _ask(self, one, results: list, place: int) -> None:
        try:
            (results[place],) = self.desk.submit("pv", [one])
        except Exception as error:
            results[place] = error


def until(condition) -> None:
    wanted = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < wanted
        time.sleep(0.001)


def commits(desk: Desk) -> list[int]:
    found: list[int] = []
    event.listen(desk.store.engine, "commit", lambda _: found.append(1))
    return found


def test_sixteen_wait_for_one_seat_and_share_two_commits(url: str) -> None:
    """The first leads alone: it was there before the others came."""
    desk = crowded(url)
    offer(desk, "L1")
    counted = commits(desk)
    answers = Gate(desk).together(*(buying(buyer, "L1") for buyer in CROWD))
    assert [bool(answer.fills) for answer in answers] == [True] + [False] * 15
    assert {(answer.refused.code, answer.refused.reason) for answer in answers[1:]} == {("not_open", "sold")}
    assert [answer.order.buyer for answer in answers] == CROWD
    assert len({answer.at for answer in answers[1:]}) == 1
    written = [count for count in counted if count]
    assert len(written) <= 2 + 1, "its own, that of the fifteen, and the stranger's"
    proven(desk)


def test_many_rounds_of_sixteen_and_one_seat(url: str) -> None:
    desk = crowded(url)
    with ThreadPoolExecutor(16) as pool:
        for number in range(20):
            name = f"L{number}"
            offer(desk, name)
            buy = (pool.submit(desk.buy, "pv", buyer=b, listing_id=name, most_cents=9_000) for b in CROWD)
            answers = [one.result() for one in list(buy)]
            assert sorted("sold" if one.fills else one.refused.code for one in answers) == ["not_open"] * 15 + ["sold"]
    proven(desk)


def test_answers_are_those_of_orders_that_came_one_by_one(url: str) -> None:
    """The same orders in the same order at one instant, half of them asked again: the tapes agree to the byte."""
    tapes = []
    for combined in (True, False):
        desk = crowded(url if combined else None, cents=25_000, vat_bp=0)
        desk.queue = Queue() if combined else None
        for number in range(4):
            offer(desk, f"L{number}", seats=3)
        wait(desk, MINUTE_US)
        asked = [buying(CROWD[n % 6], f"L{n % 5}", f"k{n}", 8_000 + 50 * n) for n in range(20)]
        asked += [buying(CROWD[n % 6], f"L{n % 5}", f"k{n}", 8_000 + 50 * n + n % 2) for n in range(20)]
        answers = Gate(desk).together(*asked) if combined else [desk.submit("pv", [one])[0] for one in asked]
        said = [answer if isinstance(answer, ExchangeError) else answer.entries for answer in answers]
        tapes.append(([entry.text for entry in desk.entries("pv")], [repr(one) for one in said]))
        assert sum(isinstance(answer, KeyReused) for answer in answers) == 10
        proven(desk)
    assert tapes[0] == tapes[1]


def test_one_key_twice_in_one_commit_gets_one_answer(url: str) -> None:
    desk = crowded(url)
    offer(desk, "L1", seats=3)
    _, one, other, third = Gate(desk).together(
        *(buying("buyer0", "L9"), buying("buyer1", "L1", "k"), buying("buyer1", "L1", "k")),
        buying("buyer1", "L1", "k", most=8_000),
    )
    assert one.fills
    assert (other.entries, other.replayed) == (one.entries, True)
    assert isinstance(third, KeyReused)


def test_what_is_wrong_at_the_door_is_told_to_who_asked_it(url: str) -> None:
    desk = crowded(url)
    offer(desk, "L1")
    _, wrong, right = Gate(desk).together(buying("buyer0", "L9"), buying("buyer1", "L1", most=0), buying("anna", "L1"))
    assert isinstance(wrong, Invalid)
    assert right.fills


def test_a_constraint_in_the_way_of_one_leaves_the_others(url: str, monkeypatch) -> None:
    desk = crowded(url)
    offer(desk, "L1", seats=3)
    written = Changes._write_sales

    def clumsy(self, connection) -> None:
        if any(filled.buyer == "bert" for filled in self.filled.values()):
            raise Conflict("a constraint")
        written(self, connection)

    monkeypatch.setattr(Changes, "_write_sales", clumsy)
    _, anna, bert, cora = Gate(desk).together(buying("buyer0", "L9"), *(buying(buyer, "L1") for buyer in BUYERS))
    assert (anna.fills[0].seat, cora.fills[0].seat) == (1, 2)
    assert isinstance(bert, Conflict)
    monkeypatch.undo()
    proven(desk)


def test_a_failure_is_told_to_all_it_concerns_and_the_next_go_on(url: str, monkeypatch) -> None:
    desk = crowded(url)
    offer(desk, "L1")
    with monkeypatch.context() as broken:
        broken.setattr("exchange.store.transaction.Transaction._gather_tape", _no_disk)
        failed = Gate(desk).together(*(buying(buyer, "L1") for buyer in CROWD[:3]))
    assert [str(one) for one in failed] == ["no disk"] * 3
    assert desk.buy("pv", buyer="buyer0", listing_id="L1", most_cents=9_000).fills
    proven(desk)


def _no_disk(*_: object) -> None:
    raise OSError("no disk")


@pytest.mark.parametrize(
    ("sizes", "batches"), [([1] * 6, [[1], [1] * 4, [1]]), ([1, 9, 1, 2, 2], [[1], [9], [1, 2], [2]])]
)
def test_no_more_than_so_many_share_a_transaction(engine: str, sizes: list[int], batches: list[list[int]]) -> None:
    """Askers stay whole: one with more requests than that goes alone."""
    queue, seen, held = Queue(at_once=4), [], threading.Event()

    def decide(asked):
        held.wait(60)
        requests = [request for _, request in asked]
        seen.append(requests)
        return requests

    with ThreadPoolExecutor(len(sizes)) as pool:
        asked = []
        for place, size in enumerate(sizes):
            asked.append(pool.submit(queue.ask, "pv", [place] * size, decide))
            until(lambda wanted=place + 1: queue._deciding + len(queue._waiting) == wanted)
        held.set()
        assert [one.result() for one in asked] == [[place] * size for place, size in enumerate(sizes)]
    assert [[one.count(place) for place in sorted(set(one))] for one in seen] == batches


def test_orders_of_several_sectors_share_a_commit_and_few_lead_at_once(engine: str) -> None:
    """While two are deciding the rest waits; whoever leads then decides for all whose sectors are free."""
    queue, seen, gates = Queue(), [], {name: threading.Event() for name in ("bu", "pv")}

    def decide(asked):
        seen.append(asked)
        gates[asked[0][0]].wait(60)
        return [request for _, request in asked]

    with ThreadPoolExecutor(6) as pool:
        asked = []
        for place, sector in enumerate(("bu", "pv", "bu", "gkv", "kfz", "pv")):
            asked.append(pool.submit(queue.ask, sector, [place], decide))
            until(lambda wanted=place + 1: queue._deciding + len(queue._waiting) == wanted)
        gates |= {"gkv": gates["pv"], "kfz": gates["pv"]}
        gates["bu"].set()
        until(lambda: len(seen) == 3)
        assert seen[2] == [("bu", 2), ("gkv", 3), ("kfz", 4)]
        gates["pv"].set()
        assert [one.result() for one in asked] == [[place] for place in range(6)]
    assert seen[3] == [("pv", 5)]


def test_one_wallet_pays_in_several_sectors_in_one_commit(url: str) -> None:
    """Sixteen buyers with money for one lead each ask for one in three sectors: each gets exactly one."""
    desk = crowded(url, cents=12_000)
    for sector in ("bu", "gkv"):
        open_sector(desk, sector)
    for sector in ("bu", "gkv", "pv"):
        for number in range(16):
            offer(desk, f"{sector}{number}", sector=sector)
    counted = commits(desk)
    with ThreadPoolExecutor(48) as pool:
        wanted = [(buyer, sector, f"{sector}{n}") for n, buyer in enumerate(CROWD) for sector in ("bu", "gkv", "pv")]
        buys = [pool.submit(desk.buy, s, buyer=b, listing_id=name, most_cents=9_000, key=name) for b, s, name in wanted]
        bought = [(buyer, buy.result()) for (buyer, _, _), buy in zip(wanted, buys, strict=True)]
    assert sorted(buyer for buyer, answer in bought if answer.fills) == sorted(CROWD)
    assert {answer.refused.code for _, answer in bought if answer.refused} == {"insufficient_funds"}
    assert len(counted) < 48 + 24, "nobody shared a commit"
    proven(desk)


def test_a_sector_that_is_not_there_is_told_so_and_spoils_nothing(url: str) -> None:
    desk = crowded(url)
    offer(desk, "L1")
    kept = desk.store._kept["pv"]
    with pytest.raises(Unknown):
        desk.buy("moon", buyer="anna", listing_id="L1", most_cents=9_000)
    assert desk.store._kept["pv"] is kept
    assert "moon" not in desk.store.known


def test_large_batches_hold_up_their_own_sectors_only(engine: str) -> None:
    queue, held = Queue(at_once=4), threading.Event()

    def decide(asked):
        if len(asked) > 4:
            held.wait(60)
        return [request for _, request in asked]

    with ThreadPoolExecutor(3) as pool:
        large = [pool.submit(queue.ask, sector, [0] * 9, decide) for sector in ("bu", "gkv", "pv")]
        until(lambda: queue._deciding == 3)
        assert queue.ask("kfz", [1], decide) == [1]
        held.set()
        assert [one.result() for one in large] == [[0] * 9] * 3


def test_who_is_known_leaves_the_line(engine: str) -> None:
    """An answer that was given before waits for no sector that somebody holds."""
    queue, held = Queue(), threading.Event()

    def decide(asked):
        held.wait(60)
        return [request for _, request in asked]

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(queue.ask, "pv", ["first"], decide)
        until(lambda: queue._deciding == 1)
        assert pool.submit(queue.ask, "pv", ["again"], decide, lambda _: ["known"]).result(60) == ["known"]
        held.set()
        assert first.result(60) == ["first"]


def test_a_batch_of_leads_stands_in_the_same_line(url: str) -> None:
    desk = crowded(url)
    with ThreadPoolExecutor(8) as pool:
        batches = [[lead(f"L{batch}-{number}") for number in range(100)] for batch in range(8)]
        listed = list(pool.map(lambda leads: desk.list_leads("pv", supplier="nord", leads=leads), batches))
    assert [len(answers) for answers in listed] == [100] * 8
    assert not [answer for answers in listed for answer in answers if isinstance(answer, ExchangeError)]
    proven(desk)
