"""Who asks over JSON."""

from exchange.web.allowance import caller
from exchange.web.door.doorway import Call, Reply


def show_me(call: Call) -> Reply:
    """The user, the firm, and the key this request came with."""
    user, found = call.seen.user, caller()
    return Reply(
        {
            "name": user.name,
            "email": user.email,
            "role": user.role,
            "lang": user.lang,
            "daily_limit_cents": user.daily_limit_cents,
            "firm": {"id": user.organisation, "name": user.firm} if user.organisation else None,
            "key": None if found is None else found.key,
        }
    )
