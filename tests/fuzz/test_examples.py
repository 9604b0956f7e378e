"""Every example of docs/api.md, run as it stands against a running exchange."""

import json
import re
import shlex
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from exchange.web.door.operations import OPERATIONS
from tests.fuzz.door import ids_of, key_of, running
from tests.web.calls import sale_of
from tests.web.people import BY_ROLE, OWNER

MANUAL = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLES = re.findall(r"```sh\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)


def run(example: str, known: dict[str, str]) -> tuple[str, str, object]:
    """What curl would do: its verb, its path, and the JSON it is answered. Anything but 200 raises."""
    for name, value in known.items():
        example = example.replace(f"${name}", value)
    command, *words = shlex.split(example.replace("\\\n", " "))
    assert command == "curl"
    headers, verb, data, url = {}, "GET", None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-X":
            verb = words.pop(0)
        elif word == "-d":
            data = words.pop(0).encode()
        elif word != "-s":
            assert word.startswith("http"), f"an option this test does not know: {word}"
            url = word
    with urlopen(Request(url, data, headers, method=verb)) as answer:  # noqa: S310 - our own server
        return verb, url.partition("/api/v1")[2].partition("?")[0], json.load(answer)


def test_every_example_runs_and_is_answered_in_the_published_form() -> None:
    assert len(EXAMPLES) >= 15
    with TemporaryDirectory() as folder, running(Path(folder)) as exchange:
        known = {
            "KEY": key_of(exchange, OWNER),
            "SUPPLIER_KEY": key_of(exchange, BY_ROLE["supplier"]),
            "EXCHANGE": exchange.url,
            "SALE": sale_of(exchange.market, "7H5BU"),
            "BATCH": ids_of(exchange)["batch_id"][0],
        }
        for example in EXAMPLES:
            verb, path, answer = run(example, known)
            shown = [one for one in OPERATIONS if one.verb == verb and fits(one.path, path)]
            assert shown, f"{verb} {path} is no operation"
            form = shown[0].gives[-1 if "?key=" in example else 0]
            form().load(answer)


def fits(pattern: str, path: str) -> bool:
    """Whether a path is one of an operation's; a plain word is meant before an id."""
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", pattern), path) is not None
