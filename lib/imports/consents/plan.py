"""Comparing a file's consents with the store: new, there already, refused, or waiting."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from lib.domain.consent import LONDON, Decision, Topic, day_of
from lib.domain.consent_import import Wording
from lib.errors import InvalidInputError
from lib.imports import mentions
from lib.imports.consents.checking import Consent, Consents
from lib.imports.consents.form import ConsentField
from lib.imports.consents.resolving import Known, Meaning, meaning_of
from lib.imports.digests import PART, digests_of
from lib.imports.importing import RESTRICTED, Terms
from lib.imports.linking import Links, link
from lib.imports.reviewing import DISMISSED, OPEN, Queue, Waiting
from lib.imports.table import RejectedRow
from lib.store import consent_purposes, imported_consents, imports
from lib.store.connection import Cursor
from lib.store.imported_consents import StoredEvent

KIND = "consents"
Act = tuple[str, Topic, Decision, datetime]


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A row that is to be stored: its place, whose it is, and what it means."""

    place: int
    patient_id: str
    meaning: Meaning


@dataclass(slots=True)
class ConsentPlan:
    """What an import of consents would do. Lists hold places of the content; figures are rows.

    `stored` is everything that the patients said before, and `written` what the import has written.
    """

    content: Consents
    links: Links
    queue: Queue
    digests: list[str]
    key: bytes
    new: list[NewConsent] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stored: list[StoredEvent] = field(default_factory=list)
    written: list[StoredEvent] = field(default_factory=list)
    waiting: int = 0

    @property
    def system(self) -> str:
        """Return the system of the file's ids."""
        return self.links.system

    @property
    def added(self) -> int:
        """Return how many rows are new."""
        return len(self.new)

    @property
    def changed(self) -> int:
        """Return how many rows change what is stored: none ever does."""
        return 0

    @property
    def unchanged(self) -> int:
        """Return how many rows say only what is stored."""
        return len(self.content.rows) - self.added - self.waiting - len(self.rejected)

    def patient_of(self, place: int) -> str | None:
        """Return whose a row is, or None while nobody can say."""
        return self.links.patients[self.content.mentions.who[place]]


def plan(cursor: Cursor, content: Consents, terms: Terms) -> ConsentPlan:
    """Return what importing the consents would do to the store as it is."""
    links = link(cursor, content.mentions.people, terms)
    marks = _digests(content, terms.key, links.system)
    queue = Queue.of(cursor, KIND, links.system, marks)
    made = ConsentPlan(content, links, queue, marks, terms.key, warnings=links.warnings)
    made.stored = imported_consents.list_events(cursor, list(links.known))
    _sort_out(made, _imported(cursor, marks), _known(cursor))
    made.rejected.sort(key=lambda row: row.line)
    if made.waiting:
        words = "Rows of nobody who is surely one patient; see Import review"
        made.warnings.append(f"{words}: {made.waiting:,}.")
    return made


def _digests(content: Consents, key: bytes, system: str) -> list[str]:
    people = [mentions.text_of(one) for one in content.mentions.people]
    rows = [PART.join(said_of(row).values()) for row in content.rows]
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


def _known(cursor: Cursor) -> Known:
    asked = imported_consents.list_asked(cursor)
    wordings = [
        Wording(*row, purposes=frozenset(asked.get(row[0], ())))
        for row in imported_consents.list_wordings(cursor)
    ]
    return Known.of(consent_purposes.list_purposes(cursor), wordings)


def _sort_out(made: ConsentPlan, imported: dict[int, str], known: Known) -> None:
    first: dict[str, int] = {}
    there = {(one.patient_id, one.topic, one.decision, one.received_at) for one in made.stored}
    meanings: dict[tuple[object, ...], Meaning | InvalidInputError] = {}
    for place, row in enumerate(made.content.rows):
        waited = made.queue.known.get(place)
        earlier = first.setdefault(made.digests[place], place)
        if earlier != place:
            line = made.content.rows[earlier].line
            _reject(made, row, ConsentField.PURPOSE, f"line {line} says the same")
        elif place in imported or (waited and waited[1] == DISMISSED):
            continue
        elif isinstance(meaning := _meaning(row, known, meanings), InvalidInputError):
            _reject(made, row, meaning.field, meaning.message)
        elif (patient_id := made.patient_of(place)) is None:
            _wait(made, place, is_known=waited is not None)
        elif made.links.known[patient_id].is_restricted:
            _reject(made, row, ConsentField.PURPOSE, RESTRICTED)
        else:
            if waited and waited[1] == OPEN:
                made.queue.settled[waited[0]] = patient_id
            _add(made, NewConsent(place, patient_id, meaning), there)


def _meaning(
    row: Consent, known: Known, met: dict[tuple[object, ...], Meaning | InvalidInputError]
) -> Meaning | InvalidInputError:
    """Return what a row means or why it cannot be; rows that say the same are read once."""
    day = row.received_at and day_of(row.received_at, LONDON)
    key = (*row[1:4], day, *row[5:7], bool(row.evidence))
    if key not in met:
        try:
            met[key] = meaning_of(row, known)
        except InvalidInputError as error:
            met[key] = error
    return met[key]


def _add(made: ConsentPlan, one: NewConsent, there: set[Act]) -> None:
    """Put a row among the new, unless all of it is stored already in the same second."""
    row = made.content.rows[one.place]
    if row.decision is None or row.received_at is None:  # pragma: no cover - checked before
        return
    acts: set[Act] = {
        (one.patient_id, topic, row.decision, row.received_at) for topic in one.meaning.topics
    }
    if not acts <= there:
        made.new.append(one)
        there |= acts


def _reject(made: ConsentPlan, row: Consent, field_: str | None, reason: str) -> None:
    name = ConsentField(field_ or ConsentField.PURPOSE)
    value = said_of(row)[name]
    column = made.content.columns.get(name, name.value)
    made.rejected.append(RejectedRow(row.line, column, value, reason))


def _wait(made: ConsentPlan, place: int, *, is_known: bool) -> None:
    made.waiting += 1
    if is_known:
        return
    content = made.content
    said = {name.value: text for name, text in said_of(content.rows[place]).items() if text}
    made.queue.new.append(
        Waiting(
            content.rows[place].line,
            [mentions.said_of(content.mention_of(place)) | said],
            content.mention_of(place),
            made.links.candidates.get(content.mentions.who[place], ()),
            made.digests[place],
        )
    )


def said_of(row: Consent) -> dict[ConsentField, str]:
    """Return a row as text that would be read as the same again."""
    return {
        ConsentField.PURPOSE: row.purpose,
        ConsentField.CHANNEL: ", ".join(row.channels),
        ConsentField.DECISION: row.decision or "",
        ConsentField.RECEIVED_AT: f"{row.received_at.isoformat()}Z" if row.received_at else "",
        ConsentField.FORM: row.form,
        ConsentField.FORM_VERSION: str(row.form_version or ""),
        ConsentField.EVIDENCE: row.evidence,
    }
