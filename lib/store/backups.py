"""SQL of back-ups: the list of them, and what a copy of the store must hold to be sound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import duckdb
import pyarrow as pa

from lib.domain.backups import BackupKind, BackupState
from lib.store import audit_trail, bulk
from lib.store.connection import Cursor
from lib.store.rows import insert_row

COLUMNS = (
    "backup_id, kind, state, place, started_at, finished_at, checked_at, ends_on, bytes, files, "
    "fault, made_by"
)
LIST = f"SELECT {COLUMNS} FROM backup ORDER BY started_at DESC, backup_id DESC"  # noqa: S608
GET = f"SELECT {COLUMNS} FROM backup WHERE backup_id = ?"  # noqa: S608 - constant columns
UPDATE_MADE = """
UPDATE backup SET state = 'made', finished_at = ?, bytes = ?, files = ?, fault = NULL
WHERE backup_id = ?
"""
UPDATE_CHECKED = "UPDATE backup SET state = ?, checked_at = ?, fault = ? WHERE backup_id = ?"
UPDATE_FAILED = """
UPDATE backup SET state = 'failed', finished_at = ?, fault = ? WHERE backup_id = ?
"""
UPDATE_REMOVED = "UPDATE backup SET state = 'removed' WHERE backup_id = ?"
LIST_RUNNING = "SELECT backup_id FROM backup WHERE state = 'running'"
GET_SCHEMA = "SELECT max(version) FROM schema_migration"
LIST_TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_catalog = current_database() AND table_schema = current_schema()
    AND table_type = 'BASE TABLE'
ORDER BY table_name
"""
LIST_ENDED = "SELECT session_id FROM sign_in_session WHERE ended_at IS NULL"
END_SESSIONS = """
UPDATE sign_in_session SET ended_at = ?, ended_because = ? WHERE ended_at IS NULL
"""
COUNT_SINCE = """
SELECT action, count(*) FROM audit_entry
WHERE occurred_at > ? AND outcome = 'done'
GROUP BY action
ORDER BY action
"""
LIST_ORIGINALS = "SELECT media_id, key_id FROM media_item ORDER BY media_id"
LIST_HASHES = """
SELECT e.chain_id, e.position, e.entry_hash
FROM audit_entry AS e
JOIN anchored_places AS a
    ON CAST(a.chain_id AS UUID) = e.chain_id AND a.position = e.position
"""
LIST_PATIENTS = "SELECT patient_id FROM patient"
LIST_KEYS = "SELECT key_id, patient_id FROM media_key"
LIST_DISPOSED = "SELECT number FROM disposal_item WHERE state = 'disposed'"
LIST_BEGUN = "SELECT number FROM disposal_item WHERE state = 'erasing'"
LIST_REPLAYED = "SELECT number FROM disposal_replayed"


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One back-up as the clinic noted it. `place` is its folder; times are UTC."""

    backup_id: UUID
    kind: BackupKind
    state: BackupState
    place: str
    started_at: datetime
    finished_at: datetime | None
    checked_at: datetime | None
    ends_on: date
    bytes: int | None
    files: int | None
    fault: str | None
    made_by: UUID | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store holds: its schema, rows of each table, and the ends of the audit chains."""

    schema: int
    tables: Mapping[str, int]
    heads: tuple[tuple[str, int, str], ...]


def insert_backup(cursor: Cursor, row: BackupRow) -> None:
    """Insert a back-up that begins."""
    values = {name: getattr(row, name) for name in COLUMNS.split(", ")}
    insert_row(cursor, "backup", {**values, "kind": row.kind.value, "state": row.state.value})


def list_backups(cursor: Cursor) -> list[BackupRow]:
    """Return every back-up that was ever begun, the newest first."""
    return [_row(found) for found in cursor.execute(LIST).fetchall()]


def get_backup(cursor: Cursor, backup_id: UUID) -> BackupRow | None:
    """Return one back-up, or None."""
    found = cursor.execute(GET, [str(backup_id)]).fetchone()
    return _row(found) if found else None


def update_made(cursor: Cursor, backup_id: UUID, size: int, files: int, now: datetime) -> None:
    """Note that a back-up is whole."""
    cursor.execute(UPDATE_MADE, [now, size, files, str(backup_id)])


def update_checked(cursor: Cursor, backup_id: UUID, fault: str | None, now: datetime) -> None:
    """Note what a check came to; None: it is sound."""
    state = BackupState.FAILED if fault else BackupState.CHECKED
    cursor.execute(UPDATE_CHECKED, [state.value, now, fault, str(backup_id)])


def update_failed(cursor: Cursor, backup_id: UUID, fault: str, now: datetime) -> None:
    """Note that a back-up could not be made."""
    cursor.execute(UPDATE_FAILED, [now, fault, str(backup_id)])


def update_removed(cursor: Cursor, backup_id: UUID) -> None:
    """Note that a back-up was removed."""
    cursor.execute(UPDATE_REMOVED, [str(backup_id)])


def list_running(cursor: Cursor) -> list[UUID]:
    """Return the back-ups that are being made, or were when the process ended."""
    return [key for (key,) in cursor.execute(LIST_RUNNING).fetchall()]


def get_contents(cursor: Cursor) -> Contents:
    """Return what the store holds, counted."""
    (schema,) = cursor.execute(GET_SCHEMA).fetchall()[0]
    names = [name for (name,) in cursor.execute(LIST_TABLES).fetchall()]
    return Contents(
        int(schema),
        {name: bulk.count_rows(cursor, name) for name in names},
        tuple((str(chain), at, end) for chain, at, end in audit_trail.list_heads(cursor)),
    )


def engine() -> str:
    """Return what wrote the store: DuckDB and its version."""
    return f"duckdb {duckdb.__version__}"


def list_originals(cursor: Cursor) -> list[tuple[UUID, UUID]]:
    """Return every photograph and video with the id of its key, in the order of ids."""
    return cursor.execute(LIST_ORIGINALS).fetchall()


def list_hashes(cursor: Cursor, wanted: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
    """Return the hashes of the audit entries at these places, chain and position."""
    if not wanted:
        return {}
    places = pa.table(
        {
            "chain_id": [str(chain) for chain, _ in wanted],
            "position": [at for _, at in wanted],
        }
    )
    cursor.register("anchored_places", places)
    try:
        rows = cursor.execute(LIST_HASHES).fetchall()
    finally:
        cursor.unregister("anchored_places")
    return {(chain, at): found for chain, at, found in rows}


def end_sessions(cursor: Cursor, because: str, now: datetime) -> int:
    """End every open session; return how many there were."""
    count = len(cursor.execute(LIST_ENDED).fetchall())
    cursor.execute(END_SESSIONS, [now, because])
    return count


def count_since(cursor: Cursor, moment: datetime) -> dict[str, int]:
    """Count what was done after a moment (UTC), by action."""
    return dict(cursor.execute(COUNT_SINCE, [moment]).fetchall())


def list_disposals_begun(cursor: Cursor) -> set[str]:
    """Return the numbers of the disposals that are under way."""
    return {number for (number,) in cursor.execute(LIST_BEGUN).fetchall()}


def list_patients(cursor: Cursor) -> list[UUID]:
    """Return every patient there is, absorbed records too."""
    return [key for (key,) in cursor.execute(LIST_PATIENTS).fetchall()]


def list_keys(cursor: Cursor) -> list[tuple[UUID, UUID]]:
    """Return the id of every media key with its patient."""
    return cursor.execute(LIST_KEYS).fetchall()


def list_disposals_known(cursor: Cursor) -> set[str]:
    """Return the numbers of the disposals that this store carried out, or did again."""
    rows = [*cursor.execute(LIST_DISPOSED).fetchall(), *cursor.execute(LIST_REPLAYED).fetchall()]
    return {number for (number,) in rows}


def count_replayed(cursor: Cursor) -> int:
    """Return how many later disposals were done again in this store."""
    return bulk.count_rows(cursor, "disposal_replayed")


def insert_replayed(cursor: Cursor, number: str, now: datetime) -> None:
    """Note that a later disposal was done again in this store."""
    insert_row(cursor, "disposal_replayed", {"number": number, "replayed_at": now})


def _row(found: tuple[object, ...]) -> BackupRow:
    values = dict(zip(COLUMNS.split(", "), found, strict=True))
    values["kind"] = BackupKind(str(values["kind"]))
    values["state"] = BackupState(str(values["state"]))
    return BackupRow(**values)  # type: ignore[arg-type]
