"""Writing a plan of treatments: new ones, new versions, what follows for patients, the trail."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lib.domain.audit import Action
from lib.imports.importing import Stamp, Writer, ahead, blank_as_null, repeat, tell
from lib.imports.products.writing import write_stock
from lib.imports.treatments.plan import REASON, TreatmentPlan
from lib.store import bulk, follow_ups, lots_missing
from lib.store import imported_treatments as store
from lib.store.connection import UnitOfWork
from lib.store.imported_treatments import Item

STAGE = "Adding treatments"
ITEM_COLUMNS = ("product_id", "lot_id", "area", "dose", "unit")
VERSION_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("name", "practitioner_id", "prescriber_id", "notes"), pa.string()),
    **dict.fromkeys(("treated_on", "follow_up_due_on"), pa.date32()),
    "price_pence": pa.int64(),
    "is_aftercare_given": pa.bool_(),
}


def carry_out(unit: UnitOfWork, plan: TreatmentPlan, writer: Writer) -> None:
    """Write everything that the plan says, with its audit events, in the unit's transaction."""
    writer.tick(STAGE)
    write_stock(unit, plan.catalogue, writer)
    plan.practitioners.write(unit.cursor)
    _sort_by_patient(plan)
    patients = [plan.patients[place] or "" for place in plan.new]
    for table, incoming in ahead(_new_tables(plan, patients, writer)):
        if incoming.num_rows:
            bulk.insert_rows(unit.cursor, table, incoming)
    _write_corrections(unit, plan, writer.stamp)
    _renew_digests(unit, plan)
    _see(unit, plan, patients, writer.stamp)
    touched = [*patients, *(one.patient_id for one in plan.corrections)]
    lots_missing.refresh(unit.cursor, touched)
    follow_ups.refresh(unit.cursor, touched)
    plan.queue.write(unit.cursor, plan.key, writer)
    tell(unit, writer, Action.TREATMENT_ADDED, patients)
    corrected = [one.patient_id for one in plan.corrections]
    tell(unit, writer, Action.TREATMENT_CORRECTED, corrected)


def _sort_by_patient(plan: TreatmentPlan) -> None:
    """Let each patient's new treatments follow one another, in the order of the file.

    Rows that come to the store in the order of the key they point to are checked and indexed in
    half the time, and are read together later.
    """
    owners = pa.array([plan.patients[place] for place in plan.new], pa.string())
    order = pc.array_sort_indices(owners).to_pylist()
    plan.new = [plan.new[number] for number in order]


def _new_tables(
    plan: TreatmentPlan, patients: list[str], writer: Writer
) -> Iterator[tuple[str, pa.Table]]:
    ids = bulk.new_ids(len(plan.new))
    yield "treatment", _treatments(plan, patients, ids, writer.stamp)
    yield "treatment_item", _items(plan, patients, ids.to_pylist())
    yield "treatment_external_id", _external_ids(plan, patients, ids)
    yield "import_row", _import_rows(plan, patients, str(writer.import_id))


def _treatments(plan: TreatmentPlan, patients: list[str], ids: pa.Array, stamp: Stamp) -> pa.Table:
    content, count = plan.content, len(plan.new)

    def pick(column: Sequence[Any]) -> list[Any]:
        return [column[place] for place in plan.new]

    people = {name: plan.practitioners.find(name) for name in set(pick(content.practitioners))}
    prescribers = {name: plan.practitioners.find(name) for name in set(pick(content.prescribers))}
    return pa.table(
        {
            "treatment_id": ids,
            "series_id": ids,
            "version": repeat(1, count),
            "patient_id": pa.array(patients, pa.string()),
            "name": pa.array(pick(content.names), pa.string()),
            "treated_on": pa.array(pick(content.treated_on), pa.date32()),
            "practitioner_id": pa.array(
                [people[name] for name in pick(content.practitioners)], pa.string()
            ),
            "prescriber_id": pa.array(
                [prescribers[name] for name in pick(content.prescribers)], pa.string()
            ),
            "notes": blank_as_null(pick(content.notes)),
            "price_pence": pa.array(pick(content.prices), pa.int64()),
            "follow_up_due_on": pa.array(pick(content.follow_ups), pa.date32()),
            "is_aftercare_given": pa.array(pick(content.aftercare), pa.bool_()),
            **stamp.recorded(count),
        }
    )


def _items(plan: TreatmentPlan, patients: list[str], ids: list[str]) -> pa.Table:
    products = plan.content.items.products
    owned = [
        (treatment_id, patient_id, row)
        for place, treatment_id, patient_id in zip(plan.new, ids, patients, strict=True)
        for row in plan.content.rows[place]
        if products[row]
    ]
    return _item_table(
        [one[0] for one in owned],
        [one[1] for one in owned],
        [plan.item_of(one[2]) for one in owned],
    )


def _item_table(
    treatment_ids: Sequence[str], patient_ids: Sequence[str], items: Sequence[Item]
) -> pa.Table:
    columns = list(zip(*items, strict=True)) if items else [()] * len(ITEM_COLUMNS)
    named = dict(zip(ITEM_COLUMNS, columns, strict=True))
    doses = named.pop("dose")
    return pa.table(
        {
            "treatment_item_id": bulk.new_ids(len(items)),
            "treatment_id": pa.array(treatment_ids, pa.string()),
            "patient_id": pa.array(patient_ids, pa.string()),
            **{name: pa.array(values, pa.string()) for name, values in named.items()},
            "dose": pa.array(doses, pa.decimal128(9, 3)),
        }
    )


def _external_ids(plan: TreatmentPlan, patients: list[str], ids: pa.Array) -> pa.Table:
    kept = [number for number, place in enumerate(plan.new) if plan.content.ids[place]]
    places = [plan.new[number] for number in kept]
    return pa.table(
        {
            "system": pa.repeat(plan.system, len(kept)),
            "external_id": pa.array([plan.content.ids[place] for place in places], pa.string()),
            "series_id": ids.take(pa.array(kept, pa.int64())),
            "patient_id": pa.array([patients[number] for number in kept], pa.string()),
            "row_digest": pa.array([plan.digests[place] for place in places], pa.string()),
        }
    )


def _import_rows(plan: TreatmentPlan, patients: list[str], import_id: str) -> pa.Table:
    kept = [
        (plan.digests[place], patient_id)
        for place, patient_id in zip(plan.new, patients, strict=True)
        if not plan.content.ids[place]
    ]
    return pa.table(
        {
            "row_digest": pa.array([one[0] for one in kept], pa.string()),
            "patient_id": pa.array([one[1] for one in kept], pa.string()),
            "import_id": pa.repeat(import_id, len(kept)),
        }
    )


def _write_corrections(unit: UnitOfWork, plan: TreatmentPlan, stamp: Stamp) -> None:
    """Add a new version of each treatment that reads otherwise; the one before is kept."""
    corrections = plan.corrections
    if not corrections:
        return
    store.supersede(unit.cursor, [one.before.treatment_id for one in corrections], stamp.at)
    count, ids = len(corrections), bulk.new_ids(len(corrections))
    patients = [one.patient_id for one in corrections]
    versions = pa.table(
        {
            "treatment_id": ids,
            "series_id": [one.series_id for one in corrections],
            "version": [one.before.version + 1 for one in corrections],
            "patient_id": patients,
            **{
                name: pa.array([one.after[name] for one in corrections], kind)
                for name, kind in VERSION_TYPES.items()
            },
            "template_id": pa.array([one.before.template_id for one in corrections], pa.string()),
            "correction_reason": pa.repeat(REASON, count),
            **stamp.recorded(count),
        }
    )
    bulk.insert_rows(unit.cursor, "treatment", versions)
    owned = [
        (key, one.patient_id, item)
        for key, one in zip(ids.to_pylist(), corrections, strict=True)
        for item in one.items
    ]
    if owned:
        keys, owners, items = zip(*owned, strict=True)
        bulk.insert_rows(unit.cursor, "treatment_item", _item_table(keys, owners, items))


def _renew_digests(unit: UnitOfWork, plan: TreatmentPlan) -> None:
    places = [*plan.renewed, *(one.place for one in plan.corrections)]
    if places:
        rows = pa.table(
            {
                "external_id": [plan.content.ids[place] for place in places],
                "row_digest": [plan.digests[place] for place in places],
            }
        )
        store.update_digests(unit.cursor, plan.system, rows)


def _see(unit: UnitOfWork, plan: TreatmentPlan, patients: list[str], stamp: Stamp) -> None:
    """Let the patients have been seen when they were treated last, and by whom."""
    content = plan.content
    seen: dict[str, tuple[date, str | None]] = {}
    for place, patient_id in zip(plan.new, patients, strict=True):
        day = content.treated_on[place]
        before = seen.get(patient_id)
        if before is None or before[0] < day:
            seen[patient_id] = (day, content.practitioners[place])
    for one in plan.corrections:
        if one.patient_id not in seen or seen[one.patient_id][0] < one.after["treated_on"]:
            name = content.practitioners[one.place]
            seen[one.patient_id] = (one.after["treated_on"], name)
    if seen:
        days, names = zip(*seen.values(), strict=True)
        found = {name: plan.practitioners.find(name) for name in set(names)}
        rows = pa.table(
            {
                "patient_id": list(seen),
                "seen_on": pa.array(days, pa.date32()),
                "practitioner_id": pa.array([found[name] for name in names], pa.string()),
                "changed_at": repeat(stamp.at, len(seen)),
                "changed_by": stamp.person(len(seen)),
            }
        )
        store.update_last_seen(unit.cursor, rows)
