"""Email addresses of synthetic people, at domains that are reserved for examples."""

import unicodedata
from functools import cache

import numpy as np

from lib.demo.columns import Random, Texts, weighted
from lib.demo.names import Names

FOLDED = str.maketrans({"ł": "l", "\u0131": "i", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae"})
DOMAINS = ("example.org", "example.com", "example.net", "mail.example.org", "post.example.com")
DOMAIN_WEIGHTS = (40, 35, 10, 9, 6)


def emails(random: Random, names: Names) -> Texts:
    """Return an address for each name, in one of the shapes that people choose."""
    rows = len(names.given)
    shapes = random.integers(0, 5, rows)
    # Of many figures: an address belongs to one person, also where hundreds share a name.
    digits = random.integers(1, 10_000, rows)
    domains = weighted(random, DOMAIN_WEIGHTS, rows)
    drawn = np.empty(rows, dtype=np.object_)
    drawn[:] = [
        f"{_local(given, family, shape, number)}@{DOMAINS[domain]}"
        for given, family, shape, number, domain in zip(
            names.given, names.family, shapes, digits, domains, strict=True
        )
    ]
    return drawn


def _local(given: str, family: str, shape: int, digits: int) -> str:
    first, last = folded(given.partition(" ")[0]), folded(family)
    if not first:
        return f"{last}{digits}"
    if shape == 0:
        return f"{first}.{last}{digits}"
    if shape == 1:
        return f"{first[:1]}{last}{digits}"
    if shape == 2:  # noqa: PLR2004
        return f"{first}{last}{digits}"
    return f"{first}_{last}{digits}" if shape == 3 else f"{last}.{first}{digits}"  # noqa: PLR2004


@cache
def folded(name: str) -> str:
    """Return a name in the letters a to z only."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(FOLDED))
    return "".join(letter for letter in plain if "a" <= letter <= "z")
