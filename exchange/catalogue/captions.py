"""What a board row says of a lead: a title and a line of facts, in German or English.

Both are built from the answers alone, so a row never shows more than what was asked. A missing answer is left
out; an unknown sector or one without an own wording is named by itself.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from exchange.catalogue.sectors import SECTORS
from exchange.lead import Answers
from exchange.sector import Sector

Lang = Literal["de", "en"]
_OLD_BUILDING_BEFORE = 1995


class _Words:
    """The answers of one lead, read in one language."""

    def __init__(self, sector: Sector, answers: Mapping[str, str], lang: Lang) -> None:
        self.sector = sector
        self.answers = answers
        self.lang = lang

    def say(self, de: str, en: str) -> str:
        return de if self.lang == "de" else en

    def raw(self, key: str) -> str:
        return self.answers.get(key, "")

    def number(self, key: str) -> int | None:
        text = self.raw(key)
        return int(text) if text.lstrip("-").isdecimal() else None

    def word(self, key: str) -> str:
        """The caption of a choice, or the text itself."""
        question, code = self.sector.question(key), self.raw(key)
        for choice in question.choices if question else ():
            if choice.code == code:
                return self.say(choice.label_de, choice.label_en)
        return code

    def grouped(self, number: int) -> str:
        text = f"{number:,}"
        return text.replace(",", ".") if self.lang == "de" else text

    def euros(self, key: str, per: tuple[str, str] = ("", "")) -> str:
        """``1.800 €/Monat`` or ``€1,800/month``; empty without an answer."""
        amount = self.number(key)
        if amount is None:
            return ""
        return self.say(f"{self.grouped(amount)} €{per[0]}", f"€{self.grouped(amount)}{per[1]}")

    def measured(self, key: str, unit: str) -> str:
        amount = self.number(key)
        return "" if amount is None else f"{self.grouped(amount)} {unit}"

    def smoker(self) -> str:
        """``NR`` is the trade's short word for a non-smoker."""
        words = {"no": ("NR", "non-smoker"), "yes": ("Raucher", "smoker")}
        return self.say(*words[self.raw("smoker")]) if self.raw("smoker") in words else ""


def _join(*parts: str, by: str = " · ") -> str:
    return by.join(part for part in parts if part)


def _pkv_title(w: _Words) -> str:
    product = w.raw("product")
    if product == "civil_servant" and w.raw("status") == "trainee_civil_servant":
        return w.say("Beihilfe, Anwärter/in", "Civil servants' cover, trainee")
    if product == "full" and w.raw("insured_now") == "gkv":
        return w.say("Krankenvoll, Wechsel aus GKV", "Full cover, from public scheme")
    if product == "full" and w.raw("insured_now") == "pkv":
        return w.say("Krankenvoll, Tarifwechsel", "Full cover, change of insurer")
    return w.word("product") or w.say("Krankenversicherung", "Health insurance")


def _pkv_facts(w: _Words) -> str:
    children = w.number("children")
    many = (
        "" if not children else f"{children} {w.say('Kind', 'child') if children == 1 else w.say('Kinder', 'children')}"
    )
    return _join(_join(w.word("status"), w.raw("age"), by=", "), w.euros("income", ("/Jahr", "/year")), many)


def _bu_title(w: _Words) -> str:
    return _join(w.say("Berufsunfähigkeit", "Disability"), w.word("request"), by=", ")


def _bu_facts(w: _Words) -> str:
    person = _join(w.raw("occupation"), w.raw("age"), by=", ")
    return _join(person, w.euros("pension", ("/Monat", "/month")), w.smoker())


def _rlv_title(w: _Words) -> str:
    years = w.number("years")
    term = "" if years is None else w.say(f"{years} Jahre", f"{years} years")
    return _join(_join(w.say("Risikoleben", "Term life"), w.euros("sum"), by=" "), term, by=", ")


def _rlv_facts(w: _Words) -> str:
    return _join(_join(w.smoker(), w.raw("age"), by=", "), w.word("purpose"))


def _bav_title(w: _Words) -> str:
    return _join(w.say("Betriebsrente", "Company pension"), w.word("request"), by=", ")


def _bav_facts(w: _Words) -> str:
    people = w.number("employees")
    staff = "" if people is None else w.say(f"{w.grouped(people)} Beschäftigte", f"{w.grouped(people)} employees")
    return _join(_join(w.raw("trade"), staff, by=", "), w.euros("contribution", ("/Monat", "/month")))


def _pv_title(w: _Words) -> str:
    storage = {"yes": w.say(" mit Speicher", " with storage"), "no": w.say(" ohne Speicher", " without storage")}
    return w.say("Photovoltaik", "Photovoltaics") + storage.get(w.raw("storage"), "")


def _owner(w: _Words) -> str:
    owner = {"yes": w.say("Eigentümer", "owner"), "no": w.say("Mieter", "tenant")}
    return owner.get(w.raw("owner"), "")


def _pv_facts(w: _Words) -> str:
    facing = w.word("orientation")
    roof = w.say(f"{facing}-Dach" if "-" in facing else f"{facing}dach", f"{facing} roof") if facing else w.word("roof")
    return _join(w.word("building"), _owner(w), _join(roof, w.measured("area", "m²"), by=" "))


def _wp_title(w: _Words) -> str:
    year, name = w.number("built"), w.say("Wärmepumpe", "Heat pump")
    if year is None:
        return name
    old = year < _OLD_BUILDING_BEFORE
    return f"{name}, {w.say('Altbau', 'built in') if old else w.say('Baujahr', 'built in')} {year}"


def _wp_facts(w: _Words) -> str:
    subsidy = w.say("Förderung gewünscht", "subsidy wanted") if w.raw("subsidy") == "yes" else ""
    return _join(_join(w.word("heating"), w.measured("living_area", "m²"), by=", "), subsidy or w.word("insulation"))


def _baufi_title(w: _Words) -> str:
    return _join(w.word("purpose") or w.say("Baufinanzierung", "Mortgage"), w.euros("loan"), by=" ")


def _baufi_facts(w: _Words) -> str:
    year, month = w.raw("fixed_until")[:4], w.raw("fixed_until")[5:7]
    fixed = w.say(f"Zinsbindung bis {month}/{year}", f"rate fixed until {month}/{year}") if year and month else ""
    loan, value = w.number("loan"), w.number("value")
    share = round(100 * loan / value) if loan and value else None
    lent = "" if share is None else w.say(f"{share} % Beleihung", f"{share}% loan-to-value")
    return _join(fixed, lent, "" if fixed else w.word("time_frame"))


def _gewerbe_title(w: _Words) -> str:
    return w.word("product") or w.say("Gewerbeversicherung", "Business insurance")


def _gewerbe_facts(w: _Words) -> str:
    return _join(w.raw("trade"), _turnover(w))


def _turnover(w: _Words) -> str:
    """``0,9 Mio. € Umsatz`` from 100,000 euros on, whole euros below."""
    amount = w.number("turnover")
    if amount is None:
        return ""
    if amount < 100_000:
        return f"{w.euros('turnover')} {w.say('Umsatz', 'turnover')}"
    tenths = (amount + 50_000) // 100_000
    millions = f"{tenths // 10}.{tenths % 10}"
    return w.say(f"{millions.replace('.', ',')} Mio. € Umsatz", f"€{millions}m turnover")


_Caption = Callable[[_Words], str]
_CAPTIONS: dict[str, tuple[_Caption, _Caption]] = {
    "pkv": (_pkv_title, _pkv_facts),
    "bu": (_bu_title, _bu_facts),
    "rlv": (_rlv_title, _rlv_facts),
    "bav": (_bav_title, _bav_facts),
    "pv": (_pv_title, _pv_facts),
    "wp": (_wp_title, _wp_facts),
    "baufi": (_baufi_title, _baufi_facts),
    "gewerbe": (_gewerbe_title, _gewerbe_facts),
}


def title(sector: str, answers: Answers, lang: Lang = "de") -> str:
    """The first line of a board row: ``Berufsunfähigkeit, Neuabschluss``."""
    if sector not in _CAPTIONS:
        return sector
    return _CAPTIONS[sector][0](_Words(SECTORS[sector], dict(answers), lang))


def facts(sector: str, answers: Answers, lang: Lang = "de") -> str:
    """The second line: ``Ingenieurin, 29 · 1.800 €/Monat · NR``."""
    if sector not in _CAPTIONS:
        return ""
    return _CAPTIONS[sector][1](_Words(SECTORS[sector], dict(answers), lang))
