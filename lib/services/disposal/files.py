"""Removing what lies outside the store: media keys first, then the files that they opened.

Without its key every copy of a file is unreadable, in old back-ups too. What is to go was noted in
the transaction that deleted the rows; removing it again changes nothing.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from lib.errors import StoreError
from lib.media.evidence import EvidenceFiles
from lib.services.clinic import Clinic
from lib.services.media import waiting
from lib.store import disposal_files
from lib.store.connection import UnitOfWork

# Most of the time goes into waiting for the disk.
THREADS = 8
KEY = "key"
NOT_REMOVED = (
    "A file of a record that is gone cannot be removed ({}). Mend the folder it lies in, then let "
    "the case go on: its key is deleted already, so nobody can open it."
)


def remove(clinic: Clinic, item_ids: Sequence[UUID]) -> None:
    """Remove every key and file of these records and forget each as it goes.

    Raises `MediaKeyKeepingError` and `StoreError`; what is left is removed the next time.
    """
    with clinic.store.reading() as cursor:
        found = disposal_files.list_files(cursor, item_ids)
    keys = [one for one in found if one[1] == KEY]
    files = [one for one in found if one[1] != KEY]
    for some in (keys, files):
        _remove(clinic, some)


def _remove(clinic: Clinic, found: Sequence[tuple[UUID, str, UUID]]) -> None:
    if not found:
        return
    acts = _acts(clinic)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(lambda one: acts[one[1]](one[2]), found):
                pass
    except OSError as error:
        raise StoreError(NOT_REMOVED.format(error.strerror)) from error
    gone = [row_id for row_id, _, _ in found]

    def work(unit: UnitOfWork) -> None:
        disposal_files.delete_files(unit.cursor, gone)

    clinic.store.transact(work)


def _acts(clinic: Clinic) -> dict[str, Callable[[UUID], None]]:
    evidence = EvidenceFiles(clinic.home)

    def remove_evidence(evidence_id: UUID) -> None:
        evidence.path_of(evidence_id).unlink(missing_ok=True)
        evidence.remove_incoming(evidence_id)

    return {
        KEY: clinic.media.keys.delete,
        "media": clinic.media.files.remove,
        "evidence": remove_evidence,
        "waiting": lambda file_id: waiting.drop(clinic, file_id),
    }
