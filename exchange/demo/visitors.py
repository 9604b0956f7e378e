"""Whom the demo lets in: an account for each role, all with the printed password; and claims that wait for a ruling."""

from dataclasses import dataclass

from exchange.access.entrance import Entrance
from exchange.access.users import Role, User, user_by_email
from exchange.aftersale import Counter
from exchange.aftersale.hearing import Hearing
from exchange.demo.members import OURS, SUPPLIERS
from exchange.demo.ours import EMAIL, NAME, PASSWORD
from exchange.desk import Desk
from exchange.reports.purchases import purchases_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """An account of the demo."""

    email: str
    name: str
    role: Role
    firm: str | None


VISITORS = (
    Visitor(EMAIL, NAME, "advisor", OURS),
    Visitor("owner@brandt-vogel.example", "Volker Vogel", "owner", OURS),
    Visitor("supplier@nordlicht.example", "Nora Licht", "supplier", SUPPLIERS[0][0]),
    Visitor("operator@leadboerse.example", "Jana Reimann", "operator", None),
    Visitor("operator2@leadboerse.example", "Marek Sobel", "operator", None),
    Visitor("analyst@leadboerse.example", "Anton Lyse", "analyst", None),
)

_CLAIMS = (
    ("not-asked", "Die Person sagt, sie habe nie etwas angefragt und kenne die Seite nicht."),
    ("wrong-sector", "Gesucht wird eine Kfz-Versicherung, nicht das, was im Lead steht."),
    ("duplicate", "Diese Anfrage haben wir im letzten Monat schon einmal bekommen."),
    ("number-not-in-service", "Kein Anschluss unter dieser Nummer. E-Mail kam zurück."),
)
_REPLY = "Anfrage und Bestätigung liegen uns mit Uhrzeit vor. Bitte prüfen Sie, ob die richtige Person am Telefon war."


def let_in(entrance: Entrance) -> None:
    """Give every role an account."""
    for one in VISITORS:
        entrance.add_user(email=one.email, name=one.name, role=one.role, organisation=one.firm, password=PASSWORD)


def file_claims(desk: Desk) -> int:
    """Dispute some of our firm's purchases, with words; one supplier has replied. Returns how many."""
    adviser, supplier = _user(desk, VISITORS[0]), _user(desk, VISITORS[2])
    with desk.store.read() as connection:
        bought, _ = purchases_of(connection, OURS)
    open_ones, replied = [one for one in bought if one.claim == "unclaimed"], False
    for one, (ground, text) in zip(open_ones[1::2], _CLAIMS, strict=False):
        Counter(desk).claim(adviser, one.sale_id, ground, text, None)
        if one.supplier == supplier.organisation and not replied:
            Hearing(desk).reply(supplier, one.sale_id, _REPLY)
            replied = True
    return min(len(open_ones[1::2]), len(_CLAIMS))


def _user(desk: Desk, visitor: Visitor) -> User:
    with desk.store.read() as connection:
        found = user_by_email(connection, visitor.email)
    if found is None:
        raise LookupError(f"the demo has no account {visitor.email}")
    return found
