"""Sectors around house and firm: photovoltaics (pv), heat pumps (wp), mortgages (baufi), business cover (gewerbe)."""

from exchange.catalogue.questions import EMPLOYEES, OWNER, TIME_FRAME, choice, choices, month, number, text, yes_no
from exchange.sector import Sector

PV = Sector(
    "pv",
    "Photovoltaik",
    "Photovoltaics",
    "PV",
    (
        OWNER,
        choices(
            "building",
            "Gebäude",
            "Building",
            choice("detached", "EFH", "Detached house", "Einfamilienhaus", "freistehend", "Haus"),
            choice("semi_detached", "DHH", "Semi-detached house", "Doppelhaushälfte", "Doppelhaus"),
            choice("terraced", "Reihenhaus", "Terraced house", "RH", "Reihenendhaus", "Reihenmittelhaus"),
            choice("multi_family", "MFH", "Block of flats", "Mehrfamilienhaus", "Zweifamilienhaus", "ZFH"),
            choice("commercial", "Gewerbe", "Commercial", "Gewerbeobjekt", "Halle", "Firmengebäude"),
            columns="Gebäudeart, Haustyp, Gebäudetyp, Objektart, Property Type",
            required=True,
        ),
        choices(
            "roof",
            "Dachart",
            "Roof",
            choice("pitched", "Satteldach", "Pitched roof", "Schrägdach", "Spitzdach", "Walmdach", "Zeltdach"),
            choice("mono_pitched", "Pultdach", "Mono-pitched roof"),
            choice("flat", "Flachdach", "Flat roof", "flach"),
            columns="Dachform, Dachtyp, Dach, Roof Type",
            required=True,
        ),
        choices(
            "orientation",
            "Ausrichtung",
            "Orientation",
            choice("south", "Süd", "South", "S", "Süden"),
            choice("south_east", "Südost", "South-east", "SO", "Südosten"),
            choice("south_west", "Südwest", "South-west", "SW", "Südwesten"),
            choice("east_west", "Ost-West", "East-west", "OW", "Ost/West", "O/W"),
            choice("east", "Ost", "East", "O", "Osten"),
            choice("west", "West", "West", "W", "Westen"),
            choice("north", "Nord", "North", "N", "Norden"),
            columns="Dachausrichtung, Himmelsrichtung",
        ),
        number("area", "Dachfläche", "Roof area", "m²", columns="Fläche, Dachfläche m², Dachgröße"),
        number("kwh", "Stromverbrauch", "Consumption", "kWh/Jahr", columns="Verbrauch, Jahresverbrauch, Verbrauch kWh"),
        yes_no("storage", "Speicher", "Storage", columns="Stromspeicher, Batteriespeicher, Mit Speicher, Batterie"),
        TIME_FRAME,
    ),
)

WP = Sector(
    "wp",
    "Wärmepumpe",
    "Heat pump",
    "WP",
    (
        OWNER,
        choices(
            "heating",
            "Heizung",
            "Heating",
            choice("gas", "Gas", "Gas", "Gasheizung", "Erdgas", "Flüssiggas"),
            choice("oil", "Öl", "Oil", "Ölheizung", "Oel", "Heizöl"),
            choice("electric", "Strom", "Electric", "Nachtspeicher", "Elektroheizung", "Stromheizung"),
            choice("wood", "Holz", "Wood", "Pellets", "Kamin", "Pelletheizung"),
            choice("district", "Fernwärme", "District heating", "Nahwärme"),
            choice("coal", "Kohle", "Coal", "Kohleofen"),
            choice("none", "keine", "None", "ohne", "Neubau"),
            columns="Heizart, Heizungsart, Aktuelle Heizung, Energieträger",
            required=True,
        ),
        number("built", "Baujahr", "Built in", columns="Baujahr Haus, Baujahr Gebäude", required=True),
        number(
            "living_area",
            "Wohnfläche",
            "Living area",
            "m²",
            columns="Wohnfläche m², Fläche, Wohnfläche qm, beheizte Fläche",
            required=True,
        ),
        choices(
            "insulation",
            "Dämmung",
            "Insulation",
            choice("good", "gut gedämmt", "well insulated", "gut", "vollständig", "ja", "komplett"),
            choice("partial", "teilgedämmt", "partly insulated", "teilweise", "teils", "mittel"),
            choice("none", "ungedämmt", "not insulated", "keine", "nein", "schlecht"),
            columns="Isolierung, Wärmedämmung, Gebäudedämmung",
        ),
        yes_no("subsidy", "Förderung gewünscht", "Subsidy wanted", columns="Förderung, Förderantrag, KfW"),
        TIME_FRAME,
    ),
)

BAUFI = Sector(
    "baufi",
    "Baufinanzierung",
    "Mortgages",
    "BAUFI",
    (
        choices(
            "purpose",
            "Vorhaben",
            "Purpose",
            choice("follow_up", "Anschlussfinanzierung", "Follow-up mortgage", "Anschluss", "Prolongation"),
            choice("purchase", "Immobilienkauf", "Purchase", "Kauf", "Hauskauf", "Wohnungskauf", "Erwerb"),
            choice("construction", "Neubau", "Construction", "Bau", "Hausbau", "Bauvorhaben"),
            choice("modernisation", "Modernisierung", "Modernisation", "Renovierung", "Sanierung", "Umbau"),
            choice("refinancing", "Umschuldung", "Refinancing", "Ablösung"),
            columns="Finanzierungszweck, Finanzierungsvorhaben, Verwendungszweck, Zweck",
            required=True,
        ),
        number(
            "loan",
            "Darlehen",
            "Loan",
            "€",
            columns="Darlehenssumme, Darlehensbetrag, Finanzierungssumme, Kreditsumme, Restschuld",
            required=True,
        ),
        number("value", "Objektwert", "Property value", "€", columns="Immobilienwert, Kaufpreis, Verkehrswert"),
        number("equity", "Eigenkapital", "Equity", "€", columns="EK, Eigenmittel"),
        number(
            "net_income", "Haushaltsnetto", "Net income", "€/Monat", columns="Nettoeinkommen, Haushaltsnettoeinkommen"
        ),
        month("fixed_until", "Zinsbindung bis", "Rate fixed until", columns="Zinsbindung, Zinsbindungsende, Ablauf"),
        TIME_FRAME,
    ),
)

GEWERBE = Sector(
    "gewerbe",
    "Gewerbeversicherung",
    "Business insurance",
    "Gewerbe",
    (
        choices(
            "product",
            "Produkt",
            "Product",
            choice("liability", "Betriebshaftpflicht", "Public liability", "Haftpflicht", "BHV"),
            choice("professional", "Berufshaftpflicht", "Professional liability", "Vermögensschadenhaftpflicht"),
            choice("contents", "Inhaltsversicherung", "Contents", "Geschäftsinhalt", "Inhalt"),
            choice("cyber", "Cyberversicherung", "Cyber", "Cyber-Versicherung", "Cyberrisiken"),
            choice("legal", "Firmenrechtsschutz", "Legal expenses", "Rechtsschutz"),
            choice("fleet", "Flottenversicherung", "Fleet", "Kfz-Flotte", "Flotte"),
            columns="Tarif, Produktart, Versicherungsart, Absicherung",
            required=True,
        ),
        text("trade", "Branche", "Trade", columns="Gewerk, Betriebsart, Tätigkeit, Wirtschaftszweig", required=True),
        number("turnover", "Umsatz", "Turnover", "€/Jahr", columns="Jahresumsatz, Umsatz p.a.", required=True),
        EMPLOYEES,
        TIME_FRAME,
    ),
)
