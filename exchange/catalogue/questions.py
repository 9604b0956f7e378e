"""Questions that several sectors ask, and short ways to write them down.

Health questions are left out on purpose: answers about illnesses need an explicit consent of their own
(GDPR article 9), so no sector of the catalogue collects them.
"""

from exchange.sector import Choice, Question


def choice(code: str, label_de: str, label_en: str, *synonyms: str) -> Choice:
    """One answer with its captions and the spellings suppliers use."""
    return Choice(code, label_de, label_en, synonyms)


def choices(key: str, de: str, en: str, *found: Choice, columns: str = "", required: bool = False) -> Question:
    """A question answered by one of several words; ``columns`` are the suppliers' names for it, by comma."""
    return Question(key, "choice", de, en, found, required, columns=_names(columns))


def number(key: str, de: str, en: str, unit: str = "", *, columns: str = "", required: bool = False) -> Question:
    """A question answered by a whole number."""
    return Question(key, "number", de, en, required=required, unit=unit, columns=_names(columns))


def yes_no(key: str, de: str, en: str, *, columns: str = "", required: bool = False) -> Question:
    """A question answered by yes or no."""
    return Question(key, "yes_no", de, en, required=required, columns=_names(columns))


def text(key: str, de: str, en: str, *, columns: str = "", required: bool = False) -> Question:
    """A question answered in a few words."""
    return Question(key, "text", de, en, required=required, columns=_names(columns))


def month(key: str, de: str, en: str, *, columns: str = "") -> Question:
    """A question answered by a date of which month and year matter."""
    return Question(key, "date", de, en, columns=_names(columns))


def _names(columns: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in columns.split(",") if name.strip())


AGE = number("age", "Alter", "Age", columns="Alter, Lebensalter, Alter Interessent", required=True)

SMOKER = yes_no("smoker", "Raucher", "Smoker", columns="Raucher, Raucher ja/nein, Rauchen Sie")

OWNER = yes_no(
    "owner",
    "Eigentümer",
    "Owner",
    columns="Eigentümer, Hauseigentümer, Eigentum, Sind Sie Eigentümer, Home Owner",
    required=True,
)

EMPLOYEES = number("employees", "Beschäftigte", "Employees", columns="Mitarbeiter, Anzahl Mitarbeiter, Mitarbeiterzahl")

STATUS = choices(
    "status",
    "Berufsstatus",
    "Employment",
    choice("employee", "Angestellt", "Employed", "Angestellter", "Angestellte", "Arbeitnehmer", "Arbeiter"),
    choice("self_employed", "Selbstständig", "Self-employed", "Selbständig", "Selbstaendig", "Unternehmer"),
    choice("freelance", "Freiberuflich", "Freelance", "Freiberufler", "Freiberuflerin"),
    choice("civil_servant", "Verbeamtet", "Civil servant", "Beamter", "Beamtin", "Beamte", "Beamte/r"),
    choice("trainee_civil_servant", "Beamtenanwärter/in", "Trainee civil servant", "Anwärter", "Anwärterin"),
    choice("student", "Studium", "Student", "Studentin", "Studierend"),
    choice("apprentice", "Ausbildung", "Apprentice", "Azubi", "Auszubildender", "Auszubildende"),
    columns="Beruflicher Status, Berufsstand, Beschäftigungsverhältnis, Berufsgruppe",
)

TIME_FRAME = choices(
    "time_frame",
    "Zeitrahmen",
    "Time frame",
    choice("now", "sofort", "now", "so schnell wie möglich", "asap", "dringend", "umgehend"),
    choice("3_months", "in 3 Monaten", "within 3 months", "1-3 Monate", "bis 3 Monate", "innerhalb 3 Monate"),
    choice("6_months", "in 6 Monaten", "within 6 months", "3-6 Monate", "bis 6 Monate", "innerhalb 6 Monate"),
    choice("later", "später", "later", "offen", "über 6 Monate", "mehr als 6 Monate", "noch offen"),
    columns="Zeitraum, Umsetzung, Wann, Zeitpunkt, Gewünschter Beginn, Beginn",
)
