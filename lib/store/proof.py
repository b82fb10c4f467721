"""SQL of the proof: every column of every table read back, as ids or as text, and who shares what.

The live schema says which columns there are, not the data map: what nobody declared is searched
too. Names of tables and columns come from the store itself and are checked in form.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pyarrow as pa

from lib.store import bulk
from lib.store.connection import Cursor
from lib.store.rows import NAME

LIST_COLUMNS = """
    SELECT table_name, column_name, data_type
    FROM information_schema.columns
    WHERE table_catalog = current_database() AND table_schema = current_schema()
    ORDER BY table_name, ordinal_position
"""
MAKE_IDS = "CREATE TEMP TABLE sought_id (id UUID, kind VARCHAR)"
MAKE_TEXTS = "CREATE TEMP TABLE sought_text (kind VARCHAR, value VARCHAR)"
DROP_IDS = "DROP TABLE IF EXISTS temp.sought_id"
DROP_TEXTS = "DROP TABLE IF EXISTS temp.sought_text"
LIST_FAMILIES = """
    SELECT DISTINCT family_name FROM patient
    UNION
    SELECT DISTINCT family_name FROM patient_name
    UNION
    SELECT DISTINCT family_name FROM patient_version
"""
LIST_BEARERS = """
    SELECT DISTINCT given_names, preferred_name, family_name, born_on FROM patient
    WHERE family_name IN (SELECT value FROM sought_text WHERE kind = 'family')
        AND patient_id NOT IN (SELECT id FROM sought_id WHERE kind = 'patient')
    UNION
    SELECT DISTINCT given_names, preferred_name, family_name, born_on FROM patient_version
    WHERE family_name IN (SELECT value FROM sought_text WHERE kind = 'family')
        AND patient_id NOT IN (SELECT id FROM sought_id WHERE kind = 'patient')
    UNION
    SELECT DISTINCT name.given_names, NULL, name.family_name, patient.born_on
    FROM patient_name AS name JOIN patient ON patient.patient_id = name.patient_id
    WHERE name.family_name IN (SELECT value FROM sought_text WHERE kind = 'family')
        AND name.patient_id NOT IN (SELECT id FROM sought_id WHERE kind = 'patient')
"""
LIST_ACCOUNTS = """
    SELECT display_name FROM person
    UNION
    SELECT display_name FROM practitioner
"""
LIST_ADDRESSES = """
    SELECT DISTINCT line_1, postcode FROM patient_address
    WHERE upper(replace(postcode, ' ', ''))
            IN (SELECT value FROM sought_text WHERE kind = 'postcode')
        AND line_1 IS NOT NULL
        AND patient_id NOT IN (SELECT id FROM sought_id WHERE kind = 'patient')
"""
# Where a remaining record, or the clinic's staff, hold a text for their own sake.
SHARED_TEXTS = {
    "phone": ("SELECT DISTINCT number FROM patient_phone WHERE number IN {sought} {others}",),
    "email": (
        "SELECT DISTINCT lower(email) FROM patient_email WHERE lower(email) IN {sought} {others}",
        "SELECT DISTINCT lower(email) FROM person WHERE lower(email) IN {sought}",
    ),
    "external": (
        """
        SELECT DISTINCT external_id FROM patient_external_id
        WHERE external_id IN {sought} {others}
        """,
        """
        SELECT DISTINCT external_id FROM treatment_external_id
        WHERE external_id IN {sought} {others}
        """,
    ),
    "digest": (
        "SELECT DISTINCT digest FROM media_item WHERE digest IN {sought} {others}",
        "SELECT DISTINCT sha256 FROM consent_evidence WHERE sha256 IN {sought} {others}",
    ),
    "file": ("SELECT DISTINCT filename FROM consent_evidence WHERE filename IN {sought} {others}",),
}
OTHERS = "AND patient_id NOT IN (SELECT id FROM sought_id WHERE kind = 'patient')"
COUNT_IDS = """
    SELECT sought_id.kind, count(*) FROM {table}
    JOIN sought_id ON {table}.{column} = sought_id.id
    GROUP BY sought_id.kind
"""
COUNT_HASHES = """
    SELECT count(*) FROM {table}
    WHERE {column} IN (SELECT value FROM sought_text WHERE kind = 'alone')
"""
# How much of a column is looked at to see what is in it.
SAMPLE = 20_000
GET_SAMPLE = """
    SELECT count(*), count(DISTINCT value),
        count(*) FILTER (WHERE length(value) = 64 AND value ~ '^[0-9a-f]{64}$')
    FROM (SELECT CAST({column} AS VARCHAR) AS value FROM {table}
        WHERE {column} IS NOT NULL LIMIT {sample}) AS first
"""
UUID_TYPE = "UUID"
# Numbers, days and moments hold no identifier by themselves: a date of birth is looked for with its
# name, in the rows of those who remain.
TEXT_TYPES = frozenset({"VARCHAR", "JSON", "BLOB", "character varying", "text"})
STREAM = "SELECT CAST({column} AS VARCHAR) FROM {table} WHERE {column} IS NOT NULL"
STREAM_ONCE = STREAM.replace("SELECT", "SELECT DISTINCT")
NOT_HASHES = " AND NOT (length({column}) = 64 AND {column} ~ '^[0-9a-f]{64}$')"
BATCH_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Place:
    """One column of the store."""

    table: str
    column: str
    is_id: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """What the first values of a column are like."""

    values: int
    distinct: int
    hashes: int

    @property
    def is_repeating(self) -> bool:
        """Tell whether reading each value once is worth the trouble."""
        return 2 * self.distinct < self.values

    @property
    def is_of_hashes(self) -> bool:
        """Tell whether it holds SHA-256 in hexadecimal, nearly always."""
        return 0 < self.values <= 2 * self.hashes


def list_places(cursor: Cursor) -> list[Place]:
    """Return every column that can hold an id or text."""
    return [
        Place(_name(table), _name(column), kind.upper() == UUID_TYPE)
        for table, column, kind in cursor.execute(LIST_COLUMNS).fetchall()
        if kind.upper() == UUID_TYPE or kind.partition("(")[0] in TEXT_TYPES
    ]


def stage(cursor: Cursor, ids: Mapping[UUID, str], texts: Iterable[tuple[str, str]]) -> None:
    """Lay ids (each with its kind) and texts (kind and value) beside the store, in memory.

    They end with this cursor's connection, or with `clear`.
    """
    clear(cursor)
    cursor.execute(MAKE_IDS)
    cursor.execute(MAKE_TEXTS)
    kept = {"id": [str(one) for one in ids], "kind": list(ids.values())}
    bulk.insert_rows(cursor, "sought_id", pa.table(kept))
    add_texts(cursor, texts)


def add_texts(cursor: Cursor, texts: Iterable[tuple[str, str]]) -> None:
    """Lay further texts beside the store, kind and value of each."""
    pairs = list(texts)
    columns = {"kind": [kind for kind, _ in pairs], "value": [value for _, value in pairs]}
    schema = pa.schema([("kind", pa.string()), ("value", pa.string())])
    bulk.insert_rows(cursor, "sought_text", pa.table(columns, schema=schema))


def clear(cursor: Cursor) -> None:
    """Take what was staged away."""
    cursor.execute(DROP_IDS)
    cursor.execute(DROP_TEXTS)


def list_families(cursor: Cursor) -> list[str]:
    """Return every family name of the store, once."""
    return [name for (name,) in cursor.execute(LIST_FAMILIES).fetchall()]


def list_bearers(cursor: Cursor) -> list[tuple[str, str | None, str, date | None]]:
    """Return given, preferred and family name and date of birth of those who remain.

    Only those of the staged family names.
    """
    return cursor.execute(LIST_BEARERS).fetchall()


def list_accounts(cursor: Cursor) -> list[str]:
    """Return the names of those who work here."""
    return [name for (name,) in cursor.execute(LIST_ACCOUNTS).fetchall()]


def list_addresses(cursor: Cursor) -> list[tuple[str, str]]:
    """Return first line and postcode of the remaining addresses with a staged postcode."""
    return cursor.execute(LIST_ADDRESSES).fetchall()


def list_shared(cursor: Cursor, kind: str) -> frozenset[str]:
    """Return the staged texts of a kind that a remaining record holds for its own sake."""
    sought = f"(SELECT value FROM sought_text WHERE kind = '{kind}')"  # noqa: S608 - a key of ours
    return frozenset(
        value
        for sql in SHARED_TEXTS[kind]
        for (value,) in cursor.execute(sql.format(sought=sought, others=OTHERS)).fetchall()
    )


def count_ids(cursor: Cursor, place: Place) -> dict[str, int]:
    """Return how many rows hold a staged id in this column, by the id's kind."""
    return dict(cursor.execute(_at(COUNT_IDS, place)).fetchall())


def count_hashes(cursor: Cursor, place: Place) -> int:
    """Return how many rows hold in this column a hash that was staged as `alone`."""
    row = cursor.execute(_at(COUNT_HASHES, place)).fetchone()
    return int(row[0]) if row else 0


def get_sample(cursor: Cursor, place: Place) -> Sample:
    """Return what the first values of a column are like."""
    sql = GET_SAMPLE.replace("{sample}", str(SAMPLE))
    row = cursor.execute(_at(sql, place)).fetchone()
    return Sample(*row) if row else Sample(0, 0, 0)


def stream(cursor: Cursor, place: Place, sample: Sample) -> Iterator[Sequence[str]]:
    """Give the texts of a column, a batch at a time; what repeats is given once.

    Hashes are left to `count_hashes`, which compares them whole.
    """
    sql = STREAM_ONCE if sample.is_repeating else STREAM
    if sample.is_of_hashes:
        sql += NOT_HASHES
    for batch in cursor.execute(_at(sql, place)).to_arrow_reader(BATCH_ROWS):
        yield batch.column(0).to_pylist()


def count_rows(cursor: Cursor, tables: Iterable[str]) -> dict[str, int]:
    """Return how many rows each of these tables has."""
    return {table: bulk.count_rows(cursor, table) for table in tables}


def _at(sql: str, place: Place) -> str:
    return sql.replace("{table}", place.table).replace("{column}", place.column)


def _name(name: str) -> str:
    if not NAME.fullmatch(name):
        message = f"not a name of ours: {name!r}"
        raise ValueError(message)
    return name
