"""Who is at a screen: the guard that every page and fragment begins with."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services import running
from lib.services.clinic import Clinic
from tests.pages.conftest import PATIENCE_SECONDS, sign_in_as


@pytest.fixture
def served(clinic: Clinic) -> Iterator[Clinic]:
    """Make the test's clinic the one that the screens find."""
    running.use(clinic)
    yield clinic
    running.use(None)


def guarded(user: dict[str, str]) -> AppTest:
    def script() -> None:  # pragma: no cover - runs as a script
        import streamlit as st  # noqa: PLC0415 - a script of its own

        from lib.domain.access import Permission  # noqa: PLC0415
        from lib.ui import session  # noqa: PLC0415

        actor = session.require(Permission.VIEW_RECORD)
        st.write(f"let in: {actor.username} from {session.visitor().address}")

    screen = AppTest.from_function(script, default_timeout=PATIENCE_SECONDS)
    screen.user = user
    return screen.run()


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("user", [{}, {"session_id": ""}, {"visit": "browser"}])
def test_nobody_unknown_gets_past_the_guard(user: dict[str, str]) -> None:
    screen = guarded(user)
    assert [one.value for one in screen.title] == ["You are signed out"]
    assert "let in" not in str(screen.markdown)


def test_somebody_with_the_permission_gets_past(served: Clinic) -> None:
    screen = guarded({"session_id": str(sign_in_as(served, Role.STAFF))})
    assert "let in: tester-0 from unknown" in screen.markdown[0].value


def test_somebody_without_it_is_told_and_the_refusal_is_in_the_trail(served: Clinic) -> None:
    screen = guarded({"session_id": str(sign_in_as(served, Role.OWNER))})
    assert [one.value for one in screen.title] == ["Not permitted"]
    with served.store.reading() as cursor:
        sql = "SELECT action, detail FROM audit_entry"
        assert cursor.execute(sql).fetchall() == [
            ("refused", '{"permission": "view a patient\'s record"}')
        ]
