"""The bounds between which a numeric answer is believed, by question key.

Demo defaults from memory: wide enough for every honest lead, narrow enough to catch a slipped column.
"""

RANGES: dict[str, tuple[int, int]] = {
    "age": (18, 99),
    "area": (5, 20_000),
    "built": (1500, 2100),
    "children": (0, 15),
    "contribution": (10, 10_000),
    "employees": (1, 100_000),
    "equity": (0, 20_000_000),
    "income": (1_000, 5_000_000),
    "kwh": (300, 5_000_000),
    "living_area": (15, 5_000),
    "loan": (5_000, 20_000_000),
    "net_income": (300, 200_000),
    "pension": (100, 15_000),
    "sum": (5_000, 20_000_000),
    "turnover": (1_000, 1_000_000_000),
    "value": (10_000, 50_000_000),
    "years": (1, 60),
}
"""Question key -> least and most, both allowed. An enquirer under 18 is refused (ground ``under-age``)."""
