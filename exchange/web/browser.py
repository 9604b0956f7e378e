"""A browser in words: its family and the system it runs on, as it says itself. Never a reason to trust it."""

FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chromium", "Chromium"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What a user agent holds, the most telling first: Chrome says that it is Safari too, and Edge that it is Chrome."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def in_words(agent: str) -> str:
    """``Firefox, Windows``; empty where it says nothing we know."""
    found = (next((name for mark, name in known if mark in agent), "") for known in (FAMILIES, SYSTEMS))
    return ", ".join(filter(None, found))
