"""Every word on the pages, by key, in both languages.

A folder a language beside this module, in it a JSON file for each group of pages; `tests/web/test_captions.py` holds
the languages to the same keys and the same blanks, and to the keys the templates ask for. Keys under ``js.`` also go
to the browser.
"""

import json
from functools import cache
from importlib.resources import files

from exchange.web.formats import Lang


@cache
def captions(lang: Lang) -> dict[str, str]:
    """All captions of a language."""
    found: dict[str, str] = {}
    for path in sorted(files("exchange.web").joinpath("captions", lang).iterdir(), key=lambda path: path.name):
        words = json.loads(path.read_text(encoding="utf-8"))
        if twice := found.keys() & words.keys():
            raise ValueError(f"{path.name} says again: {', '.join(sorted(twice))}")
        found |= words
    return found


def caption(lang: Lang, key: str, **blanks: object) -> str:
    """One caption with its blanks filled in; raises KeyError for a key nobody wrote."""
    text = captions(lang)[key]
    return text.format(**blanks) if blanks else text


def counted(lang: Lang, key: str, n: int, **blanks: object) -> str:
    """The singular (``key.one``) or the plural (``key.many``) for a number."""
    return caption(lang, f"{key}.{'one' if n == 1 else 'many'}", n=n, **blanks)


@cache
def browser_captions(lang: Lang) -> dict[str, str]:
    """What the scripts need, without the ``js.`` in front."""
    return {key.removeprefix("js."): text for key, text in captions(lang).items() if key.startswith("js.")}
