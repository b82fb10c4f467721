"""People for the services' tests: real rows, real passwords, real second factors."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import bcrypt
import pyotp
import pytest

from lib.auth import second_factor
from lib.auth.second_factor import Proof
from lib.domain.access import Actor, Role
from lib.services import accounts, sign_in
from lib.services.clinic import Clinic
from lib.services.sign_in import Opened, Visitor
from lib.store import people
from lib.store.people import NewPerson

NOW = datetime.fromisoformat("2026-11-22T12:00:05")
YESTERDAY = datetime.fromisoformat("2026-11-21T09:00")
PASSWORD = "correct horse stapler moon"
VISITOR = Visitor("192.0.2.7", "Firefox")
# The cheapest cost, so that a hundred sign-ins do not take half a minute.
HASHED = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(rounds=4)).decode()


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the store, with what only they know."""

    person_id: UUID
    username: str
    secret: str | None = None
    codes: tuple[str, ...] = ()

    def code(self, at: datetime) -> str:
        """Return what their app shows at a moment (UTC)."""
        return pyotp.TOTP(self.secret or "").at(int(at.timestamp()) if at.tzinfo else _utc(at))


def _utc(at: datetime) -> int:
    return int((at - datetime.fromisoformat("1970-01-01")).total_seconds())


def add_person(clinic: Clinic, username: str, *roles: Role, must_change: bool = False) -> Known:
    """Add somebody with the known password and no second factor."""
    new = NewPerson(username, username.title(), None, HASHED, must_change, frozenset(roles))
    person_id = clinic.store.transact(
        lambda unit: people.insert_person(unit.cursor, new, now=NOW, by=None)
    )
    return Known(person_id, username)


def enrolled(clinic: Clinic, known: Known, at: datetime = NOW) -> Known:
    """Give the person a second factor, set up at `at`."""
    secret = second_factor.new_secret()
    with_secret = replace(known, secret=secret)
    proof = Proof(secret, with_secret.code(at))
    codes = accounts.set_second_factor(clinic, known.person_id, proof, now=at)
    return replace(with_secret, codes=tuple(codes))


def open_session(clinic: Clinic, known: Known, at: datetime) -> Opened:
    """Sign the person in by the front door, second factor and all."""
    stage = sign_in.check_password(clinic, known.username, PASSWORD, VISITOR, now=at)
    stage = sign_in.check_code(clinic, stage, known.code(at), VISITOR, now=at)
    return sign_in.redeem(clinic, sign_in.issue_ticket(clinic, stage, now=at), VISITOR, now=at)


def actor_of(clinic: Clinic, known: Known, session_id: UUID | None = None) -> Actor:
    """Return the person as the services see them."""
    with clinic.store.reading() as cursor:
        person = accounts.get_open(cursor, known.person_id)
        actor = accounts.actor_of(cursor, person)
    return replace(actor, session_id=session_id, address=VISITOR.address)


def actions(clinic: Clinic) -> list[tuple[str, str]]:
    """Return what the audit trail says was done, oldest first: action and outcome."""
    with clinic.store.reading() as cursor:
        sql = "SELECT action, outcome FROM audit_entry ORDER BY position"
        return cursor.execute(sql).fetchall()


def everything_in_the_trail(clinic: Clinic) -> str:
    """Return every value of the audit trail as one text, to look for what must not be there."""
    with clinic.store.reading() as cursor:
        return str(cursor.execute("SELECT * FROM audit_entry").fetchall())


@pytest.fixture
def sam(clinic: Clinic) -> Known:
    """Return a member of staff with a second factor, set up yesterday."""
    return enrolled(clinic, add_person(clinic, "sam", Role.STAFF), YESTERDAY)


@pytest.fixture
def alex(clinic: Clinic) -> Known:
    """Return an administrator with a second factor, set up yesterday."""
    added = add_person(clinic, "alex", Role.ADMINISTRATOR)
    return enrolled(clinic, added, YESTERDAY)
