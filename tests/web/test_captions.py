import re
from pathlib import Path

import exchange.web
from exchange.claims import GROUNDS
from exchange.web.captions import browser_captions, caption, captions, counted

HERE = Path(exchange.web.__file__).parent
_BLANKS = re.compile(r"\{(\w+)\}")


def asked_for(folder: str, pattern: str, call: str) -> set[str]:
    """Every whole key the sources ask for."""
    return {key for path in (HERE / folder).rglob(pattern) for key in re.findall(call, path.read_text())}


def test_both_languages_have_the_same_keys_and_blanks() -> None:
    german, english = captions("de"), captions("en")
    assert german.keys() == english.keys()
    assert [key for key in german if set(_BLANKS.findall(german[key])) != set(_BLANKS.findall(english[key]))] == []


def test_no_caption_is_empty_or_shouts() -> None:
    for lang in ("de", "en"):
        assert [key for key, text in captions(lang).items() if not text.strip() or "!" in text] == []


def test_templates_ask_only_for_captions_that_exist() -> None:
    asked = asked_for("templates", "*.html", r"""\bt\(["']([a-z_.]+)["'][,)]""")
    assert len(asked) > 60
    assert asked - captions("de").keys() == set()


def test_scripts_ask_only_for_captions_that_exist() -> None:
    asked = asked_for("static/js", "*.js", r"""\bt\("([a-z_]+)"[,)]""")
    assert len(asked) > 40
    assert asked - browser_captions("de").keys() == set()


def test_pages_ask_only_for_captions_that_exist() -> None:
    asked = asked_for(".", "*.py", r"""\bt\("([a-z_.]+)"[,)]""")
    assert asked - captions("de").keys() == set()


def test_every_ground_of_a_claim_has_its_words() -> None:
    assert all(caption("de", f"ground.{ground}") for ground in GROUNDS)


def test_counting() -> None:
    assert counted("de", "leads.count", 1) == "1 Lead gekauft"
    assert counted("de", "leads.count", 12) == "12 Leads gekauft"


def test_nobody_translates_words_that_no_page_says() -> None:
    sources = [path for name in ("*.py", "*.html", "*.js") for path in HERE.rglob(name)]
    source = "".join(path.read_text() for path in sources)
    quoted = set(re.findall(r"""["'`]([a-z_.]+)["'`]""", source))
    begun = tuple(set(re.findall(r"""["'`]([a-z_]+(?:\.[a-z_]+)*\.)["'{]""", source)))
    spoken = {re.sub(r"\.(one|many)$", "", key).removeprefix("js.") for key in captions("de")}
    assert sorted(key for key in spoken - quoted if not key.startswith(begun)) == []
