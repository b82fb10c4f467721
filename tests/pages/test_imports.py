"""The import screen: file, columns, check, import, report."""

import time
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services import import_jobs
from lib.services.clinic import Clinic
from tests.pages.components import blocks
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage

GOOD = (
    b"id,first_name,last_name,date_of_birth,mobile\n1,Zo\xc3\xab,O'Brien,14/07/1945,07700 900123\n"
)
MIXED = GOOD + b"2,Anne,Lee,31/02/1980,\n"


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Iterator[None]:
    import_jobs.forget_all()
    yield
    import_jobs.forget_all()


def until(screen: AppTest, is_there: Callable[[AppTest], bool]) -> AppTest:
    """Run the screen again until what a background import brings about is there."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not is_there(screen):
        assert time.monotonic() < ends_at, "the import did not end"
        screen.run()
        assert not screen.exception
    return screen


def button(screen: AppTest, label: str) -> object:
    return next(one for one in screen.button if one.label == label)


def labels(screen: AppTest) -> list[str]:
    return [one.label for one in screen.button]


def metrics(screen: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in screen.metric}


def uploaded(open_page: OpenPage, content: bytes) -> AppTest:
    screen = open_page("import", Role.COMPLIANCE)
    screen.file_uploader[0].set_value(("patients.csv", content, "text/csv")).run()
    assert not screen.exception
    return screen


def test_the_empty_screen_says_how_to_begin(open_page: OpenPage) -> None:
    screen = open_page("import", Role.ADMINISTRATOR)
    assert [one.value for one in screen.title] == ["Import patients"]
    assert any("Nothing has been imported yet" in one.value for one in screen.caption)
    assert len(screen.file_uploader) == 1


def test_a_file_is_checked_first_and_imported_then(open_page: OpenPage, clinic: Clinic) -> None:
    screen = uploaded(open_page, GOOD)
    assert "1 row" in "".join(one.value for one in screen.markdown)
    button(screen, "Check the file").click().run()
    until(screen, lambda one: bool(one.metric))
    assert metrics(screen)["New patients"] == "1"
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM patient").fetchall() == [(0,)]
    button(screen, "Import 1 patient").click().run()
    until(screen, lambda one: bool(one.success))
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT family_name FROM patient").fetchall() == [("O'Brien",)]
    button(screen, "Import another file").click().run()
    assert len(screen.file_uploader) == 1
    history = blocks(screen)[-1]["rows"][0]
    assert history[1] == "Patients"
    assert history[3:] == ["1", "1", "0", "0", "0"]


def test_rejected_rows_are_shown_and_left_out_only_when_asked(
    open_page: OpenPage, clinic: Clinic
) -> None:
    screen = uploaded(open_page, MIXED)
    button(screen, "Check the file").click().run()
    until(screen, lambda one: bool(one.metric))
    assert metrics(screen)["Rejected"] == "1"
    shown = blocks(screen)[-1]["rows"][0]
    assert shown[:3] == ["3", "date_of_birth", "31/02/1980"]
    button(screen, "Import 1 patient and leave 1 out").click().run()
    until(screen, lambda one: bool(one.success))
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM patient").fetchall() == [(1,)]


def test_a_file_that_is_no_table_is_refused_with_what_to_do(open_page: OpenPage) -> None:
    screen = uploaded(open_page, b"%PDF-1.7 something")
    assert "Export the patient list" in screen.error[0].value


def test_a_column_can_be_left_out_by_hand(open_page: OpenPage) -> None:
    screen = uploaded(open_page, GOOD)
    next(one for one in screen.selectbox if "mobile" in one.label).set_value("Leave out").run()
    button(screen, "Check the file").click().run()
    until(screen, lambda one: bool(one.metric))
    assert "mobile" in screen.info[0].value


def test_a_mapping_that_names_nobody_is_told_and_can_be_mended(open_page: OpenPage) -> None:
    screen = uploaded(open_page, b"colour,shape\nred,round\n")
    button(screen, "Check the file").click().run()
    until(screen, lambda one: bool(one.error))
    assert "No column holds a name" in screen.error[0].value
    button(screen, "Back to the columns").click().run()
    assert "Check the file" in labels(screen)


def test_a_mapping_is_saved_and_used_again(open_page: OpenPage) -> None:
    screen = uploaded(open_page, GOOD)
    next(one for one in screen.selectbox if "mobile" in one.label).set_value("Leave out").run()
    next(one for one in screen.text_input if "Name for" in one.label).set_value("Ours").run()
    button(screen, "Save this mapping").click().run()
    button(screen, "Choose another file").click().run()
    screen.file_uploader[0].set_value(("again.csv", GOOD, "text/csv")).run()
    next(one for one in screen.selectbox if "saved" in one.label).set_value("Ours").run()
    button(screen, "Use it").click().run()
    assert next(one for one in screen.selectbox if "mobile" in one.label).value == "Leave out"


def test_the_file_can_be_read_in_another_encoding(open_page: OpenPage) -> None:
    screen = uploaded(open_page, "first_name,last_name\nZo\u00eb,Lee\n".encode("mac_roman"))
    next(one for one in screen.selectbox if one.label == "Encoding").set_value("Mac Roman").run()
    button(screen, "Read again").click().run()
    assert "Mac Roman" in "".join(one.value for one in screen.markdown)
    assert "Zoë" in "".join(one.value for one in screen.caption)


@pytest.mark.parametrize("role", [Role.STAFF, Role.OWNER])
def test_others_may_not_import(open_page: OpenPage, role: Role) -> None:
    screen = open_page("import", role)
    assert [one.value for one in screen.title] == ["Not permitted"]
    assert len(screen.file_uploader) == 0
