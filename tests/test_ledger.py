"""Outcomes as transfers; the sum over all accounts is zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import TapeBroken
from exchange.house import Deposited, PaidOut
from exchange.ledger import BANK, FEES, VAT, Ledger, balances, payable, pending, prove_zero, reserved, wallet
from exchange.orderbook.outcome import (
    Cancelled,
    Changed,
    Decided,
    Expired,
    Filled,
    Placed,
    Released,
    Skipped,
    Upheld,
)


def filled(bid_id: str | None, ask: int, vat: int, fee: int, held: int) -> Filled:
    return Filled("pv-9", "L1", bid_id, "anna", "anna", "nord", "p1", 1, ask, vat, fee, held, False)


def moves(*outcomes: object, ledger: Ledger | None = None) -> list[tuple[str, str, int]]:
    numbered = [Decided(1_000, seq, outcome) for seq, outcome in enumerate(outcomes, start=1)]
    return [(one.debit, one.credit, one.amount_cents) for one in (ledger or Ledger()).post("pv", numbered)]


def test_an_instant_bid_pays_from_the_wallet() -> None:
    assert moves(filled(None, 7_000, 1_330, 700, 0)) == [
        (wallet("anna"), pending("nord"), 6_300),
        (wallet("anna"), FEES, 700),
        (wallet("anna"), VAT, 1_330),
    ]


def test_a_standing_bid_pays_from_its_reservation_and_gives_back_what_it_no_longer_needs() -> None:
    account = reserved("anna", "B1")
    assert moves(Placed("B1", "anna", 16_660), filled("B1", 6_000, 1_140, 600, 8_330)) == [
        (wallet("anna"), account, 16_660),
        (account, pending("nord"), 5_400),
        (account, FEES, 600),
        (account, VAT, 1_140),
        (account, wallet("anna"), 1_190),
    ]


def test_a_fill_at_the_limit_touches_no_wallet() -> None:
    posted = moves(filled("B1", 7_000, 0, 0, 7_000), ledger=Ledger({"B1": 14_000}))
    assert posted == [(reserved("anna", "B1"), pending("nord"), 7_000)]


def test_a_change_moves_the_difference_either_way() -> None:
    account = reserved("anna", "B1")
    assert moves(
        Placed("B1", "anna", 100),
        Changed("B1", "anna", 150, "active", True),
        Changed("B1", "anna", 150, "paused", True),
        Changed("B1", "anna", 30, "active", True),
    ) == [
        (wallet("anna"), account, 100),
        (wallet("anna"), account, 50),
        (account, wallet("anna"), 120),
    ]


@pytest.mark.parametrize("end", [Cancelled("B1", "anna"), Expired("bid", "B1", "anna")])
def test_the_end_of_a_bid_releases_all(end: object) -> None:
    assert moves(end, ledger=Ledger({"B1": 500})) == [(reserved("anna", "B1"), wallet("anna"), 500)]


def test_an_upheld_claim_goes_back_on_all_sides() -> None:
    assert moves(Upheld("pv-9", "anna", "nord", 7_000, 1_330, 700, False)) == [
        (pending("nord"), wallet("anna"), 6_300),
        (FEES, wallet("anna"), 700),
        (VAT, wallet("anna"), 1_330),
    ]


def test_releases_deposits_and_what_moves_no_money() -> None:
    assert moves(Released("pv-9", "nord", 6_300)) == [(pending("nord"), payable("nord"), 6_300)]
    assert moves(Deposited("anna", 500)) == [(BANK, wallet("anna"), 500)]
    assert moves(PaidOut("nord", 500)) == [(payable("nord"), BANK, 500)]
    assert moves(Expired("listing", "L1"), Skipped("L1", "B1", "anna", "own_lead")) == []


def test_a_transfer_knows_whose_wallet_it_touches() -> None:
    into, out = Ledger().post("pv", [Decided(1, 1, Deposited("anna", 9)), Decided(1, 2, Placed("B1", "anna", 4))])
    assert (into.wallet, into.to_wallet_cents) == ("anna", 9)
    assert (out.wallet, out.to_wallet_cents) == ("anna", -4)
    (release,) = Ledger().post("pv", [Decided(1, 1, Released("pv-9", "nord", 5))])
    assert release.wallet is None


@given(st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 1_900), st.integers(0, 1_000)), max_size=20))
def test_sums_are_zero_after_any_fills(prices: list[tuple[int, int, int]]) -> None:
    ledger = Ledger()
    outcomes: list[object] = [Placed("B1", "anna", sum(ask + vat for ask, vat, _ in prices))]
    left = sum(ask + vat for ask, vat, _ in prices)
    for ask, vat, fee in prices:
        left -= ask + vat
        outcomes.append(filled("B1", ask, vat, min(fee, ask), left))
    posted = ledger.post("pv", [Decided(1, seq, one) for seq, one in enumerate(outcomes, 1)])
    held = balances(posted)
    prove_zero(held)
    assert ledger.held_cents == {}
    assert all(one.amount_cents > 0 and one.debit != one.credit for one in posted)


def test_an_imbalance_or_an_overdrawn_account_is_named() -> None:
    with pytest.raises(TapeBroken, match="sum to 5"):
        prove_zero({FEES: 5})
    with pytest.raises(TapeBroken, match="pending:nord holds -5"):
        prove_zero({FEES: 5, pending("nord"): -5})
    prove_zero({BANK: -5, wallet("anna"): 5})
