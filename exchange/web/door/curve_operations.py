"""The curve studio's rows of the table of operations: operators, with keys of the scope ``curves``."""

from exchange.web.door.operation import Operation
from exchange.web.door.shapes import curves

_OPERATORS = ("operator",)
_LOOKING = ("operator", "analyst")

CURVE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_curves", "GET", "/curves", "read", "curves", "Every sector with what is in force, planned and drawn",
        (curves.TunedSectorsView,), roles=_LOOKING,
    ),
    Operation(
        "show_curves", "GET", "/curves/{sector}", "read", "curves",
        "A sector's versions, plans, draft, limits and history", (curves.TunedView,), roles=_LOOKING,
    ),
    Operation(
        "preview_curve", "POST", "/curves/{sector}/preview", "read", "curves",
        "The steps a curve has and whether it keeps the limits; nothing is kept", (curves.StepsView,),
        body=curves.DrawingForm, roles=_LOOKING,
    ),
    Operation(
        "save_curve_draft", "PUT", "/curves/{sector}/draft", "curves", "curves",
        "Keep a curve as the sector's draft; with a revision, change the one there is", (curves.DraftView,),
        body=curves.DraftForm, codes=("conflict",), roles=_OPERATORS,
    ),
    Operation(
        "discard_curve_draft", "POST", "/curves/{sector}/draft/discard", "curves", "curves", "Throw the draft away",
        (curves.DoneView,), body=curves.RevisionForm, codes=("conflict",), roles=_OPERATORS,
    ),
    Operation(
        "request_curve", "POST", "/curves/{sector}/draft/request", "curves", "curves",
        "Ask for approval by somebody else, and say what approval does", (curves.DraftView,),
        body=curves.RequestForm, codes=("conflict",), roles=_OPERATORS,
    ),
    Operation(
        "take_back_curve", "POST", "/curves/{sector}/draft/take-back", "curves", "curves",
        "Go on drawing what was asked for", (curves.DraftView,), body=curves.RevisionForm, codes=("conflict",),
        roles=_OPERATORS,
    ),
    Operation(
        "approve_curve", "POST", "/curves/{sector}/draft/approve", "curves", "curves",
        "Approve what somebody else asked for", (curves.VersionNumberView,), body=curves.RevisionForm,
        codes=("conflict",), roles=_OPERATORS,
    ),
    Operation(
        "reject_curve", "POST", "/curves/{sector}/draft/reject", "curves", "curves", "Say no, and why",
        (curves.DraftView,), body=curves.RejectForm, codes=("conflict",), roles=_OPERATORS,
    ),
    Operation(
        "activate_curve", "POST", "/curves/{sector}/activate", "curves", "curves",
        "Put a known version in force or back in force, now or from an instant on", (curves.ActivatedView,),
        body=curves.ActivateForm, codes=("conflict",), roles=_OPERATORS,
    ),
    Operation(
        "call_off_curve", "POST", "/curves/{sector}/call-off", "curves", "curves", "Call a planned activation off",
        (curves.DoneView,), body=curves.CallOffForm, codes=("conflict",), roles=_OPERATORS,
    ),
    Operation(
        "set_curve_limits", "PUT", "/curves/{sector}/limits", "curves", "curves", "Set what a curve must keep",
        (curves.LimitsView,), body=curves.LimitsForm, codes=("conflict",), roles=_OPERATORS,
    ),
)  # fmt: skip
