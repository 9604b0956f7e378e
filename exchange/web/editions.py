"""Every process reads what operators edited of the sectors before it makes a page with them."""

from flask import Flask, request

from exchange.store import Unavailable
from exchange.web.premises import Premises


def keep_current(app: Flask, premises: Premises) -> None:
    """Before each request, at most every two seconds; where the database does not answer, as it was read last."""

    @app.before_request
    def refresh() -> None:
        if request.endpoint == "static":
            return
        try:
            with premises.reading() as connection:
                premises.catalogue.refresh(connection)
        except Unavailable:
            return
