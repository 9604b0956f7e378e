"""The catalogue: eight sectors with their questions, defaults and captions. Pure data, no trade of its own.

`SECTORS` by code, `defaults_of(code)` for prices and curve, `title` and `facts` for a board row.
"""

from exchange.catalogue.captions import facts, title
from exchange.catalogue.defaults import SectorDefaults, defaults_of
from exchange.catalogue.ranges import RANGES
from exchange.catalogue.sectors import SECTORS
from exchange.sector import Sector

__all__ = ["RANGES", "SECTORS", "SectorDefaults", "defaults_of", "facts", "sector_of", "title"]


def sector_of(code: str) -> Sector | None:
    """The sector with this code, or None."""
    return SECTORS.get(code)
