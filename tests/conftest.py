"""Fixtures shared by every test: a real, encrypted, migrated clinic in a temporary folder."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from lib.domain.access import Actor, Role
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from tests.templates import built_once, copy_of

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis_settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")

MAIN = sys.modules["__main__"]
EVERY_ROLE = frozenset(Role)


def pytest_runtest_teardown() -> None:
    """Take back the name of the main module: a screen's test leaves its script under it.

    Processes that a later test spawns would begin by running that script.
    """
    sys.modules["__main__"] = MAIN


def actor_with(*roles: Role) -> Actor:
    """Return somebody who holds exactly these roles."""
    return Actor(
        person_id=UUID("01a20000-0000-7000-8000-000000000001"),
        username="tester",
        display_name="Test Person",
        roles=frozenset(roles),
    )


@pytest.fixture(scope="session", autouse=True)
def trusted_extension() -> Iterator[None]:
    """Let DuckDB take its extension on trust in this process.

    It verifies a signature over 20 MB at each opening of a store, which costs more than the rest of
    it, some two thousand times a run. Servers and commands that tests start verify it as ever.
    """
    connect = duckdb.connect

    def trusting(database: str, config: dict[str, Any] | None = None) -> object:
        return connect(database, config={**(config or {}), "allow_unsigned_extensions": "true"})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(duckdb, "connect", trusting)
        yield


def settings_of(home: Path) -> Settings:
    """Return the settings of a small clinic."""
    return Settings(home=home, memory_limit="512MB", threads=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of an empty clinic that nothing else uses."""
    return settings_of(tmp_path / "clinic")


@pytest.fixture(scope="session")
def empty_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one empty clinic; a copy of it opens in a third of the time that its migrations take."""

    def build(folder: Path) -> None:
        open_clinic(settings_of(folder / "clinic")).close()

    return built_once(tmp_path_factory, "empty", build) / "clinic"


@pytest.fixture
def clinic(settings: Settings, empty_template: Path) -> Iterator[Clinic]:
    """Open an empty clinic with a real store and close it afterwards."""
    copy_of(empty_template, settings.home.parent)
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
