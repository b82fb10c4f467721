"""SQL of accounts: people, their roles, recovery codes; refuses to know passwords in clear."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Role
from lib.store.connection import Cursor

COLUMNS = (
    "person_id, username, display_name, email, password_hash, must_change_password, "
    "password_changed_at, totp_secret_sealed, totp_confirmed_at, totp_last_step, is_disabled, "
    "created_at"
)
GET = f"SELECT {COLUMNS} FROM person WHERE person_id = ?"  # noqa: S608 - constant columns
GET_BY_USERNAME = f"SELECT {COLUMNS} FROM person WHERE username = ?"  # noqa: S608
LIST = f"SELECT {COLUMNS} FROM person ORDER BY display_name, username"  # noqa: S608
COUNT = "SELECT count(*) FROM person"
LIST_ROLES = "SELECT role FROM person_role WHERE person_id = ?"
LIST_ALL_ROLES = "SELECT person_id, role FROM person_role"
COUNT_OTHER_ADMINISTRATORS = """
    SELECT count(*)
    FROM person_role AS held
    JOIN person ON person.person_id = held.person_id
    WHERE held.role = 'administrator' AND NOT person.is_disabled AND person.person_id <> ?
"""
INSERT = """
    INSERT INTO person (
        person_id, username, display_name, email, password_hash, must_change_password,
        password_changed_at, is_disabled, created_at, created_by
    ) VALUES (?, ?, ?, ?, ?, ?, ?, FALSE, ?, ?)
"""
INSERT_ROLE = "INSERT INTO person_role (person_id, role, given_at, given_by) VALUES (?, ?, ?, ?)"
DELETE_ROLE = "DELETE FROM person_role WHERE person_id = ? AND role = ?"
SET_NEW_HASH = """
    UPDATE person
    SET password_hash = ?, must_change_password = ?, password_changed_at = ?
    WHERE person_id = ?
"""
UPDATE_DISABLED = "UPDATE person SET is_disabled = ? WHERE person_id = ?"
UPDATE_SECOND_FACTOR = """
    UPDATE person
    SET totp_secret_sealed = ?, totp_confirmed_at = ?, totp_last_step = ?
    WHERE person_id = ?
"""
UPDATE_LAST_STEP = "UPDATE person SET totp_last_step = ? WHERE person_id = ?"
INSERT_CODE = """
    INSERT INTO recovery_code (recovery_code_id, person_id, code_hash, created_at)
    VALUES (?, ?, ?, ?)
"""
DELETE_CODES = "DELETE FROM recovery_code WHERE person_id = ?"
GET_UNUSED_CODE = """
    SELECT recovery_code_id FROM recovery_code
    WHERE person_id = ? AND code_hash = ? AND used_at IS NULL
"""
USE_CODE = "UPDATE recovery_code SET used_at = ? WHERE recovery_code_id = ?"
COUNT_UNUSED_CODES = "SELECT count(*) FROM recovery_code WHERE person_id = ? AND used_at IS NULL"


@dataclass(frozen=True, slots=True)
class Person:
    """An account. Times are UTC without a zone.

    `password_changed_at` is when the present password was set, by its owner or (while
    `must_change_password`) by an administrator.
    """

    person_id: UUID
    username: str
    display_name: str
    email: str | None
    password_hash: str
    must_change_password: bool
    password_changed_at: datetime | None
    totp_secret_sealed: str | None
    totp_confirmed_at: datetime | None
    totp_last_step: int | None
    is_disabled: bool
    created_at: datetime

    @property
    def has_second_factor(self) -> bool:
        """Tell whether a second factor was set up and confirmed."""
        return self.totp_secret_sealed is not None and self.totp_confirmed_at is not None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is needed to add somebody."""

    username: str
    display_name: str
    email: str | None
    password_hash: str
    must_change_password: bool
    roles: frozenset[Role]


def get_person(cursor: Cursor, person_id: UUID) -> Person | None:
    """Return the person, or None."""
    row = cursor.execute(GET, [str(person_id)]).fetchone()
    return Person(*row) if row else None


def get_person_by_username(cursor: Cursor, username: str) -> Person | None:
    """Return the person with this (normal) username, or None."""
    row = cursor.execute(GET_BY_USERNAME, [username]).fetchone()
    return Person(*row) if row else None


def list_people(cursor: Cursor) -> list[Person]:
    """Return everybody who has an account, by name."""
    return [Person(*row) for row in cursor.execute(LIST).fetchall()]


def count_people(cursor: Cursor) -> int:
    """Return how many accounts there are, disabled ones included."""
    return _number(cursor.execute(COUNT).fetchone())


def list_roles(cursor: Cursor, person_id: UUID) -> frozenset[Role]:
    """Return the roles that a person holds."""
    rows = cursor.execute(LIST_ROLES, [str(person_id)]).fetchall()
    return frozenset(Role(name) for (name,) in rows)


def list_roles_of_all(cursor: Cursor) -> dict[UUID, frozenset[Role]]:
    """Return everybody's roles, by person."""
    held: dict[UUID, frozenset[Role]] = {}
    for person_id, name in cursor.execute(LIST_ALL_ROLES).fetchall():
        held[person_id] = held.get(person_id, frozenset()) | {Role(name)}
    return held


def count_other_administrators(cursor: Cursor, person_id: UUID) -> int:
    """Return how many administrators could still sign in without this person."""
    return _number(cursor.execute(COUNT_OTHER_ADMINISTRATORS, [str(person_id)]).fetchone())


def insert_person(cursor: Cursor, new: NewPerson, *, now: datetime, by: UUID | None) -> UUID:
    """Add somebody with their roles; return their new id."""
    person_id = uuid7s.uuid7()
    given_by = str(by) if by else None
    values = [str(person_id), new.username, new.display_name, new.email, new.password_hash]
    cursor.execute(INSERT, [*values, new.must_change_password, now, now, given_by])
    insert_roles(cursor, person_id, new.roles, now=now, by=by)
    return person_id


def insert_roles(
    cursor: Cursor, person_id: UUID, roles: Iterable[Role], *, now: datetime, by: UUID | None
) -> None:
    """Give roles that the person does not hold."""
    for role in sorted(roles):
        cursor.execute(INSERT_ROLE, [str(person_id), role.value, now, str(by) if by else None])


def delete_roles(cursor: Cursor, person_id: UUID, roles: Iterable[Role]) -> None:
    """Take roles away."""
    for role in sorted(roles):
        cursor.execute(DELETE_ROLE, [str(person_id), role.value])


def update_password(
    cursor: Cursor, person_id: UUID, password_hash: str, *, must_change: bool, now: datetime
) -> None:
    """Replace the password."""
    cursor.execute(SET_NEW_HASH, [password_hash, must_change, now, str(person_id)])


def update_disabled(cursor: Cursor, person_id: UUID, *, is_disabled: bool) -> None:
    """Shut the account, or open it again."""
    cursor.execute(UPDATE_DISABLED, [is_disabled, str(person_id)])


def update_second_factor(
    cursor: Cursor,
    person_id: UUID,
    sealed: str | None,
    *,
    confirmed_at: datetime | None,
    last_step: int | None,
) -> None:
    """Replace the second factor; None takes it away."""
    values = [sealed, confirmed_at, last_step, str(person_id)]
    cursor.execute(UPDATE_SECOND_FACTOR, values)


def update_last_step(cursor: Cursor, person_id: UUID, step: int) -> None:
    """Remember the newest time step whose code was used."""
    cursor.execute(UPDATE_LAST_STEP, [step, str(person_id)])


def insert_recovery_codes(
    cursor: Cursor, person_id: UUID, code_hashes: Iterable[str], *, now: datetime
) -> None:
    """Add recovery codes, as hashes."""
    for code_hash in code_hashes:
        cursor.execute(INSERT_CODE, [str(uuid7s.uuid7()), str(person_id), code_hash, now])


def delete_recovery_codes(cursor: Cursor, person_id: UUID) -> None:
    """Take every recovery code away."""
    cursor.execute(DELETE_CODES, [str(person_id)])


def update_code_used(cursor: Cursor, person_id: UUID, code_hash: str, *, now: datetime) -> bool:
    """Use up the recovery code; tell whether it was there to be used."""
    row = cursor.execute(GET_UNUSED_CODE, [str(person_id), code_hash]).fetchone()
    if row is None:
        return False
    cursor.execute(USE_CODE, [now, str(row[0])])
    return True


def count_unused_codes(cursor: Cursor, person_id: UUID) -> int:
    """Return how many recovery codes are left."""
    return _number(cursor.execute(COUNT_UNUSED_CODES, [str(person_id)]).fetchone())


def _number(row: tuple[int] | None) -> int:
    return int(row[0]) if row else 0
