"""SQL of patient lookup: what the index in memory is built from, and the rows that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pyarrow as pa

from lib.store.connection import Cursor
from lib.store.marks import marks

# The patients that are read, numbered. The most recent comes first: that settles every tie.
NUMBER_EVERYONE = """
CREATE TEMP TABLE numbered AS
SELECT
    patient_id,
    CAST(
        row_number() OVER (
            ORDER BY coalesce(last_seen_on, registered_on) DESC, patient_id DESC
        ) - 1 AS INTEGER
    ) AS ordinal
FROM patient
WHERE merged_into_id IS NULL
"""
NUMBER_CHOSEN = """
CREATE TEMP TABLE numbered AS
SELECT
    patient_id,
    CAST(
        row_number() OVER (
            ORDER BY coalesce(last_seen_on, registered_on) DESC, patient_id DESC
        ) - 1 AS INTEGER
    ) AS ordinal
FROM patient
WHERE merged_into_id IS NULL AND patient_id IN (SELECT CAST(unnest(?) AS UUID))
"""
DROP_NUMBERS = "DROP TABLE temp.numbered"
PATIENTS = """
SELECT
    CAST(patient_id AS VARCHAR) AS patient_id,
    given_names,
    family_name,
    preferred_name,
    born_on,
    last_seen_on,
    coalesce(last_seen_on, registered_on) AS recent_on,
    CAST(last_practitioner_id AS VARCHAR) AS practitioner_id,
    deceased_on IS NOT NULL AS is_deceased,
    version
FROM patient JOIN temp.numbered USING (patient_id)
ORDER BY ordinal
"""
FORMER_NAMES = """
SELECT ordinal, given_names, family_name
FROM patient_name JOIN temp.numbered USING (patient_id)
"""
# Digits as one number, from the end (a lookup by last digits is then a range) and from the start.
PHONES = """
SELECT
    ordinal,
    CAST(rpad(reverse(digits), 15, '0') AS BIGINT) AS from_end,
    CAST(rpad(digits, 15, '0') AS BIGINT) AS from_start
FROM (
    SELECT patient_id, regexp_replace(number, '[^0-9]', '', 'g') AS digits FROM patient_phone
) AS phone
JOIN temp.numbered USING (patient_id)
WHERE length(digits) BETWEEN 3 AND 15
"""
EMAILS = """
SELECT ordinal, lower(email) AS text
FROM patient_email JOIN temp.numbered USING (patient_id)
ORDER BY lower(email) COLLATE "C"
"""
POSTCODES = """
SELECT ordinal, upper(replace(postcode, ' ', '')) AS text
FROM patient_address JOIN temp.numbered USING (patient_id)
WHERE postcode IS NOT NULL
ORDER BY upper(replace(postcode, ' ', '')) COLLATE "C"
"""
# The reference of a record that was merged into another finds that one.
REFERENCES = """
SELECT ordinal, lower(reference) AS text
FROM (
    SELECT coalesce(merged_into_id, patient_id) AS patient_id, reference FROM patient
) AS known
JOIN temp.numbered USING (patient_id)
ORDER BY lower(reference) COLLATE "C"
"""
CODES = """
SELECT ordinal, lower(replace(external_id, ' ', '')) AS text
FROM patient_external_id JOIN temp.numbered USING (patient_id)
ORDER BY lower(replace(external_id, ' ', '')) COLLATE "C"
"""

FINGERPRINT = "SELECT count(*), coalesce(sum(version), 0) FROM patient WHERE changed_at >= ?"
CHANGED = """
SELECT CAST(patient_id AS VARCHAR) AS patient_id, version FROM patient WHERE changed_at >= ?
"""

# Three short queries: as subqueries of the first they take twice as long.
ROWS = """
SELECT
    patient_id, reference, title, given_names, family_name, preferred_name, sex, born_on,
    deceased_on, last_seen_on, display_name
FROM patient LEFT JOIN practitioner ON practitioner_id = last_practitioner_id
WHERE merged_into_id IS NULL AND patient_id IN (SELECT CAST(unnest(?) AS UUID))
"""
EXTERNAL_IDS = """
SELECT patient_id, min(external_id)
FROM patient_external_id
WHERE patient_id IN (SELECT CAST(unnest(?) AS UUID))
GROUP BY patient_id
"""
RESTRICTED = """
SELECT patient_id FROM restriction
WHERE lifted_at IS NULL AND patient_id IN (SELECT CAST(unnest(?) AS UUID))
"""
RECENT = """
SELECT patient_id FROM recent_record WHERE person_id = ? ORDER BY opened_at DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class SearchTables:
    """Everything that patients are found by, as Arrow tables whose rows carry an ordinal.

    `patients` is in ordinal order: its first row is ordinal 0. `emails`, `postcodes`,
    `references` and `codes` (numbers in other systems) are sorted by their text, byte by byte.
    """

    patients: pa.Table
    former_names: pa.Table
    phones: pa.Table
    emails: pa.Table
    postcodes: pa.Table
    references: pa.Table
    codes: pa.Table


BY_EMAIL = """
SELECT patient_id, bool_or(valid_until IS NULL OR valid_until >= ?)
FROM patient_email WHERE lower(email) IN ({})
GROUP BY patient_id ORDER BY patient_id
"""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What a list of patients and a patient's banner show of one patient."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str
    born_on: date | None
    deceased_on: date | None
    last_seen_on: date | None
    practitioner_name: str | None
    external_id: str | None
    is_restricted: bool


def get_search_tables(cursor: Cursor, patient_ids: Sequence[str] | None = None) -> SearchTables:
    """Return what the given patients (everyone, if None) are found by."""
    if patient_ids is None:
        cursor.execute(NUMBER_EVERYONE)
    else:
        cursor.execute(NUMBER_CHOSEN, [list(patient_ids)])
    tables = SearchTables(
        patients=cursor.execute(PATIENTS).to_arrow_table(),
        former_names=cursor.execute(FORMER_NAMES).to_arrow_table(),
        phones=cursor.execute(PHONES).to_arrow_table(),
        emails=cursor.execute(EMAILS).to_arrow_table(),
        postcodes=cursor.execute(POSTCODES).to_arrow_table(),
        references=cursor.execute(REFERENCES).to_arrow_table(),
        codes=cursor.execute(CODES).to_arrow_table(),
    )
    cursor.execute(DROP_NUMBERS)
    return tables


def get_fingerprint(cursor: Cursor, since: datetime) -> tuple[int, int]:
    """Return two numbers that differ whenever a patient changed at or after `since` (UTC)."""
    row = cursor.execute(FINGERPRINT, [since]).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def get_changed(cursor: Cursor, since: datetime) -> pa.Table:
    """Return the id (text) and version of every patient changed at or after `since` (UTC)."""
    return cursor.execute(CHANGED, [since]).to_arrow_table()


def list_result_rows(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[ResultRow]:
    """Return the rows of the patients in the order asked for, leaving out who is not on file.

    A record that was merged into another is not.
    """
    if not patient_ids:
        return []
    chosen = [[str(patient_id) for patient_id in patient_ids]]
    codes = dict(cursor.execute(EXTERNAL_IDS, chosen).fetchall())
    restricted = {row[0] for row in cursor.execute(RESTRICTED, chosen).fetchall()}
    rows = {
        row[0]: ResultRow(*(*row, codes.get(row[0]), row[0] in restricted))
        for row in cursor.execute(ROWS, chosen).fetchall()
    }
    return [rows[patient_id] for patient_id in patient_ids if patient_id in rows]


def list_recent(cursor: Cursor, person_id: UUID, limit: int) -> list[UUID]:
    """Return the patients whose records the person opened last, the newest first."""
    return [row[0] for row in cursor.execute(RECENT, [person_id, limit]).fetchall()]


def list_by_email(cursor: Cursor, addresses: Sequence[str], as_of: date) -> list[tuple[UUID, bool]]:
    """Return who is or was reached at one of the addresses (in small letters), and if still so."""
    if not addresses:
        return []
    sql = BY_EMAIL.format(marks(addresses))
    return cursor.execute(sql, [as_of, *addresses]).fetchall()
