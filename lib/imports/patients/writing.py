"""Carrying out a plan inside a transaction: rows, former values, digests, one event a patient."""

from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa

from lib.domain.audit import Action, Event
from lib.imports.importing import Stamp, Writer, ahead
from lib.imports.patients import rows
from lib.imports.patients.changes import Change
from lib.imports.patients.people import take
from lib.imports.patients.plan import Plan
from lib.store import bulk, follow_ups, imports, patient_changes, patients
from lib.store.connection import Cursor, UnitOfWork
from lib.store.patient_changes import Current

KIND = "patients"
VALUES = (
    *("title", "given_names", "family_name", "preferred_name", "sex", "born_on", "deceased_on"),
    *("registered_on", "source_detail", "note"),
)


def carry_out(unit: UnitOfWork, plan: Plan, writer: Writer) -> None:
    """Write everything that the plan says, with its audit events, in the unit's transaction."""
    new_ids = _add(unit, plan, writer)
    _change(unit, plan, writer)
    _renew_digests(unit.cursor, plan, writer, new_ids)


def _add(unit: UnitOfWork, plan: Plan, writer: Writer) -> list[str]:
    count = len(plan.new)
    if not count:
        return []
    writer.tick("Adding patients")
    people = plan.people if count == len(plan.people) else take(plan.people, plan.new)
    ids: list[str] = bulk.new_ids(count).to_pylist()
    numbers = patients.take_numbers(unit.cursor, count)
    for table, incoming in ahead(rows.new_tables(people, ids, numbers, writer.stamp, plan.system)):
        if incoming.num_rows:
            bulk.insert_rows(unit.cursor, table, incoming)
    detail: dict[str, str | int | bool] = {"import": str(writer.import_id)}
    unit.audit_each(writer.actor, Event(Action.PATIENT_ADDED, detail=detail), ids)
    return ids


def _change(unit: UnitOfWork, plan: Plan, writer: Writer) -> None:
    if not plan.changes:
        return
    writer.tick("Changing patients")
    changes = plan.changes
    current = patient_changes.get_current(unit.cursor, [one.patient_id for one in changes])
    _write_values(unit.cursor, changes, current, writer.stamp)
    _end_contacts(unit.cursor, changes, writer.stamp)
    _add_belongings(unit.cursor, changes, current, writer.stamp)
    by_parts: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        by_parts[", ".join(change.parts)].append(change.patient_id)
    for parts, patient_ids in by_parts.items():
        detail: dict[str, str | int | bool] = {"import": str(writer.import_id), "changed": parts}
        unit.audit_each(writer.actor, Event(Action.PATIENT_CHANGED, detail=detail), patient_ids)


def _write_values(
    cursor: Cursor, changes: Sequence[Change], current: dict[str, Current], stamp: Stamp
) -> None:
    count = len(changes)
    columns: dict[str, object] = {
        name: [
            change.values.get(name, getattr(current[change.patient_id], name)) for change in changes
        ]
        for name in VALUES
    }
    for name in VALUES:
        is_day = name.endswith("_on")
        columns[name] = pa.array(columns[name], pa.date32() if is_day else pa.string())
    columns["patient_id"] = [change.patient_id for change in changes]
    columns["changed_at"] = pa.repeat(pa.scalar(stamp.at), count)
    person = str(stamp.person_id) if stamp.person_id else None
    columns["changed_by"] = pa.repeat(pa.scalar(person, pa.string()), count)
    patient_changes.update_patients(cursor, pa.table(columns), "import")
    died = [change.patient_id for change in changes if "deceased_on" in change.values]
    follow_ups.refresh(cursor, died)


def _end_contacts(cursor: Cursor, changes: Sequence[Change], stamp: Stamp) -> None:
    for table in patient_changes.END:
        ended = [contact.row_id for one in changes for contact in one.ended.get(table, ())]
        patient_changes.end_contacts(cursor, table, ended, stamp.as_of)


def _add_belongings(
    cursor: Cursor, changes: Sequence[Change], current: dict[str, Current], stamp: Stamp
) -> None:
    def needs_preferred(change: Change, table: str, contacts: str) -> bool:
        """Tell whether no preferred phone, email or address is left in force."""
        ended = {contact.row_id for contact in change.ended.get(table, ())}
        in_force = getattr(current[change.patient_id], contacts)
        return not any(one.is_preferred and one.row_id not in ended for one in in_force)

    added = {
        "patient_name": rows.name_table(
            ((one.patient_id, *name) for one in changes for name in one.former_names), stamp
        ),
        "patient_phone": rows.phone_table(
            (
                (one.patient_id, one.phones, needs_preferred(one, "patient_phone", "phones"))
                for one in changes
            ),
            stamp,
            stamp.as_of,
        ),
        "patient_email": rows.email_table(
            (
                (one.patient_id, one.emails, needs_preferred(one, "patient_email", "emails"))
                for one in changes
            ),
            stamp,
            stamp.as_of,
        ),
        "patient_address": rows.address_table(
            (
                (one.patient_id, one.address, needs_preferred(one, "patient_address", "addresses"))
                for one in changes
            ),
            stamp,
            stamp.as_of,
        ),
        "contact_preference": rows.preference_table(
            ((one.patient_id, *said) for one in changes for said in one.preferences), stamp
        ),
        "reasonable_adjustment": rows.adjustment_table(
            ((one.patient_id, text) for one in changes for text in one.adjustments), stamp
        ),
    }
    for table, incoming in added.items():
        if incoming.num_rows:
            bulk.insert_rows(cursor, table, incoming)


def _renew_digests(cursor: Cursor, plan: Plan, writer: Writer, new_ids: Sequence[str]) -> None:
    """Keep the digest of each row that was written; a patient with an id has the latest only."""
    renewed = plan.renewed | {change.place: change.patient_id for change in plan.changes}
    if renewed:
        imports.delete_rows_of(cursor, KIND, pa.table({"patient_id": list(renewed.values())}))
    kept = [*zip(plan.new, new_ids, strict=True), *renewed.items()]
    if kept:
        places, patient_ids = zip(*kept, strict=True)
        table = pa.table(
            {
                "row_digest": [plan.digests[place] for place in places],
                "patient_id": patient_ids,
                "import_id": pa.repeat(str(writer.import_id), len(kept)),
            }
        )
        bulk.insert_rows(cursor, "import_row", table)
