"""What of two records is compared, in which levels, and what each level says before any data.

A level's SQL speaks of the two records as `_l` and `_r`; the first level that holds counts. `m` is
how often one person's two records are at the level, `u` how often two strangers' are, `r` how often
those of two relatives who share a home. The numbers are our priors; a clinic's own data move the
first two (training), and only families of its own would tell the third.
"""

from dataclasses import dataclass

UNKNOWN = -1

# The cheap question first: with millions of pairs each of these is asked millions of times.
SWAPPED_NAMES = (
    "initial_l = family_initial_r AND family_initial_l = initial_r "
    "AND jaro_winkler_similarity(given_l, family_r) >= 0.9 "
    "AND jaro_winkler_similarity(family_l, given_r) >= 0.9"
)
# One character other, more, less, or two that changed places.
ONE_SLIP = "levenshtein({0}_l, {0}_r) <= 2 AND damerau_levenshtein({0}_l, {0}_r) <= 1"
CALLED_ALIKE = (
    "list_has_any(names_l, names_r) OR list_has_any(names_l, short_forms_r) "
    "OR list_has_any(short_forms_l, names_r)"
)
ALMOST = "levenshtein({0}_l, {0}_r) <= 1 OR jaro_winkler_similarity({0}_l, {0}_r) >= {1}"
RESEMBLES = (
    "jaro_winkler_similarity({0}_l, {0}_r) >= 0.8 OR ({0}_sound_l = {0}_sound_r "
    "AND jaro_winkler_similarity({0}_l, {0}_r) >= 0.7)"
)
# Dates are YYYYMMDD.
TWO_PARTS_OF_A_DATE = (
    "substr(born_l, 5, 4) = substr(born_r, 5, 4) "
    "OR (substr(born_l, 1, 4) = substr(born_r, 1, 4) AND ("
    "substr(born_l, 5, 2) = substr(born_r, 5, 2) OR substr(born_l, 7, 2) = substr(born_r, 7, 2)))"
)
# Without the number, and with lines that changed places.
SIMILAR_STREET = (
    "jaro_winkler_similarity(street_l, street_r) >= 0.9 "
    "OR jaro_winkler_similarity(road_l, road_r) >= 0.93 "
    "OR jaro_winkler_similarity(road_l, house_r) >= 0.93 "
    "OR jaro_winkler_similarity(house_l, road_r) >= 0.93"
)
SIMILAR_PLACE = f"jaro_winkler_similarity(town_l, town_r) >= 0.85 AND {ONE_SLIP.format('postcode')}"


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of likeness.

    `is_neutral` says nothing either way, whatever the data are; `most` is what `m` may not pass.
    """

    name: str
    sql: str
    m: float
    u: float
    r: float
    is_neutral: bool = False
    most: float = 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing compared; the last level is for all that is left.

    `unknown` is when it cannot be compared, `frequent` the column whose frequent values count for
    less.
    """

    name: str
    unknown: str
    levels: tuple[Level, ...]
    frequent: str | None = None

    def level(self, number: int) -> Level:
        """Return the level by the number that Splink gives: the last is 0, the first the most."""
        return self.levels[len(self.levels) - 1 - number]


# The share of one person's second records, of strangers' and of relatives' pairs at each level.
GIVEN = Comparison(
    "given",
    "given_l IS NULL OR given_r IS NULL",
    (
        Level("same", "given_l = given_r", 0.77, 6e-3, 3e-2),
        Level("swapped", SWAPPED_NAMES, 0.01, 2e-6, 4e-4),
        Level("known_as", CALLED_ALIKE, 0.08, 6e-3, 2e-2),
        Level("slip", ALMOST.format("given", 0.92), 0.06, 3e-3, 1e-2),
        Level("alike", RESEMBLES.format("given"), 0.03, 1.2e-2, 2e-2),
        Level("initial", "initial_l = given_r OR initial_r = given_l", 0.02, 1e-2, 1e-2),
        Level("different", "", 0.03, 0.96, 0.91, most=0.2),
    ),
    frequent="given",
)
FAMILY = Comparison(
    "family",
    "family_l IS NULL OR family_r IS NULL",
    (
        Level("same", "family_l = family_r", 0.77, 2e-3, 0.68),
        # Told by the given names already.
        Level("swapped", SWAPPED_NAMES, 0.01, 0.01, 0.01, is_neutral=True),
        Level("other_name", "list_has_any(families_l, families_r)", 0.05, 5e-4, 5e-2),
        Level("slip", ALMOST.format("family", 0.93), 0.06, 1e-3, 5.5e-2),
        Level("alike", RESEMBLES.format("family"), 0.03, 8e-3, 2.5e-2),
        Level("different", "", 0.08, 0.98, 0.18, most=0.2),
    ),
    frequent="family",
)
BORN = Comparison(
    "born",
    "born_l IS NULL OR born_r IS NULL",
    (
        Level("same", "born_l = born_r", 0.88, 5e-5, 8e-2),
        Level("swapped", "born_l = born_swapped_r", 0.02, 3e-5, 1.8e-3),
        Level("one_figure", ONE_SLIP.format("born"), 0.04, 7e-4, 4.4e-3),
        Level("part", TWO_PARTS_OF_A_DATE, 0.02, 6e-3, 8e-3),
        Level("different", "", 0.04, 0.99, 0.91, most=0.08),
    ),
)
STREET = Comparison(
    "street",
    "street_l IS NULL OR street_r IS NULL",
    (
        Level("same", "street_l = street_r", 0.50, 2e-5, 0.62),
        Level("alike", SIMILAR_STREET, 0.12, 4e-3, 0.17),
        Level("house", "jaro_winkler_similarity(house_l, house_r) >= 0.9", 0.03, 1e-3, 0.04),
        Level("different", "", 0.35, 0.99, 0.17),
    ),
)
PLACE = Comparison(
    "place",
    "(postcode_l IS NULL OR postcode_r IS NULL) AND (town_l IS NULL OR town_r IS NULL)",
    (
        Level("same", "postcode_l = postcode_r AND town_l = town_r", 0.50, 3e-4, 0.68),
        Level("postcode", "postcode_l = postcode_r", 0.06, 4e-4, 0.09),
        Level("alike", SIMILAR_PLACE, 0.05, 2e-3, 0.07),
        Level("town", "jaro_winkler_similarity(town_l, town_r) >= 0.92", 0.20, 6e-2, 0.09),
        Level("different", "", 0.19, 0.94, 0.07),
    ),
)
PHONE = Comparison(
    "phone",
    "len(phones_l) = 0 OR len(phones_r) = 0",
    (
        Level("same", "list_has_any(phones_l, phones_r)", 0.60, 1e-5, 0.48),
        Level("one_figure", ONE_SLIP.format("phone"), 0.03, 2e-5, 2.5e-2),
        Level("different", "", 0.37, 0.9999, 0.495),
    ),
)
EMAIL = Comparison(
    "email",
    "len(emails_l) = 0 OR len(emails_r) = 0",
    (
        Level("same", "list_has_any(emails_l, emails_r)", 0.50, 3e-6, 0.30),
        Level("different", "", 0.50, 0.9999, 0.70),
    ),
)
SEX = Comparison(
    "sex",
    "sex_l IS NULL OR sex_r IS NULL",
    (
        Level("same", "sex_l = sex_r", 0.98, 0.7, 0.55),
        Level("different", "", 0.02, 0.3, 0.45, most=0.05),
    ),
)
COMPARISONS = (GIVEN, FAMILY, BORN, STREET, PLACE, PHONE, EMAIL, SEX)
