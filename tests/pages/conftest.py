"""Screens without a browser: AppTest over a real store, with somebody really signed in.

How to use it: `open_page` gives a function that opens a page as somebody with the given roles:

    def test_the_audit_page_opens(open_page: OpenPage) -> None:
        screen = open_page("audit", Role.COMPLIANCE)
        assert not screen.exception

The person and the session are rows in the store of the `clinic` fixture. In production the gate
names the session in a header of its own and Streamlit hands it on as `st.user`; here `AppTest.user`
stands where the gate's header would be. Nothing in the app knows about tests.
"""

import functools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lib.auth import tokens
from lib.domain.access import Role
from lib.services import running
from lib.services.clinic import Clinic
from lib.store import people, sessions
from lib.store.connection import UnitOfWork
from lib.store.people import NewPerson
from lib.store.sessions import NewSession

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """Let Streamlit look through the installed packages for components once, not at each AppTest.

    None has any, and to find that out takes longer than to draw a screen.
    """
    scan = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture
def running_clinic(clinic: Clinic) -> Iterator[Clinic]:
    """Make the test's clinic the one that the screens find."""
    running.use(clinic)
    yield clinic
    running.use(None)


def sign_in_as(clinic: Clinic, *roles: Role) -> UUID:
    """Add somebody with these roles to the store, open a session for them, return its id."""
    now = datetime.now(UTC).replace(tzinfo=None)

    def work(unit: UnitOfWork) -> UUID:
        username = f"tester-{people.count_people(unit.cursor)}"
        new = NewPerson(username, "Test Person", None, "no password", False, frozenset(roles))
        return people.insert_person(unit.cursor, new, now=now, by=None)

    return session_of(clinic, clinic.store.transact(work))


def session_of(clinic: Clinic, person_id: UUID) -> UUID:
    """Open a session for somebody who is in the store, return its id."""
    now = datetime.now(UTC).replace(tzinfo=None)
    hashed = tokens.hash_token(tokens.new_token())
    opened = NewSession(hashed, person_id, now + timedelta(hours=1), "127.0.0.1", "AppTest")
    return clinic.store.transact(lambda unit: sessions.insert_session(unit.cursor, opened, now=now))


@pytest.fixture
def open_page(running_clinic: Clinic) -> OpenPage:
    """Give a function `open_page(url_path, *roles, query=None)` that returns the screen drawn."""

    def opened(url_path: str, *roles: Role, query: dict[str, str] | None = None) -> AppTest:
        return _screen(sign_in_as(running_clinic, *roles), url_path, query)

    return opened


@pytest.fixture
def open_page_of(running_clinic: Clinic) -> OpenPage:
    """Give a function `open_page_of(url_path, person_id, query=None)`: a known person's screen."""

    def opened(url_path: str, person_id: UUID, query: dict[str, str] | None = None) -> AppTest:
        return _screen(session_of(running_clinic, person_id), url_path, query)

    return opened


def _screen(session_id: UUID, url_path: str, query: dict[str, str] | None) -> AppTest:
    screen = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_SECONDS)
    screen.user = {"session_id": str(session_id), "visit": ""}
    screen.query_params.update(query or {})
    return _switch(screen, url_path)


def _switch(screen: AppTest, url_path: str) -> AppTest:
    # `switch_page` wants a file, and a page that is not permitted has none: go by its address.
    screen._page_hash = calc_hash(url_path)  # noqa: SLF001
    return screen.run()
