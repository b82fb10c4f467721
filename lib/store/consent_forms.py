"""SQL of consent forms: their wordings, what each asks for, and who was asked with them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.store.connection import Cursor
from lib.store.rows import insert_rows

LIST_FORMS = """
SELECT form_id, name, is_active, version, changed_at FROM consent_form
ORDER BY is_active DESC, lower(name), form_id
"""
VERSION_COLUMNS = """
    v.form_version_id, v.form_id, f.name, v.number, v.text, v.is_material, v.in_force_from, v.note,
    v.version, v.recorded_at, u.display_name
"""
VERSIONS = """
FROM consent_form_version AS v
JOIN consent_form AS f ON f.form_id = v.form_id
LEFT JOIN person AS u ON u.person_id = v.recorded_by
"""
GET_VERSION = f"SELECT {VERSION_COLUMNS} {VERSIONS} WHERE v.form_version_id = ?"
LIST_VERSIONS_OF = f"""
SELECT {VERSION_COLUMNS} {VERSIONS} WHERE v.form_id = ? ORDER BY v.number DESC
"""
LIST_IN_FORCE = f"""
SELECT {VERSION_COLUMNS} {VERSIONS}
WHERE f.is_active AND v.in_force_from <= ? ORDER BY lower(f.name), f.form_id, v.number
"""
LIST_ASKED = """
SELECT purpose FROM consent_form_purpose WHERE form_version_id = ? ORDER BY position, purpose
"""
DELETE_ASKED = "DELETE FROM consent_form_purpose WHERE form_version_id = ?"
INSERT_FORM = """
INSERT INTO consent_form (form_id, name, is_active, version, changed_at, changed_by)
VALUES (?, ?, ?, ?, ?, ?)
"""
UPDATE_FORM = """
UPDATE consent_form SET name = ?, is_active = ?, version = ?, changed_at = ?, changed_by = ?
WHERE form_id = ?
"""
UPDATE_VERSION = """
UPDATE consent_form_version SET
    text = ?, is_material = ?, in_force_from = ?, note = ?, version = ?, recorded_at = ?,
    recorded_by = ?
WHERE form_version_id = ?
"""
IS_USED = """
SELECT
    EXISTS (SELECT 1 FROM consent_event WHERE form_version_id = ?)
    OR EXISTS (SELECT 1 FROM consent_capture WHERE form_version_id = ?)
"""
COUNT_ASKED_AGAIN = """
SELECT count(DISTINCT s.patient_id)
FROM consent_standing AS s
JOIN consent_form_version AS v ON v.form_version_id = s.form_version_id
WHERE v.form_id = ? AND s.decision = 'given'
"""


@dataclass(frozen=True, slots=True)
class FormText:
    """One wording of a form as it is read and signed: Markdown, and the purposes in order.

    `number` counts within the form; `in_force_from` None: it is being written. `version` counts
    how often the draft was saved.
    """

    form_version_id: UUID
    form_id: UUID
    form_name: str
    number: int
    text: str
    is_material: bool
    in_force_from: date | None
    note: str | None
    version: int
    recorded_at: datetime
    recorded_by: str | None
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form, whatever its wordings; `version` counts the changes of name and use."""

    form_id: UUID
    name: str
    is_active: bool
    version: int
    changed_at: datetime


def list_forms(cursor: Cursor) -> list[Form]:
    """Return every form, those in use first, by name."""
    return [Form(*row) for row in cursor.execute(LIST_FORMS).fetchall()]


def get_version(cursor: Cursor, form_version_id: UUID) -> FormText | None:
    """Return one wording, or None."""
    row = cursor.execute(GET_VERSION, [form_version_id]).fetchone()
    return _with_purposes(cursor, FormText(*row)) if row else None


def list_versions_of(cursor: Cursor, form_id: UUID) -> list[FormText]:
    """Return every wording of a form, the newest first."""
    rows = cursor.execute(LIST_VERSIONS_OF, [form_id]).fetchall()
    return [_with_purposes(cursor, FormText(*row)) for row in rows]


def list_in_force(cursor: Cursor, as_of: date) -> list[FormText]:
    """Return the latest wording in force on a day of each form in use, by the form's name."""
    rows = cursor.execute(LIST_IN_FORCE, [as_of]).fetchall()
    latest = {one.form_id: one for one in (FormText(*row) for row in rows)}
    return [_with_purposes(cursor, one) for one in latest.values()]


def _with_purposes(cursor: Cursor, one: FormText) -> FormText:
    asked = tuple(row[0] for row in cursor.execute(LIST_ASKED, [one.form_version_id]).fetchall())
    return replace(one, purposes=asked)


def replace_asked(cursor: Cursor, form_version_id: UUID, purposes: tuple[str, ...]) -> None:
    """Write which purposes a wording asks for, in order."""
    cursor.execute(DELETE_ASKED, [form_version_id])
    rows = [
        {
            "form_purpose_id": uuid7s.uuid7(),
            "form_version_id": form_version_id,
            "position": position,
            "purpose": purpose,
        }
        for position, purpose in enumerate(purposes, start=1)
    ]
    insert_rows(cursor, "consent_form_purpose", rows)


def get_form(cursor: Cursor, form_id: UUID) -> Form | None:
    """Return one form, or None."""
    return next((one for one in list_forms(cursor) if one.form_id == form_id), None)


def insert_form(cursor: Cursor, form: Form, by: UUID) -> None:
    """Add a form."""
    values = [form.form_id, form.name, form.is_active, form.version, form.changed_at, by]
    cursor.execute(INSERT_FORM, values)


def update_form(cursor: Cursor, form: Form, by: UUID) -> None:
    """Write a form's name and whether it is used."""
    values = [form.name, form.is_active, form.version, form.changed_at, by, form.form_id]
    cursor.execute(UPDATE_FORM, values)


def delete_form(cursor: Cursor, form_id: UUID) -> None:
    """Remove a form that never had a wording but its deleted draft."""
    cursor.execute("DELETE FROM consent_form WHERE form_id = ?", [form_id])


def insert_version(cursor: Cursor, one: FormText, by: UUID) -> None:
    """Add a wording with the purposes that it asks for."""
    values = {
        "form_version_id": one.form_version_id,
        "form_id": one.form_id,
        "number": one.number,
        "text": one.text,
        "is_material": one.is_material,
        "in_force_from": one.in_force_from,
        "note": one.note,
        "version": one.version,
        "recorded_at": one.recorded_at,
        "recorded_by": by,
    }
    insert_rows(cursor, "consent_form_version", [values])
    replace_asked(cursor, one.form_version_id, one.purposes)


def update_version(cursor: Cursor, one: FormText, by: UUID) -> None:
    """Write what a draft says now, with the purposes that it asks for."""
    said = [one.text, one.is_material, one.in_force_from, one.note]
    kept = [one.version, one.recorded_at, by, one.form_version_id]
    cursor.execute(UPDATE_VERSION, [*said, *kept])
    replace_asked(cursor, one.form_version_id, one.purposes)


def delete_version(cursor: Cursor, form_version_id: UUID) -> None:
    """Remove a draft with what it asks for."""
    replace_asked(cursor, form_version_id, ())
    cursor.execute("DELETE FROM consent_form_version WHERE form_version_id = ?", [form_version_id])


def is_used(cursor: Cursor, form_version_id: UUID) -> bool:
    """Tell whether any event or any signed copy names a wording."""
    row = cursor.execute(IS_USED, [form_version_id, form_version_id]).fetchone()
    return bool(row and row[0])


def count_asked_again(cursor: Cursor, form_id: UUID) -> int:
    """Return how many patients stand by a consent given on any wording of a form."""
    row = cursor.execute(COUNT_ASKED_AGAIN, [form_id]).fetchone()
    return int(row[0]) if row else 0
