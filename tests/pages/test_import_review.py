"""The import review's screen: what waits, what can be done, and who may."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Actor, Role
from lib.imports.kinds import Kind
from lib.services import import_jobs
from lib.services.clinic import Clinic
from lib.services.imports import Order
from lib.services.media import manifest
from lib.services.media.manifest import Folder
from lib.ui import text
from tests.conftest import EVERY_ROLE, actor_with
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage
from tests.pictures import jpeg
from tests.records import restrict
from tests.services.importing import PATIENTS, bring, patient_of, rows

TREATMENTS = (
    "patient id,patient name,dob,date,treatment,product,dose\n"
    ",Ann Lee,01/02/1980,25/10/2025,Peel,,\n"
    ",[x](http://evil.example),,26/10/2025,Botox,Velaxin,20 units\n"
)


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Iterator[None]:
    import_jobs.forget_all()
    yield
    import_jobs.forget_all()


@pytest.fixture
def _waiting(clinic: Clinic, compliance: Actor) -> None:
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS)
    assert bring(clinic, compliance, Kind.TREATMENTS, TREATMENTS).waiting == 2


def button(screen: AppTest, label: str) -> object:
    return next(one for one in screen.button if one.label == label)


def test_the_empty_screen_says_what_will_be_here(open_page: OpenPage) -> None:
    screen = open_page("import-review", Role.STAFF)
    assert [one.value for one in screen.title] == ["Import review"]
    assert any("Nothing waits" in one.value for one in screen.caption)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMINISTRATOR])
def test_others_see_nothing_of_it(open_page: OpenPage, role: Role) -> None:
    screen = open_page("import-review", role)
    assert [one.value for one in screen.title] == ["Not permitted"]


@pytest.mark.usefixtures("_waiting")
def test_what_the_file_says_and_who_it_may_be_are_shown(open_page: OpenPage) -> None:
    screen = open_page("import-review", Role.STAFF)
    names = [one.value for one in screen.subheader]
    assert names[0] == text.plain("LEE, Ann")
    assert "evil" in names[1].lower()
    assert "](" not in names[1]
    said, choices, *_ = blocks(screen)
    assert said["rows"][0][1]["text"] == "25-Oct-2025 · Peel"
    assert [row[0]["text"] for row in choices["rows"]] == ["LEE, Ann", "LEE, Ann"]
    assert choices["rows"][0][0]["note"].startswith("Born 01-Feb-1980 (46y) · Not known · J0")


@pytest.mark.usefixtures("_waiting")
def test_a_row_is_tied_by_its_button(open_page: OpenPage, clinic: Clinic) -> None:
    screen = open_page("import-review", Role.STAFF)
    label = next(one.label for one in screen.button if one.label.startswith("Tie 1 row to"))
    button(screen, label).click().run()
    assert not screen.exception
    assert rows(clinic, "SELECT name FROM treatment") == [("Peel",)]
    assert len(screen.subheader) == 1


@pytest.mark.usefixtures("_waiting")
def test_a_refusal_is_told_on_the_screen(open_page: OpenPage, clinic: Clinic) -> None:
    screen = open_page("import-review", Role.STAFF)
    restrict(clinic, patient_of(clinic, "2"))
    restrict(clinic, patient_of(clinic, "3"))
    one = next(one for one in screen.button if one.label.startswith("Tie 1 row to"))
    one.click().run()
    assert rows(clinic, "SELECT name FROM treatment") == []
    assert not screen.exception


@pytest.mark.usefixtures("_waiting")
def test_a_row_is_set_aside_and_taken_up_again(open_page: OpenPage) -> None:
    screen = open_page("import-review", Role.COMPLIANCE)
    button(screen, "Set aside").click().run()
    assert len(screen.subheader) == 1
    screen.segmented_control[0].set_value("dismissed").run()
    button(screen, "Take up again").click().run()
    assert any("Nothing was set aside" in one.value for one in screen.caption)


def test_a_picture_is_shown_by_its_file_and_tied(
    open_page: OpenPage, clinic: Clinic, compliance: Actor, tmp_path: Path
) -> None:
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS)
    (tmp_path / "IMG_1.jpg").write_bytes(jpeg(1))
    head = "file,patient name,dob,taken on,view\n"
    row = "IMG_1.jpg,Ann Lee,01/02/1980,25/10/2025,front\n"
    (tmp_path / "manifest.csv").write_text(head + row, "utf-8")
    manifest.run(clinic, actor_with(*EVERY_ROLE), Folder(tmp_path), Order())
    screen = open_page("import-review", Role.COMPLIANCE)
    said, *_ = blocks(screen)
    assert said["rows"][0][1]["text"] == "IMG_1.jpg"
    assert said["rows"][0][1]["note"] == "taken on 25-Oct-2025 · view front"
    label = next(one.label for one in screen.button if one.label.startswith("Tie 1 row to"))
    button(screen, label).click().run()
    assert not screen.exception
    assert rows(clinic, "SELECT view FROM media_label") == [("front",)]
    assert len(screen.subheader) == 0


def test_many_people_are_paged(open_page: OpenPage, clinic: Clinic, compliance: Actor) -> None:
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS)
    header = "patient name,date,treatment\n"
    people = "".join(f"Jo Stranger{number},25/10/2025,Peel\n" for number in range(12))
    bring(clinic, compliance, Kind.TREATMENTS, header + people)
    screen = open_page("import-review", Role.STAFF)
    assert len(screen.subheader) == 10
    button(screen, "After").click().run()
    assert len(screen.subheader) == 2


def test_each_kind_has_its_title_and_its_sample(open_page: OpenPage) -> None:
    screen = open_page("import", Role.ADMINISTRATOR)
    for kind, title in (
        (Kind.PRODUCTS, "Import products and lots"),
        (Kind.TREATMENTS, "Import treatments"),
        (Kind.HISTORY, "Import medical history"),
        (Kind.CONSENTS, "Import consents"),
    ):
        screen.segmented_control[0].set_value(kind).run()
        assert not screen.exception
        assert [one.value for one in screen.title] == [title]
