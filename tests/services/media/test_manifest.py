"""A folder of photographs with its manifest: tied to patients, all or the good ones, once."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.media import Stage, View
from lib.domain.media_labels import Label
from lib.errors import ImportRefusedError, InvalidInputError, NotPermittedError
from lib.imports.report import ImportReport
from lib.services.clinic import Clinic
from lib.services.imports import Order, Progress
from lib.services.media import labels, manifest
from lib.services.media.manifest import Folder
from tests.conftest import EVERY_ROLE, actor_with
from tests.pictures import broken, jpeg
from tests.records import add_patient, add_stock, add_treatment, audit_lines, restrict, write
from tests.services.media.conftest import files_of

HEAD = "file,patient id,treatment id,treated on,taken on,view,stage,area,note\n"
DAY = date(2026, 7, 14)


@pytest.fixture
def console() -> Actor:
    return actor_with(*EVERY_ROLE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    (made / "2026").mkdir(parents=True)
    (made / "2026" / "one.jpg").write_bytes(jpeg(1, "2026:07:14 09:30:00"))
    (made / "two.jpg").write_bytes(jpeg(2))
    (made / "bad.jpg").write_bytes(broken())
    (made / "notes.txt").write_text("nothing", "utf-8")
    return made


@pytest.fixture
def patient_id(desk: Clinic) -> UUID:
    key = add_patient(desk)
    write(
        desk,
        "patient_external_id",
        patient_id=key,
        system="old desk",
        external_id="1042",
    )
    return key


def run(desk: Clinic, actor: Actor, folder: Path, text: str, **options: bool) -> ImportReport:
    (folder / "manifest.csv").write_text(text, "utf-8")
    return manifest.run(desk, actor, Folder(folder), Order(**options))


def said(desk: Clinic, actor: Actor, patient_id: UUID) -> dict[str, Label]:
    with desk.store.reading() as cursor:
        rows = cursor.execute("SELECT media_id, width FROM media_item").fetchall()
    found = labels.current(desk, actor, patient_id, [row[0] for row in rows])
    return {str(one.label.note): one.label for one in found.values()}


def test_files_go_in_with_what_the_manifest_says(
    desk: Clinic, console: Actor, folder: Path, patient_id: UUID
) -> None:
    series = add_treatment(desk, patient_id, add_stock(desk), DAY)
    write(
        desk,
        "treatment_external_id",
        system="old desk",
        external_id="T-7",
        series_id=series,
        patient_id=patient_id,
    )
    text = (
        f"{HEAD}2026/one.jpg,1042,T-7,,,Frontal,pre,forehead,first\n"
        "two.jpg,1042,,14/07/2026,15/07/2026,left_oblique,follow-up,,second\n"
    )
    heard: list[Progress] = []
    (folder / "manifest.csv").write_text(text, "utf-8")
    report = manifest.run(desk, console, Folder(folder), Order(), heard.append)
    assert (report.rows_read, report.added, report.rejected) == (2, 2, ())
    found = said(desk, console, patient_id)
    first, second = found["first"], found["second"]
    assert (first.captured_on, first.view, first.stage, first.area) == (
        DAY,
        View.FRONT,
        Stage.BEFORE,
        "forehead",
    )
    assert (second.captured_on, second.view, second.stage) == (
        date(2026, 7, 15),
        View.LEFT_OBLIQUE,
        Stage.REVIEW,
    )
    assert first.treatment_series_id == second.treatment_series_id == series
    assert not first.is_guessed
    assert [one.stage for one in heard][-1] == "Bringing files in"
    assert ("import done", "done") in [line[:2] for line in audit_lines(desk)]


@pytest.mark.usefixtures("patient_id")
def test_the_same_folder_again_adds_nothing(desk: Clinic, console: Actor, folder: Path) -> None:
    text = f"{HEAD}2026/one.jpg,1042,,,,,,,\ntwo.jpg,1042,,,,,,,\n"
    run(desk, console, folder, text)
    before = files_of(desk)
    again = run(desk, console, folder, text)
    assert (again.added, again.unchanged, again.rejected) == (0, 2, ())
    preview = run(desk, console, folder, text, dry_run=True)
    assert (preview.added, preview.unchanged) == (0, 2)
    assert files_of(desk) == before


@pytest.mark.usefixtures("patient_id")
def test_a_dry_run_says_what_would_be_and_changes_nothing(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    text = f"{HEAD}2026/one.jpg,1042,,,,,,,\nnone.jpg,1042,,,,,,,\n"
    report = run(desk, console, folder, text, dry_run=True)
    assert (report.added, report.is_written) == (1, False)
    assert [row.reason for row in report.rejected] == ["there is no such file in the folder"]
    assert files_of(desk) == []


BAD = {
    "none.jpg,1042,,,,,,,": "there is no such file in the folder",
    "../clinic/clinic.duckdb,1042,,,,,,,": "the file is not in the folder of the manifest",
    "/etc/passwd,1042,,,,,,,": "the file is not in the folder of the manifest",
    ".,1042,,,,,,,": "the file is not in the folder of the manifest",
    ",1042,,,,,,,": "the row names no file",
    "two.jpg,1042,T-8,,,,,,": "the patient has no such treatment",
    "two.jpg,1042,,01/01/2020,,,,,": "the patient has no such treatment",
    "two.jpg,1042,,,01/01/2060,,,,": "the day is still to come",
    "two.jpg,1042,,,01/01/1960,,,,": "the day is before the patient was born",
    "two.jpg,1042,,,,sideways,,,": (
        "this is none of: front, left oblique, right oblique, left profile, right profile, "
        "from below, from above, back, close-up"
    ),
    f"two.jpg,1042,,,,,,{'a' * 81},": "it is longer than 80 characters",
    "2026/one.jpg,1042,,,,,,,": "line 2 names the same file",
    "notes.txt,1042,,,,,,,": (
        "this is not a photograph or video that can be kept. Bring in JPEG, PNG, WebP, AVIF, TIFF, "
        "HEIC, MP4, MOV or WebM"
    ),
}


@pytest.mark.usefixtures("patient_id")
@pytest.mark.parametrize("line", BAD)
def test_a_row_without_its_place_refuses_the_whole_unless_the_good_ones_are_wanted(
    desk: Clinic, console: Actor, folder: Path, line: str
) -> None:
    text = f"{HEAD}2026/one.jpg,1042,,,,,,,\n{line}\n"
    refused = run(desk, console, folder, text)
    assert [(row.line, row.reason) for row in refused.rejected] == [(3, BAD[line])]
    assert (refused.added, refused.is_written, files_of(desk)) == (0, False, [])
    partly = run(desk, console, folder, text, partial=True)
    assert (partly.added, partly.rows_rejected) == (1, 1)


def test_two_treatments_of_a_day_are_not_guessed_between(
    desk: Clinic, console: Actor, folder: Path, patient_id: UUID
) -> None:
    stock = add_stock(desk)
    for _ in range(2):
        add_treatment(desk, patient_id, stock, DAY)
    report = run(desk, console, folder, f"{HEAD}two.jpg,1042,,14/07/2026,,,,,\n")
    assert report.rejected[0].reason == (
        "the patient has several treatments of this day; name one by its id"
    )


@pytest.mark.usefixtures("patient_id")
def test_a_damaged_file_is_refused_alone(desk: Clinic, console: Actor, folder: Path) -> None:
    report = run(desk, console, folder, f"{HEAD}bad.jpg,1042,,,,,,,\n2026/one.jpg,1042,,,,,,,\n")
    assert (report.added, report.is_written) == (1, True)
    assert [(row.line, row.column, row.value) for row in report.rejected] == [
        (2, "file", "bad.jpg")
    ]


def test_patients_are_known_by_our_reference_too(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    key = add_patient(desk)
    with desk.store.reading() as cursor:
        sql = "SELECT reference FROM patient WHERE patient_id = ?"
        (reference,) = cursor.execute(sql, [key]).fetchone() or ("",)
    report = run(desk, console, folder, f"{HEAD}two.jpg,{reference.lower()},,,,,,,\n")
    assert report.added == 1


def test_a_restricted_record_is_only_stored(
    desk: Clinic, console: Actor, folder: Path, patient_id: UUID
) -> None:
    restrict(desk, patient_id)
    report = run(desk, console, folder, f"{HEAD}two.jpg,1042,,,,,,,\n")
    assert report.rejected[0].reason.endswith("(rule E1)")
    assert files_of(desk) == []


def test_a_folder_without_a_manifest_and_one_without_files_are_refused(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    with pytest.raises(ImportRefusedError):
        manifest.run(desk, console, Folder(folder), Order())
    with pytest.raises(InvalidInputError):
        run(desk, console, folder, "patient id,view\n1,front\n")


@pytest.mark.parametrize("role", [Role.STAFF, Role.COMPLIANCE, Role.OWNER])
def test_only_who_may_import_and_add_pictures_may(desk: Clinic, folder: Path, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        run(desk, actor_with(role), folder, f"{HEAD}two.jpg,{uuid7s.uuid7()},,,,,,,\n")
