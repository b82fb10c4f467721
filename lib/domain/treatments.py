"""The rules of recording a treatment: what is refused, what is warned of; pure, the day is given.

A refusal has a reason that the screen shows at its field. A `TreatmentWarning` must be answered
with a reason, which is kept with the treatment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from lib.domain.ages import ADULT_YEARS, is_minor
from lib.domain.charts import FULL, MOST_POINTS, Point
from lib.domain.contraindications import (
    Contraindication,
    Level,
    TreatmentWarning,
    allergies_to,
    matching,
)
from lib.domain.history import HistoryEntry
from lib.domain.products import Group
from lib.errors import InvalidInputError, UnderAgeError

ACT = "Botulinum Toxin and Cosmetic Fillers (Children) Act 2021"
UNDER_AGE = (
    "In England it is an offence to inject botulinum toxin or a filler for a cosmetic purpose into "
    f"anybody under {ADULT_YEARS} ({ACT}). This treatment cannot be recorded; nothing was saved."
)
# What the Act names (rule C4).
FORBIDDEN_UNDER_AGE = frozenset({Group.TOXIN, Group.FILLER})
# What goes under the skin: the lot must be known, should it ever be recalled.
INJECTED = frozenset({Group.TOXIN, Group.FILLER, Group.SKIN_BOOSTER})
# More than this in one treatment is a slip of the finger; in the product's own unit.
MOST_DOSE = {
    Group.TOXIN: Decimal(1_500),
    Group.FILLER: Decimal(30),
    Group.SKIN_BOOSTER: Decimal(30),
    Group.SKIN_CARE: Decimal(500),
    Group.DEVICE: Decimal(20),
    Group.OTHER: Decimal(10_000),
}
AGE_KEY = "age"
LONGEST_NAME = 200
LONGEST_NOTES = 4_000
FIRST_DAY = date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class Product:
    """A product that can be given; `components` are what it holds, one a line."""

    product_id: UUID
    name: str
    group: Group
    unit: str
    is_prescription_only: bool
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot of a product; `expires_on` is the last day on which it may be used."""

    lot_id: UUID
    product_id: UUID
    lot_number: str
    expires_on: date | None
    withdrawn_on: date | None = None

    def is_expired(self, on: date) -> bool:
        """Tell whether it was past its date on a day."""
        return self.expires_on is not None and self.expires_on < on

    def is_withdrawn(self, on: date) -> bool:
        """Tell whether it was withdrawn already on a day."""
        return self.withdrawn_on is not None and self.withdrawn_on <= on


@dataclass(frozen=True, slots=True)
class Item:
    """A product given in one area: how much in all, and where, as far as anybody said."""

    area: str
    product_id: UUID
    lot_id: UUID | None
    dose: Decimal | None
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A treatment as somebody enters it. Money is in pence."""

    name: str
    treated_on: date
    items: tuple[Item, ...]
    practitioner_id: UUID | None = None
    prescriber_id: UUID | None = None
    template_id: UUID | None = None
    notes: str | None = None
    price_pence: int | None = None
    follow_up_due_on: date | None = None
    is_aftercare_given: bool | None = None
    aftercare: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a treatment is held against: the patient's dates, history, and the clinic's list.

    `products` and `lots` are those that the treatment uses, and no others.
    """

    born_on: date | None
    deceased_on: date | None
    products: Sequence[Product]
    lots: Sequence[Lot]
    history: Sequence[HistoryEntry] = ()
    contraindications: Sequence[Contraindication] = ()


Fault = tuple[str, str]


def check_age(entry: Entry, known: Known) -> None:
    """Raise `UnderAgeError` for toxin or filler on somebody under 18 that day (rule C4)."""
    groups = {product.group for product in known.products}
    born_on, treated_on = known.born_on, entry.treated_on
    # A day before birth is a slip of the finger, and said as one.
    is_born = born_on is not None and born_on <= treated_on
    if is_born and is_minor(born_on, treated_on) and groups & FORBIDDEN_UNDER_AGE:
        raise UnderAgeError(UNDER_AGE)


def check(entry: Entry, known: Known, *, as_of: date, is_correction: bool = False) -> None:
    """Raise `UnderAgeError`, or `InvalidInputError` with the first fault and its field."""
    check_age(entry, known)
    for field, reason in faults(entry, known, as_of=as_of, is_correction=is_correction):
        raise InvalidInputError(reason, field=field)


def faults(entry: Entry, known: Known, *, as_of: date, is_correction: bool = False) -> list[Fault]:
    """Return why a treatment cannot be kept, field by field; age apart (see `check_age`)."""
    return [
        *_faults_of_days(entry, known, as_of),
        *_faults_of_people(entry, known),
        *_faults_of_items(entry, known),
        *_faults_of_lots(entry, known, is_correction=is_correction),
        *_faults_of_words(entry),
    ]


def warnings(entry: Entry, known: Known, *, is_correction: bool = False) -> list[TreatmentWarning]:
    """Return what must be answered with a reason before the treatment is kept, gravest first."""
    products = known.products
    found = [
        *_of_age(entry, known),
        *(_of_lots(entry, known) if is_correction else ()),
        *(
            warning
            for product in products
            for warning in allergies_to(product.components, known.history, product.name)
        ),
        *(
            warning
            for group in dict.fromkeys(product.group for product in products)
            for warning in matching(known.contraindications, known.history, group.value)
        ),
    ]
    unique = {warning.key: warning for warning in found}
    return sorted(unique.values(), key=lambda warning: warning.level is not Level.STOP)


def _faults_of_days(entry: Entry, known: Known, as_of: date) -> Iterable[Fault]:
    treated = entry.treated_on
    if treated > as_of:
        yield "treated_on", "this day is in the future"
    if treated < FIRST_DAY:
        yield "treated_on", "this day is too long ago; look at the year"
    if known.born_on is not None and treated < known.born_on:
        yield "treated_on", "this day is before the patient's birth"
    if known.deceased_on is not None and treated > known.deceased_on:
        yield "treated_on", "this day is after the patient's death"
    due = entry.follow_up_due_on
    if due is not None and due < treated:
        yield "follow_up_due_on", "the follow-up is before the treatment"


def _faults_of_people(entry: Entry, known: Known) -> Iterable[Fault]:
    if entry.practitioner_id is None:
        yield "practitioner_id", "say who treated"
    needed = any(product.is_prescription_only for product in known.products)
    if needed and entry.prescriber_id is None:
        yield "prescriber_id", "this product needs a prescription: say who prescribed it"


def _faults_of_items(entry: Entry, known: Known) -> Iterable[Fault]:
    if not entry.items:
        yield "chart", "say where it was given: add at least one area"
    groups = {product.product_id: product.group for product in known.products}
    if any(item.product_id not in groups for item in entry.items):
        yield "product_id", "choose the product"
    if sum(len(item.points) for item in entry.items) > MOST_POINTS:
        yield "chart", f"a chart holds at most {MOST_POINTS} points"
    for item in entry.items:
        yield from _faults_of_item(item)
    for product_id, group in groups.items():
        given = (item.dose or Decimal(0) for item in entry.items if item.product_id == product_id)
        if sum(given, Decimal(0)) > MOST_DOSE[group]:
            yield "chart", f"more than {MOST_DOSE[group]:,} in one treatment cannot be right"


def _faults_of_item(item: Item) -> Iterable[Fault]:
    if not item.area.strip() or len(item.area) > LONGEST_NAME:
        yield "chart", "every dose needs an area with a name"
    if item.dose is None or item.dose <= 0:
        yield "chart", f"say how much was given: {item.area}"
    for point in item.points:
        is_inside = 0 <= point.x <= FULL and 0 <= point.y <= FULL
        if not is_inside or (point.dose is not None and point.dose <= 0):
            yield "chart", f"a point cannot be right: {item.area}"


def _faults_of_lots(entry: Entry, known: Known, *, is_correction: bool) -> Iterable[Fault]:
    lots = {lot.lot_id: lot for lot in known.lots}
    injected = {one.product_id for one in known.products if one.group in INJECTED}
    for item in entry.items:
        lot = lots.get(item.lot_id) if item.lot_id else None
        if item.lot_id is not None and (lot is None or lot.product_id != item.product_id):
            yield "lot_id", "this lot is of another product; choose one of this product"
        if item.lot_id is None and item.product_id in injected and not is_correction:
            yield "lot_id", "choose the lot, as it stands on the vial or the box"
    if is_correction:
        return
    for lot in known.lots:
        if lot.is_withdrawn(entry.treated_on):
            yield "lot_id", "this lot was withdrawn: do not use it; choose another"
        elif lot.is_expired(entry.treated_on):
            yield "lot_id", "this lot was past its date that day: do not use it; choose another"


def _faults_of_words(entry: Entry) -> Iterable[Fault]:
    if not entry.name.strip() or len(entry.name) > LONGEST_NAME:
        yield "name", f"say what was done, in at most {LONGEST_NAME} characters"
    if len(entry.notes or "") > LONGEST_NOTES:
        yield "notes", f"notes hold at most {LONGEST_NOTES:,} characters"
    if len(entry.aftercare or "") > LONGEST_NOTES:
        yield "aftercare", f"aftercare holds at most {LONGEST_NOTES:,} characters"


def _of_age(entry: Entry, known: Known) -> Iterable[TreatmentWarning]:
    groups = {product.group for product in known.products}
    if known.born_on is None and groups & INJECTED:
        yield TreatmentWarning(
            key=AGE_KEY,
            title="Date of birth not known",
            level=Level.STOP,
            advice=f"Under {ADULT_YEARS} this would be an offence ({ACT}). Say how the age was "
            "proved, and put the date of birth into the record.",
            source="The record has no date of birth.",
        )
    if is_minor(known.born_on, entry.treated_on) and Group.SKIN_BOOSTER in groups:
        yield TreatmentWarning(
            key=AGE_KEY,
            title=f"Under {ADULT_YEARS}",
            level=Level.STOP,
            advice=f"A skin booster may count as a filler ({ACT}). Say who decided, and why.",
            source=f"The patient was under {ADULT_YEARS} that day.",
        )


def _of_lots(entry: Entry, known: Known) -> Iterable[TreatmentWarning]:
    for lot in known.lots:
        states = (
            ("withdrawn", "Withdrawn lot", lot.is_withdrawn(entry.treated_on)),
            ("expired", "Lot past its date", lot.is_expired(entry.treated_on)),
        )
        for state, title, holds in states:
            if holds:
                yield TreatmentWarning(
                    key=f"{state}:{lot.lot_id}",
                    title=title,
                    level=Level.STOP,
                    advice="Keep it only if this lot was really used, and say what was done.",
                    source=f"Lot {lot.lot_number} was {state} on the day of the treatment.",
                )
