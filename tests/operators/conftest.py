"""The market of the picture, for what operators do in it."""

from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.conftest import visitor as visitor
