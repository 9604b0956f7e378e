import pytest

from exchange.script.timeline import Timeline
from exchange.script.wording import Happened
from tests.script.rehearsed import rehearsal, report

DAY = """
curve c1 linear over 600s
sector pv tick 1.00 curve c1 seats 3
supplier nord
buyer anna 500.00
buyer bert 500.00
09:00:00 list L1 pv by nord in DE-BY 86150 at 70.00 floor 10.00 seats 2
09:00:00 bid B1 anna pv limit 64.00 x 1
"""

# What is turned away at the door has no number on the tape; it stands between what came before and after it.
DOOR = """
09:01:00 buy bert L1 most 0.00
09:01:00 buy bert L1 most 64.00
09:01:00 buy bert L1 most 0.00
"""


@pytest.mark.parametrize("late", [False, True])
def test_a_refusal_at_the_door_keeps_its_place_in_the_instant(late: bool) -> None:
    lines = [line for line in report(DAY + DOOR, late=late).lines() if line.startswith(">")]
    assert lines == [
        "> 09:01:00 fill L1 anna 64.00 B1 seat 1",
        "> 09:01:00 refuse bert L1 invalid",
        "> 09:01:00 fill L1 bert 64.00 instant seat 2",
        "> 09:01:00 refuse bert L1 invalid",
    ]


@pytest.mark.parametrize("late", [False, True])
def test_the_scheduler_runs_to_the_last_instant_and_no_further(late: bool) -> None:
    upto = report(DAY + "09:00:59.999999 settle", late=late)
    assert not any("fill" in line for line in upto.lines())
    assert any("fill" in line for line in report(DAY + "09:01:00 settle", late=late).lines())


def wakings(text: str, *, late: bool = False) -> tuple[list[int], list[Happened]]:
    """The instants at which the scheduler settled something, and what happened."""
    woken: list[int] = []
    with rehearsal(text, late=late) as played:
        settle = played.desk.settle

        def watched(sector: str) -> object:
            woken.append(played.desk.store.clock.now())
            return settle(sector)

        played.desk.settle = watched  # type: ignore[method-assign,assignment]
        return woken, played.play()


def test_the_scheduler_wakes_at_each_due_instant() -> None:
    woken, _ = wakings(DAY + "09:00:30 settle")
    nine = Timeline().read("09:00:00")
    assert woken == [nine + second * 1_000_000 for second in (10, 20, 30)]


def test_late_it_wakes_once_and_the_outcomes_are_the_same() -> None:
    woken, late = wakings(DAY + "09:10:00 settle", late=True)
    assert woken == [Timeline().read("09:10:00")]
    assert late == wakings(DAY + "09:10:00 settle")[1]


def test_a_fine_tick_does_not_tire_the_rehearsal() -> None:
    fine = DAY.replace("tick 1.00", "tick 0.01") + "09:10:00 settle"
    lines = [line for line in report(fine).lines() if line.startswith(">")]
    assert lines == ["> 09:01:00 fill L1 anna 64.00 B1 seat 1", "> 09:10:00 expire L1"]
