"""Files of suppliers between upload and market: kept sealed, checked row by row, corrected, listed.

`Intake` is the room's door: every verb names the supplier, and another supplier's delivery is Unknown. What is in a
file is personal data: it is sealed like contacts, opened row by row, and erased after two weeks or once it is listed.
"""

from exchange.staging.delivery import Delivery, Offer, StagedRow
from exchange.staging.intake import Intake

__all__ = ["Delivery", "Intake", "Offer", "StagedRow"]
