"""SQL of purposes, and of forms' versions as consent reads them; who writes forms is elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.consent import FormVersion
from lib.store.connection import Cursor

LIST_PURPOSES = """
SELECT code, name, question, has_channels, validity_months, position, is_active, version
FROM consent_purpose ORDER BY position, code
"""
LIST_VERSIONS = """
SELECT form_version_id, form_id, number, is_material, in_force_from FROM consent_form_version
"""
LIST_ASKED = """
SELECT purpose FROM consent_form_purpose WHERE form_version_id = ? ORDER BY position, purpose
"""
INSERT_PURPOSE = """
INSERT INTO consent_purpose (
    name, question, has_channels, validity_months, position, is_active, version, changed_at,
    changed_by, code
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
UPDATE_PURPOSE = """
UPDATE consent_purpose SET
    name = ?, question = ?, has_channels = ?, validity_months = ?, position = ?, is_active = ?,
    version = ?, changed_at = ?, changed_by = ?
WHERE code = ?
"""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What consent is asked for. `validity_months` None: it holds until it is withdrawn."""

    code: str
    name: str
    question: str
    has_channels: bool
    validity_months: int | None
    position: int
    is_active: bool
    version: int


def list_purposes(cursor: Cursor) -> list[Purpose]:
    """Return every purpose in its order, those that are no longer asked for too."""
    return [Purpose(*row) for row in cursor.execute(LIST_PURPOSES).fetchall()]


def list_versions(cursor: Cursor) -> Mapping[UUID, FormVersion]:
    """Return every version of every form, by id."""
    return {row[0]: FormVersion(*row) for row in cursor.execute(LIST_VERSIONS).fetchall()}


def list_asked(cursor: Cursor, form_version_id: UUID) -> list[str]:
    """Return the purposes that a version of a form asks about, in its order."""
    return [row[0] for row in cursor.execute(LIST_ASKED, [form_version_id]).fetchall()]


def insert_purpose(cursor: Cursor, purpose: Purpose, at: datetime, by: UUID) -> None:
    """Add a purpose."""
    cursor.execute(INSERT_PURPOSE, _values(purpose, at, by))


def update_purpose(cursor: Cursor, purpose: Purpose, at: datetime, by: UUID) -> None:
    """Write what a purpose is now; its code never changes."""
    cursor.execute(UPDATE_PURPOSE, _values(purpose, at, by))


def _values(one: Purpose, at: datetime, by: UUID) -> list[object]:
    said = [one.name, one.question, one.has_channels, one.validity_months, one.position]
    return [*said, one.is_active, one.version, at, by, one.code]
