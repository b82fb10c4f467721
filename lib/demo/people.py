"""Synthetic people as Arrow tables shaped like the store's; the visits they make are elsewhere."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.demo import columns, contacts, crowd, lexicon, likeness, names
from lib.demo.calendar import Calendar, calendar
from lib.demo.columns import ABSENT, Ints, Random, Texts, chance, weighted
from lib.demo.crowd import FEMALE, MALE, SEXES, Crowd, adult_on
from lib.domain.reference import references_of

BATCH = 50_000
SYSTEM = "demo"
FORMER_NAME_SHARE = 0.14
PREFERRED_SHARE = 0.24
ADJUSTMENT_SHARE = 0.035
RESTRICTED_SHARE = 0.004
NOTE_SHARE = 0.06
TITLES = ("Mrs", "Miss", "Ms", "Mr", "Dr", "Mx", "Prof", "Lady", "Rev")
WOMEN_TITLES = (0.46, 0.24, 0.22, 0.0, 0.03, 0.003, 0.003, 0.001, 0.001, 0.042)
MEN_TITLES = (0.0, 0.0, 0.0, 0.90, 0.04, 0.003, 0.005, 0.0, 0.002, 0.05)
OTHER_TITLES = (0.0, 0.0, 0.1, 0.1, 0.05, 0.5, 0.0, 0.0, 0.0, 0.25)
HEARD = (
    "website", "recommended by a friend", "Instagram", "walked past", "returning after a break",
    "open evening", "gift voucher", "search engine", "local magazine", "moved from another clinic",
)  # fmt: skip
HEARD_WEIGHTS = (26, 24, 20, 6, 3, 4, 4, 8, 2, 3)
REFERRED = ("dermatology letter, Dr A. Whitcombe", "GP letter", "dental practice, Moor Lane",
            "transfer letter from the last clinic")  # fmt: skip
NOTES = (
    "Prefers text messages to calls.",
    "Works shifts; mornings suit best.",
    "Please ring after 17:00 only.",
    "Comes with her sister; book back to back.",
    "Nervous of needles: allow extra time.",
    "Asked not to be contacted at work.",
    "Parks in the rear yard; leave the gate open.",
    "Prefers a practitioner she has met before.",
    "Pays by bank transfer.",
    "Wedding in the family this year; wants nothing close to the day.",
    "Would like a chaperone at every visit.",
    "Travels a good deal; check dates before booking follow-ups.",
)
ADJUSTMENTS = (
    ("Deaf; uses British Sign Language", "Book a BSL interpreter; face the patient when speaking"),
    ("Hard of hearing, left ear", "Speak from the right side; send confirmations by text"),
    ("Low vision", "Forms in 18-point type; read the aftercare sheet aloud"),
    ("Wheelchair user", "Ground-floor room 2; allow ten minutes more"),
    ("Cannot climb stairs", "Ground-floor room"),
    ("Anxiety", "Quiet waiting area; same practitioner at each visit"),
    ("Autistic", "Dim lights, no music; explain each step before doing it"),
    ("Dyslexic", "Go through forms together; aftercare as a recorded message"),
    ("Does not read English", "Telephone interpreter (see preferred language in the note)"),
    ("Early dementia", "Daughter attends; written summary after every visit"),
    ("Faints at the sight of needles", "Treat lying down; keep needles out of sight"),
    ("Latex allergy", "Nitrile gloves only; first appointment of the day"),
    ("Tremor", "Help with signing; allow ten minutes more"),
    ("Chronic back pain", "Extra cushions; breaks on request"),
    ("Assistance dog", "Dog stays in the room; warn colleagues with allergies"),
)
RESTRICTIONS = (
    "accuracy contested", "objection under review", "unlawful processing", "needed for a claim",
)  # fmt: skip


def people(count: int, seed: int, as_of: date = date(2026, 11, 1)) -> dict[str, pa.Table]:
    """Return `count` synthetic people, by stored table, in seconds for a million.

    Tables: patient, patient_external_id, patient_name, patient_phone, patient_email,
    patient_address, contact_preference, reasonable_adjustment, restriction. Ids are text. Nobody
    has been seen yet.
    """
    parts = list(batches(count, seed, calendar(as_of)))
    return {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}


def batches(count: int, seed: int, days: Calendar) -> Iterator[dict[str, pa.Table]]:
    """Yield the tables of `people` in batches of at most `BATCH` people."""
    for drawn, random in crowds(count, seed, days):
        unseen = np.full(len(drawn), ABSENT, dtype=np.int64)
        yield tables(random, drawn, unseen, pa.nulls(len(drawn), pa.string()))


def crowds(count: int, seed: int, days: Calendar) -> Iterator[tuple[Crowd, Random]]:
    """Yield the people batch by batch, each with the source of chance that goes on from there."""
    for start in range(0, count, BATCH):
        random = np.random.default_rng([seed, start])
        drawn = crowd.draw(random, range(start + 1, min(start + BATCH, count) + 1), count, days)
        likeness.confuse(random, drawn)
        crowd.forget_birthdays(random, drawn)
        yield drawn, random


def tables(
    random: Random, drawn: Crowd, last_seen: Ints, last_practitioner: pa.Array
) -> dict[str, pa.Table]:
    """Return the tables of a crowd; `last_seen` is a day a person, absent for never."""
    short = _preferred(random, drawn)
    return {
        "patient": _patients(random, drawn, short, (last_seen, last_practitioner)),
        "patient_external_id": pa.table(
            {
                "system": columns.same(SYSTEM, len(drawn)),
                "external_id": pa.array([f"C{number:07d}" for number in drawn.number]),
                "patient_id": drawn.patient_id,
            }
        ),
        "patient_name": _other_names(random, drawn),
        **contacts.tables(random, drawn),
        "reasonable_adjustment": _adjustments(random, drawn),
        "restriction": _restrictions(random, drawn),
    }


def _patients(
    random: Random, drawn: Crowd, preferred: Texts, last: tuple[Ints, pa.Array]
) -> pa.Table:
    rows = len(drawn)
    last_seen, last_practitioner = last
    referred = chance(random, 0.04, rows)
    heard = weighted(random, HEARD_WEIGHTS, rows)
    letters = random.integers(0, len(REFERRED), rows) + len(HEARD)
    changed = np.where(last_seen == ABSENT, drawn.created, last_seen * columns.DAY_SECONDS + 64_800)
    return pa.table(
        {
            "patient_id": drawn.patient_id,
            "reference": pa.array(references_of(drawn.number.tolist())),
            "title": _titles(random, drawn),
            "given_names": columns.texts(drawn.names.given),
            "family_name": columns.texts(drawn.names.family),
            "preferred_name": columns.texts(preferred),
            "sex": columns.coded(drawn.sex, SEXES).dictionary_decode(),
            "born_on": columns.dates(drawn.born),
            "deceased_on": columns.dates(drawn.died),
            "registered_on": columns.dates(drawn.registered),
            "source": columns.coded(referred.astype(np.int64), ("patient", "professional")),
            "source_detail": columns.coded(np.where(referred, letters, heard), (*HEARD, *REFERRED)),
            "note": _notes(random, rows),
            "last_seen_on": columns.dates(last_seen),
            "last_practitioner_id": last_practitioner,
            "version": columns.same(1, rows),
            "created_at": columns.instants(drawn.created),
            "changed_at": columns.instants(np.maximum(changed, drawn.created)),
        }
    )


def _titles(random: Random, drawn: Crowd) -> pa.Array:
    rows = len(drawn)
    by_sex = (WOMEN_TITLES, MEN_TITLES, OTHER_TITLES)
    codes = np.stack([weighted(random, shares, rows) for shares in by_sex])
    row = np.where(drawn.sex == FEMALE, 0, np.where(drawn.sex == MALE, 1, 2))
    code = codes[row, np.arange(rows)]
    return columns.coded(np.where(code == len(TITLES), -1, code), TITLES).dictionary_decode()


def _notes(random: Random, rows: int) -> pa.Array:
    codes = random.integers(0, len(NOTES), rows)
    return columns.coded(np.where(chance(random, NOTE_SHARE, rows), codes, -1), NOTES)


def _preferred(random: Random, drawn: Crowd) -> Texts:
    """Return the name each likes to be called by: a short form, or a name in their own script."""
    short = lexicon.short_forms()
    preferred = np.array(
        [short.get(given.partition(" ")[0]) for given in drawn.names.given], dtype=np.object_
    )
    preferred[~chance(random, PREFERRED_SHARE, len(drawn))] = None
    in_script = chance(random, 0.2, len(drawn)) & drawn.names.has_given_script
    preferred[in_script] = drawn.names.given_script[in_script]
    return preferred


def _other_names(random: Random, drawn: Crowd) -> pa.Table:
    """Return names before marriage, and names in the language's own script."""
    women = np.flatnonzero(drawn.is_female & chance(random, FORMER_NAME_SHARE, len(drawn)))
    women = women[drawn.culture[women] != names.MONONYM]
    scripted = np.flatnonzero(drawn.names.has_given_script & drawn.names.has_family_script)
    scripted = scripted[chance(random, 0.7, len(scripted))]
    rows = np.concatenate((women, scripted))
    former = np.arange(len(rows)) < len(women)
    maiden = names.families(random, drawn.culture[women], drawn.is_female[women])
    until = np.full(len(rows), ABSENT, dtype=np.int64)
    before = drawn.registered[women] - random.integers(30, 3000, len(women))
    # Nobody married as a child.
    until[: len(women)] = np.maximum(before, np.minimum(adult_on(drawn)[women], drawn.as_of - 1))
    given = np.concatenate((drawn.names.given[women], drawn.names.given_script[scripted]))
    table = pa.table(
        {
            "patient_name_id": columns.uuids(random, drawn.created[rows]),
            "patient_id": columns.pick(drawn.patient_id, rows),
            "kind": columns.coded((~former).astype(np.int64), ("former", "alias")),
            "given_names": columns.texts(given),
            "family_name": columns.texts(
                np.concatenate((maiden, drawn.names.family_script[scripted]))
            ),
            "valid_until": columns.dates(until),
            "source": columns.same("patient", len(rows)),
            "recorded_at": columns.instants(drawn.created[rows]),
        }
    )
    return table.take(pa.array(np.argsort(rows, kind="stable")))


def _adjustments(random: Random, drawn: Crowd) -> pa.Table:
    rows = np.flatnonzero(chance(random, ADJUSTMENT_SHARE, len(drawn)))
    which = random.integers(0, len(ADJUSTMENTS), len(rows))
    return pa.table(
        {
            "adjustment_id": columns.uuids(random, drawn.created[rows]),
            "patient_id": columns.pick(drawn.patient_id, rows),
            "need": columns.coded(which, [need for need, _ in ADJUSTMENTS]),
            "adjustment": columns.coded(which, [made for _, made in ADJUSTMENTS]),
            "has_consent_to_share": pa.array(chance(random, 0.92, len(rows))),
            "source": columns.same("patient", len(rows)),
            "recorded_at": columns.instants(drawn.created[rows]),
        }
    )


def _restrictions(random: Random, drawn: Crowd) -> pa.Table:
    rows = np.flatnonzero(chance(random, RESTRICTED_SHARE, len(drawn)))
    joined = drawn.registered[rows]
    placed = joined + (random.random(len(rows)) * (drawn.as_of - joined)).astype(np.int64)
    at = columns.moments(random, placed)
    is_lifted = chance(random, 0.3, len(rows)) & (placed + 90 < drawn.as_of)
    lifted = np.where(is_lifted, at + 60 * columns.DAY_SECONDS, ABSENT)
    return pa.table(
        {
            "restriction_id": columns.uuids(random, at),
            "patient_id": columns.pick(drawn.patient_id, rows),
            "reason": columns.coded(random.integers(0, len(RESTRICTIONS), len(rows)), RESTRICTIONS),
            "placed_at": columns.instants(at),
            "lifted_at": columns.instants(lifted),
        }
    )


def distinct_words(table: pa.Table) -> int:
    """Return how many different words the names of a patient table are made of."""
    both = pc.binary_join_element_wise(table["given_names"], table["family_name"], " ")
    words = pc.split_pattern_regex(pc.utf8_lower(both), r"[\s'\x{2019}-]+")
    return int(pc.count_distinct(pc.list_flatten(words)).as_py())
