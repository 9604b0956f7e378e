from exchange.script.expectation import Check
from exchange.script.inspection import NOTHING, inspect
from exchange.script.timeline import Timeline
from tests.script.rehearsed import rehearsal

DAY = """
fee 10%
curve c1 linear over 600s
sector pv tick 1.00 curve c1 seats 3
supplier nord
buyer anna 500.00
09:00:00 list L1 pv by nord in DE-BY 86150 at 70.00 floor 10.00 seats 1
09:00:00 list L2 pv by nord in DE-BY 86150 at 5.00 floor 10.00 seats 1
09:00:00 bid B1 anna pv limit 64.00 x 2
09:02:00 settle
"""


def test_every_question() -> None:
    at = Timeline().read("09:00:55")

    with rehearsal(DAY) as played:
        played.play()

        def answer(what: str, name: str, at: int | None = None) -> tuple[str, ...]:
            return inspect(played.desk, Check(what, name, (), at)).answer

        assert answer("balance", "anna") == ("436.00", "available", "372.00")
        assert answer("pending", "nord") == ("57.60",)
        assert answer("payable", "nord") == ("0.00",)
        assert answer("listing", "L1") == ("sold", "ask", "64.00")
        assert answer("bid", "B1") == ("filled", "1", "of", "2", "active")
        assert answer("ask", "L1", at) == ("65.00",)
        assert answer("ask", "L1", at - 55_000_001) == ("none",)
        assert answer("verify", "") == ("ok",)
        assert answer("listing", "L2") == NOTHING
        assert answer("bid", "B9") == NOTHING
        assert answer("ask", "L2", at) == NOTHING
