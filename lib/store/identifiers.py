"""SQL that collects what a record can be recognised by, driven by the data map where it is rows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import pyarrow as pa

from lib.domain import data_map
from lib.domain.data_map import OnDisposal
from lib.store.connection import Cursor
from lib.store.rows import NAME

# A statement gives the patient first; it reads those whose ids wait in the relation `collected`.
OF_THEM = "patient_id IN (SELECT CAST(patient_id AS UUID) FROM collected)"
LIST_NAMES = f"""
    SELECT patient_id, given_names, family_name FROM patient WHERE {OF_THEM}
    UNION ALL
    SELECT patient_id, preferred_name, family_name FROM patient
    WHERE preferred_name IS NOT NULL AND {OF_THEM}
    UNION ALL
    SELECT patient_id, given_names, family_name FROM patient_name WHERE {OF_THEM}
    UNION ALL
    SELECT patient_id, given_names, family_name FROM patient_version WHERE {OF_THEM}
    UNION ALL
    SELECT patient_id, preferred_name, family_name FROM patient_version
    WHERE preferred_name IS NOT NULL AND {OF_THEM}
"""  # noqa: S608 - constant
LIST_BORN = f"""
    SELECT patient_id, born_on FROM patient WHERE born_on IS NOT NULL AND {OF_THEM}
    UNION ALL
    SELECT patient_id, born_on FROM patient_version WHERE born_on IS NOT NULL AND {OF_THEM}
"""  # noqa: S608 - constant
LIST_PHONES = f"""
    SELECT patient_id, number FROM patient_phone WHERE {OF_THEM}
    UNION ALL
    SELECT patient_id, number_as_given FROM patient_phone WHERE {OF_THEM}
"""  # noqa: S608 - constant
LIST_EMAILS = f"SELECT patient_id, email FROM patient_email WHERE {OF_THEM}"  # noqa: S608
LIST_ADDRESSES = f"""
    SELECT patient_id, line_1, postcode FROM patient_address
    WHERE line_1 IS NOT NULL AND postcode IS NOT NULL AND {OF_THEM}
"""  # noqa: S608 - constant
LIST_REFERENCES = f"SELECT patient_id, reference FROM patient WHERE {OF_THEM}"  # noqa: S608
LIST_EXTERNAL_IDS = f"""
    SELECT patient_id, external_id FROM patient_external_id WHERE {OF_THEM}
    UNION ALL
    SELECT patient_id, external_id FROM treatment_external_id WHERE {OF_THEM}
    UNION ALL
    SELECT patient_id, external_id FROM import_review
    WHERE external_id IS NOT NULL AND {OF_THEM}
"""  # noqa: S608 - constant
LIST_KEYS = f"SELECT patient_id, key_id FROM media_key WHERE {OF_THEM}"  # noqa: S608
LIST_DIGESTS = f"""
    SELECT patient_id, digest FROM media_item WHERE digest IS NOT NULL AND {OF_THEM}
    UNION ALL
    SELECT patient_id, sha256 FROM consent_evidence WHERE sha256 IS NOT NULL AND {OF_THEM}
    UNION ALL
    SELECT patient_id, content_sha256 FROM consent_capture WHERE {OF_THEM}
    UNION ALL
    SELECT patient_id, row_digest FROM import_row WHERE {OF_THEM}
    UNION ALL
    SELECT patient_id, row_digest FROM treatment_external_id
    WHERE row_digest IS NOT NULL AND {OF_THEM}
"""  # noqa: S608 - constant
LIST_FILE_NAMES = f"""
    SELECT patient_id, filename FROM consent_evidence WHERE filename IS NOT NULL AND {OF_THEM}
"""  # noqa: S608 - constant
# Ids that a person's row shares with rows of others, or of the clinic, are nobody's.
OWN_SERIES = ("series_id",)


@contextmanager
def collected(cursor: Cursor, patient_ids: Sequence[UUID]) -> Iterator[None]:
    """Let every list of the block know whose rows it reads: one look through a table for all."""
    columns = {"patient_id": pa.array([str(one) for one in patient_ids], pa.string())}
    cursor.register("collected", pa.table(columns))
    try:
        yield
    finally:
        cursor.unregister("collected")


def list_pairs(cursor: Cursor, sql: str) -> list[tuple[UUID, tuple[str, str]]]:
    """Return patient and names, or first line and postcode, of one of the lists above."""
    return [(key, (first, second)) for key, first, second in cursor.execute(sql).fetchall()]


def list_texts(cursor: Cursor, sql: str) -> list[tuple[UUID, str]]:
    """Return patient and text of one of the lists above: phones, emails, references, hashes."""
    return cursor.execute(sql).fetchall()


def list_born(cursor: Cursor) -> list[tuple[UUID, date]]:
    """Return patient and every date of birth that is or was recorded."""
    return cursor.execute(LIST_BORN).fetchall()


def list_keys(cursor: Cursor) -> list[tuple[UUID, UUID]]:
    """Return patient and id of every media key."""
    return cursor.execute(LIST_KEYS).fetchall()


def list_row_ids(cursor: Cursor) -> list[tuple[UUID, UUID]]:
    """Return patient and key of every row that goes with a record, as the data map says."""
    found: list[tuple[UUID, UUID]] = []
    for table, own in own_keys():
        columns = ", ".join(own)
        sql = f"SELECT patient_id, {columns} FROM {table} WHERE {OF_THEM}"  # noqa: S608 - checked names of the map
        for patient_id, *keys in cursor.execute(sql).fetchall():
            found.extend((patient_id, key) for key in keys if key is not None)
    return found


def own_keys() -> Iterable[tuple[str, tuple[str, ...]]]:
    """Give each table with the columns whose ids belong to one patient alone."""
    for table in data_map.tables_of_patient():
        columns = data_map.columns_of(table)
        names = [column.name for column in columns]
        if columns[0].treatment.on_erase is not OnDisposal.DELETE or "patient_id" not in names:
            continue
        first = names[0]
        own = [first] if first.endswith("_id") and first not in {"patient_id", "person_id"} else []
        own += [name for name in OWN_SERIES if name in names]
        if own and all(NAME.fullmatch(one) for one in (table, *own)):
            yield table, tuple(own)
