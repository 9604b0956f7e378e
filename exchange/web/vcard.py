"""A contact as a card for the telephone (RFC 6350)."""

from exchange.lead import Contact
from exchange.web.lead_list import name_of

FOLD_OCTETS = 75


def vcard_text(contact: Contact) -> str:
    """Version 4.0; what separates fields is escaped, long lines are folded between characters."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"FN:{_escaped(name_of(contact))}",
        f"N:{_escaped(contact.last_name)};{_escaped(contact.first_name)};;;",
        f"TEL;VALUE=uri:tel:{_escaped(contact.phone)}",
    ]
    if contact.email:
        lines.append(f"EMAIL:{_escaped(contact.email)}")
    if contact.street or contact.city:
        place = f"{_escaped(contact.street)};{_escaped(contact.city)};;{_escaped(contact.postcode)}"
        lines.append(f"ADR:;;{place};DE")
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCARD"])


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """No line longer than 75 octets without its break; what goes on begins with a blank (RFC 6350 §3.2)."""
    parts, part, octets = [], "", 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > FOLD_OCTETS:
            parts.append(part)
            part, octets = " ", 1
        part += letter
        octets += size
    return "\r\n".join([*parts, part])
