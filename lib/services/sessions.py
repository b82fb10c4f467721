"""Sessions that are open: who is behind one, is it still good, ending it, listing one's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lib.auth import tokens
from lib.domain import sign_in as rules
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.sign_in import Ended
from lib.errors import NotFoundError
from lib.services import accounts
from lib.services.clinic import Clinic
from lib.store import people, sessions
from lib.store.connection import Cursor, UnitOfWork
from lib.store.sessions import Session

# Seen more often than this is not written down again.
SEEN_EVERY = timedelta(seconds=20)
SESSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Live:
    """A session that is good now: its actor, and when it ends if nothing is done."""

    actor: Actor
    session_id: UUID
    idle_at: datetime
    ends_at: datetime


def by_token(clinic: Clinic, token: str, *, now: datetime) -> Live | None:
    """Return the live session that a cookie's token opens, or None."""
    with clinic.store.reading() as cursor:
        session = sessions.get_session_by_token(cursor, tokens.hash_token(token))
        return _live(clinic, cursor, session, now)


def by_id(clinic: Clinic, session_id: UUID, *, now: datetime) -> Live | None:
    """Return the session while it lives, or None once anything ended it."""
    with clinic.store.reading() as cursor:
        return _live(clinic, cursor, sessions.get_session(cursor, session_id), now)


def note_seen(clinic: Clinic, live: Live, *, now: datetime) -> None:
    """Restart the idle time-out, because the person did something."""
    seen_at = live.idle_at - _idle(clinic)
    if now - seen_at >= SEEN_EVERY:
        clinic.store.transact(
            lambda unit: sessions.update_seen(unit.cursor, live.session_id, now=now)
        )


def sign_out(clinic: Clinic, actor: Actor, *, now: datetime) -> None:
    """End the actor's own session."""

    def work(unit: UnitOfWork) -> None:
        ids = [actor.session_id] if actor.session_id else []
        sessions.update_ended(unit.cursor, ids, Ended.SIGNED_OUT.value, now=now)
        unit.audit(actor, Event(Action.SIGNED_OUT, subject_id=actor.person_id))

    clinic.store.transact(work)


def sign_out_everywhere(clinic: Clinic, actor: Actor, *, now: datetime) -> int:
    """End every session of the actor, this one too; return how many."""

    def work(unit: UnitOfWork) -> int:
        ended = accounts.end_sessions(unit, actor.person_id, Ended.SIGNED_OUT_EVERYWHERE, now=now)
        event = Event(Action.SESSION_ENDED, subject_id=actor.person_id, detail={"sessions": ended})
        unit.audit(actor, event)
        return ended

    return clinic.store.transact(work)


def end_own(clinic: Clinic, actor: Actor, session_id: UUID, *, now: datetime) -> None:
    """End one of the actor's own sessions. Raises `NotFoundError` for anybody else's."""

    def work(unit: UnitOfWork) -> None:
        session = sessions.get_session(unit.cursor, session_id)
        if session is None or session.person_id != actor.person_id:
            message = "That session is not one of yours, or is gone."
            raise NotFoundError(message)
        sessions.update_ended(unit.cursor, [session_id], Ended.SIGNED_OUT.value, now=now)
        unit.audit(actor, Event(Action.SESSION_ENDED, subject_id=actor.person_id))

    clinic.store.transact(work)


def list_own(clinic: Clinic, actor: Actor) -> list[Session]:
    """Return the actor's sessions, open ones first."""
    with clinic.store.reading() as cursor:
        return sessions.list_sessions_of(cursor, actor.person_id, limit=SESSIONS_SHOWN)


def sweep(clinic: Clinic, *, now: datetime) -> frozenset[UUID]:
    """End the sessions that the clock has ended; return the ids of those still open."""
    with clinic.store.reading() as cursor:
        found = sessions.list_open_sessions(cursor)
    over = {one: reason for one in found if (reason := _reason(clinic, one, now))}
    if over:
        clinic.store.transact(lambda unit: _end_by_the_clock(unit, over, now))
    return frozenset(one.session_id for one in found if one not in over)


def _end_by_the_clock(unit: UnitOfWork, over: dict[Session, Ended], now: datetime) -> None:
    for session, reason in over.items():
        sessions.update_ended(unit.cursor, [session.session_id], reason.value, now=now)
        event = Event(
            Action.SESSION_ENDED, subject_id=session.person_id, detail={"because": reason.value}
        )
        unit.audit(None, event)


def _live(clinic: Clinic, cursor: Cursor, session: Session | None, now: datetime) -> Live | None:
    if session is None or session.ended_at is not None or _reason(clinic, session, now):
        return None
    person = people.get_person(cursor, session.person_id)
    if person is None or person.is_disabled:
        return None
    actor = Actor(
        person.person_id,
        person.username,
        person.display_name,
        people.list_roles(cursor, person.person_id),
        session.session_id,
        session.address,
    )
    idle_at = session.last_seen_at + _idle(clinic)
    return Live(actor, session.session_id, idle_at, session.ends_at)


def _reason(clinic: Clinic, session: Session, now: datetime) -> Ended | None:
    return rules.reason_to_end(
        now=now,
        last_seen_at=session.last_seen_at,
        ends_at=session.ends_at,
        idle=_idle(clinic),
    )


def _idle(clinic: Clinic) -> timedelta:
    return timedelta(minutes=clinic.settings.idle_minutes)
