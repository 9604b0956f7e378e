from exchange.instant import DAY_US
from exchange.reports.contacting import attempts_of
from exchange.reports.worklist import FILTERS, costs, progress_counts, worklist
from tests.aftersale.conftest import Afterwards
from tests.aftersale.conftest import after as after
from tests.aftersale.conftest import market as market
from tests.aftersale.conftest import painted as painted
from tests.web.market import _lead

MORE = 7


def buy_more(after: Afterwards) -> dict[str, str]:
    """Seven more leads; returns the sale of each."""
    for number in range(MORE):
        after.wait(60_000_000)
        name = f"8M{number}PV"
        after.market.list(_lead(name, "pv", 0, "86150 DE-BY", 1, "40 20", owner="yes", building="detached"))
        after.market.desk.buy("pv", buyer="brandt", listing_id=name, most_cents=2000)
    with after.reading() as connection:
        rows, _ = worklist(connection, "brandt")
    return {row.purchase.listing_id: row.purchase.sale_id for row in rows}


def names(after: Afterwards, chosen: str = "") -> list[str]:
    with after.reading() as connection:
        return [row.purchase.listing_id for row in worklist(connection, "brandt", chosen)[0]]


def test_pages_follow_each_other_without_gap_or_repetition(after: Afterwards) -> None:
    sales = buy_more(after)
    for name in ("8M6PV", "8M2PV", "7H5BU"):
        after.counter.log(after.brandt, sales[name], "reached", f"reach-{name}")
    seen, place = [], None
    with after.reading() as connection:
        while True:
            rows, place = worklist(connection, "brandt", "", place, most=2)
            seen += [row.purchase.listing_id for row in rows]
            if place is None:
                break
    assert seen == ["8M5PV", "8M4PV", "8M3PV", "8M1PV", "8M0PV", "7H4RL", "8M6PV", "8M2PV", "7H5BU"]


def test_progress_is_what_was_said_last_and_furthest(after: Afterwards) -> None:
    sales = buy_more(after)

    def call(name: str, *results: str) -> None:
        for number, result in enumerate(results):
            after.counter.log(after.brandt, sales[name], result, f"{name}-{number:04}")

    call("8M0PV", "unreached")
    call("8M1PV", "unreached", "reached")
    call("8M2PV", "appointment", "unreached")
    call("8M3PV", "appointment")
    after.counter.report(after.brandt, sales["8M3PV"], "lost")
    after.counter.report(after.brandt, sales["8M4PV"], "contract", 90_000)
    after.counter.claim(after.brandt, sales["8M5PV"], "number-not-in-service", "", "claim-m5")
    after.counter.withdraw("8M6PV", after.now)
    with after.reading() as connection:
        found = {row.purchase.listing_id: row for row in worklist(connection, "brandt")[0]}
        counts = progress_counts(connection, "brandt")
    said = {name: row.progress for name, row in found.items()}
    assert said == {
        "7H4RL": "new",
        "7H5BU": "new",
        "8M0PV": "unreached",
        "8M1PV": "reached",
        "8M2PV": "appointment",
        "8M3PV": "lost",
        "8M4PV": "contract",
        "8M5PV": "claimed",
        "8M6PV": "withdrawn",
    }
    assert (found["8M1PV"].calls, found["8M4PV"].contract_cents) == (2, 90_000)
    assert counts == {"": 9, "open": 3, "reached": 1, "appointment": 1, "contract": 1, "lost": 1, "claim": 2}
    assert {key: len(names(after, key)) for key in FILTERS} == counts


def test_undone_calls_count_for_nothing(after: Afterwards) -> None:
    after.counter.log(after.brandt, after.sale.sale_id, "appointment", "undone-0001")
    assert names(after, "appointment") == ["7H5BU"]
    with after.reading() as connection:
        (attempt,) = attempts_of(connection, after.sale.sale_id)
    after.counter.undo(after.brandt, after.sale.sale_id, attempt.attempt_id)
    assert names(after, "appointment") == []


def test_costs_are_what_was_paid_less_what_came_back(after: Afterwards) -> None:
    sales = buy_more(after)
    after.counter.report(after.brandt, sales["8M0PV"], "contract", 90_000)
    after.counter.report(after.brandt, sales["8M1PV"], "contract")
    after.counter.claim(after.brandt, sales["8M5PV"], "number-not-in-service", "", "claim-m5")
    after.market.desk.rule("pv", sale_id=sales["8M5PV"], ruling="uphold")
    with after.reading() as connection:
        found = {row.sector: row for row in costs(connection, "brandt")}
        others = costs(connection, "krone")
    pv = found["pv"]
    assert (pv.leads, pv.spent_cents, pv.contracts, pv.reached, pv.worth_cents) == (7, 6 * 2000, 2, 2, 90_000)
    assert found["bu"].spent_cents == 4350
    assert [(row.sector, row.leads) for row in others] == [("baufi", 1)]


def test_nobody_sees_anothers_leads(after: Afterwards) -> None:
    after.wait(DAY_US)
    with after.reading() as connection:
        assert [row.purchase.listing_id for row in worklist(connection, "krone")[0]] == ["7B9BF"]
        assert worklist(connection, "nobody") == ([], None)
        assert progress_counts(connection, "nobody") == dict.fromkeys(FILTERS, 0)
