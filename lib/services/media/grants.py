"""What each session was shown a moment ago: in memory, for minutes, nobody else's.

A gallery that was listed needs no entry in the trail for each of its thumbnails, and a video not
one for each of its ranges. Whatever is forgotten here is simply written down again.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.media import Purpose
from lib.domain.restriction import Ground

KEPT = timedelta(minutes=10)
# What a look at a picture, or at a video that moves, is noted under, with its purpose.
PICTURE = "picture "
STREAM = "stream "
Owner = tuple[UUID, UUID | None]


@dataclass(frozen=True, slots=True)
class Grant:
    """Why pictures were shown: for which purpose, on which ground, and whether as removed ones."""

    purpose: Purpose
    ground: Ground | None = None
    is_removed: bool = False


class Grants:
    """Who was shown which pictures, and what of them is in the trail already."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listed: dict[tuple[Owner, UUID], tuple[Grant, datetime]] = {}
        self._viewed: dict[tuple[Owner, UUID, str], datetime] = {}
        self._swept_at: datetime | None = None

    def give(self, actor: Actor, media_ids: Iterable[UUID], grant: Grant, now: datetime) -> None:
        """Remember that this session was just shown these pictures."""
        owner, ends_at = _owner(actor), now + KEPT
        with self._lock:
            self._forget_old(now)
            for media_id in media_ids:
                self._listed[owner, media_id] = grant, ends_at

    def find(self, actor: Actor, media_id: UUID, now: datetime) -> Grant | None:
        """Return on what this session was shown the picture last, while that is minutes ago."""
        with self._lock:
            held = self._listed.get((_owner(actor), media_id))
        return held[0] if held and held[1] > now else None

    def note_view(self, actor: Actor, media_id: UUID, name: str, now: datetime) -> None:
        """Remember that the trail says that this session saw it; looking on prolongs that."""
        with self._lock:
            self._forget_old(now)
            self._viewed[_owner(actor), media_id, name] = now + KEPT

    def is_viewed(self, actor: Actor, media_id: UUID, name: str, now: datetime) -> bool:
        """Tell whether the trail says so already."""
        with self._lock:
            ends_at = self._viewed.get((_owner(actor), media_id, name))
        return ends_at is not None and ends_at > now

    @property
    def count(self) -> tuple[int, int]:
        """Return how many pictures are held as listed, and how many as viewed."""
        with self._lock:
            return len(self._listed), len(self._viewed)

    def _forget_old(self, now: datetime) -> None:
        if self._swept_at is not None and now - self._swept_at < KEPT:
            return
        self._swept_at = now
        self._listed = {key: held for key, held in self._listed.items() if held[1] > now}
        self._viewed = {key: ends_at for key, ends_at in self._viewed.items() if ends_at > now}


def _owner(actor: Actor) -> Owner:
    return actor.person_id, actor.session_id


grants = Grants()
