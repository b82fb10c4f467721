"""SQL of a patient's details as they are edited: contacts by their rows, earlier versions."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from lib.store.connection import Cursor


class Belonging(StrEnum):
    """What hangs on a patient and can be ended; the words are those of the store's tables."""

    PHONE = "patient_phone"
    EMAIL = "patient_email"
    ADDRESS = "patient_address"
    ADJUSTMENT = "reasonable_adjustment"


KEYS = {
    Belonging.PHONE: ("patient_phone_id", "valid_until"),
    Belonging.EMAIL: ("patient_email_id", "valid_until"),
    Belonging.ADDRESS: ("patient_address_id", "valid_until"),
    Belonging.ADJUSTMENT: ("adjustment_id", "ended_on"),
}
VALUES = {
    Belonging.PHONE: ("kind", "number", "number_as_given", "is_preferred"),
    Belonging.EMAIL: ("email", "is_preferred"),
    Belonging.ADDRESS: (
        *("line_1", "line_2", "line_3", "town", "county", "postcode", "country", "is_preferred"),
    ),
    Belonging.ADJUSTMENT: ("need", "adjustment", "has_consent_to_share"),
}
LIST_VERSIONS = """
SELECT
    v.version, v.title, v.given_names, v.family_name, v.preferred_name, v.sex, v.born_on,
    v.deceased_on, v.source, v.source_detail, v.note, v.changed_at, changer.display_name, v.reason
FROM patient_version AS v
LEFT JOIN person AS changer ON changer.person_id = v.changed_by
WHERE v.patient_id = ?
ORDER BY v.version
"""
GET_CURRENT = """
SELECT
    p.version, p.title, p.given_names, p.family_name, p.preferred_name, p.sex, p.born_on,
    p.deceased_on, p.source, p.source_detail, p.note, p.changed_at, changer.display_name
FROM patient AS p
LEFT JOIN person AS changer ON changer.person_id = p.changed_by
WHERE p.patient_id = ?
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One contact or adjustment that is in force: its table, key and values by column."""

    kind: Belonging
    row_id: UUID
    values: dict[str, object]
    source: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DetailsVersion:
    """What a patient's row said: since when, by whom, and why it was replaced (None: it stands)."""

    version: int
    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str
    born_on: date | None
    deceased_on: date | None
    source: str
    source_detail: str | None
    note: str | None
    changed_at: datetime
    changed_by: str | None
    replaced_because: str | None = None


def list_in_force(cursor: Cursor, patient_id: UUID, kind: Belonging) -> list[Row]:
    """Return the rows of one kind that were never ended, the preferred first."""
    key, ended = KEYS[kind]
    columns = VALUES[kind]
    first = "is_preferred DESC, " if "is_preferred" in columns else ""
    sql = f"""
        SELECT {key}, source, recorded_at, {", ".join(columns)} FROM {kind.value}
        WHERE patient_id = ? AND {ended} IS NULL
        ORDER BY {first}recorded_at DESC, {key}
    """  # noqa: S608 - constant names
    rows = cursor.execute(sql, [patient_id]).fetchall()
    return [
        Row(kind, row[0], dict(zip(columns, row[3:], strict=True)), row[1], row[2]) for row in rows
    ]


def end_row(cursor: Cursor, kind: Belonging, row_id: UUID, on: date) -> None:
    """Say that a contact or adjustment held until a day; it is kept."""
    key, ended = KEYS[kind]
    sql = f"UPDATE {kind.value} SET {ended} = ? WHERE {key} = ?"  # noqa: S608 - constant names
    cursor.execute(sql, [on, row_id])


def set_preferred(cursor: Cursor, kind: Belonging, row_id: UUID, patient_id: UUID) -> None:
    """Let one contact be the preferred one of its kind."""
    key, _ = KEYS[kind]
    sql = f"""
        UPDATE {kind.value} SET is_preferred = ({key} = ?)
        WHERE patient_id = ? AND is_preferred IS DISTINCT FROM ({key} = ?)
    """  # noqa: S608 - constant names
    cursor.execute(sql, [row_id, patient_id, row_id])


def list_versions(cursor: Cursor, patient_id: UUID) -> list[DetailsVersion]:
    """Return every version of the patient's row that is kept, the standing one last.

    A number that is missing said what the next one says: only contacts had changed.
    """
    earlier = cursor.execute(LIST_VERSIONS, [patient_id]).fetchall()
    current = cursor.execute(GET_CURRENT, [patient_id]).fetchall()
    return [DetailsVersion(*row) for row in (*earlier, *current)]
