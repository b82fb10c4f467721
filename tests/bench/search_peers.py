"""The same people and queries in PostgreSQL (pg_trgm, GIN) and SQLite (FTS5, trigram).

Each gets several sensible ways to ask, and the report keeps them all: a peer is judged by its best.
Both are given what the index here works out for itself: folded names and dates as YYYYMMDD.
"""

import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg

Rows = list[tuple[int, str]]
Ask = Callable[[str], list[int]]

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "fsync": "off",
    "jit": "off",
}
DOUBLE = re.compile(r"\bDOUBLE\b")
FEWEST_CHARACTERS = 3
WORD_THRESHOLD = 0.45
FOUND = 10


@contextmanager
def postgres(rows: Rows) -> Iterator[dict[str, Ask]]:
    """Run a PostgreSQL of its own over the rows (number, text); give the ways to ask it."""
    with running_postgres() as connection:
        _fill_postgres(connection, rows)
        yield _ways_of_postgres(connection)


def in_postgres(sql: str) -> str:
    """Return a migration as PostgreSQL reads it; only the name of one type differs."""
    return DOUBLE.sub("double precision", sql)


@contextmanager
def running_postgres(settings: Mapping[str, str] | None = None) -> Iterator[psycopg.Connection]:
    """Run an empty PostgreSQL of its own, with these settings before ours; give a connection."""
    folder = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
    with suppress(KeyError, PermissionError):
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    _as_postgres("initdb", "-D", str(data), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = " ".join(
        f"-c {name}={value}" for name, value in {**SETTINGS, **(settings or {})}.items()
    )
    log = ("-l", str(folder / "log"), "-w")
    _as_postgres("pg_ctl", "-D", str(data), *log, "-o", f"{options} -k {folder}", "start")
    try:
        with psycopg.connect(
            host=str(folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            yield connection
    finally:
        _as_postgres("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(program: str, *arguments: str) -> None:
    command = [str(BINARIES[-1] / program), *arguments]
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _fill_postgres(connection: psycopg.Connection, rows: Rows) -> None:
    connection.execute("CREATE EXTENSION pg_trgm")
    connection.execute("CREATE UNLOGGED TABLE person (number integer, content text)")
    with connection.cursor().copy("COPY person FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute("CREATE INDEX ON person USING gin (content gin_trgm_ops)")
    connection.execute("VACUUM ANALYZE person")
    connection.execute(f"SET pg_trgm.word_similarity_threshold = {WORD_THRESHOLD}")
    connection.execute(f"SET pg_trgm.strict_word_similarity_threshold = {WORD_THRESHOLD}")


def _ways_of_postgres(connection: psycopg.Connection) -> dict[str, Ask]:
    def numbers(query: str, parameters: list[str]) -> list[int]:
        return [row[0] for row in connection.execute(query, parameters, prepare=True).fetchall()]

    def contains(text: str) -> list[int]:
        tokens = text.split()
        every = " AND ".join(["content LIKE %s"] * len(tokens))
        query = f"SELECT number FROM person WHERE {every} LIMIT {FOUND}"  # noqa: S608 - constants
        return numbers(query, [f"%{token}%" for token in tokens])

    def alike(operator: str, measure: str, joint: str) -> Ask:
        def ask(text: str) -> list[int]:
            tokens = text.split()
            some = joint.join([f"%s {operator} content"] * len(tokens))
            total = " + ".join([f"{measure}(%s, content)"] * len(tokens))
            where = f"WHERE {some} ORDER BY {total} DESC LIMIT {FOUND}"
            query = f"SELECT number FROM person {where}"  # noqa: S608 - constants
            return numbers(query, [*tokens, *tokens])

        return ask

    every_word = alike("<%%", "word_similarity", " AND ")
    every_strictly = alike("<<%%", "strict_word_similarity", " AND ")
    any_word = alike("<<%%", "strict_word_similarity", " OR ")
    return {
        "contains, else every word alike": lambda text: contains(text) or every_word(text),
        "contains, else every whole word alike": lambda text: (
            contains(text) or every_strictly(text)
        ),
        "contains, else every, else any whole word alike": lambda text: (
            contains(text) or every_strictly(text) or any_word(text)
        ),
    }


@contextmanager
def sqlite(rows: Rows) -> Iterator[dict[str, Ask]]:
    """Fill an FTS5 table with the rows (number, text); give the ways to ask it."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-sqlite-") as folder,
        closing(sqlite3.connect(Path(folder) / "people.db")) as connection,
    ):
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute("PRAGMA mmap_size = 4000000000")
        connection.execute("CREATE VIRTUAL TABLE person USING fts5(content, tokenize=trigram)")
        connection.executemany("INSERT INTO person (rowid, content) VALUES (?, ?)", rows)
        connection.execute("INSERT INTO person (person) VALUES ('optimize')")
        connection.commit()
        yield _ways_of_sqlite(connection)


def _ways_of_sqlite(connection: sqlite3.Connection) -> dict[str, Ask]:
    query = "SELECT rowid FROM person WHERE person MATCH ? ORDER BY rank LIMIT 10"

    def matching(expression: str) -> list[int]:
        if not expression:
            return []
        return [row[0] for row in connection.execute(query, [expression])]

    def contains(text: str) -> list[int]:
        tokens = [token for token in text.split() if len(token) >= FEWEST_CHARACTERS]
        return matching(" AND ".join(map(_quoted, tokens)))

    def any_piece(text: str) -> list[int]:
        return matching(" OR ".join(map(_quoted, _pieces(text))))

    return {
        "contains, else any piece": lambda text: contains(text) or any_piece(text),
        "any piece": any_piece,
    }


def _pieces(text: str) -> list[str]:
    tokens = text.split()
    found = [token[i : i + 3] for token in tokens for i in range(len(token) - 2)]
    return list(dict.fromkeys(found))


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
