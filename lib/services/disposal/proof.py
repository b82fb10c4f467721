"""The proof of a disposal: everything that is left is searched for who went (rule C10).

Written apart from the act: it asks the live store for its columns and the disk for its files, not
the data map for what should be there. It finds where, never what: no message holds a value.

Back-ups that were made before the act are not searched. They do hold the rows, sealed with the
clinic's key, until their last day: a search would find what everybody knows. The proof says that
day instead, and checks that the keys of the pictures in them are gone.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from lib.domain import sought as rules
from lib.domain.certificates import Place, Searched
from lib.domain.formats import counted
from lib.domain.identifiers import Identifiers, Kind
from lib.errors import NotFoundError, NotProvedError
from lib.services.clinic import Clinic
from lib.services.disposal import identifiers, places, shared
from lib.services.disposal.matching import Matcher
from lib.services.disposal.places import Read
from lib.store import certificates as cases
from lib.store import proof as table
from lib.store.certificates import ItemRow
from lib.store.connection import Cursor

Progress = Callable[[int, int], None]

DISPOSED = "disposed"
TRAIL = "audit_entry"
# Ids and hashes of rows that are no longer there stay in entries of the trail, which point to a
# disposal number (rule G1): without the rows they lead to nobody.
IN_TRAIL = frozenset({shared.ROW, Kind.ROW_ID, Kind.DIGEST})
STORE = "the store"
INDEX = "the search index in memory"
KEYS = "the media keys"
FOUND = (
    "The records of this case are gone from their tables, but the search found something of them "
    "in {}. It is not finished: have this looked into, then let the case go on."
)
MOST_TOLD = 3
THREADS = 2
NO_CASE = "There is no such case of disposal."


@dataclass(frozen=True, slots=True)
class Finding:
    """Where something was found: the place, what kind of identifier, how often."""

    where: str
    kind: str
    count: int

    def __str__(self) -> str:
        """Return it in words, without any value."""
        return f"{self.where} ({self.kind}, {counted(self.count, 'time')})"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was searched and how, and what was found that should not be there."""

    searched: Searched
    findings: tuple[Finding, ...]
    in_trail: int


def prove(clinic: Clinic, case_id: UUID, progress: Progress | None = None) -> Proof:
    """Search everything that is left for those whom a case disposed of; nothing is changed.

    Raises `NotFoundError`, and `StoreError` where what to look for cannot be read.
    """
    began = _now()
    people = _people_of(clinic, case_id)
    with clinic.store.with_threads(THREADS), clinic.store.reading() as cursor:
        try:
            return _search(clinic, cursor, people, (began, progress or _silent))
        finally:
            table.clear(cursor)


def ids_of(clinic: Clinic, case_id: UUID) -> list[UUID]:
    """Return the ids of the records that are wholly gone; raises as `prove` does."""
    return [one for person in _people_of(clinic, case_id) for one in person.patient_ids]


def require(proof: Proof) -> None:
    """Raise `NotProvedError`, which says where, unless nothing was found."""
    if proof.findings:
        told = [str(one) for one in proof.findings]
        more = len(told) - MOST_TOLD
        where = "; ".join(told[:MOST_TOLD]) + (f"; and {more} other places" if more > 0 else "")
        raise NotProvedError(FOUND.format(where), tuple(told))


def _people_of(clinic: Clinic, case_id: UUID) -> list[Identifiers]:
    with clinic.store.reading() as cursor:
        if cases.get_case(cursor, case_id) is None:
            raise NotFoundError(NO_CASE)
        items = cases.list_items(cursor, case_id)
        return _people(cursor, items, identifiers.kept(clinic, case_id))


def _people(
    cursor: Cursor, items: Sequence[ItemRow], kept: Mapping[str, Identifiers]
) -> list[Identifiers]:
    """Return what to look for of each record that went; of a partial one, what went of it (C7)."""
    vital: set[UUID] = set()
    partial = [item.patient_id for item in items if item.is_partial and item.patient_id]
    vital.update(cases.list_vital_rows(cursor, partial))
    found = []
    for item in items:
        if item.state == DISPOSED and item.number in kept:
            whole = kept[item.number]
            found.append(_without_kept(whole, vital) if item.is_partial else whole)
    return found


def _without_kept(whole: Identifiers, vital: set[UUID]) -> Identifiers:
    return replace(
        whole,
        patient_ids=(),
        names=(),
        born_on=(),
        references=(),
        row_ids=tuple(one for one in whole.row_ids if one not in vital),
    )


def _search(
    clinic: Clinic, cursor: Cursor, people: list[Identifiers], run: tuple[datetime, Progress]
) -> Proof:
    began, progress = run
    region = clinic.settings.phone_region
    shared.stage(cursor, people, region)
    held = shared.read(cursor, people)
    sought = rules.sought_of(people, held, region)
    shared.stage_alone(cursor, sought)
    ids = {one for person in people for one in (*person.patient_ids, *person.row_ids)}
    matcher = Matcher(sought, ids)
    columns = table.list_places(cursor)
    rows = table.count_rows(cursor, {place.table for place in columns})
    filled = [place for place in columns if rows[place.table]]
    findings, in_trail = _in_store(cursor, filled, matcher, progress)
    read = Read()
    findings += _in_files(clinic, matcher, read)
    findings += _in_index(clinic, people)
    keys_gone, left = _keys(clinic, people)
    findings += left
    progress(len(filled) + 1, len(filled) + 1)
    searched = Searched(
        began_at=began,
        ended_at=_now(),
        identifiers=_counts(sought.counts),
        places=(
            Place("columns of the store, read back with its key", len(columns), "columns"),
            Place("rows of the store", sum(rows.values()), "rows"),
            Place("files, by their names", read.names, "files"),
            Place("files that are not sealed, by their bytes", read.contents, "files"),
            Place(INDEX, clinic.search.size, "records"),
        ),
        shared=_counts(sought.shared),
        namesakes=shared.count_namesakes(people, held),
        keys_gone=keys_gone,
        hits=len(findings),
    )
    return Proof(searched, tuple(findings), in_trail)


def _in_store(
    cursor: Cursor, columns: Sequence[table.Place], matcher: Matcher, progress: Progress
) -> tuple[list[Finding], int]:
    """Return what stands in the tables, and how many ids stand in the trail by rule."""
    findings: list[Finding] = []
    in_trail = 0
    for done, place in enumerate(columns, 1):
        for kind, count in _in_column(cursor, place, matcher).items():
            if place.table == TRAIL and kind in IN_TRAIL:
                in_trail += count
            else:
                findings.append(_finding(f"{place.table}.{place.column} of {STORE}", kind, count))
        progress(done, len(columns) + 1)
    return findings, in_trail


def _in_column(cursor: Cursor, place: table.Place, matcher: Matcher) -> Counter[str]:
    """Return what stands in one column: ids compared whole, text searched through."""
    if place.is_id:
        return Counter(table.count_ids(cursor, place))
    found: Counter[str] = Counter()
    sample = table.get_sample(cursor, place)
    if not sample.values:
        return found
    if sample.is_of_hashes:
        found[Kind.DIGEST] = table.count_hashes(cursor, place)
    for values in table.stream(cursor, place, sample):
        found.update(matcher.in_values(values))
    return +found


def _in_files(clinic: Clinic, matcher: Matcher, read: Read) -> list[Finding]:
    return [
        _finding(where, kind, count)
        for folder in places.folders(clinic)
        for where, found in places.search(folder, matcher, read)
        for kind, count in found.items()
    ]


def _in_index(clinic: Clinic, people: Sequence[Identifiers]) -> list[Finding]:
    held = clinic.search.count_held(one for person in people for one in person.patient_ids)
    return [Finding(INDEX, Kind.PATIENT_ID.value, held)] if held else []


def _keys(clinic: Clinic, people: Sequence[Identifiers]) -> tuple[int, list[Finding]]:
    """Return how many media keys are gone, and whether any is not."""
    gone, left = places.keys_left(clinic, (one for person in people for one in person.key_ids))
    return gone, [Finding(KEYS, "a key that should be deleted", left)] if left else []


def _counts(counts: Mapping[Kind, int]) -> dict[str, int]:
    return {kind.value: count for kind, count in sorted(counts.items()) if count}


def _finding(where: str, kind: str, count: int) -> Finding:
    words = {shared.PATIENT: Kind.PATIENT_ID.value, shared.ROW: Kind.ROW_ID.value}
    return Finding(where, words.get(kind, str(kind)), count)


def _silent(_: int, __: int) -> None:
    pass


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
