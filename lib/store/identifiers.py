"""SQL that collects what a record can be recognised by, driven by the data map where it is rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from lib.domain import data_map
from lib.domain.data_map import OnDisposal
from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.rows import NAME

LIST_NAMES = """
    SELECT given_names, family_name FROM patient WHERE patient_id IN ({keys})
    UNION ALL
    SELECT preferred_name, family_name FROM patient
    WHERE preferred_name IS NOT NULL AND patient_id IN ({keys})
    UNION ALL
    SELECT given_names, family_name FROM patient_name WHERE patient_id IN ({keys})
    UNION ALL
    SELECT given_names, family_name FROM patient_version WHERE patient_id IN ({keys})
    UNION ALL
    SELECT preferred_name, family_name FROM patient_version
    WHERE preferred_name IS NOT NULL AND patient_id IN ({keys})
"""
LIST_BORN = """
    SELECT born_on FROM patient WHERE born_on IS NOT NULL AND patient_id IN ({keys})
    UNION ALL
    SELECT born_on FROM patient_version WHERE born_on IS NOT NULL AND patient_id IN ({keys})
"""
LIST_PHONES = """
    SELECT number FROM patient_phone WHERE patient_id IN ({keys})
    UNION ALL
    SELECT number_as_given FROM patient_phone WHERE patient_id IN ({keys})
"""
LIST_EMAILS = "SELECT email FROM patient_email WHERE patient_id IN ({keys})"
LIST_ADDRESSES = """
    SELECT line_1, postcode FROM patient_address
    WHERE line_1 IS NOT NULL AND postcode IS NOT NULL AND patient_id IN ({keys})
"""
LIST_REFERENCES = "SELECT reference FROM patient WHERE patient_id IN ({keys})"
LIST_EXTERNAL_IDS = """
    SELECT external_id FROM patient_external_id WHERE patient_id IN ({keys})
    UNION ALL
    SELECT external_id FROM treatment_external_id WHERE patient_id IN ({keys})
    UNION ALL
    SELECT external_id FROM import_review
    WHERE external_id IS NOT NULL AND patient_id IN ({keys})
"""
LIST_KEYS = "SELECT key_id FROM media_key WHERE patient_id IN ({keys})"
LIST_DIGESTS = """
    SELECT digest FROM media_item WHERE digest IS NOT NULL AND patient_id IN ({keys})
    UNION ALL
    SELECT sha256 FROM consent_evidence WHERE sha256 IS NOT NULL AND patient_id IN ({keys})
    UNION ALL
    SELECT content_sha256 FROM consent_capture WHERE patient_id IN ({keys})
    UNION ALL
    SELECT row_digest FROM import_row WHERE patient_id IN ({keys})
    UNION ALL
    SELECT row_digest FROM treatment_external_id
    WHERE row_digest IS NOT NULL AND patient_id IN ({keys})
"""
LIST_FILE_NAMES = """
    SELECT filename FROM consent_evidence WHERE filename IS NOT NULL AND patient_id IN ({keys})
"""
# Ids that a person's row shares with rows of others, or of the clinic, are nobody's.
OWN_SERIES = ("series_id",)


def list_names(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[tuple[str, str]]:
    """Return given and family names, the present, preferred and former ones."""
    return [(given, family) for given, family in _rows(cursor, LIST_NAMES, patient_ids)]


def list_born(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[date]:
    """Return every date of birth that is or was recorded."""
    return [born for (born,) in _rows(cursor, LIST_BORN, patient_ids)]


def list_addresses(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[tuple[str, str]]:
    """Return the first line and postcode of every address."""
    return [(line, code) for line, code in _rows(cursor, LIST_ADDRESSES, patient_ids)]


def list_texts(cursor: Cursor, sql: str, patient_ids: Sequence[UUID]) -> list[str]:
    """Return what one of the lists above gives: phones, emails, references, hashes, names."""
    return [text for (text,) in _rows(cursor, sql, patient_ids)]


def list_keys(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[UUID]:
    """Return the ids of the media keys."""
    return [key for (key,) in _rows(cursor, LIST_KEYS, patient_ids)]


def list_row_ids(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[UUID]:
    """Return the keys of every row that goes with the record, as the data map says."""
    return [
        key
        for table, column in own_keys()
        for (key,) in _rows(
            cursor,
            f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL AND patient_id IN ({{keys}})",  # noqa: S608 - names of the map, checked
            patient_ids,
        )
    ]


def own_keys() -> Iterable[tuple[str, str]]:
    """Give table and column of every id that belongs to one patient alone."""
    for table in data_map.tables_of_patient():
        columns = data_map.columns_of(table)
        names = [column.name for column in columns]
        if columns[0].treatment.on_erase is not OnDisposal.DELETE or "patient_id" not in names:
            continue
        first = names[0]
        own = [first] if first.endswith("_id") and first not in {"patient_id", "person_id"} else []
        for column in (*own, *(name for name in OWN_SERIES if name in names)):
            if NAME.fullmatch(table) and NAME.fullmatch(column):
                yield table, column


def _rows(cursor: Cursor, sql: str, patient_ids: Sequence[UUID]) -> Iterable[tuple[Any, ...]]:
    for part in batched(patient_ids):
        keys = [str(one) for one in part]
        times = sql.count("{keys}")
        yield from cursor.execute(sql.format(keys=marks(keys)), keys * times).fetchall()
