"""What an upheld claim gives back (rules.md §7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.claims import GROUNDS, ClaimRules, Parts, price_parts, returned_parts
from exchange.instant import DAY_US

PRICES = st.integers(1, 10**9)
RATES = st.integers(0, 10_000)


def test_the_window_is_half_open():
    assert ClaimRules().closes_at(1_000) == 1_000 + 14 * DAY_US


def test_every_ground_gives_back_the_whole_but_the_wrong_sector():
    shares = {ground: ClaimRules().share_bp(ground) for ground in GROUNDS}
    assert {ground for ground, share in shares.items() if share != 10_000} == {"wrong-sector"}
    assert shares["wrong-sector"] == 5_000


def test_the_parts_of_a_sale():
    assert price_parts(4850, 1900, 1000) == Parts(net_cents=4850, vat_cents=922, fee_cents=485)


@given(PRICES, RATES, RATES)
def test_an_upheld_claim_gives_back_every_part_to_the_cent(ask, vat_bp, fee_bp):
    sold = price_parts(ask, vat_bp, fee_bp)
    assert returned_parts(sold, 10_000, vat_bp, fee_bp) == sold


@pytest.mark.parametrize(("net", "half"), [(4800, 2400), (4850, 2425), (4851, 2426)])
def test_half_the_net_is_rounded_up_and_has_its_own_vat(net, half):
    back = returned_parts(price_parts(net, 1900, 1000), 5_000, 1900, 1000)
    assert back == price_parts(half, 1900, 1000)


@given(PRICES, RATES, RATES, st.integers(1, 10_000))
def test_a_share_never_gives_back_more_than_was_paid(ask, vat_bp, fee_bp, share_bp):
    sold = price_parts(ask, vat_bp, fee_bp)
    back = returned_parts(sold, share_bp, vat_bp, fee_bp)
    assert all(part <= whole for part, whole in zip(back, sold, strict=True))
