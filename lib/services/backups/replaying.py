"""Repeating, in a restored store, the disposals that came after its back-up, and proving it.

The ledger beside the keys says what went. Whatever of it a store does not know is repeated whenever
the store is opened, however it came there, before anybody gets to see it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from lib.domain import disposal_ledger
from lib.domain.disposal_ledger import Line
from lib.errors import RestoreError
from lib.services.backups import swapping
from lib.services.backups.swapping import Restoring
from lib.services.backups.turns import Progress, Stage, Watch, nobody
from lib.services.clinic import Clinic
from lib.services.disposal import ledger, replaying, running
from lib.store import backups as store
from lib.store.connection import UnitOfWork

PERCENT = 100
BROKEN = (
    "The ledger of disposals beside the clinic's keys is damaged ({}), so nobody can say who was "
    "disposed of since this store was copied. Put the folder `disposals` of the keys back from its "
    "mirror or from safe-keeping."
)
LEFT = (
    "Somebody who was disposed of is still in the restored store ({} of {}). Nobody can sign in: "
    "keep it as it is, and have this looked into."
)


def catch_up(clinic: Clinic, *, watch: Watch = nobody) -> int:
    """Repeat what the ledger says and the store does not know; return how many disposals.

    The store's file is then made anew, and it is proved that nobody of them is left. Raises
    `RestoreError` and what replaying raises: the next opening goes on from there.
    """
    restoring = swapping.mark_in(clinic.home)
    lines, faults = ledger.read(clinic)
    unknown = _unknown(clinic, lines, is_restored=restoring is not None)
    if restoring is None and not unknown:
        return 0
    if faults:
        raise RestoreError(BROKEN.format(faults[0]))
    if restoring is None:
        # Somebody put an older store here by hand: what was begun must be finished all the same.
        swapping.write_mark(clinic.home, _by_hand(clinic))
    keys = _keys(clinic, unknown)
    if unknown:
        watch(Progress(Stage.REPLAYING))
        replaying.replay(clinic, unknown, now=_now())
        _note(clinic, unknown)
    if unknown or _was_repeated(clinic):
        clinic.store.rewrite(
            lambda share: watch(Progress(Stage.REWRITING, int(share * PERCENT), PERCENT))
        )
    if restoring is not None:
        # Cases that were under way when the copy was made.
        running.resume_all(clinic)
    _prove(clinic, lines, keys)
    swapping.remove_mark(clinic.home)
    return len(unknown)


def require_ledger(clinic: Clinic, known: set[str]) -> None:
    """Raise `RestoreError` unless the ledger is whole and has every disposal that is known of."""
    lines, faults = ledger.read(clinic)
    if faults:
        raise RestoreError(BROKEN.format(faults[0]))
    lacking = known - {line.number for line in lines}
    if lacking:
        raise RestoreError(BROKEN.format(f"{len(lacking)} disposals are missing in it"))


def _unknown(clinic: Clinic, lines: Sequence[Line], *, is_restored: bool) -> list[Line]:
    """Return what the ledger says and the store does not know.

    A line is written while its record goes: outside of a restore, a case that was interrupted there
    goes on by itself.
    """
    if not lines:
        return []
    with clinic.store.reading() as cursor:
        known = store.list_disposals_known(cursor)
        if not is_restored:
            known |= store.list_disposals_begun(cursor)
    return [line for line in lines if line.number not in known]


def _by_hand(clinic: Clinic) -> Restoring:
    now = _now()
    return Restoring("", str(clinic.home), now, now, "")


def _keys(clinic: Clinic, lines: Sequence[Line]) -> set[UUID]:
    """Return the media keys of everybody who is to go."""
    if not lines:
        return set()
    doomed = {digest for line in lines for digest in line.records}
    key = disposal_ledger.key_of(clinic.master_key)
    with clinic.store.reading() as cursor:
        pairs = store.list_keys(cursor)
    return {key_id for key_id, owner in pairs if disposal_ledger.digest_of(key, owner) in doomed}


def _note(clinic: Clinic, lines: Sequence[Line]) -> None:
    """Note that the store knows of these disposals now."""
    now = _now()

    def work(unit: UnitOfWork) -> None:
        known = store.list_disposals_known(unit.cursor)
        for line in lines:
            if line.number not in known:
                store.insert_replayed(unit.cursor, line.number, now)

    clinic.store.transact(work)


def _was_repeated(clinic: Clinic) -> bool:
    """Tell whether disposals were repeated here, perhaps by a process that was killed then."""
    with clinic.store.reading() as cursor:
        return store.count_replayed(cursor) > 0


def _prove(clinic: Clinic, lines: Sequence[Line], keys: set[UUID]) -> None:
    """Raise `RestoreError` where anybody of whom the ledger tells is left, or their keys are."""
    if not lines:
        return
    # What a partial disposal keeps hangs on its patient's row (rule C7).
    whole = [line for line in lines if not line.kept]
    gone = {digest for line in whole for digest in line.records}
    key = disposal_ledger.key_of(clinic.master_key)
    with clinic.store.reading() as cursor:
        everybody = store.list_patients(cursor)
    left = sum(disposal_ledger.digest_of(key, one) in gone for one in everybody)
    left += len(keys & clinic.media.keys.key_ids())
    if left:
        raise RestoreError(LEFT.format(left, len(gone)))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
