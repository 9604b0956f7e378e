"""After the sale over JSON: claims, calls, what came of the lead."""

from flask import Response

from exchange.aftersale.evidence import evidence_text
from exchange.errors import ExchangeError, KeyReused
from exchange.reports.attempt_keys import attempt_of_key
from exchange.reports.contacting import disposition_of
from exchange.web.door.doorway import Call, Reply, may_order, receipt, refusal
from exchange.web.door.purchases import own_purchase
from exchange.web.owned import counter
from exchange.web.premises import premises


def claim_purchase(call: Call, sale_id: str) -> Reply | Response:
    """File a claim with its evidence."""
    user, ground, evidence = call.seen.user, call.body["ground"], call.body["evidence"]
    own_purchase(call, sale_id)
    may_order(call.seen)
    answer = counter().claim(user, sale_id, ground, evidence, call.key)
    if answer.refused is not None:
        return refusal(answer.refused, replayed=answer.replayed)
    kept = counter().evidence(user, sale_id) if answer.replayed else None
    if kept is not None and kept.text != evidence_text(evidence):
        raise KeyReused("this key came with other evidence before")
    told = {"sale_id": sale_id, "ground": ground, "at": answer.at, "receipt": receipt(answer)}
    return Reply(told, answer.replayed)


def log_attempt(call: Call, sale_id: str) -> Reply:
    """Report a call; the same key with another result is another request."""
    own_purchase(call, sale_id)
    result = call.body["result"]
    with premises().reading() as connection:
        known = attempt_of_key(connection, sale_id, call.key)
    if known is None:
        counter().log(call.seen.user, sale_id, result, call.key)
    with premises().reading() as connection:
        found = known or attempt_of_key(connection, sale_id, call.key)
    if found is None:
        raise ExchangeError("a call was reported and is not there")
    if found.result != result:
        raise KeyReused("this key reported another result before")
    told = {"id": found.attempt_id, "result": found.result, "at": found.at, "user": found.user}
    return Reply(told, known is not None)


def report_outcome(call: Call, sale_id: str) -> Reply:
    """Report what came of the lead; a repetition changes nothing but the instant."""
    own_purchase(call, sale_id)
    counter().report(call.seen.user, sale_id, call.body["outcome"], call.body["contract_cents"])
    with premises().reading() as connection:
        return Reply(disposition_of(connection, sale_id))
