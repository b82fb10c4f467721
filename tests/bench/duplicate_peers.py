"""The same people in PostgreSQL: pairs by exact keys and by pg_trgm, as somebody would write it.

Each way is one statement; the report keeps them all. Names are folded and addresses are those that
the search here is given.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from tests.bench.search_peers import running_postgres

LONGEST_SECONDS = 60
Pairs = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One record as the peer has it."""

    number: str
    names: str
    born_on: date | None
    street: str
    place: str


CREATE = """
CREATE UNLOGGED TABLE person (
    number text, names text, born_on date, street text, place text, content text
)
"""
BEING_ALIKE = {
    "same names and date of birth": "a.names = b.names AND a.born_on = b.born_on",
    "same date of birth, names alike": (
        "a.born_on = b.born_on AND similarity(a.names, b.names) > 0.4"
    ),
    "same date of birth and names or street alike": (
        "a.born_on = b.born_on AND (similarity(a.names, b.names) > 0.4 "
        "OR similarity(a.street, b.street) > 0.5)"
    ),
    "whole record alike": "a.content % b.content",
}
QUERY = "SELECT a.number, b.number FROM person a JOIN person b ON a.number < b.number AND {}"


def found(rows: Sequence[Row]) -> dict[str, tuple[float, Pairs] | None]:
    """Return the seconds and the pairs of each way to ask; None for one that takes too long."""
    with running_postgres() as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute(CREATE)
        with connection.cursor().copy("COPY person FROM STDIN") as copy:
            for row in rows:
                content = f"{row.names} {row.born_on or ''} {row.street} {row.place}"
                copy.write_row((row.number, row.names, row.born_on, row.street, row.place, content))
        connection.execute("CREATE INDEX ON person (born_on)")
        connection.execute("CREATE INDEX ON person USING gin (content gin_trgm_ops)")
        connection.execute("VACUUM ANALYZE person")
        connection.execute("SET pg_trgm.similarity_threshold = 0.5")
        connection.execute(f"SET statement_timeout = '{LONGEST_SECONDS}s'")
        return {way: _asked(connection, condition) for way, condition in BEING_ALIKE.items()}


def _asked(connection: psycopg.Connection, condition: str) -> tuple[float, Pairs] | None:
    began = time.perf_counter()
    query: Any = QUERY.format(condition)
    try:
        pairs = connection.execute(query).fetchall()
    except psycopg.errors.QueryCanceled:
        return None
    seconds = time.perf_counter() - began
    return seconds, {(min(pair), max(pair)) for pair in pairs}
