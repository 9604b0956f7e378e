"""A supplier's pages: their addresses. What stands on them is in the files named here."""

from flask import Blueprint

from exchange.web import (
    batch_listing,
    checking,
    supply_advice,
    supply_claims,
    supply_consent,
    supply_earnings,
    supply_leads,
    supply_life,
    supply_overview,
    supply_template,
    uploading,
)

supply = Blueprint("supply", __name__, url_prefix="/lieferungen")
supply.url_value_preprocessor(uploading.make_room)
_ONE = "/<delivery_id>"
_ROW = f"{_ONE}/zeilen/<row>"
_LEAD = "/leads/<listing_id>"
for _path, _endpoint, _view, _verb in (
    ("", "show", supply_overview.show, "GET"),
    ("/quellen", "sources", supply_overview.sources, "GET"),
    ("/leads", "leads", supply_leads.index, "GET"),
    ("/leads.csv", "leads_csv", supply_leads.export, "GET"),
    (_LEAD, "lead", supply_life.show, "GET"),
    (f"{_LEAD}/widerruf", "ask_withdrawal", supply_life.ask, "GET"),
    (f"{_LEAD}/widerruf", "withdraw", supply_life.withdraw, "POST"),
    (f"{_LEAD}/einwilligung.json", "consent", supply_consent.consent, "GET"),
    ("/erloese", "earnings", supply_earnings.show, "GET"),
    ("/erloese.csv", "earnings_csv", supply_earnings.export, "GET"),
    ("/preise", "advice", supply_advice.show, "GET"),
    ("/vorlage.csv", "template", supply_template.download, "GET"),
    ("/reklamationen", "claims", supply_claims.show, "GET"),
    ("/reklamationen/<sale_id>", "reply", supply_claims.reply, "POST"),
):
    supply.add_url_rule(_path, endpoint=_endpoint, view_func=_view, methods=[_verb])
for _rule, _page, _method in (
    ("/neu", uploading.new, "GET"),
    ("/neu", uploading.receive, "POST"),
    (f"{_ONE}/spalten", uploading.columns, "GET"),
    (f"{_ONE}/spalten", uploading.tell_columns, "POST"),
    (f"{_ONE}/stand", uploading.progress, "GET"),
    (f"{_ONE}/pruefen", checking.check, "GET"),
    (_ROW, checking.row, "POST"),
    (f"{_ROW}/zelle", checking.cell, "POST"),
    (f"{_ONE}/alle", checking.accept_all, "POST"),
    (f"{_ONE}/verwerfen", checking.throw_away, "POST"),
    (f"{_ONE}/einstellen", batch_listing.commit, "POST"),
    (f"{_ONE}/ergebnis", batch_listing.result, "GET"),
    (f"{_ONE}/absagen", batch_listing.call_off, "POST"),
    (f"{_ONE}/rest.csv", batch_listing.rest, "GET"),
):
    supply.add_url_rule(_rule, view_func=_page, endpoint=_page.__name__, methods=[_method])
