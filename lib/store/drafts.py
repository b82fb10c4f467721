"""SQL of drafts: what somebody has typed into a form and not saved yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.store.connection import Cursor

COLUMNS = "draft_id, form, patient_id, content, saved_at"
FIND = f"""
SELECT {COLUMNS} FROM draft
WHERE person_id = ? AND form = ? AND patient_id IS NOT DISTINCT FROM CAST(? AS UUID)
ORDER BY saved_at DESC LIMIT 1
"""  # noqa: S608 - constant columns
LIST = f"SELECT {COLUMNS} FROM draft WHERE person_id = ? ORDER BY saved_at DESC"  # noqa: S608
INSERT = """
INSERT INTO draft (draft_id, person_id, form, patient_id, content, saved_at)
VALUES (?, ?, ?, ?, ?, ?)
"""
UPDATE = "UPDATE draft SET content = ?, saved_at = ? WHERE draft_id = ?"
DELETE = """
DELETE FROM draft
WHERE person_id = ? AND form = ? AND patient_id IS NOT DISTINCT FROM CAST(? AS UUID)
"""
DELETE_BEFORE = "DELETE FROM draft WHERE saved_at < ?"


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was left: `content` is JSON, `patient_id` None where nobody is registered."""

    draft_id: UUID
    form: str
    patient_id: UUID | None
    content: str
    saved_at: datetime


def find_draft(cursor: Cursor, person_id: UUID, form: str, patient_id: UUID | None) -> Draft | None:
    """Return what the person left in the form for that patient, or None."""
    row = cursor.execute(FIND, [person_id, form, patient_id]).fetchone()
    return Draft(*row) if row else None


def list_drafts(cursor: Cursor, person_id: UUID) -> list[Draft]:
    """Return everything that the person left unsaved, the newest first."""
    return [Draft(*row) for row in cursor.execute(LIST, [person_id]).fetchall()]


def insert_draft(cursor: Cursor, person_id: UUID, draft: Draft) -> None:
    """Keep a form for the first time."""
    values = [draft.form, draft.patient_id, draft.content, draft.saved_at]
    cursor.execute(INSERT, [draft.draft_id, person_id, *values])


def update_draft(cursor: Cursor, draft_id: UUID, content: str, saved_at: datetime) -> None:
    """Keep what the form says now."""
    cursor.execute(UPDATE, [content, saved_at, draft_id])


def delete_draft(cursor: Cursor, person_id: UUID, form: str, patient_id: UUID | None) -> None:
    """Forget what the person left in the form for that patient."""
    cursor.execute(DELETE, [person_id, form, patient_id])


def delete_before(cursor: Cursor, moment: datetime) -> None:
    """Forget every draft that was last kept before a moment (UTC)."""
    cursor.execute(DELETE_BEFORE, [moment])
