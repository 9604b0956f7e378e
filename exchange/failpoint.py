"""Named places where a test may end the process: between the statements of a write, before and after its commit.

Nothing in the house arms them, no setting and no variable does: in production each is one comparison.
"""

from collections.abc import Callable

_act: Callable[[str], None] | None = None


def failpoint(name: str) -> None:
    """Here a process may die: ``name`` says what has just been done."""
    if _act is not None:
        _act(name)


def arm(act: Callable[[str], None] | None) -> None:
    """Call ``act`` with the name of every place that is passed from now on; None disarms. For tests only."""
    global _act
    _act = act
