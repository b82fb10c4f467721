"""What the schedule counts, kept until something changes that moves it, or the day does.

A large clinic is counted in a second; whoever asks meanwhile sees the figures from before, told so.
"""

from collections.abc import Hashable
from datetime import date

from lib.domain.retention import Setting
from lib.domain.retention_schedule import Group
from lib.services.clinic import Clinic
from lib.services.consent.counting import Counted, Keeping
from lib.store import retention

Groups = tuple[Group, ...]
# One look through millions of rows takes half as long with two.
THREADS = 2

_kept: Keeping[Groups] = Keeping()


def counted(clinic: Clinic, as_of: date, setting: Setting) -> Groups:
    """Return the records of a day under these settings, counted now unless nothing changed."""
    state, key = _state(clinic, as_of), _key(clinic, as_of, setting)
    found = _kept.get(key, state, lambda: _count(clinic, as_of, setting))
    return _count(clinic, as_of, setting) if found.is_old else found.result


def soon(clinic: Clinic, as_of: date, setting: Setting, patience: float) -> Counted[Groups] | None:
    """Return the same, counted in a thread; None when it is not there within the seconds.

    Figures from before the last change are given as such while it is counted anew.
    """
    state = _state(clinic, as_of)
    key = _key(clinic, as_of, setting)
    return _kept.soon(key, state, lambda: _count(clinic, as_of, setting), patience)


def forget() -> None:
    """Forget everything that was counted, as when the clinic is closed."""
    _kept.clear()


def _key(clinic: Clinic, as_of: date, setting: Setting) -> Hashable:
    return (str(clinic.store.path), as_of, setting)


def _state(clinic: Clinic, as_of: date) -> Hashable:
    with clinic.store.reading() as cursor:
        return retention.get_state(cursor, as_of)


def _count(clinic: Clinic, as_of: date, setting: Setting) -> Groups:
    with clinic.store.with_threads(THREADS), clinic.store.reading() as cursor:
        return tuple(retention.count_groups(cursor, as_of, setting))
