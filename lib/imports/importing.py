"""What every kind of import has in common: its steps, its plan's figures, who writes and when."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import pyarrow as pa

from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.imports.forms import Form
from lib.imports.mapping import Mapping
from lib.imports.reading import Checked, Circumstances
from lib.imports.table import RejectedRow, Table
from lib.store.connection import Cursor, UnitOfWork

T = TypeVar("T")
Content = TypeVar("Content")
SOURCE = "import"
RESTRICTED = "the record is restricted and may only be stored, not changed (rule E1)"


class Plan(Protocol):
    """What an import would do, in rows of the file; the four and the rejected are all of them."""

    @property
    def system(self) -> str:
        """Return whose ids the file's ids are; empty where it has none."""

    @property
    def rejected(self) -> list[RejectedRow]:
        """Return every fault that only the store shows."""

    @property
    def warnings(self) -> list[str]:
        """Return what the person should know, in sentences."""

    @property
    def added(self) -> int:
        """Return how many rows bring something new."""

    @property
    def changed(self) -> int:
        """Return how many rows change what is stored."""

    @property
    def unchanged(self) -> int:
        """Return how many rows say only what is stored already."""

    @property
    def waiting(self) -> int:
        """Return how many rows wait until a person has said whose they are."""


Made = TypeVar("Made", bound=Plan)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan depends on besides the file's values and the store: the clinic's key, the day.

    `chosen` is the patient whom a person has chosen for every row, when they came from the review.
    """

    key: bytes
    mapping: Mapping
    as_of: date
    chosen: str | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, on which day in the clinic, and by whom the rows are written."""

    at: datetime
    as_of: date
    person_id: UUID | None

    def recorded(self, count: int) -> dict[str, pa.Array]:
        """Return the columns that say when and by whom `count` rows were recorded."""
        return {
            "recorded_at": pa.repeat(pa.scalar(self.at), count),
            "recorded_by": self.person(count),
        }

    def person(self, count: int) -> pa.Array:
        """Return the writer's id `count` times, as text."""
        text = str(self.person_id) if self.person_id else None
        return pa.repeat(pa.scalar(text, pa.string()), count)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes what, when, as part of which import; `tick` is told what is being written."""

    actor: Actor
    stamp: Stamp
    import_id: UUID
    tick: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Importer(Generic[Content, Made]):
    """The steps of one kind of import: check the values, compare with the store, write.

    `noun` is what one row brings, in words: singular and plural.
    """

    form: Form
    noun: tuple[str, str]
    check: Callable[[Table, Mapping, Circumstances, Callable[[int], None]], Checked[Content]]
    plan: Callable[[Cursor, Content, Terms], Made]
    carry_out: Callable[[UnitOfWork, Made, Writer], None]


def tell(unit: UnitOfWork, writer: Writer, action: Action, owners: Iterable[str]) -> None:
    """Write one entry into the trail for each patient, who is given once for each row of theirs."""
    by_count: dict[int, list[str]] = defaultdict(list)
    for patient_id, count in Counter(owners).items():
        by_count[count].append(patient_id)
    for count, patient_ids in by_count.items():
        detail: dict[str, str | int | bool] = {"import": str(writer.import_id), "rows": count}
        unit.audit_each(writer.actor, Event(action, detail=detail), patient_ids)


def ahead(tables: Iterator[T]) -> Iterator[T]:
    """Give each item while the next is made in another thread: the store inserts meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        upcoming = pool.submit(next, tables, None)
        while (table := upcoming.result()) is not None:
            upcoming = pool.submit(next, tables, None)
            yield table


def blank_as_null(texts: Sequence[str]) -> pa.Array:
    """Return texts as they are stored: NULL where there is none."""
    return pa.array([text or None for text in texts], pa.string())


def repeat(value: object, count: int) -> pa.Array:
    """Return one value as a column."""
    return pa.repeat(pa.scalar(value), count)
