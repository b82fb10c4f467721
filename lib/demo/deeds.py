"""What the people of the synthetic clinic did with its services: recalls, warnings, duplicates.

Everything goes through the services that the screens use, so that it can be undone there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import chain
from uuid import UUID

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.accounts import MANAGER, STAFF
from lib.demo.calendar import day_number
from lib.demo.columns import DAY_SECONDS, Random
from lib.demo.sittings import day_of
from lib.domain.contraindications import TreatmentWarning, allergies_to, lines_of, matching
from lib.domain.duplicates import Person, signs_to_json
from lib.domain.history import HistoryEntry
from lib.domain.search.folding import fold
from lib.linkage import likeness
from lib.linkage.likeness import Surroundings
from lib.linkage.model import prior_model
from lib.services import merges, recalls
from lib.services.clinic import Clinic
from lib.services.merging import Wanted
from lib.services.recalls import NewRecall, Note
from lib.store import contraindications, duplicates, history, treatment_versions
from lib.store.connection import Cursor, UnitOfWork
from lib.store.duplicates import FoundPair
from lib.store.treatment_versions import NewVersion

# A smaller clinic has none of it.
FEWEST_PATIENTS = 500
PAIRS = 7
OF_EACH_WARNING = 2
# A large clinic has found enough by then.
MOST_LOOKED_AT = 4_000
WARNED_DAYS = 365
# How many patients a recalled lot went to, about, and how long ago it was used last.
OPEN_SIZE, OPEN_DAYS = 18, 300
CLOSED_SIZE, CLOSED_DAYS = 8, 900
OPEN_REASON = "Manufacturer's notice FSN-117: particles found in vials of this lot"
CLOSED_REASON = "Field safety notice 08: labels with the wrong expiry date"
CONTACTED_SHARE = 0.45
USED = ("treatment_id", "product_id")
CONTACTS = (
    (True, "Rang; well, no complaints."),
    (True, "Seen at the review; nothing to report."),
    (True, "Letter sent, first class."),
    (False, "Left a message; ring again."),
)
MERGED_REASON = "Same person: registered a second time by telephone"
# What was answered to a warning, by what it speaks of; to any other nobody went ahead.
ANSWERS = {
    "allergy to Lidocaine": "The dentist's injection made the heart race, no hives; the "
    "allergist's letter is on file. Observed for thirty minutes.",
    "allergy to Cow's milk": "Has drunk milk for years without any reaction; adrenaline at hand.",
    "allergy to Hyaluronidase": "Test in the forearm negative after twenty minutes.",
    "allergy to Nickel": "Patch test with the needles' steel negative; patient agrees.",
    "Anticoagulants": "Cannula used, pressed for five minutes; bruising explained, medicine kept.",
    "Cold sores": "No sore now; aciclovir taken since yesterday.",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What deeds are chosen from: the clinic's tables, who may be used, today, and chance."""

    tables: Mapping[str, pa.Table]
    today: int
    random: Random
    barred: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Find whose record is not to be used: restricted, or of somebody who died."""
        patients = self.tables["patient"]
        died = patients.filter(patients["deceased_on"].is_valid())["patient_id"]
        restricted = self.tables["restriction"]["patient_id"]
        barred = frozenset(chain(died.to_pylist(), restricted.to_pylist()))
        object.__setattr__(self, "barred", barred)

    def rows(self, table: str, *names: str) -> Iterator[tuple[object, ...]]:
        """Give the rows of some columns of a table."""
        return zip(*(self.tables[table][name].to_pylist() for name in names), strict=True)

    def at(self, days_ago: int, hour: int) -> datetime:
        """Return an hour of a day in the past."""
        return datetime.combine(day_of(self.today - days_ago), time(hour))

    def key(self, moment: datetime) -> UUID:
        """Return a new id of that moment."""
        second = day_number(moment.date()) * DAY_SECONDS + moment.hour * 3600
        return UUID(columns.uuids(self.random, np.array([second]))[0].as_py())


@dataclass(slots=True)
class _Lot:
    """To whom a lot was given, and when last."""

    product_id: str
    patients: set[str] = field(default_factory=set)
    last: int = 0


def do_all(clinic: Clinic, ground: Ground) -> None:
    """Recall two lots, answer a few warnings, find pairs of records and merge one of them."""
    _recall(clinic, ground)
    _answer_warnings(clinic, ground)
    _find_pairs(clinic, ground)


def _recall(clinic: Clinic, ground: Ground) -> None:
    used = _lots(ground)
    today = ground.today
    recent = {key: one for key, one in used.items() if one.last >= today - OPEN_DAYS}
    old = {key: one for key, one in used.items() if one.last < today - CLOSED_DAYS}
    for lots, size, reason, days in (
        (recent, OPEN_SIZE, OPEN_REASON, 6),
        (old, CLOSED_SIZE, CLOSED_REASON, 700),
    ):
        if lots:
            chosen = min(lots, key=lambda key: (abs(len(lots[key].patients) - size), key))
            is_open = lots is recent
            _recall_lot(clinic, ground, (chosen, lots[chosen]), (reason, days), is_open=is_open)


def _recall_lot(
    clinic: Clinic,
    ground: Ground,
    chosen: tuple[str, _Lot],
    why: tuple[str, int],
    *,
    is_open: bool,
) -> None:
    (lot_id, lot), (reason, days) = chosen, why
    actor, opened_at = MANAGER.actor(), ground.at(days, 9)
    recall_id = ground.key(opened_at)
    wanted = NewRecall(recall_id, UUID(lot.product_id), UUID(lot_id), reason)
    recalls.open_recall(clinic, actor, wanted, now=opened_at, as_of=opened_at.date())
    everybody = sorted(lot.patients - ground.barred)
    told = everybody[: round(len(everybody) * CONTACTED_SHARE)] if is_open else everybody
    for place, patient_id in enumerate(told):
        at = opened_at + timedelta(days=1 + place % 4, hours=place % 7)
        is_done, words = CONTACTS[place % len(CONTACTS)] if is_open else CONTACTS[place % 3]
        note = Note(ground.key(at), recall_id, UUID(patient_id), is_done, words)
        recalls.note_contact(clinic, actor, note, now=at)
    if not is_open:
        recalls.close(clinic, actor, recall_id, now=opened_at + timedelta(days=9))


def _lots(ground: Ground) -> dict[str, _Lot]:
    days = {
        key: day
        for key, day, gone in ground.rows(
            "treatment", "treatment_id", "treated_on", "superseded_at"
        )
        if gone is None
    }
    found: dict[str, _Lot] = {}
    names = ("treatment_id", "patient_id", "product_id", "lot_id")
    for treatment_id, patient_id, product_id, lot_id in ground.rows("treatment_item", *names):
        if treatment_id in days and lot_id is not None:
            one = found.setdefault(str(lot_id), _Lot(str(product_id)))
            one.patients.add(str(patient_id))
            one.last = max(one.last, day_number(days[treatment_id]))  # type: ignore[arg-type]
    return found


@dataclass(frozen=True, slots=True)
class _Given:
    """A product that somebody was given lately."""

    treatment_id: str
    patient_id: str
    day: int
    product: str
    group: str
    components: tuple[str, ...]


def _answer_warnings(clinic: Clinic, ground: Ground) -> None:
    """Keep, with an answer, some of the warnings that recent treatments would have shown."""
    with clinic.store.reading() as cursor:
        found = list(_warnings(cursor, ground))

    def work(unit: UnitOfWork) -> None:
        for given, warning, answer in found:
            key = UUID(given.treatment_id)
            at = datetime.combine(day_of(given.day), time(15))
            patient_id, by = UUID(given.patient_id), STAFF.person_id
            version = NewVersion(key, key, 1, patient_id, None, at, by)
            treatment_versions.insert_warnings(unit.cursor, version, [(warning, answer)])

    clinic.store.transact(work)


def _warnings(cursor: Cursor, ground: Ground) -> Iterator[tuple[_Given, TreatmentWarning, str]]:
    listed = contraindications.list_contraindications(cursor)
    left = dict.fromkeys(ANSWERS, OF_EACH_WARNING)
    told = {str(key) for (key,) in ground.rows("history_entry", "patient_id")}
    seen: set[str] = set()
    for given in _given_lately(ground)[:MOST_LOOKED_AT]:
        if given.patient_id in seen or given.patient_id not in told:
            continue
        entries: list[HistoryEntry] = [
            one
            for one in history.list_history(cursor, UUID(given.patient_id))
            if one.recorded_at.date() <= day_of(given.day)
        ]
        allergies = allergies_to(given.components, entries, given.product)
        for warning in (*allergies, *matching(listed, entries, given.group)):
            about = next((key for key in ANSWERS if key in warning.words), None)
            if about and left[about]:
                left[about] -= 1
                seen.add(given.patient_id)
                yield given, warning, ANSWERS[about]
                break


def _given_lately(ground: Ground) -> list[_Given]:
    products = {
        key: (str(name), str(group), lines_of(text))  # type: ignore[arg-type]
        for key, name, group, text in ground.rows(
            "product", "product_id", "name", "product_group", "components"
        )
    }
    used = {key: product for key, product in ground.rows("treatment_item", *USED)}  # noqa: C416
    names = ("treatment_id", "patient_id", "treated_on", "superseded_at", "version")
    found = []
    for key, patient_id, on, gone, version in ground.rows("treatment", *names):
        day = day_number(on)  # type: ignore[arg-type]
        is_plain = gone is None and version == 1 and patient_id not in ground.barred
        if is_plain and day >= ground.today - WARNED_DAYS:
            product = products[used[key]]
            found.append(_Given(str(key), str(patient_id), day, *product))
    return sorted(found, key=lambda one: (-one.day, one.treatment_id))


def _find_pairs(clinic: Clinic, ground: Ground) -> None:
    """Put a handful of likely pairs on file, and merge the likeliest."""
    pairs = _sharing(ground)[:PAIRS]
    now = ground.at(3, 16)

    def work(unit: UnitOfWork) -> list[FoundPair]:
        found = [_weighed(unit.cursor, ground, pair) for pair in pairs]
        duplicates.upsert_pairs(unit.cursor, found, now=now)
        return found

    found = sorted(clinic.store.transact(work), key=lambda pair: (-pair.probability, pair.key))
    if found:
        one, other = map(UUID, found[0].key)
        merge = Wanted(ground.key(now), one, other, reason=MERGED_REASON, is_confirmed=True)
        at = ground.at(2, 11)
        merges.merge(clinic, MANAGER.actor(), merge, now=at, as_of=at.date())


def _sharing(ground: Ground) -> list[tuple[str, str]]:
    """Return pairs of records that share a telephone or an email, smaller id first."""
    owners: dict[object, set[str]] = defaultdict(set)
    rows: Iterable[tuple[object, ...]] = chain(
        ground.rows("patient_phone", "number", "patient_id"),
        ground.rows("patient_email", "email", "patient_id"),
    )
    for value, patient_id in rows:
        owners[value].add(str(patient_id))
    pairs = Counter(tuple(sorted(own)) for own in owners.values() if len(own) == 2)  # noqa: PLR2004
    usable = [(one, other) for one, other in pairs if not {one, other} & ground.barred]
    # Those that share both come first; of equal ones the newest.
    usable.sort(reverse=True)
    usable.sort(key=lambda pair: -pairs[pair])
    return usable


def _weighed(cursor: Cursor, ground: Ground, pair: tuple[str, str]) -> FoundPair:
    people = duplicates.get_people(cursor, [UUID(key) for key in pair])
    one, other = (people[UUID(key)] for key in pair)
    around = Surroundings(prior_model(), len(ground.tables["patient"]), _bearers(ground, one))
    (alike,) = likeness.compare(cursor, one, [other], around)
    return FoundPair(*pair, alike.probability, signs_to_json(alike.signs))


def _bearers(ground: Ground, person: Person) -> dict[str, int]:
    """Return how many patients bear somebody's given names and family name."""
    found = {}
    for name, column, own in (
        ("given", "given_names", person.given_names),
        ("family", "family_name", person.family_name),
    ):
        wanted = set(fold(own).split())
        values = ground.tables["patient"][column].to_pylist()
        found[name] = sum(not wanted.isdisjoint(fold(value).split()) for value in values)
    return found
