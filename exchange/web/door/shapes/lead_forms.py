"""The forms of posts: a lead of each sector, and a list of them, made of what the sector asks (`lead_members`)."""

from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length, Regexp

from exchange.admission.reading import clean
from exchange.catalogue import SECTORS
from exchange.staging.sheet import MOST_LEADS
from exchange.web.door.shapes.fields import ID_PATTERN, Form, at, cents, flag, whole
from exchange.web.door.shapes.lead_members import LONGEST, Member, members_of

_TYPES = {"number": ["string", "integer"], "yes_no": ["string", "boolean"], "list": ["string", "array"]}
MOST_PARTS = 60
MOST_HOURS = 240


class Said(fields.Field[str]):
    """What a lead says in one member: text, or JSON's own number, flag or list where the member is of that kind.

    Only its form is checked here; whether it can be traded is admission's business and a finding, not a refusal.
    """

    def __init__(self, member: Member) -> None:
        types: Any = _TYPES.get(member.kind, ["string"])
        told = {"description": member.told, "type": types if len(types) > 1 else types[0], "maxLength": LONGEST}
        if member.kind == "list":
            told |= {"items": {"type": "string", "maxLength": LONGEST}, "maxItems": MOST_PARTS}
        super().__init__(metadata=told | {"x-required": member.required})
        self.types = types

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool) and "boolean" in self.types:
            return "yes" if value else "no"
        if isinstance(value, int) and not isinstance(value, bool) and "integer" in self.types:
            return self._text(str(value))
        if isinstance(value, list) and "array" in self.types and len(value) <= MOST_PARTS:
            return ", ".join(map(self._part, value))
        raise ValidationError(f"give a {' or '.join(self.types)}")

    def _part(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("give a list of strings")
        return self._text(value)

    def _text(self, text: str) -> str:
        if len(text) > LONGEST:
            raise ValidationError(f"{LONGEST} letters at most")
        return clean(text)


MOST_SEATS = max(sector.most_seats for sector in SECTORS.values())


def _members(code: str) -> dict[str, Any]:
    shown = "What you call this lead; comes back with its outcome. No personal data."
    own = fields.String(validate=Regexp(ID_PATTERN), metadata={"description": shown})
    return {"reference": own} | {one.name: Said(one) for one in members_of(code)} | _prices(100)


def _prices(most_seats: int) -> dict[str, Any]:
    return {
        "seats": whole(
            "How many buyers may get it; 1 where nothing is said.", least=1, most=most_seats, required=False
        ),
        "start_cents": cents("Start price, net; the sector's usual one where nothing is said.", required=False),
        "floor_cents": cents("Lowest price, net; the sector's usual one where nothing is said.", required=False),
    }


def _keep() -> Any:
    return flag("List leads with hints too, not only clean ones.", required=False)


def _sector(code: str) -> Any:
    return fields.String(
        required=True, validate=Length(max=40), metadata={"enum": [code], "description": SECTORS[code].name_en}
    )


def _named(code: str) -> str:
    return code.capitalize()


ITEMS: dict[str, type[Form]] = {
    code: Form.from_dict(_members(code), name=f"{_named(code)}ItemForm")  # type: ignore[misc]
    for code in SECTORS
}
"""Sector -> one lead of a list."""

LEADS: dict[str, type[Form]] = {
    code: Form.from_dict(  # type: ignore[misc]
        {"sector": _sector(code), **_members(code), "keep_hints": _keep()}, name=f"{_named(code)}LeadForm"
    )
    for code in SECTORS
}
"""Sector -> a lead that comes alone."""


def when() -> dict[str, Any]:
    """When the clean leads of a batch are listed."""
    return {
        "list_at": at("From when on leads are listed; at once where nothing is said.", required=False),
        "spread_hours": whole("Spread evenly over so many hours.", least=0, most=MOST_HOURS, required=False),
    }


BATCHES: dict[str, type[Form]] = {
    code: Form.from_dict(  # type: ignore[misc]
        {
            "sector": _sector(code),
            **_prices(SECTORS[code].most_seats),
            "keep_hints": _keep(),
            **when(),
            "leads": fields.List(
                fields.Nested(ITEMS[code]),
                required=True,
                validate=Length(1, MOST_LEADS),
                metadata={"description": f"At most {MOST_LEADS}; more come as a file."},
            ),
        },
        name=f"{_named(code)}BatchForm",
    )
    for code in SECTORS
}
"""Sector -> a list of leads; prices and seats hold for leads without their own."""
