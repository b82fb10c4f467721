"""SQL of imported rows that wait for their patient, and may be of a record that goes."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.disposal import Going

LIST_REVIEWS = """
SELECT review_id, state, kind, external_id, candidates FROM import_review
WHERE candidates <> '[]'
"""
UPDATE_CANDIDATES = "UPDATE import_review SET candidates = ? WHERE review_id = ?"
DELETE = "DELETE FROM import_review WHERE review_id = ?"
OPEN, LINKED, MEDIA = "open", "linked", "media"
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Named:
    """A row with everybody whom it may be of; ids are text."""

    review_id: UUID
    state: str
    kind: str
    external_id: str
    candidates: str
    ids: frozenset[str]


def list_undecided(cursor: Cursor, patient_ids: Sequence[UUID]) -> set[UUID]:
    """Return which records share a row that waits for a decision with another record."""
    wanted = {str(one) for one in patient_ids}
    found: set[str] = set()
    for one in _naming(cursor, wanted):
        if one.state == OPEN and len(one.ids) > 1:
            found |= wanted & one.ids
    return {UUID(one) for one in found}


def take_out(cursor: Cursor, records: Sequence[Going]) -> list[tuple[str, UUID]]:
    """Delete what may be of the records alone, and take them out of everybody else's choices.

    Return number and id of every sealed file that waited with a row that is deleted.
    """
    numbers = {str(one.patient_id): one.number for one in records}
    files = []
    for one in _naming(cursor, set(numbers)):
        if one.state == LINKED:
            left = [who for who in json.loads(one.candidates) if who["patient_id"] not in numbers]
            cursor.execute(UPDATE_CANDIDATES, [json.dumps(left), one.review_id])
            continue
        cursor.execute(DELETE, [one.review_id])
        if one.kind == MEDIA:
            number = next(numbers[key] for key in sorted(one.ids) if key in numbers)
            files.append((number, UUID(one.external_id)))
    return files


def _naming(cursor: Cursor, wanted: set[str]) -> Iterator[Named]:
    rows = cursor.execute(LIST_REVIEWS).fetchall()
    for review_id, state, kind, external_id, candidates in rows:
        ids = frozenset(ID.findall(candidates))
        if ids & wanted:
            yield Named(review_id, state, kind, external_id, candidates, ids)
