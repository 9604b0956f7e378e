"""Contact data in a free answer, also where it was made unlike itself: digits in words, an address with ``at``."""

import re
import unicodedata

_DIGITS = {
    "null": "0", "zero": "0", "eins": "1", "one": "1", "zwei": "2", "zwo": "2", "two": "2", "drei": "3", "three": "3",
    "vier": "4", "four": "4", "fünf": "5", "fuenf": "5", "five": "5", "sechs": "6", "six": "6", "sieben": "7",
    "seven": "7", "acht": "8", "eight": "8", "neun": "9", "nine": "9",
}  # fmt: skip
_ONE = re.compile("|".join(_DIGITS))
_SPELLED = re.compile(rf"\b(?:(?:{'|'.join(_DIGITS)})[ -]?)+\b")
_NUMBER = re.compile(r"(?:\d[\s/().*_–-]*){5}")
_ADDRESS = re.compile(
    r"@|https?:|www\.|[\w.+-]{2,}\s*(?:[\[({<]\s*(?:at|ät|a)\s*[\])}>]|\s(?:at|ät)\s)\s*[\w-]{2,}\s*"
    r"(?:\.|[\[({<]?\s*(?:dot|punkt)\s*[\])}>]?)\s*[a-z]{2,}"
)
_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")


def hides_contact(text: str) -> bool:
    """Whether a text holds a mail or web address, or five digits behind one another, however they are written."""
    plain = unicodedata.normalize("NFKC", text.translate(_KEYCAP)).casefold()
    plain = _SPELLED.sub(lambda run: _ONE.sub(lambda one: _DIGITS[one[0]], run[0]), plain)
    return bool(_ADDRESS.search(plain) or _NUMBER.search(plain))
