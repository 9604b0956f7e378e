"""The desk (Handelstisch): the verbs of the exchange. Each loads, settles, decides and records in one transaction.

Verbs take keyword arguments and ids as text and return an `Answer`: the order's entry and its outcomes, among
them refusals. What is answered at the door is raised: `Invalid`, `Unknown`, `Forbidden`, `KeyReused`.
"""

from exchange.desk.answer import Answer, Entered
from exchange.desk.buying import Buying
from exchange.desk.floor import Result
from exchange.desk.inquiring import Inquiring
from exchange.desk.membership import Membership
from exchange.desk.operating import Operating
from exchange.desk.queue import Queue
from exchange.desk.request import Request, request
from exchange.desk.supplying import Supplying
from exchange.store import Conflict, OfferedLead

__all__ = ["Answer", "Conflict", "Desk", "Entered", "OfferedLead", "Queue", "Request", "Result", "request"]


class Desk(Buying, Supplying, Operating, Membership, Inquiring):
    """All verbs of the house over one store."""
