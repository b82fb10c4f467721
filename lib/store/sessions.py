"""SQL of sign-in: attempts, one-time tickets and sessions; refuses to know tokens in clear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.store.connection import Cursor

SESSION_COLUMNS = (
    "session_id, person_id, created_at, last_seen_at, ends_at, address, user_agent, ended_at, "
    "ended_because"
)
INSERT_ATTEMPT = """
    INSERT INTO sign_in_attempt (attempt_id, username_hash, address, attempted_at, is_successful)
    VALUES (?, ?, ?, ?, ?)
"""
DELETE_ATTEMPT = "DELETE FROM sign_in_attempt WHERE attempt_id = ?"
DELETE_OLD_ATTEMPTS = "DELETE FROM sign_in_attempt WHERE attempted_at < ?"
# Failures since the last success, but never from before `since`.
COUNT_ACCOUNT_FAILURES = """
    SELECT count(*) FROM sign_in_attempt
    WHERE username_hash = ? AND NOT is_successful AND attempted_at > ?
      AND attempted_at > coalesce(
        (SELECT max(attempted_at) FROM sign_in_attempt WHERE username_hash = ? AND is_successful),
        TIMESTAMP '1970-01-01 00:00:00')
"""
COUNT_ADDRESS_FAILURES = """
    SELECT count(*) FROM sign_in_attempt
    WHERE address = ? AND NOT is_successful AND attempted_at > ?
"""
INSERT_TICKET = """
    INSERT INTO sign_in_ticket (ticket_hash, person_id, expires_at) VALUES (?, ?, ?)
"""
GET_TICKET = """
    SELECT person_id FROM sign_in_ticket
    WHERE ticket_hash = ? AND used_at IS NULL AND expires_at > ?
"""
USE_TICKET = "UPDATE sign_in_ticket SET used_at = ? WHERE ticket_hash = ?"
DELETE_OLD_TICKETS = "DELETE FROM sign_in_ticket WHERE expires_at < ?"
INSERT_SESSION = """
    INSERT INTO sign_in_session (
        session_id, token_hash, person_id, created_at, last_seen_at, ends_at, address, user_agent
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
# Constant columns only.
GET_SESSION = f"SELECT {SESSION_COLUMNS} FROM sign_in_session WHERE session_id = ?"  # noqa: S608
GET_BY_TOKEN = f"SELECT {SESSION_COLUMNS} FROM sign_in_session WHERE token_hash = ?"  # noqa: S608
LIST_OPEN = f"SELECT {SESSION_COLUMNS} FROM sign_in_session WHERE ended_at IS NULL"  # noqa: S608
LIST_OF_PERSON = f"""
    SELECT {SESSION_COLUMNS} FROM sign_in_session
    WHERE person_id = ?
    ORDER BY ended_at IS NOT NULL, last_seen_at DESC
    LIMIT ?
"""  # noqa: S608
LIST_LAST_SIGN_INS = "SELECT person_id, max(created_at) FROM sign_in_session GROUP BY person_id"
UPDATE_SEEN = "UPDATE sign_in_session SET last_seen_at = ? WHERE session_id = ?"
END_SESSION = """
    UPDATE sign_in_session SET ended_at = ?, ended_because = ?
    WHERE session_id = ? AND ended_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. Times are UTC without a zone."""

    session_id: UUID
    person_id: UUID
    created_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    address: str | None
    user_agent: str | None
    ended_at: datetime | None
    ended_because: str | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is needed to open a session."""

    token_hash: str
    person_id: UUID
    ends_at: datetime
    address: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tried, from where; the username only as a keyed hash."""

    username_hash: str
    address: str


def insert_attempt(cursor: Cursor, attempt: Attempt, *, now: datetime, is_successful: bool) -> UUID:
    """Note an attempt; return its id."""
    attempt_id = uuid7s.uuid7()
    values = [str(attempt_id), attempt.username_hash, attempt.address, now, is_successful]
    cursor.execute(INSERT_ATTEMPT, values)
    return attempt_id


def delete_attempt(cursor: Cursor, attempt_id: UUID) -> None:
    """Forget an attempt that turned out well."""
    cursor.execute(DELETE_ATTEMPT, [str(attempt_id)])


def delete_old_attempts(cursor: Cursor, before: datetime) -> None:
    """Forget attempts that no longer count."""
    cursor.execute(DELETE_OLD_ATTEMPTS, [before])


def count_failures(cursor: Cursor, attempt: Attempt, *, since: datetime) -> tuple[int, int]:
    """Return the failures after `since` that count against the account and the address."""
    name = attempt.username_hash
    account = cursor.execute(COUNT_ACCOUNT_FAILURES, [name, since, name]).fetchone()
    address = cursor.execute(COUNT_ADDRESS_FAILURES, [attempt.address, since]).fetchone()
    return (account[0] if account else 0, address[0] if address else 0)


def insert_ticket(
    cursor: Cursor, ticket_hash: str, person_id: UUID, *, expires_at: datetime
) -> None:
    """Keep a one-time ticket, as its hash."""
    cursor.execute(INSERT_TICKET, [ticket_hash, str(person_id), expires_at])


def update_ticket_used(cursor: Cursor, ticket_hash: str, *, now: datetime) -> UUID | None:
    """Use up the ticket; return whose it is, or None when it is unknown, used or too old."""
    row = cursor.execute(GET_TICKET, [ticket_hash, now]).fetchone()
    if row is None:
        return None
    cursor.execute(USE_TICKET, [now, ticket_hash])
    return UUID(str(row[0]))


def delete_old_tickets(cursor: Cursor, before: datetime) -> None:
    """Forget tickets that nobody can use any more."""
    cursor.execute(DELETE_OLD_TICKETS, [before])


def insert_session(cursor: Cursor, new: NewSession, *, now: datetime) -> UUID:
    """Open a session; return its id."""
    session_id = uuid7s.uuid7()
    values = [str(session_id), new.token_hash, str(new.person_id), now, now, new.ends_at]
    cursor.execute(INSERT_SESSION, [*values, new.address, new.user_agent])
    return session_id


def get_session(cursor: Cursor, session_id: UUID) -> Session | None:
    """Return the session, ended or not, or None."""
    row = cursor.execute(GET_SESSION, [str(session_id)]).fetchone()
    return Session(*row) if row else None


def get_session_by_token(cursor: Cursor, token_hash: str) -> Session | None:
    """Return the session that the token's hash belongs to, ended or not, or None."""
    row = cursor.execute(GET_BY_TOKEN, [token_hash]).fetchone()
    return Session(*row) if row else None


def list_open_sessions(cursor: Cursor) -> list[Session]:
    """Return every session that nothing has ended yet; the clock may have."""
    return [Session(*row) for row in cursor.execute(LIST_OPEN).fetchall()]


def list_sessions_of(cursor: Cursor, person_id: UUID, *, limit: int) -> list[Session]:
    """Return a person's sessions, open ones first, newest first."""
    rows = cursor.execute(LIST_OF_PERSON, [str(person_id), limit]).fetchall()
    return [Session(*row) for row in rows]


def list_last_sign_ins(cursor: Cursor) -> dict[UUID, datetime]:
    """Return when each person last signed in."""
    return dict(cursor.execute(LIST_LAST_SIGN_INS).fetchall())


def update_seen(cursor: Cursor, session_id: UUID, *, now: datetime) -> None:
    """Note that the person did something."""
    cursor.execute(UPDATE_SEEN, [now, str(session_id)])


def update_ended(
    cursor: Cursor, session_ids: Sequence[UUID], because: str, *, now: datetime
) -> None:
    """End sessions that are still open."""
    for session_id in session_ids:
        cursor.execute(END_SESSION, [now, because, str(session_id)])
