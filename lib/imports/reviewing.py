"""Rows that wait until a person has said whose they are: kept as they were read, and read again."""

import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from lib.domain.linking import Candidate
from lib.imports import mentions
from lib.imports.digests import PART, digests_of
from lib.imports.fields import Field
from lib.imports.forms import Form
from lib.imports.importing import Writer
from lib.imports.mapping import Mapping
from lib.imports.mentions import Mention
from lib.imports.table import Found, Table
from lib.store import bulk, import_reviews
from lib.store.connection import Cursor

OPEN, LINKED, DISMISSED = "open", "linked", "dismissed"
PERSON_PURPOSE = "person"
KEPT = Found("review")
Said = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: its rows in words, whom they speak of, and who may be meant."""

    line: int
    said: Said
    mention: Mention
    candidates: Sequence[Candidate]
    row_digest: str
    external_id: str = ""


@dataclass(slots=True)
class Queue:
    """What of a file waits, by the places of the file's things; figures are in rows.

    `known` are those that waited before: review id and state. `settled` waited, and are now tied
    to a patient without anybody's help.
    """

    kind: str
    system: str
    known: dict[int, tuple[str, str]] = field(default_factory=dict)
    new: list[Waiting] = field(default_factory=list)
    settled: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor, kind: str, system: str, digests: Sequence[str]) -> "Queue":
        """Return the queue of a file whose things have these digests."""
        incoming = pa.table(
            {
                "place": pa.array(range(len(digests)), pa.int32()),
                "row_digest": pa.array(digests, pa.string()),
            }
        )
        return cls(kind, system, import_reviews.list_by_digest(cursor, kind, incoming))

    def write(self, cursor: Cursor, key: bytes, writer: Writer) -> None:
        """Keep what waits, and close what waited and need wait no longer."""
        decided = (writer.stamp.at, str(writer.stamp.person_id) if writer.stamp.person_id else None)
        if self.settled:
            rows = pa.table(
                {
                    "review_id": pa.array(list(self.settled), pa.string()),
                    "patient_id": pa.array(list(self.settled.values()), pa.string()),
                }
            )
            import_reviews.settle(cursor, rows, decided)
        if self.new:
            renewed = [one.external_id for one in self.new if one.external_id]
            import_reviews.dismiss_outdated(cursor, self.kind, self.system, renewed, decided)
            bulk.insert_rows(cursor, "import_review", self._table(key, writer))

    def _table(self, key: bytes, writer: Writer) -> pa.Table:
        count = len(self.new)
        people = [mentions.text_of(one.mention) for one in self.new]
        return pa.table(
            {
                "review_id": bulk.new_ids(count),
                "import_id": pa.repeat(str(writer.import_id), count),
                "kind": pa.repeat(self.kind, count),
                "line": pa.array([one.line for one in self.new], pa.int64()),
                "content": [json.dumps(one.said, ensure_ascii=False) for one in self.new],
                "candidates": [_as_json(one.candidates) for one in self.new],
                "state": pa.repeat(OPEN, count),
                "recorded_at": pa.repeat(pa.scalar(writer.stamp.at), count),
                "row_digest": [one.row_digest for one in self.new],
                "person_digest": digests_of([people], key, PERSON_PURPOSE + PART + self.system),
                "system": pa.repeat(self.system, count),
                "external_id": [one.external_id for one in self.new],
            }
        )


def _as_json(candidates: Sequence[Candidate]) -> str:
    return json.dumps(
        [
            {"patient_id": one.patient_id, "score": one.score, "why": list(one.why)}
            for one in candidates
        ]
    )


def table_of(form: Form, said: Said, line: int, system: str) -> tuple[Table, Mapping]:
    """Return kept rows as a table, and the mapping that reads it."""
    columns = tuple(dict.fromkeys(name for row in said for name in row))
    rows = [[row.get(name, "") for name in columns] for row in said]
    fields: MappingOf[str, Field] = {one.value: one for one in form.fields}
    mapping = Mapping({name: fields[name] for name in columns}, system=system)
    return Table.of_rows(columns, rows, [line] * len(rows), KEPT), mapping
