"""Comparing a file's treatments with the store: new, corrected, as before, refused, or waiting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from lib.domain.ages import ADULT_YEARS, birthday
from lib.domain.products import Group
from lib.imports.catalogue import Catalogue
from lib.imports.digests import PART
from lib.imports.importing import RESTRICTED, Terms
from lib.imports.linking import Links, link
from lib.imports.practitioners import Practitioners
from lib.imports.reviewing import DISMISSED, OPEN, Queue, Waiting
from lib.imports.table import RejectedRow
from lib.imports.treatments.columns import Treatments, digests, said_of
from lib.store import imported_treatments as store
from lib.store import imports
from lib.store.connection import Cursor
from lib.store.imported_treatments import Current, Item, KnownTreatment
from lib.store.linking import get_known

KIND = "treatments"
REASON = "import"
NO_AREA = "not recorded"
BEFORE_BIRTH = "the treatment is before the patient's date of birth"
OTHER_PATIENT = "this treatment id belongs to a treatment of another patient"
BY_HAND = "the treatment was corrected here since; correct it by hand if the file is right"
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Correction:
    """A treatment that reads otherwise than last time: what it is to be, and what it was."""

    place: int
    series_id: str
    patient_id: str
    before: Current
    after: dict[str, Any]
    items: list[Item]


@dataclass(slots=True)
class TreatmentPlan:
    """What an import of treatments would do. Lists hold places of the content; figures are rows.

    `patients` says whose each treatment is, None while nobody can say.
    """

    content: Treatments
    links: Links
    queue: Queue
    digests: list[str]
    key: bytes
    catalogue: Catalogue
    practitioners: Practitioners
    patients: list[str | None] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    renewed: list[int] = field(default_factory=list)
    used: dict[tuple[str, str], tuple[str, str | None, str]] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    waiting: int = 0
    added: int = 0
    changed: int = 0

    @property
    def system(self) -> str:
        """Return the system of the file's ids."""
        return self.links.system

    @property
    def unchanged(self) -> int:
        """Return how many rows say only what is stored already."""
        rows = sum(map(len, self.content.rows))
        return rows - self.added - self.changed - self.waiting - len(self.rejected)

    def item_of(self, row: int) -> Item:
        """Return a row's product, lot, area, dose and unit as they are stored."""
        items = self.content.items
        product_id, lot_id, unit = self.used[items.products[row], items.lots[row]]
        return (
            product_id,
            lot_id,
            items.areas[row] or NO_AREA,
            items.doses[row],
            items.units[row] or unit,
        )


def plan(cursor: Cursor, content: Treatments, terms: Terms) -> TreatmentPlan:
    """Return what importing the treatments would do to the store as it is."""
    links = link(cursor, content.mentions.people, terms)
    marks = digests(content, terms.key, f"{KIND}{PART}{links.system}")
    queue = Queue.of(cursor, KIND, links.system, marks)
    made = TreatmentPlan(
        content=content,
        links=links,
        queue=queue,
        digests=marks,
        key=terms.key,
        catalogue=Catalogue.stored(cursor),
        practitioners=Practitioners.stored(cursor, terms.as_of),
        warnings=links.warnings,
    )
    known = _known(cursor, made)
    _say_whose(cursor, made, known)
    changed = _sort_out(made, known, _known_by_digest(cursor, made))
    made.rejected.sort(key=lambda row: row.line)
    _resolve(made, [*made.new, *changed])
    _correct(cursor, made, known, changed)
    made.added = sum(len(content.rows[place]) for place in made.new)
    made.changed = sum(len(content.rows[one.place]) for one in made.corrections)
    _warn(made)
    return made


def _known(cursor: Cursor, made: TreatmentPlan) -> dict[int, KnownTreatment]:
    if not any(made.content.ids):
        return {}
    incoming = pa.table(
        {
            "place": pa.array(range(len(made.content)), pa.int32()),
            "external_id": pa.array(made.content.ids, pa.string()),
        }
    )
    return store.list_by_external_id(cursor, made.system, incoming)


def _say_whose(cursor: Cursor, made: TreatmentPlan, known: dict[int, KnownTreatment]) -> None:
    """Say whose each treatment is; one that was imported before stays with whom it was tied to."""
    linked = made.links.patients
    made.patients = [linked[who] for who in made.content.mentions.who]
    kept = {place: one for place, one in known.items() if made.patients[place] is None}
    for place, one in kept.items():
        made.patients[place] = one.patient_id
    unread = {one.patient_id for one in kept.values()} - set(made.links.known)
    if unread:
        made.links.known |= get_known(cursor, list(unread))


def _known_by_digest(cursor: Cursor, made: TreatmentPlan) -> dict[int, str]:
    places = [place for place, external_id in enumerate(made.content.ids) if not external_id]
    if not places:
        return {}
    incoming = pa.table(
        {
            "place": pa.array(places, pa.int32()),
            "row_digest": pa.array([made.digests[place] for place in places], pa.string()),
        }
    )
    return imports.list_by_digest(cursor, incoming)


def _sort_out(
    made: TreatmentPlan, known: dict[int, KnownTreatment], imported: dict[int, str]
) -> list[int]:
    """Tell new from known; return the places of those that read otherwise than last time."""
    changed: list[int] = []
    first: dict[str, int] = {}
    ids, rows = made.content.ids, made.content.rows
    for place, digest in enumerate(made.digests):
        if not ids[place] and first.setdefault(digest, place) != place:
            line = made.content.items.lines[rows[first[digest]][0]]
            _reject(made, place, f"the row says the same as line {line}")
            continue
        before = known.get(place)
        waited = made.queue.known.get(place)
        patient_id = made.patients[place]
        is_same = place in imported or (before is not None and before.row_digest == digest)
        if is_same or (waited and waited[1] == DISMISSED):
            continue
        if patient_id is None:
            _wait(made, place, is_known=waited is not None)
        elif fault := _fault(made, place, patient_id, before):
            _reject(made, place, fault)
        else:
            (changed if before else made.new).append(place)
            if waited and waited[1] == OPEN:
                made.queue.settled[waited[0]] = patient_id
    return changed


def _fault(
    made: TreatmentPlan, place: int, patient_id: str, before: KnownTreatment | None
) -> str | None:
    known = made.links.known[patient_id]
    if known.is_restricted:
        return RESTRICTED
    if known.born_on and made.content.treated_on[place] < known.born_on:
        return BEFORE_BIRTH
    if before and before.patient_id != patient_id:
        return OTHER_PATIENT
    return None


def _wait(made: TreatmentPlan, place: int, *, is_known: bool) -> None:
    """Put a treatment whose patient nobody can say among those that wait."""
    content = made.content
    made.waiting += len(content.rows[place])
    if not is_known:
        who = content.mentions.who[place]
        made.queue.new.append(
            Waiting(
                content.items.lines[content.rows[place][0]],
                said_of(content, place),
                content.mentions.people[who],
                made.links.candidates.get(who, ()),
                made.digests[place],
                content.ids[place],
            )
        )


def _reject(made: TreatmentPlan, place: int, reason: str) -> None:
    content = made.content
    for row in content.rows[place]:
        line = content.items.lines[row]
        made.rejected.append(RejectedRow(line, content.id_column, content.ids[place], reason))


def _resolve(made: TreatmentPlan, places: Sequence[int]) -> None:
    """Find products, lots and practitioners that the treatments name; add who and what is new."""
    content, items = made.content, made.content.items
    rows = [row for place in places for row in content.rows[place] if items.products[row]]
    wanted = dict.fromkeys(zip(*_at(rows, items.products, items.lots), strict=True))
    units = dict(zip(*_at(rows, items.products, items.units), strict=True))
    expiries: dict[tuple[str, str], date] = {}
    for row in rows:
        if items.expiries[row]:
            expiries.setdefault((items.products[row], items.lots[row]), items.expiries[row])  # type: ignore[arg-type]
    for name, lot_number in wanted:
        made.used[name, lot_number] = _use(made, name, units[name], lot_number, expiries)
    for name in dict.fromkeys(content.practitioners[place] for place in places):
        made.practitioners.find(name)
    for name in dict.fromkeys(content.prescribers[place] for place in places):
        made.practitioners.find(name, is_prescriber=True)


def _at(rows: Sequence[int], *columns: Sequence[str]) -> Iterable[list[str]]:
    return ([column[row] for row in rows] for column in columns)


def _use(
    made: TreatmentPlan,
    name: str,
    unit: str,
    lot_number: str,
    expiries: dict[tuple[str, str], date],
) -> tuple[str, str | None, str]:
    """Return product, lot and usual unit; one that only this file names is not offered."""
    catalogue = made.catalogue
    product = catalogue.product(name) or catalogue.add_product(name, unit, is_active=False)
    if not lot_number:
        return product.product_id, None, product.unit
    lot = catalogue.lot(product.product_id, lot_number)
    if lot is None:
        expires_on = expiries.get((name, lot_number))
        lot = catalogue.add_lot(product.product_id, lot_number, expires_on=expires_on)
    return product.product_id, lot.lot_id, product.unit


def _correct(
    cursor: Cursor, made: TreatmentPlan, known: dict[int, KnownTreatment], changed: Sequence[int]
) -> None:
    if not changed:
        return
    current = store.get_current(cursor, {known[place].series_id for place in changed})
    items = store.list_items(cursor, {one.treatment_id for one in current.values()})
    for place in changed:
        before = current[known[place].series_id]
        after, used = _after(made, place, before, items.get(before.treatment_id, []))
        is_same = all(getattr(before, name) == value for name, value in after.items())
        if is_same and _sorted(used) == _sorted(items.get(before.treatment_id, [])):
            made.renewed.append(place)
        elif before.version > 1 and before.correction_reason != REASON:
            _reject(made, place, BY_HAND)
        else:
            series_id, patient_id = known[place].series_id, known[place].patient_id
            made.corrections.append(Correction(place, series_id, patient_id, before, after, used))


def _after(
    made: TreatmentPlan, place: int, before: Current, items: list[Item]
) -> tuple[dict[str, Any], list[Item]]:
    """Return what the treatment is to be: what the file says, else what it was."""
    content = made.content
    said = {
        "name": content.names[place],
        "treated_on": content.treated_on[place],
        "practitioner_id": made.practitioners.find(content.practitioners[place]),
        "prescriber_id": made.practitioners.find(content.prescribers[place]),
        "notes": content.notes[place] or None,
        "price_pence": content.prices[place],
        "follow_up_due_on": content.follow_ups[place],
        "is_aftercare_given": content.aftercare[place],
    }
    used = [made.item_of(row) for row in content.rows[place] if content.items.products[row]]
    after = {
        name: getattr(before, name) if value is None else value for name, value in said.items()
    }
    return after, used or items


def _sorted(items: Iterable[Item]) -> list[tuple[str, ...]]:
    return sorted(
        (product, lot or "", area, str(Decimal(dose).normalize()) if dose is not None else "", unit)
        for product, lot, area, dose, unit in items
    )


def _warn(made: TreatmentPlan) -> None:
    people = [one["display_name"] for one in made.practitioners.new.values()]
    products = [one.name for one in made.catalogue.new_products.values()]
    lots = [one for one in made.catalogue.new_lots.values() if one.expires_on is None]
    for count, words, names in (
        (len(people), "Practitioners not known, added as no longer working here", people),
        (len(products), "Products not known, added as “other” and not offered", products),
        (len(lots), "Lots not in stock, added without an expiry date", ()),
        (_count_minors(made), "Treatments with toxin or filler of patients then under 18", ()),
        (made.waiting, "Rows of nobody who is surely one patient; see Import review", ()),
    ):
        if count:
            made.warnings.append(f"{words}: {count:,}{_listed(names)}.")


def _count_minors(made: TreatmentPlan) -> int:
    """Return how many new treatments with toxin or filler were of somebody under 18."""
    adult_on = {
        patient_id: birthday(known.born_on, ADULT_YEARS)
        for patient_id, known in made.links.known.items()
        if known.born_on
    }
    days = made.content.treated_on
    young = [
        place
        for place in made.new
        if days[place] < adult_on.get(made.patients[place] or "", date.min)
    ]
    injected = {
        one.product_id
        for one in made.catalogue.products.values()
        if one.product_group in {Group.TOXIN, Group.FILLER}
    }
    products = made.content.items.products
    return sum(
        any(made.item_of(row)[0] in injected for row in made.content.rows[place] if products[row])
        for place in young
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED]) + ", …" * (len(names) > MOST_NAMED)
    return f" ({shown})" if names else ""
