"""`make fuzz-api`: the whole document, as each caller in turn; fails where anything was found.

``FUZZ_ARGS`` are options of `schemathesis run`, like ``--max-time 600`` or ``-n 2000``.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.door import CALLERS, fuzz, running


def main(arguments: list[str]) -> int:
    """Run all callers against one exchange; their exit codes added up."""
    callers = [word for word in arguments if word in CALLERS] or list(CALLERS)
    options = [word for word in arguments if word not in CALLERS] or ["--max-time", "60"]
    found = 0
    with TemporaryDirectory() as folder, running(Path(folder)) as exchange:
        for caller in callers:
            ran = fuzz(exchange, caller, *options)
            print(f"== {caller}\n{ran.stdout}{ran.stderr}", flush=True)
            found += ran.returncode
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
