"""Fixtures shared by every test: a real, encrypted, migrated clinic in a temporary folder."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from lib.domain.access import Actor, Role
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings

EVERY_ROLE = frozenset(Role)


def actor_with(*roles: Role) -> Actor:
    """Return somebody who holds exactly these roles."""
    return Actor(
        person_id=UUID("01a20000-0000-7000-8000-000000000001"),
        username="tester",
        display_name="Test Person",
        roles=frozenset(roles),
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of an empty clinic that nothing else uses."""
    return Settings(home=tmp_path / "clinic", memory_limit="512MB", threads=1)


@pytest.fixture
def clinic(settings: Settings) -> Iterator[Clinic]:
    """Open an empty clinic with a real store and close it afterwards."""
    opened = open_clinic(settings)
    yield opened
    opened.close()


@pytest.fixture
def staff() -> Actor:
    """Return a member of staff."""
    return actor_with(Role.STAFF)


@pytest.fixture
def compliance() -> Actor:
    """Return a compliance officer."""
    return actor_with(Role.COMPLIANCE)


@pytest.fixture
def owner() -> Actor:
    """Return the owner."""
    return actor_with(Role.OWNER)


@pytest.fixture
def administrator() -> Actor:
    """Return an administrator."""
    return actor_with(Role.ADMINISTRATOR)
