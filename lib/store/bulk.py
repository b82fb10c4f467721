"""Many rows at once: inserting from an Arrow table and making keys; knows no table by name."""

import re
import secrets
import time

import duckdb
import numpy as np
import pyarrow as pa

NAME = re.compile(r"[a-z_]+")
HYPHENS = [8, 13, 18, 23]
HEX_PLACES = [place for place in range(36) if place not in HYPHENS]
HEX_DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
MOST_IDS = 1 << 25


def insert_rows(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> int:
    """Insert every row of `rows`, matched to the table's columns by name; return how many.

    UUIDs are given as text. Columns that `rows` lacks become NULL. Raises `ValueError` for a
    table name that is not one of ours in form.
    """
    _check_name(table)
    cursor.register("incoming_rows", rows)
    try:
        cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows")  # noqa: S608
    finally:
        cursor.unregister("incoming_rows")
    return int(rows.num_rows)


def count_rows(cursor: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return how many rows a table has; raises as `insert_rows` does."""
    _check_name(table)
    row = cursor.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a checked name
    return int(row[0]) if row else 0


def _check_name(table: str) -> None:
    if not NAME.fullmatch(table):
        message = f"not a table name: {table!r}"
        raise ValueError(message)


def new_ids(count: int) -> pa.Array:
    """Return `count` new UUIDv7 as text, in ascending order (RFC 9562, 6.2, method 1).

    48 bits of milliseconds, a counter of 26 bits that starts at 0 in each call, 48 random bits.
    Raises `ValueError` past 2**25 ids in one call.
    """
    if count > MOST_IDS:
        message = f"too many ids in one call: {count}"
        raise ValueError(message)
    octets = np.frombuffer(secrets.token_bytes(16 * count), dtype=np.uint8).reshape(count, 16)
    octets = octets.copy()
    milliseconds = time.time_ns() // 1_000_000
    octets[:, :6] = np.frombuffer(milliseconds.to_bytes(6, "big"), dtype=np.uint8)
    counter = np.arange(count, dtype=np.uint32)
    octets[:, 6] = 0x70 | (counter >> 22)
    octets[:, 7] = (counter >> 14) & 0xFF
    octets[:, 8] = 0x80 | ((counter >> 8) & 0x3F)
    octets[:, 9] = counter & 0xFF
    return _as_text(octets)


def _as_text(octets: np.ndarray) -> pa.Array:
    count = len(octets)
    text = np.full((count, 36), ord("-"), dtype=np.uint8)
    nibbles = np.empty((count, 32), dtype=np.uint8)
    nibbles[:, 0::2] = octets >> 4
    nibbles[:, 1::2] = octets & 0x0F
    text[:, HEX_PLACES] = HEX_DIGITS[nibbles]
    offsets = np.arange(0, 36 * count + 1, 36, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text.tobytes()))
