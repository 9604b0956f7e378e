"""The table of operations: routes, roles, scopes and the published document are made from it."""

from exchange.web.door.operation import EVERYONE, Operation
from exchange.web.door.shapes import bids, market, money, purchases

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
    Operation("show_me", "GET", "/me", "read", "account", "Who asks, and with which key", (money.MeView,),
              roles=EVERYONE),
)  # fmt: skip

BY_NAME = {one.name: one for one in OPERATIONS}
