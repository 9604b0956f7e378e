"""A file to begin with: the columns of a sector in German or English, and one invented row."""

import csv
from io import StringIO

from flask import Response, request

from exchange.catalogue import SECTORS
from exchange.errors import Unknown
from exchange.intake.formula import guarded
from exchange.sector import Sector
from exchange.staging.rest import field_name
from exchange.web.door.shapes.lead_members import example_of
from exchange.web.formats import Lang
from exchange.web.supply_leads import csv_answer
from exchange.web.visit import visit

_APART = ("sector", "reference", "seats")
_OF_FILES = {"phone": "0171 3920012", "postcode": "88662", "source": "vergleich.example.de", "campaign": "herbst"}
"""What a file says otherwise than a post to the sandbox: a place that exists, and nothing a spreadsheet calculates."""


def download() -> Response:
    """The template of the sector in the address; raises Unknown."""
    sector = request.args.get("sparte", "")
    if sector not in SECTORS:
        raise Unknown("sector", sector)
    asked = request.args.get("sprache", "")
    lang: Lang = "en" if asked == "en" or (asked != "de" and visit().lang == "en") else "de"
    return csv_answer(template_of(SECTORS[sector], lang), f"vorlage-{sector}-{lang}")


def template_of(sector: Sector, lang: Lang) -> bytes:
    """Header and example; semicolons and a byte order mark, as spreadsheets in Germany read it."""
    told = {name: value for name, value in example_of(sector.code).items() if name not in _APART} | _OF_FILES
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([field_name(name, sector, lang) for name in told])
    writer.writerow([guarded(_cell(value, lang)) for value in told.values()])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object, lang: Lang) -> str:
    if isinstance(value, bool):
        return ("yes" if lang == "en" else "ja") if value else ("no" if lang == "en" else "nein")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
