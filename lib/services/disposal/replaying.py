"""After a restore: what was disposed of since the back-up goes again, before anybody signs in.

The ledger names records by keyed digests alone, so each id in the store is held against it. What
the store itself knows as disposed of is let be; all else that the ledger names goes as it went
before, rows, keys and files. Doing it again finds nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from lib.domain import disposal_ledger
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.disposal import Method
from lib.domain.disposal_ledger import Line
from lib.services.clinic import Clinic
from lib.services.disposal import erasing, files, ledger, memory, taking_out
from lib.services.disposal.taking_out import By, Records
from lib.store import disposal as rows
from lib.store import disposal_kept, disposal_replay
from lib.store.connection import Cursor, UnitOfWork
from lib.store.disposal import Going
from lib.store.disposal_kept import Kept

SOFTWARE = Actor(UUID(int=0), "", "", frozenset())
VITAL = "Kept by a disposal that was repeated after a restore ({}). Look at it and say why."


def replay(clinic: Clinic, lines: Sequence[Line], *, now: datetime) -> int:
    """Repeat disposals that the store does not know of; return how many records went.

    Raises `StoreError` and `MediaKeyKeepingError` in words; again then goes on. Who restores has
    seen to it that nobody is signed in, and notes afterwards that the store knows of them.
    """
    missing = {line.number: line for line in lines}
    with clinic.store.reading() as cursor:
        found = _found(clinic, cursor, missing)
    clinic.store.transact(lambda unit: _count_on(clinic, unit))
    for method in Method:
        some = {number: one for number, one in missing.items() if one.method == method.value}
        going = [one for one in found if one.number in some]
        if going:
            _repeat(clinic, By(SOFTWARE, method, now), (going, some))
    _clear_up(clinic, list(missing), now)
    return len(found)


def _count_on(clinic: Clinic, unit: UnitOfWork) -> None:
    """Let new numbers begin after every one that the ledger has: it knows each number once."""
    disposal_replay.raise_counters(unit.cursor, ledger.read(clinic)[0])


def _found(clinic: Clinic, cursor: Cursor, missing: Mapping[str, Line]) -> list[Going]:
    """Return every record in the store that one of the lines names."""
    key = disposal_ledger.key_of(clinic.master_key)
    numbers = {digest: line.number for line in missing.values() for digest in line.records}
    if not numbers:
        return []
    found = []
    for patient_id in disposal_replay.list_patients(cursor):
        number = numbers.get(disposal_ledger.digest_of(key, patient_id))
        if number is not None:
            found.append(Going(UUID(patient_id), number))
    return found


def _repeat(clinic: Clinic, by: By, chosen: tuple[Sequence[Going], Mapping[str, Line]]) -> None:
    found, lines = chosen

    def work(unit: UnitOfWork) -> Records:
        going = rows.with_absorbed(unit.cursor, found)
        item_ids = disposal_replay.item_ids(unit.cursor, lines)
        kept = _kept(clinic, unit.cursor, going, lines)
        records = Records(going, item_ids, kept)
        taking_out.take_out(clinic, unit, by, records)
        _mark_again(unit, by, records)
        for number in sorted({one.number for one in found}):
            detail: dict[str, str | int | bool] = {"number": number, "case": lines[number].case}
            unit.audit(None, Event(Action.DISPOSAL_REPLAYED, detail=detail))
        return records

    records = clinic.store.transact_alone(work)
    stays = records.kept.patient_ids
    gone = [one for one in records.going if one.patient_id not in stays]
    erasing.delete_patients(clinic, by, gone)
    memory.forget(clinic, [one.patient_id for one in gone], sorted(stays))


def _clear_up(clinic: Clinic, numbers: Sequence[str], now: datetime) -> None:
    """Remove every key and file that is noted, then say of the items that they are gone."""
    with clinic.store.reading() as cursor:
        noted = disposal_replay.list_noted(cursor)
    files.remove(clinic, noted)
    clinic.store.transact(lambda unit: disposal_replay.set_disposed(unit.cursor, numbers, now))


def _kept(
    clinic: Clinic, cursor: Cursor, going: Sequence[Going], lines: Mapping[str, Line]
) -> Kept:
    """Return the rows of partial disposals that their lines say stay (rule C7)."""
    partial = [one for one in going if lines[one.number].is_partial]
    if not partial:
        return Kept({}, frozenset())
    key = disposal_ledger.key_of(clinic.master_key)
    digests = {digest for one in lines.values() for digest in one.kept}

    def stays(row_id: UUID) -> bool:
        return disposal_ledger.digest_of(key, row_id) in digests

    owners = {one.patient_id for one in partial if stays(one.patient_id)}
    found: dict[str, frozenset[UUID]] = {}
    with rows.going(cursor, partial):
        for step in rows.steps(cursor):
            hits = {
                one: owner for one, owner in disposal_replay.list_keys(cursor, step) if stays(one)
            }
            found[step.table] = frozenset(hits)
            owners |= set(hits.values())
    return Kept({table: ids for table, ids in found.items() if ids}, frozenset(owners))


def _mark_again(unit: UnitOfWork, by: By, records: Records) -> None:
    """Mark the vital interest of records that were marked after the back-up was made."""
    for one in records.partial:
        if not disposal_kept.list_vital(unit.cursor, [one.patient_id]).rows:
            reason = VITAL.format(one.number)
            disposal_replay.insert_vital(unit.cursor, one.patient_id, reason, by.now)
