"""SQL of keeping in touch with one patient: how details were collected, and every contact."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain.consent import Channel
from lib.domain.marketing import DetailsSource
from lib.store.connection import Cursor

LIST_COLLECTIONS = """
SELECT channel, details_source, is_opt_out_offered, collected_on FROM contact_collection
WHERE patient_id = ? ORDER BY recorded_at, collection_id
"""
LIST_CONTACTS = """
SELECT
    l.contact_id, l.channel, l.contacted_on, l.is_marketing, l.basis, l.campaign_id, c.name, l.note,
    l.recorded_at, recorder.display_name, l.voided_at
FROM contact_log AS l
LEFT JOIN campaign AS c ON c.campaign_id = l.campaign_id
LEFT JOIN person AS recorder ON recorder.person_id = l.recorded_by
WHERE l.patient_id = ?
ORDER BY l.contacted_on DESC, l.recorded_at DESC, l.contact_id LIMIT ?
"""
VOID = """
UPDATE contact_log SET voided_at = ?, voided_by = ?
WHERE contact_id = ? AND patient_id = ? AND campaign_id IS NULL
"""
IS_THERE = {
    "contact_collection": "SELECT count(*) FROM contact_collection WHERE collection_id = ?",
    "contact_log": "SELECT count(*) FROM contact_log WHERE contact_id = ?",
    "contact_preference": (
        "SELECT count(*) FROM contact_preference WHERE contact_preference_id = ?"
    ),
}


@dataclass(frozen=True, slots=True)
class Collection:
    """How the address of a channel was collected, as it was recorded last."""

    channel: Channel
    source: DetailsSource
    is_opt_out_offered: bool
    collected_on: date


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with a patient; `voided_at`: it was noted wrongly. Times are UTC."""

    contact_id: UUID
    channel: Channel
    contacted_on: date
    is_marketing: bool
    basis: str
    campaign_id: UUID | None
    campaign_name: str | None
    note: str | None
    recorded_at: datetime
    recorded_by: str | None
    voided_at: datetime | None


def list_collections(cursor: Cursor, patient_id: UUID) -> dict[Channel, Collection]:
    """Return how the address of each channel was collected, where somebody recorded it."""
    rows = cursor.execute(LIST_COLLECTIONS, [patient_id]).fetchall()
    return {
        Channel(row[0]): Collection(Channel(row[0]), DetailsSource(row[1]), row[2], row[3])
        for row in rows
    }


def list_contacts(cursor: Cursor, patient_id: UUID, most: int) -> list[Contact]:
    """Return the latest contacts, those noted wrongly too."""
    rows = cursor.execute(LIST_CONTACTS, [patient_id, most]).fetchall()
    return [Contact(row[0], Channel(row[1]), *row[2:]) for row in rows]


def is_there(cursor: Cursor, table: str, row_id: UUID) -> bool:
    """Tell whether the row that a form minted was saved before."""
    row = cursor.execute(IS_THERE[table], [row_id]).fetchone()
    return bool(row and row[0])


def void_contact(
    cursor: Cursor, patient_id: UUID, contact_id: UUID, at: datetime, by: UUID
) -> None:
    """Let a contact that was noted by hand count no longer; it is kept."""
    cursor.execute(VOID, [at, str(by), contact_id, patient_id])
