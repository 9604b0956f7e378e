"""What all tests share: how hard hypothesis tries, and that a missing browser is never overlooked.

EXCHANGE_TESTS_MUST_RUN=1 turns a skip for want of a browser into a failure: the gate may not pass by not looking.
"""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

MUST_RUN = os.environ.get("EXCHANGE_TESTS_MUST_RUN", "0") not in ("", "0")

settings.register_profile("home", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", parent=settings.get_profile("home"), derandomize=True, database=None)
settings.load_profile("gate" if MUST_RUN or os.environ.get("CI") else "home")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_BROWSER = "NOT TESTED IN A BROWSER: install Debian's chromium package, or name one in EXCHANGE_CHROMIUM"


def chromium() -> str | None:
    """The browser of this machine: EXCHANGE_CHROMIUM, or the first known name on the path."""
    named = os.environ.get("EXCHANGE_CHROMIUM")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in parallel, those in a browser stay in one process: they watch the time."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Browser tests need a browser; say so, loudly."""
    if item.get_closest_marker("browser") and chromium() is None:
        if MUST_RUN:
            pytest.fail(NO_BROWSER, pytrace=False)
        pytest.skip(NO_BROWSER)
