"""The web application, assembled step by step."""

from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined

from exchange.web.access import protect
from exchange.web.admission import admission
from exchange.web.analyse import analyse
from exchange.web.api import api
from exchange.web.arms import arms
from exchange.web.auth import auth
from exchange.web.bids import bids
from exchange.web.board import board
from exchange.web.editions import keep_current
from exchange.web.factors import factors
from exchange.web.header import dress
from exchange.web.keys import keys
from exchange.web.leads import leads
from exchange.web.manual import manual
from exchange.web.members import members
from exchange.web.operate import operate
from exchange.web.patterns import patterns
from exchange.web.premises import Premises
from exchange.web.problems import handle_problems
from exchange.web.proving import ask_for_proof
from exchange.web.replay import replay
from exchange.web.roots import roots
from exchange.web.rulings import rulings
from exchange.web.second_factor import enrol_first, second_factor
from exchange.web.sectors import sectors
from exchange.web.settings import settings
from exchange.web.specification import specification
from exchange.web.staff import staff
from exchange.web.statistics import statistics
from exchange.web.studio.pages import curves
from exchange.web.supply import supply
from exchange.web.system import system
from exchange.web.visit import visit
from exchange.web.wallet import wallet
from exchange.web.webhooks import webhooks

MOST_BODY_BYTES = 1 << 20
MOST_FIELDS = 200


def create_app(premises: Premises) -> Flask:
    """Pages and JSON over one database; the live stream is `asgi.Doors`."""
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BODY_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
        MAX_FORM_MEMORY_SIZE=MOST_BODY_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=0,
        BABEL_DEFAULT_TIMEZONE="Europe/Berlin",
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["premises"] = premises
    Babel(app, locale_selector=lambda: visit().lang, timezone_selector=lambda: "Europe/Berlin")
    protect(app, premises)
    app.before_request(enrol_first)
    app.before_request(ask_for_proof)
    handle_problems(app)
    dress(app)
    keep_current(app, premises)
    for blueprint in (
        auth,
        settings,
        staff,
        second_factor,
        keys,
        webhooks,
        board,
        leads,
        bids,
        wallet,
        supply,
        operate,
        curves,
        arms,
        patterns,
        sectors,
        rulings,
        admission,
        members,
        factors,
        system,
        analyse,
        replay,
        statistics,
        manual,
        specification,
        api,
        roots,
    ):
        app.register_blueprint(blueprint)
    return app
