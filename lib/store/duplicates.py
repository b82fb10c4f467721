"""SQL of records that may be one person: what is compared, the pairs found, what was decided."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pyarrow as pa

from lib.domain.duplicates import Home, PairState, Person
from lib.store import bulk
from lib.store.connection import Cursor

# A merged record is another's by now, and a restricted one is only stored (rule E1).
COMPARABLE = """
p.merged_into_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM restriction AS r WHERE r.patient_id = p.patient_id AND r.lifted_at IS NULL
)
"""
LIST_PATIENTS = f"""
SELECT
    CAST(p.patient_id AS VARCHAR), p.given_names, p.family_name, p.preferred_name, p.born_on, p.sex
FROM patient AS p
WHERE {COMPARABLE} AND (p.deceased_on IS NULL OR CAST(? AS BOOLEAN))
ORDER BY p.patient_id
"""  # noqa: S608 - a constant
CHOOSE = "CREATE TEMP TABLE compared AS SELECT CAST(unnest(?) AS UUID) AS patient_id"
FORGET = "DROP TABLE temp.compared"
LIST_CHOSEN = """
SELECT
    CAST(p.patient_id AS VARCHAR), p.given_names, p.family_name, p.preferred_name, p.born_on, p.sex
FROM patient AS p JOIN temp.compared USING (patient_id)
"""
LIST_NAMES = """
SELECT CAST(patient_id AS VARCHAR), given_names, family_name
FROM patient_name JOIN temp.compared USING (patient_id)
ORDER BY recorded_at DESC, patient_name_id
"""
LIST_PHONES = """
SELECT CAST(patient_id AS VARCHAR), number
FROM patient_phone JOIN temp.compared USING (patient_id)
ORDER BY is_preferred DESC, recorded_at DESC, patient_phone_id
"""
LIST_EMAILS = """
SELECT CAST(patient_id AS VARCHAR), email
FROM patient_email JOIN temp.compared USING (patient_id)
ORDER BY is_preferred DESC, recorded_at DESC, patient_email_id
"""
LIST_ADDRESSES = """
SELECT CAST(patient_id AS VARCHAR), line_1, line_2, line_3, town, postcode
FROM patient_address JOIN temp.compared USING (patient_id)
ORDER BY is_preferred DESC, recorded_at DESC, patient_address_id
"""

OPEN_PAIRS = f"""
FROM duplicate_pair AS d
JOIN patient AS p ON p.patient_id = d.patient_id
JOIN patient AS q ON q.patient_id = d.other_patient_id
WHERE d.state = 'open' AND {COMPARABLE} AND {COMPARABLE.replace("p.", "q.")}
"""
COUNT_OPEN = f"SELECT count(*) {OPEN_PAIRS}"
COLUMNS = """
    d.pair_id, d.patient_id, d.other_patient_id, d.probability, d.evidence, d.state, d.found_at,
    d.decided_at, d.reason
"""
LIST_OPEN = f"""
SELECT {COLUMNS} {OPEN_PAIRS}
ORDER BY d.probability DESC, d.pair_id
LIMIT ? OFFSET ?
"""
GET_PAIR = f"SELECT {COLUMNS} FROM duplicate_pair AS d WHERE d.pair_id = ?"  # noqa: S608
DECIDE = """
UPDATE duplicate_pair SET state = ?, decided_at = ?, decided_by = ?, reason = ? WHERE pair_id = ?
"""

# What an earlier search left: `found_pairs` is what this one found.
KNOWN = """
SELECT
    CAST(pair_id AS VARCHAR) AS pair_id, CAST(patient_id AS VARCHAR) AS patient_id,
    CAST(other_patient_id AS VARCHAR) AS other_patient_id, probability, evidence, state
FROM duplicate_pair
"""
STILL_COMPARABLE = f"""
SELECT f.*
FROM found_pairs AS f
JOIN patient AS p ON p.patient_id = CAST(f.patient_id AS UUID)
JOIN patient AS q ON q.patient_id = CAST(f.other_patient_id AS UUID)
WHERE {COMPARABLE} AND {COMPARABLE.replace("p.", "q.")}
"""  # noqa: S608 - a constant
RESCORE = """
UPDATE duplicate_pair SET
    probability = f.probability, evidence = f.evidence, found_at = f.found_at, state = 'open'
FROM found_pairs AS f
WHERE duplicate_pair.pair_id = CAST(f.pair_id AS UUID)
"""
DELETE = "DELETE FROM duplicate_pair WHERE pair_id IN (SELECT CAST(unnest(?) AS UUID))"
LIST_EXTERNAL_IDS = """
SELECT CAST(patient_id AS VARCHAR), system, external_id
FROM patient_external_id JOIN temp.compared USING (patient_id)
ORDER BY system, external_id
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A stored pair. `evidence` is JSON (levels and weights); times are UTC."""

    pair_id: UUID
    patient_id: UUID
    other_patient_id: UUID
    probability: float
    evidence: str
    state: PairState
    found_at: datetime
    decided_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A pair as a search found it; ids are text and `patient_id` is the smaller."""

    patient_id: str
    other_patient_id: str
    probability: float
    evidence: str

    @property
    def key(self) -> tuple[str, str]:
        """Return the two ids, by which the pair is known."""
        return self.patient_id, self.other_patient_id


@dataclass(frozen=True, slots=True)
class Kept:
    """What storing the pairs of a search came to."""

    new: int
    rescored: int
    dropped: int
    settled: int


def list_people(cursor: Cursor, *, include_deceased: bool) -> dict[str, Person]:
    """Return what is compared of everybody whose records may be, by patient id (text)."""
    rows = cursor.execute(LIST_PATIENTS, [include_deceased]).fetchall()
    return _people(cursor, rows, [row[0] for row in rows])


def get_people(cursor: Cursor, patient_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return what is compared of these patients."""
    chosen = [str(patient_id) for patient_id in patient_ids]
    if not chosen:
        return {}
    return {UUID(key): person for key, person in _people(cursor, None, chosen).items()}


def get_external_ids(
    cursor: Cursor, patient_ids: Iterable[UUID]
) -> dict[UUID, list[tuple[str, str]]]:
    """Return for each patient the systems that know them, and by which id."""
    cursor.execute(CHOOSE, [[str(patient_id) for patient_id in patient_ids]])
    found = _grouped(cursor, LIST_EXTERNAL_IDS)
    cursor.execute(FORGET)
    return {UUID(key): rows for key, rows in found.items()}


def count_open(cursor: Cursor) -> int:
    """Return how many pairs wait for somebody to look at them."""
    row = cursor.execute(COUNT_OPEN).fetchone()
    return int(row[0]) if row else 0


def list_open(cursor: Cursor, *, limit: int, offset: int = 0) -> list[Pair]:
    """Return open pairs, the most probable first."""
    return [_pair(row) for row in cursor.execute(LIST_OPEN, [limit, offset]).fetchall()]


def get_pair(cursor: Cursor, pair_id: UUID) -> Pair | None:
    """Return one pair, whatever its state, or None."""
    row = cursor.execute(GET_PAIR, [pair_id]).fetchone()
    return _pair(row) if row else None


def update_decision(cursor: Cursor, pair: Pair, decided_by: UUID | None) -> None:
    """Store the pair's state with when, by whom and why it was decided."""
    by = str(decided_by) if decided_by else None
    cursor.execute(DECIDE, [pair.state.value, pair.decided_at, by, pair.reason, pair.pair_id])


def upsert_pairs(cursor: Cursor, found: Sequence[FoundPair], *, now: datetime) -> Kept:
    """Make the open pairs exactly those found, less what people have settled; return the change.

    A pair that was found before keeps its id. One whose records were restricted or merged while
    the search ran is left out.
    """
    known = {row[1:3]: row for row in cursor.execute(KNOWN).fetchall()}
    usable = _usable(cursor, found)
    settled = {key for key, row in known.items() if row[5] == PairState.NOT_SAME.value}
    new = [pair for pair in usable if pair.key not in known]
    changed = [
        pair
        for pair in usable
        if pair.key in known
        and pair.key not in settled
        and known[pair.key][3:] != (pair.probability, pair.evidence, PairState.OPEN.value)
    ]
    _insert(cursor, new, now)
    _rescore(cursor, changed, known, now)
    kept = {pair.key for pair in usable}
    gone = [
        row[0] for key, row in known.items() if row[5] == PairState.OPEN.value and key not in kept
    ]
    cursor.execute(DELETE, [gone])
    return Kept(len(new), len(changed), len(gone), len(settled & kept))


def _people(cursor: Cursor, rows: list[Any] | None, patient_ids: list[str]) -> dict[str, Person]:
    cursor.execute(CHOOSE, [patient_ids])
    patients = cursor.execute(LIST_CHOSEN).fetchall() if rows is None else rows
    names, phones = _grouped(cursor, LIST_NAMES), _grouped(cursor, LIST_PHONES)
    emails, homes = _grouped(cursor, LIST_EMAILS), _grouped(cursor, LIST_ADDRESSES)
    cursor.execute(FORGET)
    return {
        key: Person(
            given,
            family,
            preferred,
            born_on,
            sex,
            tuple(names.get(key, ())),
            tuple(number for (number,) in phones.get(key, ())),
            tuple(email for (email,) in emails.get(key, ())),
            tuple(_home(*row) for row in homes.get(key, ())),
        )
        for key, given, family, preferred, born_on, sex in patients
    }


def _grouped(cursor: Cursor, query: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for key, *row in cursor.execute(query).fetchall():
        found[key].append(tuple(row))
    return found


def _home(*row: str | None) -> Home:
    *lines, town, postcode = row
    return Home(tuple(line for line in lines if line), town, postcode)


def _pair(row: tuple[Any, ...]) -> Pair:
    return replace(Pair(*row), state=PairState(row[5]))


def _usable(cursor: Cursor, found: Sequence[FoundPair]) -> list[FoundPair]:
    if not found:
        return []
    columns = ("patient_id", "other_patient_id", "probability", "evidence")
    table = {name: [getattr(pair, name) for pair in found] for name in columns}
    cursor.register("found_pairs", pa.table(table))
    try:
        return [FoundPair(*row) for row in cursor.execute(STILL_COMPARABLE).fetchall()]
    finally:
        cursor.unregister("found_pairs")


def _insert(cursor: Cursor, pairs: Sequence[FoundPair], now: datetime) -> None:
    if pairs:
        ids = bulk.new_ids(len(pairs))
        states = [PairState.OPEN.value] * len(pairs)
        rows = (
            _table(pairs, now)
            .append_column("pair_id", ids)
            .append_column("state", pa.array(states))
        )
        bulk.insert_rows(cursor, "duplicate_pair", rows)


def _rescore(
    cursor: Cursor,
    pairs: Sequence[FoundPair],
    known: dict[tuple[str, str], tuple[Any, ...]],
    now: datetime,
) -> None:
    if not pairs:
        return
    ids = pa.array([known[pair.key][0] for pair in pairs], pa.string())
    cursor.register("found_pairs", _table(pairs, now).append_column("pair_id", ids))
    try:
        cursor.execute(RESCORE)
    finally:
        cursor.unregister("found_pairs")


def _table(pairs: Sequence[FoundPair], now: datetime) -> pa.Table:
    return pa.table(
        {
            "patient_id": [pair.patient_id for pair in pairs],
            "other_patient_id": [pair.other_patient_id for pair in pairs],
            "probability": pa.array([pair.probability for pair in pairs], pa.float64()),
            "evidence": [pair.evidence for pair in pairs],
            "found_at": pa.array([now] * len(pairs), pa.timestamp("us")),
        }
    )
