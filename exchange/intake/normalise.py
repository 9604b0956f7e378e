"""Values as libraries and people spell them, into one spelling: phone, e-mail, postcode, names.

Each reader answers the value and an empty code, or an empty value with a defect's code.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberDesc,
    PhoneNumberFormat,
    PhoneNumberType,
)

from exchange.admission.reading import clean
from exchange.postcodes import region_of

_PERSONAL = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
}
_LONGEST_PHONE = 40
_LONGEST_EMAIL = 254


def phone_of(text: str) -> tuple[str, str]:
    """A German number in E.164, as people dial it; ``''`` for an empty text."""
    typed = clean(text).lstrip("'").strip()
    if not typed:
        return "", ""
    if found := _ORDINARY_PHONE.match(typed):
        digits = found[1].translate(_WITHOUT_SIGNS)
        if _of_persons().match(digits):
            return f"+49{digits}", ""
    return _read(typed)


_ORDINARY_PHONE = re.compile(r"(?:\+49|0049|0) ?([1-9][\d /-]*)\Z", re.ASCII)
"""As nearly all people write theirs: where it then is somebody's, the library has nothing to find out."""
_WITHOUT_SIGNS = str.maketrans("", "", " /-")


@cache
def _of_persons() -> re.Pattern[str]:
    """German numbers of persons without the leading zero: the library's patterns of these kinds and of no other."""
    germany = PhoneMetadata.metadata_for_region("DE")
    if germany is None:
        raise LookupError("the library knows no German numbers")
    ours = germany.fixed_line, germany.mobile, germany.voip, germany.personal_number
    others = (
        germany.premium_rate, germany.toll_free, germany.shared_cost, germany.pager, germany.uan, germany.voicemail,
    )  # fmt: skip
    return re.compile(f"(?={_any_of([germany.general_desc])})(?!{_any_of(others)})(?:{_any_of(ours)})", re.ASCII)


def _any_of(kinds: Iterable[PhoneNumberDesc | None]) -> str:
    """Whole numbers of any of these kinds, each of the lengths it may have."""
    told = [one for one in kinds if one is not None and one.national_number_pattern]
    lengths = ["|".join(rf"\d{{{length}}}\Z" for length in one.possible_length) for one in told]
    return "|".join(
        f"(?={length})(?:{one.national_number_pattern})\\Z" for one, length in zip(told, lengths, strict=True)
    )


def _read(typed: str) -> tuple[str, str]:
    if any(c.isalpha() for c in typed):
        return "", "phone_letters"
    if len(typed) > _LONGEST_PHONE:
        return "", "phone_length"
    number = _parsed(typed)
    if number is None or not phonenumbers.is_possible_number(number):
        return "", "phone_length"
    if number.country_code != 49:
        return "", "phone_abroad"
    if not phonenumbers.is_valid_number(number):
        return "", "phone_invalid"
    if phonenumbers.number_type(number) not in _PERSONAL:
        return "", "phone_service"
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), ""


def _parsed(typed: str) -> PhoneNumber | None:
    """The number, also where a spreadsheet has eaten the plus sign or the leading zero."""
    try:
        number = phonenumbers.parse(typed, "DE")
        if typed.startswith("49") and not phonenumbers.is_valid_number(number):
            return phonenumbers.parse(f"+{typed}", "DE")
    except NumberParseException:
        return None
    return number


def email_of(text: str) -> tuple[str, str]:
    """An address in lower case, its domain as people write it; ``''`` for an empty text."""
    typed = clean(text).removeprefix("mailto:")
    if not typed:
        return "", ""
    if len(typed) > _LONGEST_EMAIL:
        return "", "email_invalid"
    local, _, domain = typed.rpartition("@")
    if _ORDINARY_LOCAL.match(local) and _ORDINARY_DOMAIN.match(domain):
        return (typed.lower(), "") if _is_domain(domain.lower()) else ("", "email_invalid")
    return _validated(typed)


_ORDINARY_LOCAL = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*\Z", re.ASCII)
_ORDINARY_DOMAIN = re.compile(r"(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,20}\Z", re.ASCII)
"""Addresses nearly all people have: with a domain once found good they need no library to be read."""


@lru_cache(maxsize=16_384)
def _is_domain(domain: str) -> bool:
    """Whether mail to a domain is possible by its name."""
    return bool(_validated(f"a@{domain}")[0])


def _validated(typed: str) -> tuple[str, str]:
    try:
        return validate_email(typed, check_deliverability=False).normalized.lower(), ""
    except EmailNotValidError:
        return "", "email_invalid"


@lru_cache(maxsize=16_384)
def postcode_of(text: str) -> str:
    """Five digits, also of ``D-80331`` and of ``1067``, where a spreadsheet has eaten the zero."""
    typed = clean(text).lstrip("'").upper()
    for prefix in ("DE-", "D-", "DE ", "D "):
        typed = typed.removeprefix(prefix)
    typed = typed.replace(" ", "").removesuffix(".0")
    return f"0{typed}" if len(typed) == 4 and region_of(f"0{typed}") else typed


def names_of(full_name: str) -> tuple[str, str]:
    """First and last name of ``Anna Maria Beispiel`` or ``Beispiel, Anna Maria``."""
    if "," in full_name:
        last, first = (part.strip() for part in full_name.split(",", 1))
        return first, last
    words = full_name.split()
    start = next((i for i, word in enumerate(words) if i and word in _PARTICLES), len(words) - 1)
    return " ".join(words[:start]), " ".join(words[start:])


def name_case(name: str) -> str:
    """A name as people write it: ``MÜLLER-LÜDENSCHEIDT`` and ``anna maria`` get capitals, anything mixed stays."""
    if not (name.isupper() or name.islower()) or len(name) < 2:
        return name
    return " ".join(
        word.lower() if place and word.lower() in _PARTICLES else _capitals(word)
        for place, word in enumerate(name.split(" "))
    )


def _capitals(word: str) -> str:
    """Capitals at the beginning and behind hyphens and apostrophes; ``ß`` and single letters as they are."""
    return _BEGINNING.sub(lambda found: found[1] + found[2].upper(), word.lower())


_BEGINNING = re.compile(r"(^|[-'’])(\w)")

_PARTICLES = {"von", "van", "zu", "vom", "zum", "de", "der", "den", "di", "da", "el", "al"}
