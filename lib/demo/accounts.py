"""The people who sign in to the synthetic clinic, with the password its sign-in page shows.

Only a home that carries the DEMO mark has them. The password protects nothing: no real patient is
there, and the mark keeps the second factor off.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import bcrypt
import pyarrow as pa

from lib.demo import columns
from lib.demo.calendar import EPOCH
from lib.domain.access import Actor, Role

PASSWORD = "juno-demo-clinic"  # noqa: S105 - published on purpose
# A fixed salt, so that the same clinic is built twice; cost 12 as for everybody else.
SALT = b"$2b$12$JunoDemoClinicSalt.aaO"


@dataclass(frozen=True, slots=True)
class Account:
    """One demo account: how it signs in, what it is called, what it may do."""

    person_id: UUID
    username: str
    display_name: str
    roles: tuple[Role, ...]

    def actor(self) -> Actor:
        """Return the account as the one behind an act."""
        return Actor(self.person_id, self.username, self.display_name, frozenset(self.roles))


def _key(number: int) -> UUID:
    return UUID(f"01480000-0000-7000-8000-00000000000{number}")


STAFF = Account(_key(1), "staff", "Sam Okafor", (Role.STAFF,))
COMPLIANCE = Account(_key(2), "compliance", "Priya Nair", (Role.COMPLIANCE,))
OWNER = Account(_key(3), "owner", "Juno Hartley", (Role.OWNER,))
ADMINISTRATOR = Account(_key(4), "admin", "Alex Murray", (Role.ADMINISTRATOR,))
MANAGER = Account(_key(5), "manager", "Morgan Ellis", (Role.STAFF, Role.COMPLIANCE, Role.OWNER))
ACCOUNTS = (STAFF, COMPLIANCE, OWNER, ADMINISTRATOR, MANAGER)


def tables(first_day: int) -> dict[str, pa.Table]:
    """Return the person and person_role tables; the accounts date from `first_day`."""
    at = datetime.combine(EPOCH + timedelta(days=first_day), datetime.min.time(), tzinfo=UTC)
    moment = pa.scalar(at.replace(tzinfo=None, hour=8), pa.timestamp("us"))
    hashed = bcrypt.hashpw(PASSWORD.encode(), SALT).decode()
    held = [(account, role) for account in ACCOUNTS for role in account.roles]
    return {
        "person": pa.table(
            {
                "person_id": [str(account.person_id) for account in ACCOUNTS],
                "username": [account.username for account in ACCOUNTS],
                "display_name": [account.display_name for account in ACCOUNTS],
                "email": [f"{account.username}@example.org" for account in ACCOUNTS],
                "password_hash": columns.same(hashed, len(ACCOUNTS)),
                "must_change_password": columns.same(value=False, rows=len(ACCOUNTS)),
                "password_changed_at": pa.repeat(moment, len(ACCOUNTS)),
                "is_disabled": columns.same(value=False, rows=len(ACCOUNTS)),
                "created_at": pa.repeat(moment, len(ACCOUNTS)),
            }
        ),
        "person_role": pa.table(
            {
                "person_id": [str(account.person_id) for account, _ in held],
                "role": [role.value for _, role in held],
                "given_at": pa.repeat(moment, len(held)),
            }
        ),
    }
