"""SQL of one patient's record: identity, names, contacts, adjustments, restriction; reads only.

Treatments, history and visits have modules of their own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.store.connection import Cursor

GET_PATIENT = """
SELECT
    p.patient_id, p.reference, p.title, p.given_names, p.family_name, p.preferred_name, p.sex,
    p.born_on, p.deceased_on, p.registered_on, p.source, p.source_detail, p.note, p.last_seen_on,
    practitioner.display_name, p.version, p.changed_at, p.merged_into_id
FROM patient AS p
LEFT JOIN practitioner ON practitioner.practitioner_id = p.last_practitioner_id
WHERE p.patient_id = ?
"""
LIST_EXTERNAL_IDS = """
SELECT system, external_id FROM patient_external_id WHERE patient_id = ?
ORDER BY system, external_id
"""
LIST_NAMES = """
SELECT kind, given_names, family_name, valid_until, source
FROM patient_name WHERE patient_id = ?
ORDER BY recorded_at DESC, patient_name_id
"""
LIST_PHONES = """
SELECT kind, number, number_as_given, is_preferred, valid_from, valid_until, source, source_detail
FROM patient_phone WHERE patient_id = ?
ORDER BY is_preferred DESC, recorded_at DESC, patient_phone_id
"""
LIST_EMAILS = """
SELECT email, is_preferred, valid_from, valid_until, source, source_detail
FROM patient_email WHERE patient_id = ?
ORDER BY is_preferred DESC, recorded_at DESC, patient_email_id
"""
LIST_ADDRESSES = """
SELECT
    line_1, line_2, line_3, town, county, postcode, country,
    is_preferred, valid_from, valid_until, source, source_detail
FROM patient_address WHERE patient_id = ?
ORDER BY is_preferred DESC, recorded_at DESC, patient_address_id
"""
LIST_ADJUSTMENTS = """
SELECT need, adjustment, has_consent_to_share, source, recorded_at
FROM reasonable_adjustment
WHERE patient_id = ? AND (ended_on IS NULL OR ended_on >= ?)
ORDER BY recorded_at
"""
GET_STANDING = """
WITH held AS MATERIALIZED (SELECT lifted_at FROM restriction WHERE patient_id = ?)
SELECT merged_into_id, EXISTS (SELECT 1 FROM held WHERE lifted_at IS NULL)
FROM patient WHERE patient_id = ?
"""
GET_RESTRICTION = """
SELECT reason, placed_at FROM restriction
WHERE patient_id = ? AND lifted_at IS NULL
ORDER BY placed_at LIMIT 1
"""
LIST_PREFERENCES = """
SELECT channel, is_accepted, stated_on, source
FROM contact_preference WHERE patient_id = ?
ORDER BY recorded_at DESC
"""
UPSERT_RECENT = """
INSERT INTO recent_record (person_id, patient_id, opened_at) VALUES (?, ?, ?)
ON CONFLICT (person_id, patient_id) DO UPDATE SET opened_at = excluded.opened_at
"""


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the patient is, as the row says. Times are UTC without a zone."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str
    born_on: date | None
    deceased_on: date | None
    registered_on: date
    source: str
    source_detail: str | None
    note: str | None
    last_seen_on: date | None
    practitioner_name: str | None
    version: int
    changed_at: datetime
    merged_into_id: UUID | None


@dataclass(frozen=True, slots=True)
class ExternalId:
    """The number that other software gave the patient."""

    system: str
    external_id: str


@dataclass(frozen=True, slots=True)
class OtherName:
    """A former name or an alias."""

    kind: str
    given_names: str
    family_name: str
    valid_until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A number (E.164), where it rings, while it was or is right, and who said so."""

    kind: str
    number: str
    number_as_given: str
    is_preferred: bool
    valid_from: date | None
    valid_until: date | None
    source: str
    source_detail: str | None


@dataclass(frozen=True, slots=True)
class Email:
    """An email address, while it was or is right, and who said so."""

    email: str
    is_preferred: bool
    valid_from: date | None
    valid_until: date | None
    source: str
    source_detail: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, while it was or is right, and who said so."""

    line_1: str | None
    line_2: str | None
    line_3: str | None
    town: str | None
    county: str | None
    postcode: str | None
    country: str | None
    is_preferred: bool
    valid_from: date | None
    valid_until: date | None
    source: str
    source_detail: str | None

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the address as it is written on an envelope."""
        parts = (self.line_1, self.line_2, self.line_3, self.town, self.county, self.postcode)
        return tuple(part for part in (*parts, self.country) if part)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What the clinic does differently so that the patient can use it (rule G4)."""

    need: str
    adjustment: str
    has_consent_to_share: bool
    source: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Restriction:
    """Why and since when the record may only be stored (rule E1)."""

    reason: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Preference:
    """Whether the patient takes messages over one channel."""

    channel: str
    is_accepted: bool
    stated_on: date | None
    source: str


def get_patient(cursor: Cursor, patient_id: UUID) -> Patient | None:
    """Return the patient, or None."""
    row = cursor.execute(GET_PATIENT, [patient_id]).fetchone()
    return Patient(*row) if row else None


def get_standing(cursor: Cursor, patient_id: UUID) -> tuple[UUID | None, bool] | None:
    """Return into which record the patient's was merged and whether it is restricted, or None.

    A third of the time that reading the patient takes.
    """
    row = cursor.execute(GET_STANDING, [patient_id, patient_id]).fetchone()
    return (row[0], bool(row[1])) if row else None


def list_external_ids(cursor: Cursor, patient_id: UUID) -> list[ExternalId]:
    """Return the patient's numbers in other software."""
    return [ExternalId(*row) for row in cursor.execute(LIST_EXTERNAL_IDS, [patient_id]).fetchall()]


def list_names(cursor: Cursor, patient_id: UUID) -> list[OtherName]:
    """Return former names and aliases, the newest first."""
    return [OtherName(*row) for row in cursor.execute(LIST_NAMES, [patient_id]).fetchall()]


def list_phones(cursor: Cursor, patient_id: UUID) -> list[Phone]:
    """Return every number ever recorded, the preferred one first."""
    return [Phone(*row) for row in cursor.execute(LIST_PHONES, [patient_id]).fetchall()]


def list_emails(cursor: Cursor, patient_id: UUID) -> list[Email]:
    """Return every email address ever recorded, the preferred one first."""
    return [Email(*row) for row in cursor.execute(LIST_EMAILS, [patient_id]).fetchall()]


def list_addresses(cursor: Cursor, patient_id: UUID) -> list[Address]:
    """Return every postal address ever recorded, the preferred one first."""
    return [Address(*row) for row in cursor.execute(LIST_ADDRESSES, [patient_id]).fetchall()]


def list_adjustments(cursor: Cursor, patient_id: UUID, as_of: date) -> list[Adjustment]:
    """Return the reasonable adjustments that hold on the day."""
    rows = cursor.execute(LIST_ADJUSTMENTS, [patient_id, as_of]).fetchall()
    return [Adjustment(*row) for row in rows]


def get_restriction(cursor: Cursor, patient_id: UUID) -> Restriction | None:
    """Return the restriction that holds now, or None."""
    row = cursor.execute(GET_RESTRICTION, [patient_id]).fetchone()
    return Restriction(*row) if row else None


def list_preferences(cursor: Cursor, patient_id: UUID) -> list[Preference]:
    """Return what was stated last for each channel."""
    rows = cursor.execute(LIST_PREFERENCES, [patient_id]).fetchall()
    newest: dict[str, Preference] = {}
    for row in rows:
        newest.setdefault(str(row[0]), Preference(*row))
    return list(newest.values())


def upsert_recent(cursor: Cursor, person_id: UUID, patient_id: UUID, opened_at: datetime) -> None:
    """Note that the person opened the record now."""
    cursor.execute(UPSERT_RECENT, [person_id, patient_id, opened_at])
