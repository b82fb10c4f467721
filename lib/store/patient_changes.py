"""SQL of changing many patients at once: what they hold now, and writing what replaces it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from lib.store.connection import Cursor

# `incoming_rows` has the ids of the patients, as text, registered as a view for one statement.
WANTED = "(SELECT CAST(patient_id AS UUID) FROM incoming_rows)"
LIST_PATIENTS = f"""
SELECT
    CAST(p.patient_id AS VARCHAR), p.title, p.given_names, p.family_name, p.preferred_name, p.sex,
    p.born_on, p.deceased_on, p.registered_on, p.source_detail, p.note, p.version
FROM patient AS p
WHERE p.patient_id IN {WANTED}
"""  # noqa: S608 - a constant
LIST_RESTRICTED = f"""
SELECT DISTINCT CAST(patient_id AS VARCHAR) FROM restriction
WHERE lifted_at IS NULL AND patient_id IN {WANTED}
"""  # noqa: S608 - a constant
LIST_PHONES = f"""
SELECT
    CAST(patient_id AS VARCHAR), CAST(patient_phone_id AS VARCHAR), number, source, is_preferred,
    kind
FROM patient_phone WHERE valid_until IS NULL AND patient_id IN {WANTED}
"""  # noqa: S608 - a constant
LIST_EMAILS = f"""
SELECT CAST(patient_id AS VARCHAR), CAST(patient_email_id AS VARCHAR), email, source, is_preferred
FROM patient_email WHERE valid_until IS NULL AND patient_id IN {WANTED}
"""  # noqa: S608 - a constant
LIST_ADDRESSES = f"""
SELECT
    CAST(patient_id AS VARCHAR), CAST(patient_address_id AS VARCHAR), source, is_preferred,
    line_1, line_2, line_3, town, county, postcode, country
FROM patient_address WHERE valid_until IS NULL AND patient_id IN {WANTED}
"""  # noqa: S608 - a constant
LIST_PREFERENCES = f"""
SELECT CAST(patient_id AS VARCHAR), channel, is_accepted, source
FROM contact_preference WHERE patient_id IN {WANTED}
ORDER BY recorded_at, contact_preference_id
"""  # noqa: S608 - a constant
LIST_ADJUSTMENTS = f"""
SELECT CAST(patient_id AS VARCHAR), adjustment
FROM reasonable_adjustment WHERE ended_on IS NULL AND patient_id IN {WANTED}
"""  # noqa: S608 - a constant
LIST_NAMES = f"""
SELECT CAST(patient_id AS VARCHAR), given_names, family_name
FROM patient_name WHERE kind = 'former' AND patient_id IN {WANTED}
"""  # noqa: S608 - a constant

# What the rows say now is kept as the version that is about to be replaced.
INSERT_VERSIONS = """
INSERT INTO patient_version (
    patient_id, version, title, given_names, family_name, preferred_name, sex, born_on, deceased_on,
    registered_on, source, source_detail, note, changed_at, changed_by, replaced_at, replaced_by,
    reason
)
SELECT
    p.patient_id, p.version, p.title, p.given_names, p.family_name, p.preferred_name, p.sex,
    p.born_on, p.deceased_on, p.registered_on, p.source, p.source_detail, p.note, p.changed_at,
    p.changed_by, i.changed_at, CAST(i.changed_by AS UUID), ?
FROM patient AS p
JOIN incoming_rows AS i ON p.patient_id = CAST(i.patient_id AS UUID)
"""
UPDATE_PATIENTS = """
UPDATE patient SET
    title = i.title,
    given_names = i.given_names,
    family_name = i.family_name,
    preferred_name = i.preferred_name,
    sex = i.sex,
    born_on = i.born_on,
    deceased_on = i.deceased_on,
    registered_on = i.registered_on,
    source_detail = i.source_detail,
    note = i.note,
    version = patient.version + 1,
    changed_at = i.changed_at,
    changed_by = CAST(i.changed_by AS UUID)
FROM incoming_rows AS i
WHERE patient.patient_id = CAST(i.patient_id AS UUID)
"""
END = {
    "patient_phone": """
        UPDATE patient_phone SET valid_until = i.valid_until FROM incoming_rows AS i
        WHERE patient_phone_id = CAST(i.id AS UUID)
    """,
    "patient_email": """
        UPDATE patient_email SET valid_until = i.valid_until FROM incoming_rows AS i
        WHERE patient_email_id = CAST(i.id AS UUID)
    """,
    "patient_address": """
        UPDATE patient_address SET valid_until = i.valid_until FROM incoming_rows AS i
        WHERE patient_address_id = CAST(i.id AS UUID)
    """,
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number, email or address that is in force: its row's id, value, source and kind."""

    row_id: str
    value: Any
    source: str
    is_preferred: bool
    kind: str = ""


@dataclass(slots=True)
class Current:
    """What is in force for one patient."""

    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str
    born_on: date | None
    deceased_on: date | None
    registered_on: date
    source_detail: str | None
    note: str | None
    version: int
    is_restricted: bool = False
    phones: list[Contact] = field(default_factory=list)
    emails: list[Contact] = field(default_factory=list)
    addresses: list[Contact] = field(default_factory=list)
    preferences: dict[str, tuple[bool, str]] = field(default_factory=dict)
    adjustments: set[str] = field(default_factory=set)
    former_names: set[tuple[str, str]] = field(default_factory=set)


def get_current(cursor: Cursor, patient_ids: Iterable[str]) -> dict[str, Current]:
    """Return what is in force for each of the patients, by id; unknown ids are left out."""
    cursor.register("incoming_rows", pa.table({"patient_id": pa.array(patient_ids, pa.string())}))
    found = {row[0]: Current(*row[1:]) for row in cursor.execute(LIST_PATIENTS).fetchall()}
    for (patient_id,) in cursor.execute(LIST_RESTRICTED).fetchall():
        found[patient_id].is_restricted = True
    for patient_id, row_id, *rest in cursor.execute(LIST_PHONES).fetchall():
        found[patient_id].phones.append(Contact(row_id, *rest))
    for patient_id, row_id, *rest in cursor.execute(LIST_EMAILS).fetchall():
        found[patient_id].emails.append(Contact(row_id, *rest))
    for patient_id, row_id, source, preferred, *lines in cursor.execute(LIST_ADDRESSES).fetchall():
        found[patient_id].addresses.append(Contact(row_id, tuple(lines), source, preferred))
    for patient_id, channel, is_accepted, source in cursor.execute(LIST_PREFERENCES).fetchall():
        found[patient_id].preferences[channel] = (is_accepted, source)
    for patient_id, adjustment in cursor.execute(LIST_ADJUSTMENTS).fetchall():
        found[patient_id].adjustments.add(adjustment)
    for patient_id, given, family in cursor.execute(LIST_NAMES).fetchall():
        found[patient_id].former_names.add((given, family))
    cursor.unregister("incoming_rows")
    return found


def update_patients(cursor: Cursor, rows: pa.Table, reason: str) -> None:
    """Keep what the patients' rows said, write their new values, count versions up; ids are text.

    `reason` is why they change; it never holds a value of theirs.
    """
    cursor.register("incoming_rows", rows)
    cursor.execute(INSERT_VERSIONS, [reason])
    cursor.execute(UPDATE_PATIENTS)
    cursor.unregister("incoming_rows")


def end_contacts(cursor: Cursor, table: str, row_ids: list[str], on: date) -> None:
    """Say that phones, emails or addresses (`table`) held until a day; they are kept."""
    if row_ids:
        rows = pa.table({"id": row_ids, "valid_until": [on] * len(row_ids)})
        cursor.register("incoming_rows", rows)
        cursor.execute(END[table])
        cursor.unregister("incoming_rows")
