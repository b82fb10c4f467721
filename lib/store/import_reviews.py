"""SQL of the import review: rows of files whose patient a person must choose."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pyarrow as pa

from lib.store.connection import Cursor

LIST_BY_DIGEST = """
SELECT i.place, CAST(r.review_id AS VARCHAR), r.state
FROM incoming_rows AS i
JOIN import_review AS r ON r.row_digest = i.row_digest
WHERE r.kind = ?
"""
# A newer row of the same treatment takes the place of one that still waits.
DISMISS_OUTDATED = """
UPDATE import_review SET state = 'dismissed', decided_at = ?, decided_by = ?
WHERE state = 'open' AND kind = ? AND system = ? AND external_id IN (
    SELECT external_id FROM incoming_rows WHERE external_id <> ''
)
"""
DECIDE = """
UPDATE import_review SET state = ?, patient_id = ?, decided_at = ?, decided_by = ?
WHERE review_id = ? AND state = ?
"""
SETTLE = """
UPDATE import_review SET
    state = 'linked', patient_id = CAST(i.patient_id AS UUID), decided_at = ?, decided_by = ?
FROM incoming_rows AS i
WHERE import_review.review_id = CAST(i.review_id AS UUID)
"""
COLUMNS = """
    review_id, import_id, kind, line, content, candidates, patient_id, state, recorded_at,
    decided_at, row_digest, person_digest, system, external_id
"""
GET = f"SELECT {COLUMNS} FROM import_review WHERE review_id = ?"  # noqa: S608 - constant columns
COUNT_PEOPLE = "SELECT count(DISTINCT person_digest), count(*) FROM import_review WHERE state = ?"
LIST_KEPT = "SELECT external_id FROM import_review WHERE kind = ? AND state <> 'linked'"
# One page of people, with all that waits of each; the first that came is the first.
LIST_PEOPLE = f"""
SELECT {COLUMNS} FROM import_review
WHERE state = ? AND person_digest IN (
    SELECT person_digest FROM import_review WHERE state = ?
    GROUP BY person_digest ORDER BY min(review_id) LIMIT ? OFFSET ?
)
ORDER BY review_id
"""  # noqa: S608 - constant columns
LIST_IDENTITIES = """
SELECT
    p.patient_id, p.reference, p.title, p.given_names, p.family_name, p.sex, p.born_on,
    p.deceased_on,
    EXISTS (
        SELECT 1 FROM restriction AS r WHERE r.patient_id = p.patient_id AND r.lifted_at IS NULL
    )
FROM patient AS p
WHERE p.merged_into_id IS NULL AND p.patient_id IN (SELECT CAST(unnest(?) AS UUID))
"""
INSERT_EXTERNAL_ID = """
INSERT INTO patient_external_id (system, external_id, patient_id) VALUES (?, ?, ?)
ON CONFLICT (system, external_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Review:
    """What waits: the row as JSON, the candidates as JSON, and how it stands."""

    review_id: UUID
    import_id: UUID
    kind: str
    line: int
    content: str
    candidates: str
    patient_id: UUID | None
    state: str
    recorded_at: datetime
    decided_at: datetime | None
    row_digest: str
    person_digest: str
    system: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a candidate is, as the banner's line says it."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    sex: str
    born_on: date | None
    deceased_on: date | None
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, when, and who it was."""

    state: str
    patient_id: UUID | None
    at: datetime
    person_id: UUID | None


def list_by_digest(cursor: Cursor, kind: str, incoming: pa.Table) -> dict[int, tuple[str, str]]:
    """Return id and state of what waited before, for each place whose row_digest is known."""
    cursor.register("incoming_rows", incoming)
    rows = cursor.execute(LIST_BY_DIGEST, [kind]).fetchall()
    cursor.unregister("incoming_rows")
    return {place: (review_id, state) for place, review_id, state in rows}


def dismiss_outdated(
    cursor: Cursor,
    kind: str,
    system: str,
    external_ids: list[str],
    decided: tuple[datetime, str | None],
) -> None:
    """Dismiss what still waits of treatments of which newer rows wait now."""
    cursor.register("incoming_rows", pa.table({"external_id": pa.array(external_ids, pa.string())}))
    cursor.execute(DISMISS_OUTDATED, [*decided, kind, system])
    cursor.unregister("incoming_rows")


def settle(cursor: Cursor, rows: pa.Table, decided: tuple[datetime, str | None]) -> None:
    """Say that what waited was tied to a patient after all; `rows` has review_id, patient_id."""
    cursor.register("incoming_rows", rows)
    cursor.execute(SETTLE, [*decided])
    cursor.unregister("incoming_rows")


def get_review(cursor: Cursor, review_id: UUID) -> Review | None:
    """Return one row of the review."""
    row = cursor.execute(GET, [review_id]).fetchone()
    return Review(*row) if row else None


def list_kept(cursor: Cursor, kind: str) -> set[str]:
    """Return the external ids of everything of a kind that waits or was set aside."""
    return {key for (key,) in cursor.execute(LIST_KEPT, [kind]).fetchall()}


def decide(cursor: Cursor, review_id: UUID, before: str, decision: Decision) -> None:
    """Keep a decision on a row that stands as `before`."""
    values = [decision.state, decision.patient_id, decision.at, decision.person_id]
    cursor.execute(DECIDE, [*values, review_id, before])


def count_people(cursor: Cursor, state: str) -> tuple[int, int]:
    """Return of how many people rows stand so, and how many rows."""
    row = cursor.execute(COUNT_PEOPLE, [state]).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def list_people(cursor: Cursor, state: str, *, limit: int, offset: int) -> list[Review]:
    """Return every row of a page of people, the first that came first."""
    rows = cursor.execute(LIST_PEOPLE, [state, state, limit, offset]).fetchall()
    return [Review(*row) for row in rows]


def list_identities(cursor: Cursor, patient_ids: list[str]) -> dict[UUID, Identity]:
    """Return who the patients are, by id; merged ones are left out."""
    rows = cursor.execute(LIST_IDENTITIES, [patient_ids]).fetchall()
    return {row[0]: Identity(*row) for row in rows}


def insert_external_id(cursor: Cursor, system: str, external_id: str, patient_id: UUID) -> None:
    """Keep the id that another system has for a patient; one that is taken stays as it is."""
    cursor.execute(INSERT_EXTERNAL_ID, [system, external_id, patient_id])
