"""Watching the lens: whether pictures that a screen shows for a purpose may still be shown (D5).

A screen whose pictures the trail says were shown asks every second, so asking adds no entry: the
answer is yes or no and says nothing of anybody. What is watched is held in memory, for the session
that was shown it alone; of whatever is forgotten here nothing is known, and the screen draws anew.
"""

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.media import Purpose
from lib.services.clinic import Clinic
from lib.services.media import lens
from lib.store import consent_standing

PATH = "/media-lens/"
# A screen that has not asked for so long is hidden or gone; it asks once more when it is seen.
KEPT = timedelta(minutes=10)
Owner = tuple[UUID, UUID | None]
# The state that all consents are in, and the day: while both are the same, so is the answer.
Stand = tuple[UUID | None, date]


@dataclass(slots=True)
class _Watch:
    owner: Owner
    purpose: Purpose
    patient_ids: frozenset[UUID]
    ends_at: datetime
    held_at: Stand | None = None


class Watches:
    """What each session watches, by a token that names nobody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watches: dict[str, _Watch] = {}

    def begin(
        self, actor: Actor, patient_ids: Iterable[UUID], purpose: Purpose, *, now: datetime
    ) -> str:
        """Return the address that tells whether these patients' pictures may still be shown.

        The same pictures on the same screen have the same address, so a redraw changes nothing.
        """
        owner, patients = (actor.person_id, actor.session_id), frozenset(patient_ids)
        token = _token(owner, patients, purpose)
        with self._lock:
            self._forget_old(now)
            held = self._watches.get(token)
            if held is None:
                self._watches[token] = _Watch(owner, purpose, patients, now + KEPT)
            else:
                held.ends_at = now + KEPT
        return PATH + token

    def holds(
        self, clinic: Clinic, actor: Actor, token: str, *, now: datetime, day: date
    ) -> bool | None:
        """Tell whether everything watched under a token may be shown on a day; None: not known.

        Only a change of anybody's consent, or another day, makes it look at the patients again.
        """
        with self._lock:
            watch = self._watches.get(token)
            if watch is None or watch.owner != (actor.person_id, actor.session_id):
                return None
            watch.ends_at = now + KEPT
        with clinic.store.reading() as cursor:
            stand = (consent_standing.get_state(cursor), day)
            if watch.held_at == stand:
                return True
            if lens.permitted(cursor, watch.patient_ids, watch.purpose, day) != watch.patient_ids:
                return False
        watch.held_at = stand
        return True

    def _forget_old(self, now: datetime) -> None:
        self._watches = {key: one for key, one in self._watches.items() if one.ends_at > now}


def _token(owner: Owner, patients: frozenset[UUID], purpose: Purpose) -> str:
    # It opens nothing by itself: whoever asks must be in the session that it was made for.
    said = "|".join((*map(str, owner), purpose.value, *sorted(map(str, patients))))
    return hashlib.sha256(said.encode()).hexdigest()


watches = Watches()
