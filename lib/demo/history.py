"""Medical history of synthetic patients: entries, and the corrections of a few."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.demo import columns
from lib.demo.accounts import STAFF
from lib.demo.columns import ABSENT, DAY_SECONDS, Ints, Random, chance, weighted
from lib.demo.crowd import ENQUIRED, Crowd

KINDS = ("condition", "allergy", "no_known_allergies", "medicine", "contraindication")
CONDITION, ALLERGY, NO_KNOWN, MEDICINE, CONTRAINDICATION = range(5)
SEVERITIES = ("mild", "moderate", "severe")
STATUSES = ("active", "resolved", "entered_in_error")
# How many of each kind a patient has on average.
MEANS = (0.55, 0.21, 0.0, 0.45, 0.05)
NOT_ASKED_SHARE = 0.09
CORRECTED_SHARE = 0.03
REVIEWED_SHARE = 0.85
REVIEWED_AT_SECONDS = 10 * 3600
ENTRIES: dict[int, tuple[tuple[str, float], ...]] = {
    CONDITION: (
        ("Cold sores", 14), ("Migraine", 13), ("Asthma", 11), ("Hypothyroidism", 10),
        ("Hypertension", 9), ("Anxiety", 9), ("Eczema", 7), ("Rosacea", 7), ("Acne", 6),
        ("Depression", 6), ("Polycystic ovary syndrome", 4), ("Psoriasis", 4), ("Melasma", 4),
        ("Type 2 diabetes", 4), ("Menopausal symptoms", 6), ("Rheumatoid arthritis", 2),
        ("Coeliac disease", 2), ("Epilepsy", 1.2), ("Crohn's disease", 1), ("Vitiligo", 1),
        ("Type 1 diabetes", 0.8), ("Breast cancer, treated", 1.2), ("Lupus", 0.4),
        ("Bell's palsy, recovered", 0.6), ("HIV, well controlled", 0.3),
    ),
    ALLERGY: (
        ("Penicillin", 34), ("Latex", 9), ("Lidocaine", 4), ("Plasters (adhesive)", 12),
        ("Nickel", 10), ("Aspirin", 6), ("Ibuprofen", 5), ("Egg", 4), ("Nuts", 8),
        ("Bee and wasp venom", 5), ("Chlorhexidine", 3), ("Sulfonamides", 4), ("Shellfish", 5),
        ("Hyaluronidase", 0.6), ("Cow's milk protein", 1.5), ("Codeine", 3),
    ),
    MEDICINE: (
        ("Levothyroxine", 10), ("Sertraline", 10), ("Combined contraceptive pill", 12),
        ("Progestogen-only pill", 7), ("Amlodipine", 5), ("Ramipril", 5), ("Omeprazole", 8),
        ("Salbutamol inhaler", 9), ("Oestradiol patches", 7), ("Metformin", 4),
        ("Aspirin 75 mg", 3), ("Citalopram", 5), ("Propranolol", 4), ("Cetirizine", 6),
        ("Methotrexate", 1),
        ("Apixaban", 1.5), ("Warfarin", 0.5), ("Isotretinoin", 1), ("Adalimumab", 0.7),
        ("Fish oil", 4), ("Vitamin D", 7), ("Atorvastatin", 5), ("Semaglutide", 3),
    ),
    CONTRAINDICATION: (
        ("Pregnancy", 34), ("Breastfeeding", 24), ("Keloid scarring", 10),
        ("Isotretinoin within six months", 7), ("Anticoagulants", 9), ("Myasthenia gravis", 1),
        ("Permanent filler in the area", 6), ("Active autoimmune disease", 5),
        ("Previous anaphylaxis", 3), ("Body dysmorphia suspected", 4),
    ),
}  # fmt: skip
DETAILS = (
    "As told by the patient at registration.", "Diagnosed by the GP.", "Long-standing.",
    "Well controlled.", "Childhood onset.", "Under hospital care.", "Details asked for.",
)  # fmt: skip
REACTIONS = ("Rash", "Hives", "Swelling of the lips", "Anaphylaxis; carries an injector",
             "Vomiting", "Contact dermatitis")  # fmt: skip
REASONS = (
    "Patient corrected the form", "Letter from the GP says otherwise", "Entered on the wrong line",
    "Severity was mis-keyed", "Spelling corrected from the packet",
)  # fmt: skip
NO_KNOWN_WORDS = "No known allergies"
TEMPORARY = frozenset({"Pregnancy", "Breastfeeding", "Isotretinoin within six months"})
TEMPORARY_DAYS = 300


def entries(random: Random, crowd: Crowd) -> pa.Table:
    """Return the history_entry table of a crowd: entries, and the corrections of a few."""
    row, kind, name = _drawn(random, crowd)
    order = np.lexsort((kind, row))
    row, kind, name = row[order], kind[order], name[order]
    corrected = np.flatnonzero(chance(random, CORRECTED_SHARE, len(row)) & (kind != NO_KNOWN))
    origin = np.sort(np.concatenate((np.arange(len(row)), corrected)))
    second = np.diff(origin, prepend=-1) == 0
    return _entry_table(random, crowd, (row[origin], kind[origin], name[origin]), second)


def reviews(random: Random, crowd: Crowd, told: Any, last_seen: Ints) -> pa.Table:  # noqa: ANN401
    """Return the history_review table: most histories were gone through at the last visit.

    `told` is the history_entry table of the same crowd; an empty history is not reviewed.
    """
    has_history = pc.is_in(crowd.patient_id, value_set=told["patient_id"]).to_numpy(
        zero_copy_only=False
    )
    reviewed = has_history & (last_seen != ABSENT) & (last_seen > crowd.registered)
    row = np.flatnonzero(reviewed & chance(random, REVIEWED_SHARE, len(crowd)))
    at = last_seen[row] * DAY_SECONDS + REVIEWED_AT_SECONDS
    return pa.table(
        {
            "history_review_id": columns.uuids(random, at),
            "patient_id": columns.pick(crowd.patient_id, row),
            "reviewed_on": columns.dates(last_seen[row]),
            "source": columns.same("patient", len(row)),
            "recorded_at": columns.instants(at),
            "recorded_by": columns.same(str(STAFF.person_id), len(row)),
        }
    )


def _drawn(random: Random, crowd: Crowd) -> tuple[Ints, Ints, Ints]:
    """Return patient's row, kind and word of every entry; nobody has the same one twice."""
    asked = (crowd.kind != ENQUIRED) & ~chance(random, NOT_ASKED_SHARE, len(crowd))
    rows, kinds, words = [], [], []
    for sort, options in ENTRIES.items():
        counts = np.where(asked, random.poisson(MEANS[sort], len(crowd)), 0)
        rows.append(np.repeat(np.arange(len(crowd)), counts))
        kinds.append(np.full(len(rows[-1]), sort))
        words.append(_first_word(sort) + weighted(random, [w for _, w in options], len(rows[-1])))
    allergic = np.unique(rows[1])
    without = np.setdiff1d(np.flatnonzero(asked), allergic)
    without = without[chance(random, 0.93, len(without))]
    rows.append(without)
    kinds.append(np.full(len(without), NO_KNOWN))
    words.append(np.full(len(without), len(_words()) - 1))
    row, kind, word = (np.concatenate(part) for part in (rows, kinds, words))
    _, first = np.unique(row * 1000 + word, return_index=True)
    return row[first], kind[first], word[first]


def _words() -> list[str]:
    return [name for options in ENTRIES.values() for name, _ in options] + [NO_KNOWN_WORDS]


def _first_word(kind: int) -> int:
    return sum(len(options) for before, options in ENTRIES.items() if before < kind)


def _entry_table(
    random: Random, crowd: Crowd, drawn: tuple[Ints, Ints, Ints], second: columns.Flags
) -> pa.Table:
    row, kind, word = drawn
    size = len(row)
    recorded = crowd.created[row] + np.where(second, random.integers(2, 60, size) * DAY_SECONDS, 0)
    recorded = np.minimum(recorded, crowd.as_of * DAY_SECONDS)
    ids = columns.uuids(random, recorded)
    own = np.arange(size)
    severity = np.where(kind == ALLERGY, weighted(random, (5, 3, 2), size), -1)
    reasons = np.where(second, random.integers(0, len(REASONS), size), -1)
    professional = chance(random, 0.08, size).astype(np.int64)
    return pa.table(
        {
            "entry_id": ids,
            "series_id": columns.pick(ids, np.where(second, own - 1, own)),
            "version": pa.array(1 + second.astype(np.int64)),
            "patient_id": columns.pick(crowd.patient_id, row),
            "kind": columns.coded(kind, KINDS),
            "name": columns.coded(word, _words()),
            "detail": _details(random, kind),
            "severity": columns.coded(severity, SEVERITIES),
            "source": columns.coded(professional, ("patient", "professional")),
            "correction_reason": columns.coded(reasons, REASONS),
            "recorded_at": columns.instants(recorded),
            "recorded_by": columns.same(str(STAFF.person_id), len(recorded)),
            **_course(random, crowd, drawn, second),
        }
    )


def _course(
    random: Random, crowd: Crowd, drawn: tuple[Ints, Ints, Ints], second: columns.Flags
) -> dict[str, Any]:
    """Return how each entry stands, and the days between which it was so."""
    row, kind, word = drawn
    size, joined = len(row), crowd.registered[row]
    temporary = np.isin(word, [place for place, name in enumerate(_words()) if name in TEMPORARY])
    over = temporary & (joined + TEMPORARY_DAYS < crowd.as_of)
    wrong = second & chance(random, 0.25, size)
    started = np.where(temporary, joined - 60, joined - random.integers(10, 4000, size))
    dated = chance(random, 0.5, size) & (kind != NO_KNOWN) & (started > crowd.born[row])
    return {
        "status": columns.coded(np.where(wrong, 2, over.astype(np.int64)), STATUSES),
        "started_on": columns.dates(np.where(dated, started, ABSENT)),
        "ended_on": columns.dates(np.where(over, joined + TEMPORARY_DAYS, ABSENT)),
    }


def _details(random: Random, kind: Ints) -> Any:  # noqa: ANN401
    size = len(kind)
    words = random.integers(0, len(DETAILS), size)
    reactions = len(DETAILS) + random.integers(0, len(REACTIONS), size)
    code = np.where(kind == ALLERGY, reactions, words)
    silent = (kind == NO_KNOWN) | (chance(random, 0.5, size) & (kind != ALLERGY))
    return columns.coded(np.where(silent, -1, code), (*DETAILS, *REACTIONS))
