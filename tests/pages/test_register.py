"""The register screen: faults at their fields, nothing lost, one record for one form."""

from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from lib.ui.keys import Keys
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage


def field(screen: AppTest, label: str) -> object:
    return next(one for one in screen.text_input if one.label == label)


def type_in(screen: AppTest, label: str, value: str) -> AppTest:
    return next(one for one in screen.text_input if one.label == label).set_value(value).run()


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


def problems(screen: AppTest) -> list[str]:
    return [one.proto.body for one in screen.get("html") if "desk-problem" in one.proto.body]


def count(clinic: Clinic, table: str) -> int:
    with clinic.store.reading() as cursor:
        return int(cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608


def test_a_fault_is_said_at_its_field_as_soon_as_it_is_typed(open_page: OpenPage) -> None:
    screen = open_page("register", Role.STAFF)
    assert problems(screen) == []
    type_in(screen, "Date of birth", "31/02/1985")
    (problem,) = problems(screen)
    assert "This is not a date that exists" in problem


def test_an_empty_form_says_what_is_missing_once_it_is_saved(
    open_page: OpenPage, running_clinic: Clinic
) -> None:
    screen = open_page("register", Role.STAFF)
    press(screen, "Register this patient")
    (problem,) = problems(screen)
    assert "Give at least one name" in problem
    assert count(running_clinic, "patient") == 0


def test_what_was_typed_is_there_again_in_another_session_of_the_same_person(
    open_page: OpenPage, running_clinic: Clinic
) -> None:
    screen = open_page("register", Role.STAFF)
    type_in(screen, "Family name", "Hart")
    assert count(running_clinic, "draft") == 1
    again = AppTest.from_file(str(screen._script_path), default_timeout=PATIENCE_SECONDS)  # noqa: SLF001
    again.user = screen.user
    again._page_hash = screen._page_hash  # noqa: SLF001
    again.run()
    assert field(again, "Family name").value == "Hart"  # type: ignore[attr-defined]
    assert any("Continued from what you typed" in one.value for one in again.markdown)
    press(again, "Start afresh")
    assert field(again, "Family name").value == ""  # type: ignore[attr-defined]
    assert count(running_clinic, "draft") == 0


def test_a_choice_that_got_lost_on_the_way_is_what_it_was(open_page: OpenPage) -> None:
    screen = open_page("register", Role.STAFF)
    type_in(screen, "Family name", "Hart")
    (form,) = screen.session_state[Keys.FORMS].values()
    key = form.key("sex")
    screen.session_state[key] = None
    type_in(screen, "Given names", "Anna")
    assert (screen.session_state[key], len(screen.exception)) == ("not_known", 0)


def test_a_patient_is_registered_and_the_draft_goes(
    open_page: OpenPage, running_clinic: Clinic
) -> None:
    screen = open_page("register", Role.STAFF)
    for label, value in (
        ("Family name", "Hart"),
        ("Given names", "Anna"),
        ("Date of birth", "6 August 1985"),
        ("Phone", "07700 900123"),
    ):
        type_in(screen, label, value)
    press(screen, "Register this patient")
    assert not screen.exception
    assert (count(running_clinic, "patient"), count(running_clinic, "draft")) == (1, 0)
