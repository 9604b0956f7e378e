"""Insurance sectors: private health (pkv), occupational disability (bu), term life (rlv), company pension (bav)."""

from dataclasses import replace

from exchange.catalogue.questions import (
    AGE,
    EMPLOYEES,
    SMOKER,
    STATUS,
    TIME_FRAME,
    choice,
    choices,
    number,
    text,
)
from exchange.sector import Sector

PKV = Sector(
    "pkv",
    "Private Krankenversicherung",
    "Private health insurance",
    "PKV",
    (
        choices(
            "product",
            "Produkt",
            "Product",
            choice("full", "Krankenvoll", "Full cover", "Vollversicherung", "Krankenvollversicherung", "Voll"),
            choice("civil_servant", "Beihilfe", "Civil servants' cover", "PKV Beamte", "Beihilfetarif"),
            choice("dental", "Zahnzusatz", "Dental cover", "Zahnzusatzversicherung", "Zahn"),
            choice("hospital", "Krankenzusatz", "Hospital cover", "Zusatzversicherung", "Stationär"),
            columns="Tarif, Produktart, Versicherungsart, Absicherung",
            required=True,
        ),
        replace(STATUS, required=True),
        AGE,
        choices(
            "insured_now",
            "Versichert bei",
            "Insured with",
            choice("gkv", "GKV", "public scheme", "gesetzlich", "gesetzlich versichert", "freiwillig gesetzlich"),
            choice("pkv", "PKV", "private insurer", "privat", "privat versichert"),
            choice("none", "ohne Schutz", "nobody", "keine", "nicht versichert"),
            columns="Vorversicherung, Krankenkasse, Versicherung aktuell, GKV/PKV, Versicherungsstatus",
        ),
        number("income", "Jahresbrutto", "Income", "€/Jahr", columns="Jahresbruttoeinkommen, Bruttoeinkommen, Gehalt"),
        number("children", "Kinder", "Children", columns="Anzahl Kinder, Kinderzahl"),
        TIME_FRAME,
    ),
)

BU = Sector(
    "bu",
    "Berufsunfähigkeit",
    "Occupational disability",
    "BU",
    (
        choices(
            "request",
            "Anliegen",
            "Request",
            choice("new", "Neuabschluss", "new policy", "neu", "Neuvertrag", "Abschluss"),
            choice("compare", "Vergleich", "comparison", "Angebotsvergleich", "vergleichen", "Preisvergleich"),
            choice("raise", "Erhöhung", "increase", "aufstocken", "Aufstockung"),
            columns="Wunsch, Anfrageart, Bedarf",
        ),
        text("occupation", "Beruf", "Occupation", columns="Tätigkeit, Berufsbezeichnung, Job", required=True),
        AGE,
        number(
            "pension",
            "Monatsrente",
            "Monthly pension",
            "€/Monat",
            columns="Gewünschte Rente, BU-Rente, Rente, Rentenhöhe, Wunschrente",
            required=True,
        ),
        SMOKER,
        STATUS,
        TIME_FRAME,
    ),
)

RLV = Sector(
    "rlv",
    "Risikoleben",
    "Term life",
    "RLV",
    (
        number(
            "sum",
            "Versicherungssumme",
            "Sum insured",
            "€",
            columns="Summe, Todesfallsumme, Absicherungssumme, VS",
            required=True,
        ),
        number("years", "Laufzeit", "Term", "Jahre", columns="Laufzeit Jahre, Dauer, Vertragslaufzeit", required=True),
        replace(SMOKER, required=True),
        AGE,
        choices(
            "purpose",
            "Zweck",
            "Purpose",
            choice("property", "Absicherung Immobilie", "covers a property", "Immobilie", "Darlehen", "Kredit", "Haus"),
            choice("family", "Absicherung Familie", "covers the family", "Familie", "Hinterbliebene", "Kinder"),
            choice("business", "Absicherung Betrieb", "covers a business", "Firma", "Geschäftspartner", "Betrieb"),
            columns="Verwendungszweck, Absicherungszweck, Grund",
        ),
    ),
)

BAV = Sector(
    "bav",
    "Betriebliche Altersvorsorge",
    "Company pension",
    "bAV",
    (
        choices(
            "request",
            "Anliegen",
            "Request",
            choice("set_up", "Einrichtung", "set-up", "neu", "Neueinrichtung", "einrichten"),
            choice("extend", "Erweiterung", "extension", "ausbauen", "Ausbau"),
            choice("review", "Prüfung", "review", "Bestandsprüfung", "prüfen"),
            columns="Wunsch, Anfrageart, Bedarf",
            required=True,
        ),
        text("trade", "Branche", "Trade", columns="Gewerk, Wirtschaftszweig, Geschäftsfeld", required=True),
        replace(EMPLOYEES, required=True),
        number("contribution", "Beitrag", "Contribution", "€/Monat", columns="Monatsbeitrag, Sparrate, Beitrag mtl."),
        TIME_FRAME,
    ),
)
