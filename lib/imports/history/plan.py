"""Comparing a file's history with the patients': new, corrected, as before, refused, or waiting."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from lib.domain.search.folding import fold
from lib.imports import mentions
from lib.imports.digests import PART, digests_of
from lib.imports.history.checking import Entries, Entry
from lib.imports.history.form import HistoryField
from lib.imports.importing import RESTRICTED, SOURCE, Terms
from lib.imports.linking import Links, link
from lib.imports.reviewing import DISMISSED, OPEN, Queue, Waiting
from lib.imports.table import RejectedRow
from lib.store import imported_history as store
from lib.store import imports
from lib.store.connection import Cursor
from lib.store.imported_history import CurrentEntry

KIND = "history"
REASON = "import"
BEFORE_BIRTH = "it begins before the patient's date of birth"
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry of which the file says more than is stored: what it was, what it is to be."""

    place: int
    before: CurrentEntry
    after: dict[str, Any]


@dataclass(slots=True)
class HistoryPlan:
    """What an import of history would do. Lists hold places of the content; figures are rows."""

    content: Entries
    links: Links
    queue: Queue
    digests: list[str]
    key: bytes
    new: list[int] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    renewed: dict[int, str] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    waiting: int = 0
    left: int = 0

    @property
    def system(self) -> str:
        """Return the system of the file's ids."""
        return self.links.system

    @property
    def added(self) -> int:
        """Return how many rows are new entries."""
        return len(self.new)

    @property
    def changed(self) -> int:
        """Return how many rows correct an entry."""
        return len(self.corrections)

    @property
    def unchanged(self) -> int:
        """Return how many rows say only what is stored, or are left to what the clinic entered."""
        done = self.added + self.changed + self.waiting + len(self.rejected)
        return len(self.content.rows) - done

    def patient_of(self, place: int) -> str | None:
        """Return whose an entry is, or None while nobody can say."""
        return self.links.patients[self.content.mentions.who[place]]


def plan(cursor: Cursor, content: Entries, terms: Terms) -> HistoryPlan:
    """Return what importing the entries would do to the store as it is."""
    links = link(cursor, content.mentions.people, terms)
    marks = _digests(content, terms.key, links.system)
    queue = Queue.of(cursor, KIND, links.system, marks)
    made = HistoryPlan(content, links, queue, marks, terms.key, warnings=links.warnings)
    stored = _stored(cursor, links)
    _sort_out(made, _imported(cursor, marks), stored)
    made.rejected.sort(key=lambda row: row.line)
    for count, words in (
        (made.left, "Entries that people here have entered otherwise, which are left as they are"),
        (made.waiting, "Rows of nobody who is surely one patient; see Import review"),
    ):
        if count:
            made.warnings.append(f"{words}: {count:,}.")
    return made


def _digests(content: Entries, key: bytes, system: str) -> list[str]:
    people = [mentions.text_of(one) for one in content.mentions.people]
    rows = [PART.join(str(value or "") for value in row[1:]) for row in content.rows]
    return digests_of(
        [[people[who] for who in content.mentions.who], rows], key, f"{KIND}{PART}{system}"
    )


def _imported(cursor: Cursor, marks: Sequence[str]) -> dict[int, str]:
    incoming = pa.table(
        {
            "place": pa.array(range(len(marks)), pa.int32()),
            "row_digest": pa.array(marks, pa.string()),
        }
    )
    return imports.list_by_digest(cursor, incoming)


def _stored(cursor: Cursor, links: Links) -> dict[Key, CurrentEntry]:
    found = store.list_current(cursor, list(links.known)) if links.known else []
    return {(one.patient_id, one.kind, fold(one.name) or one.name.casefold()): one for one in found}


def _sort_out(made: HistoryPlan, imported: dict[int, str], stored: dict[Key, CurrentEntry]) -> None:
    first: dict[tuple[str, ...], int] = {}
    for place, row in enumerate(made.content.rows):
        waited = made.queue.known.get(place)
        patient_id = made.patient_of(place) or imported.get(place)
        key = (patient_id, *row.key) if patient_id else None
        earlier = first.setdefault(key or (made.digests[place],), place)
        if earlier != place:
            line = made.content.rows[earlier].line
            _reject(made, row, f"line {line} is about the same for this patient")
        elif place in imported or (waited and waited[1] == DISMISSED):
            continue
        elif key is None:
            _wait(made, place, is_known=waited is not None)
        elif fault := _fault(made, row, key[0]):
            _reject(made, row, fault)
        else:
            if waited and waited[1] == OPEN:
                made.queue.settled[waited[0]] = key[0]
            _compare(made, place, stored.get(key))


def _reject(made: HistoryPlan, row: Entry, reason: str) -> None:
    made.rejected.append(RejectedRow(row.line, made.content.column, row.name, reason))


def _fault(made: HistoryPlan, row: Entry, patient_id: str) -> str | None:
    known = made.links.known[patient_id]
    if known.is_restricted:
        return RESTRICTED
    if known.born_on and row.started_on and row.started_on < known.born_on:
        return BEFORE_BIRTH
    return None


def _wait(made: HistoryPlan, place: int, *, is_known: bool) -> None:
    made.waiting += 1
    if not is_known:
        content = made.content
        made.queue.new.append(
            Waiting(
                content.rows[place].line,
                [said_of(content, place)],
                content.mention_of(place),
                made.links.candidates.get(content.mentions.who[place], ()),
                made.digests[place],
            )
        )


def said_of(content: Entries, place: int) -> dict[str, str]:
    """Return an entry as a row of text that would be read as the same again."""
    row = content.rows[place]
    said = {
        HistoryField.KIND: str(row.kind).replace("_", " "),
        HistoryField.NAME: row.name,
        HistoryField.SEVERITY: row.severity or "",
        HistoryField.STATUS: row.status.replace("_", " "),
        HistoryField.STARTED_ON: str(row.started_on or ""),
        HistoryField.ENDED_ON: str(row.ended_on or ""),
        HistoryField.DETAIL: row.detail,
        HistoryField.SOURCE: row.source_detail
        or ("" if row.source == SOURCE else row.source.replace("_", " ")),
    }
    return mentions.said_of(content.mention_of(place)) | {
        field.value: text for field, text in said.items() if text
    }


def _compare(made: HistoryPlan, place: int, before: CurrentEntry | None) -> None:
    """Put a row among the new, the corrections, or those that say nothing new."""
    if before is None:
        made.new.append(place)
        return
    after = _after(made.content.rows[place], before)
    if all(getattr(before, name) == value for name, value in after.items()):
        made.renewed[place] = before.series_id
    elif not before.is_imported or (before.version > 1 and before.correction_reason != REASON):
        made.left += 1
    else:
        made.corrections.append(Correction(place, before, after))


def _after(row: Entry, before: CurrentEntry) -> dict[str, Any]:
    """Return what the entry is to be: what the file says, else what it was."""
    said = {
        "name": before.name,
        "severity": row.severity,
        "status": row.status.value,
        "started_on": row.started_on,
        "ended_on": row.ended_on,
        "detail": row.detail or None,
    }
    return {name: getattr(before, name) if value is None else value for name, value in said.items()}
