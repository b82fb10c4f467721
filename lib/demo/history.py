"""Medical history of synthetic patients, and what went wrong after a few of the treatments."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.catalogue import BOOSTER, DEVICE, FILLER, PROGRAMMES, SKIN, TOXIN
from lib.demo.columns import ABSENT, DAY_SECONDS, Ints, Random, chance, weighted
from lib.demo.crowd import ENQUIRED, Crowd
from lib.demo.stock import Stock
from lib.demo.treatments import Treatments

KINDS = ("condition", "allergy", "no_known_allergies", "medicine", "contraindication")
CONDITION, ALLERGY, NO_KNOWN, MEDICINE, CONTRAINDICATION = range(5)
SEVERITIES = ("mild", "moderate", "severe")
STATUSES = ("active", "resolved", "entered_in_error")
# How many of each kind a patient has on average.
MEANS = (0.55, 0.21, 0.0, 0.45, 0.05)
NOT_ASKED_SHARE = 0.09
CORRECTED_SHARE = 0.03
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
        ("Salbutamol inhaler", 9), ("Oestradiol patches", 7), ("Metformin", 4), ("Aspirin 75 mg", 3),
        ("Citalopram", 5), ("Propranolol", 4), ("Cetirizine", 6), ("Methotrexate", 1),
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


@dataclass(frozen=True, slots=True)
class Mishap:
    """One kind of adverse event: its programme, words, weight, severity code and reporting."""

    programme: int
    description: str
    weight: float
    severity: int
    action: str
    is_reported: bool = False


EVENT_SHARES = {TOXIN: 0.009, FILLER: 0.021, BOOSTER: 0.012, SKIN: 0.010, DEVICE: 0.008}
MISHAPS = (
    Mishap(TOXIN, "Headache for three days", 30, 0, "Paracetamol; settled"),
    Mishap(TOXIN, "Bruise at the injection point", 30, 0, "Reassured; arnica"),
    Mishap(TOXIN, "Eyelid ptosis, left", 7, 1, "Apraclonidine drops; reviewed weekly", is_reported=True),
    Mishap(TOXIN, "Brow heaviness", 16, 0, "Reassured; lighter forehead next time"),
    Mishap(TOXIN, "Asymmetric smile", 4, 1, "Reviewed at two and six weeks; resolved"),
    Mishap(FILLER, "Marked bruising and swelling", 44, 0, "Cold compress; settled in ten days"),
    Mishap(FILLER, "Tender nodule at four weeks", 14, 1, "Massage, then hyaluronidase"),
    Mishap(FILLER, "Delayed swelling after an infection", 8, 1, "Oral antihistamine; GP informed", is_reported=True),
    Mishap(FILLER, "Cold sore outbreak", 10, 0, "Aciclovir; prophylaxis advised"),
    Mishap(FILLER, "Vascular occlusion, upper lip", 1.2, 2, "High-dose hyaluronidase at once; resolved without loss", is_reported=True),
    Mishap(FILLER, "Visible product under the eye", 7, 0, "Dissolved at review"),
    Mishap(BOOSTER, "Papules lasting a week", 30, 0, "Reassured"),
    Mishap(BOOSTER, "Allergic swelling of the cheeks", 4, 1, "Prednisolone from the GP", is_reported=True),
    Mishap(SKIN, "Post-inflammatory darkening", 12, 1, "Sun protection, azelaic acid; fading"),
    Mishap(SKIN, "Superficial burn, 1 cm", 6, 1, "Dressing, daily review", is_reported=True),
    Mishap(SKIN, "Prolonged redness", 30, 0, "Emollient; settled"),
    Mishap(DEVICE, "Blister on the shin", 8, 1, "Dressing; settings lowered"),
    Mishap(DEVICE, "Redness for four days", 30, 0, "Reassured"),
)  # fmt: skip


def entries(random: Random, crowd: Crowd) -> pa.Table:
    """Return the history_entry table of a crowd: entries, and the corrections of a few."""
    row, kind, name = _drawn(random, crowd)
    order = np.lexsort((kind, row))
    row, kind, name = row[order], kind[order], name[order]
    corrected = np.flatnonzero(chance(random, CORRECTED_SHARE, len(row)) & (kind != NO_KNOWN))
    origin = np.sort(np.concatenate((np.arange(len(row)), corrected)))
    second = np.concatenate(([False], origin[1:] == origin[:-1])) if len(origin) else origin > 0
    return _entry_table(random, crowd, (row[origin], kind[origin], name[origin]), second)


def adverse_events(
    random: Random, crowd: Crowd, given: Treatments, stock: Stock
) -> pa.Table:
    """Return the adverse_event table of a crowd, each tied to its treatment, product and lot."""
    shares = np.array([EVENT_SHARES.get(code, 0.0) for code in range(PROGRAMMES)])
    happened = random.random(len(given)) < shares[given.visits.programme]
    chosen = np.flatnonzero(happened & given.is_current)
    which = _mishaps(random, given.visits.programme[chosen])
    wanted = given.visits.day[chosen] + 1 + random.geometric(0.12, len(chosen))
    fits = (wanted <= crowd.as_of) & _alive(crowd, given.visits.row[chosen], wanted)
    chosen, which, day = chosen[fits], which[fits], wanted[fits]
    reported = np.array([mishap.is_reported for mishap in MISHAPS])[which]
    recorded = columns.moments(random, day)
    reported_on = np.minimum(day + random.integers(0, 6, len(day)), crowd.as_of)
    return pa.table(
        {
            "adverse_event_id": columns.uuids(random, recorded),
            "patient_id": columns.pick(crowd.patient_id, given.visits.row[chosen]),
            "treatment_id": columns.pick(given.treatment_id, chosen),
            "product_id": columns.pick(stock.product_id, given.product[chosen]),
            "lot_id": columns.pick(stock.lot_id, given.lot[chosen]),
            "occurred_on": columns.dates(day),
            "description": columns.coded(which, [mishap.description for mishap in MISHAPS]),
            "severity": columns.coded(
                np.array([mishap.severity for mishap in MISHAPS])[which], SEVERITIES
            ),
            "action_taken": columns.coded(which, [mishap.action for mishap in MISHAPS]),
            "is_reported": pa.array(reported),
            "reported_on": columns.dates(np.where(reported, reported_on, ABSENT)),
            "recorded_at": columns.instants(recorded),
        }
    )


def _alive(crowd: Crowd, row: Ints, day: Ints) -> columns.Flags:
    return np.asarray((crowd.died[row] == ABSENT) | (crowd.died[row] > day))


def _mishaps(random: Random, programme: Ints) -> Ints:
    which = np.zeros(len(programme), dtype=np.int64)
    for code in EVENT_SHARES:
        choices = [place for place, mishap in enumerate(MISHAPS) if mishap.programme == code]
        at = np.flatnonzero(programme == code)
        weights = [MISHAPS[choice].weight for choice in choices]
        which[at] = np.array(choices)[weighted(random, weights, len(at))]
    return which


def _drawn(random: Random, crowd: Crowd) -> tuple[Ints, Ints, Ints]:
    """Return patient's row, kind and word of every entry; nobody has the same one twice."""
    asked = (crowd.kind != ENQUIRED) & ~chance(random, NOT_ASKED_SHARE, len(crowd))
    rows, kinds, words = [], [], []
    for kind, options in ENTRIES.items():
        counts = np.where(asked, random.poisson(MEANS[kind], len(crowd)), 0)
        rows.append(np.repeat(np.arange(len(crowd)), counts))
        kinds.append(np.full(len(rows[-1]), kind))
        words.append(_first_word(kind) + weighted(random, [w for _, w in options], len(rows[-1])))
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
    series = columns.pick(ids, np.where(second, own - 1, own))
    temporary = np.isin(word, [place for place, name in enumerate(_words()) if name in TEMPORARY])
    over = temporary & (crowd.registered[row] + TEMPORARY_DAYS < crowd.as_of)
    wrong = second & chance(random, 0.25, size)
    status = np.where(wrong, 2, over.astype(np.int64))
    severity = np.where(kind == ALLERGY, weighted(random, (5, 3, 2), size), -1)
    started = crowd.registered[row] - random.integers(10, 4000, size)
    started = np.where(temporary, crowd.registered[row] - 60, started)
    dated = chance(random, 0.5, size) & (kind != NO_KNOWN) & (started > crowd.born[row])
    ended = np.where(over, crowd.registered[row] + TEMPORARY_DAYS, ABSENT)
    reasons = np.where(second, random.integers(0, len(REASONS), size), -1)
    return pa.table(
        {
            "entry_id": ids,
            "series_id": series,
            "version": pa.array(1 + second.astype(np.int64)),
            "patient_id": columns.pick(crowd.patient_id, row),
            "kind": columns.coded(kind, KINDS),
            "name": columns.coded(word, _words()),
            "detail": _details(random, kind),
            "severity": columns.coded(severity, SEVERITIES),
            "status": columns.coded(status, STATUSES),
            "started_on": columns.dates(np.where(dated, started, ABSENT)),
            "ended_on": columns.dates(ended),
            "source": columns.coded(chance(random, 0.08, size).astype(np.int64), ("patient", "professional")),
            "correction_reason": columns.coded(reasons, REASONS),
            "recorded_at": columns.instants(recorded),
        }
    )


def _details(random: Random, kind: Ints) -> Any:  # noqa: ANN401
    size = len(kind)
    words = random.integers(0, len(DETAILS), size)
    reactions = len(DETAILS) + random.integers(0, len(REACTIONS), size)
    code = np.where(kind == ALLERGY, reactions, words)
    silent = (kind == NO_KNOWN) | (chance(random, 0.5, size) & (kind != ALLERGY))
    return columns.coded(np.where(silent, -1, code), (*DETAILS, *REACTIONS))
