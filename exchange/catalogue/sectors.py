"""The eight sectors by code, in the order of the board's tabs."""

from exchange.catalogue.insurance import BAV, BU, PKV, RLV
from exchange.catalogue.property import BAUFI, GEWERBE, PV, WP
from exchange.sector import Sector

SECTORS: dict[str, Sector] = {sector.code: sector for sector in (PKV, BU, PV, WP, BAUFI, BAV, RLV, GEWERBE)}
