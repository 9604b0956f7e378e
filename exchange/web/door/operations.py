"""The table of operations: routes, roles, scopes and the published document are made from it."""

from exchange.web.door.curve_operations import CURVE_OPERATIONS
from exchange.web.door.hook_operations import HOOK_OPERATIONS
from exchange.web.door.operation import EVERYONE, SELLERS, Operation
from exchange.web.door.shapes import (
    arms,
    backtests,
    bids,
    consents,
    lead_forms,
    market,
    money,
    purchases,
    statistics,
    supply,
)
from exchange.web.door.supply_operations import SUPPLY_OPERATIONS

_CLOCK = ("clock_back", "clock_skew")
_BUY = (
    "halted",
    "not_open",
    "own_lead",
    "not_covered_by_consent",
    "already_bought",
    "price_above_limit",
    "cap_reached",
    "insufficient_funds",
    *_CLOCK,
)
_BID = ("insufficient_funds", "conflict", *_CLOCK)
_LIVING = ("not_open", "conflict", *_CLOCK)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_market", "GET", "/market", "read", "market", "Open listings under the board's filters",
        (market.MarketView,), query=market.MarketQuery, codes=("unknown",),
    ),
    Operation(
        "show_listing", "GET", "/market/{listing_id}", "read", "market",
        "One listing: terms, all steps, who waits, what history says", (market.ListingDetailView,),
    ),
    Operation(
        "list_sectors", "GET", "/sectors", "read", "market", "Markets: questions, tick, seats, claims, halts",
        (market.SectorsView,),
    ),
    Operation(
        "buy_lead", "POST", "/leads/{listing_id}/buy", "buy", "market",
        "Buy a seat at the ask of the decision, paying at most so much", (purchases.BoughtView,),
        body=purchases.BuyForm, keyed=True, codes=_BUY,
    ),
    Operation(
        "buy_out_lead", "POST", "/leads/{listing_id}/buyout", "buy", "market",
        "Buy all seats of a shared lead none of which is sold, paying at most so much", (purchases.BoughtView,),
        body=purchases.BuyOutForm, keyed=True, codes=_BUY,
    ),
    Operation(
        "purchase", "GET", "/purchases", "read", "purchases",
        "What was bought, the latest first; with ``key`` what that key was answered",
        (purchases.PurchasesView, purchases.BoughtView), query=purchases.PurchasesQuery, codes=("unknown", *_BUY),
    ),
    Operation(
        "show_purchase", "GET", "/purchases/{sale_id}", "read", "purchases",
        "One purchase: contact, consent proof, receipt, calls, claim", (purchases.PurchaseDetailView,),
    ),
    Operation(
        "claim_purchase", "POST", "/purchases/{sale_id}/claim", "buy", "purchases", "Claim a purchase on one ground",
        (purchases.ClaimedView,), body=purchases.ClaimForm, keyed=True,
        codes=("already_claimed", "window_passed", "halted", *_CLOCK),
    ),
    Operation(
        "log_attempt", "POST", "/purchases/{sale_id}/attempts", "buy", "purchases", "Report a call",
        (purchases.AttemptView,), body=purchases.AttemptForm, keyed=True,
    ),
    Operation(
        "report_outcome", "POST", "/purchases/{sale_id}/outcome", "buy", "purchases",
        "Report what came of the lead; the last report counts", (purchases.OutcomeView,),
        body=purchases.OutcomeForm,
    ),
    Operation(
        "show_receipt", "GET", "/receipts/{sale_id}", "read", "purchases", "Where a sale stands on the tape",
        (purchases.ReceiptOfSaleView,),
    ),
    Operation(
        "list_bids", "GET", "/bids", "read", "bids", "Standing bids of the firm", (bids.BidsView,),
        query=bids.BidsQuery,
    ),
    Operation(
        "place_bid", "POST", "/bids", "bids", "bids", "Enter a standing bid", (bids.PlacedView,),
        body=bids.PlaceBidForm, keyed=True, codes=("unknown", *_BID),
    ),
    Operation(
        "preview_bid", "POST", "/bids/preview", "read", "bids", "What a bid would do; nothing is placed",
        (bids.PreviewView,), body=bids.PreviewForm, codes=("unknown",),
    ),
    Operation(
        "show_bid", "GET", "/bids/{bid_id}", "read", "bids", "One bid with what it bought and why it was passed over",
        (bids.BidStoryView,),
    ),
    Operation(
        "change_bid", "PUT", "/bids/{bid_id}", "bids", "bids", "Give a bid new terms, all of them",
        (bids.ChangedView,), body=bids.ChangeBidForm, keyed=True, codes=("not_open", *_BID),
    ),
    Operation(
        "pause_bid", "POST", "/bids/{bid_id}/pause", "bids", "bids", "Take a bid out of the walk; it keeps its place",
        (bids.BidStateView,), keyed=True, codes=_LIVING,
    ),
    Operation(
        "resume_bid", "POST", "/bids/{bid_id}/resume", "bids", "bids", "Bring a paused bid back to its place",
        (bids.BidStateView,), keyed=True, codes=_LIVING,
    ),
    Operation(
        "cancel_bid", "POST", "/bids/{bid_id}/cancel", "bids", "bids", "End a bid and release what it holds",
        (bids.BidStateView,), keyed=True, codes=_LIVING,
    ),
    Operation(
        "switch", "POST", "/bids/{bid_id}/switch", "bids", "bids", "Pause or resume, as the pages' switch does",
        (bids.SwitchedView,), body=bids.SwitchForm, codes=_LIVING,
    ),
    Operation(
        "show_wallet", "GET", "/wallet", "read", "wallet", "What may be spent, what is held", (money.WalletView,),
    ),
    Operation(
        "list_movements", "GET", "/wallet/movements", "read", "wallet", "Every movement of the wallet",
        (money.MovementsView,), query=money.MovementsQuery,
    ),
    Operation(
        "follow_entries", "GET", "/entries", "read", "tape", "What happened since a position, as on the live stream",
        (money.EntriesView,), query=money.EntriesQuery,
    ),
    Operation(
        "post_lead", "POST", "/leads", "supply", "supply", "Post one lead; its outcome is the answer",
        (supply.PostedView,), query=supply.LeadQuery, bodies=tuple(lead_forms.LEADS.values()), keyed=True,
        roles=SELLERS,
    ),
    Operation(
        "post_batch", "POST", "/batches", "supply", "supply",
        "Post many leads, as a list or as a file; they are read and listed in the background",
        (supply.BatchView,), query=supply.BatchQuery, bodies=tuple(lead_forms.BATCHES.values()), keyed=True,
        codes=("unusable_file",), roles=SELLERS, files=True, status=202,
    ),
    Operation(
        "list_batches", "GET", "/batches", "supply", "supply", "How far the supplier's batches are, the latest first",
        (supply.BatchesView,), query=supply.BatchesQuery, roles=SELLERS,
    ),
    Operation(
        "show_batch", "GET", "/batches/{batch_id}", "supply", "supply", "How far a batch is, with counts",
        (supply.BatchView,), roles=SELLERS,
    ),
    Operation(
        "withdraw_consent", "POST", "/leads/{listing_id}/consent-withdrawal", "supply", "supply",
        "An enquirer took the consent back: open seats are closed, buyers told", (consents.ConsentWithdrawnView,),
        body=consents.WithdrawConsentForm, keyed=True, codes=("not_open", *_CLOCK), roles=SELLERS,
    ),
    Operation(
        "list_outcomes", "GET", "/batches/{batch_id}/leads", "supply", "supply",
        "What became of each lead of a batch, and why", (supply.OutcomesView,), query=supply.OutcomesQuery,
        roles=SELLERS,
    ),
    Operation(
        "list_backtests", "GET", "/backtests", "read", "market",
        "Back-tests of the last week; with ``run`` the report of one", (backtests.BacktestsView,),
        query=backtests.BacktestsQuery, codes=("unknown",), roles=("operator", "analyst"),
    ),
    Operation(
        "start_backtest", "POST", "/backtests", "read", "market",
        "Play a past period on other terms; Location says where its report will be", (backtests.BacktestRunView,),
        body=backtests.BacktestForm, keyed=True, codes=("conflict",), roles=("operator", "analyst"), status=202,
        placed=True,
    ),
    Operation(
        "compare_arms", "GET", "/sectors/{sector}/arms", "read", "market",
        "Curve versions that run side by side, with intervals and what the stop rule says", (arms.ArmsView,),
        query=arms.ArmsQuery, roles=("operator", "analyst"),
    ),
    Operation(
        "market_statistics", "GET", "/statistics", "read", "market",
        "Prices, volume, time to sale and claims of a sector by day, month and region; small numbers hidden",
        (statistics.StatisticsView,), query=statistics.StatisticsQuery, codes=("unknown",), roles=EVERYONE,
    ),
    *CURVE_OPERATIONS,
    *HOOK_OPERATIONS,
    *SUPPLY_OPERATIONS,
    Operation("show_me", "GET", "/me", "read", "account", "Who asks, and with which key", (money.MeView,),
              roles=EVERYONE),
)  # fmt: skip

BY_NAME = {one.name: one for one in OPERATIONS}
