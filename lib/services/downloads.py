"""Files made for one person to fetch: held in memory for minutes, given to their session only.

Streamlit's own downloads are kept at an address that answers anybody; these are not.
"""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.audit import Event
from lib.errors import NotFoundError
from lib.services.clinic import Clinic

KEPT = timedelta(minutes=10)
PATH = "/downloads/"
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Download:
    """A file to fetch; `event` goes into the audit trail each time it is."""

    filename: str
    media_type: str
    event: Event
    content: bytes = field(repr=False)


@dataclass(slots=True)
class _Offer:
    owner: tuple[UUID, UUID | None]
    key: str
    download: Download
    ends_at: datetime


_lock = threading.Lock()
_offers: dict[str, _Offer] = {}


def offer(actor: Actor, key: str, download: Download, *, now: datetime) -> str:
    """Return the address at which this person, in this session, can fetch the file for minutes.

    Asking again with the same `key` prolongs the offer and keeps its address.
    """
    owner = (actor.person_id, actor.session_id)
    with _lock:
        _forget_old(now)
        for token, held in _offers.items():
            if (held.owner, held.key) == (owner, key):
                held.download, held.ends_at = download, now + KEPT
                return PATH + token
        token = secrets.token_urlsafe(TOKEN_BYTES)
        _offers[token] = _Offer(owner, key, download, now + KEPT)
        return PATH + token


def take(clinic: Clinic, actor: Actor, token: str, *, now: datetime) -> Download:
    """Return the file offered under a token, and write into the trail that it was fetched.

    Raises `NotFoundError` when it ended, or was offered to somebody else.
    """
    with _lock:
        _forget_old(now)
        held = _offers.get(token)
    if held is None or held.owner != (actor.person_id, actor.session_id):
        message = "This download has ended. Go back to the page and ask for it again."
        raise NotFoundError(message)
    clinic.store.transact(lambda unit: unit.audit(actor, held.download.event))
    return held.download


def forget_all() -> None:
    """End every offer, as when a record goes: whoever wants a file asks for it again."""
    with _lock:
        _offers.clear()


def _forget_old(now: datetime) -> None:
    for token, held in list(_offers.items()):
        if held.ends_at <= now:
            del _offers[token]
