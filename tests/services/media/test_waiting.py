"""Rows of a manifest whose patient is not certain: kept with their file, and tied by a person."""

import shutil
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.media import Stage, View
from lib.errors import InvalidInputError, MediaKeyMissingError, SealedFileError
from lib.imports.kinds import Kind
from lib.imports.media.checking import Picture
from lib.imports.media.plan import Placed
from lib.imports.mentions import Mention
from lib.imports.report import ImportReport
from lib.media.files import ORIGINAL
from lib.services import import_review
from lib.services.clinic import Clinic
from lib.services.import_review import State, Waiting
from lib.services.imports import Order
from lib.services.media import intake, manifest, sealing_keys, sweep
from lib.services.media import waiting as waiting_media
from lib.services.media.manifest import Folder
from lib.services.media.sweep import Swept
from lib.store import import_reviews
from lib.store.connection import UnitOfWork
from lib.store.import_reviews import Review
from tests.conftest import EVERY_ROLE, actor_with
from tests.pictures import broken, jpeg
from tests.records import NOW, restrict
from tests.services.importing import (
    PATIENTS,
    actions,
    bring,
    counts,
    entries,
    everything,
    patient_of,
    rows,
)
from tests.services.media.conftest import files_of

HEAD = "file,patient id,patient name,dob,treatment id,taken on,view,stage\n"
ANN = "IMG_1.jpg,77,Ann Lee,01/02/1980,,20/10/2025,front,before\n"
STRANGER = "IMG_2.jpg,,Jo Stranger,,,,,\n"
ROWS = ("import_review", "media_item", "media_key")


@pytest.fixture
def console() -> Actor:
    return actor_with(*EVERY_ROLE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "card"
    made.mkdir()
    (made / "IMG_1.jpg").write_bytes(jpeg(1, "2025:10:20 09:30:00"))
    (made / "IMG_2.jpg").write_bytes(jpeg(2))
    return made


@pytest.fixture(autouse=True)
def _patients(desk: Clinic, compliance: Actor) -> None:
    bring(desk, compliance, Kind.PATIENTS, PATIENTS)


def run(desk: Clinic, actor: Actor, folder: Path, text: str, **options: bool) -> ImportReport:
    (folder / "manifest.csv").write_text(HEAD + text, "utf-8")
    return manifest.run(desk, actor, Folder(folder), Order(**options))


def waiting(desk: Clinic, actor: Actor, state: State = State.WAITING) -> list[Waiting]:
    return list(import_review.list_waiting(desk, actor, state).people)


def link(desk: Clinic, actor: Actor, person: Waiting, patient_id: UUID) -> int:
    return import_review.link(desk, actor, person.review_ids, patient_id, now=NOW)


def keys_of(desk: Clinic) -> set[str]:
    """Return the names of the keys that are kept, without the marks of deleted ones."""
    return {path.stem for path in desk.media.keys.folder.glob("*.key")}


def test_a_picture_of_nobody_who_is_certain_waits_sealed_and_reaches_no_gallery(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    report = run(desk, console, folder, ANN + STRANGER)
    assert counts(report) == (0, 0, 0, 2, 0)
    assert report.is_written
    assert report.warnings[-1] == (
        "Pictures of nobody who is surely one patient; see Import review: 2."
    )
    ids = {str(key) for (key,) in rows(desk, "SELECT external_id FROM import_review")}
    assert keys_of(desk) == ids
    assert set(files_of(desk)) == {f"{key[:2]}/{key}.original" for key in ids}
    for name in files_of(desk):
        content = (desk.media.files.root / name).read_bytes()
        assert b"JFIF" not in content
        assert b"Exif" not in content
    assert rows(desk, "SELECT count(*) FROM media_item") == [(0,)]
    ann, stranger = waiting(desk, console)
    assert [(row.kind, row.line) for row in ann.rows] == [("media", 2)]
    assert dict(ann.rows[0].said[0])["file"] == "IMG_1.jpg"
    assert {one.identity.patient_id for one in ann.choices} == {
        patient_of(desk, "2"),
        patient_of(desk, "3"),
    }
    assert stranger.choices == ()


def test_a_picture_that_is_tied_comes_in_under_the_patients_key_though_the_folder_is_gone(
    desk: Clinic, console: Actor, folder: Path, compliance: Actor
) -> None:
    run(desk, console, folder, ANN)
    shutil.rmtree(folder)
    (ann,) = waiting(desk, compliance)
    chosen = patient_of(desk, "3")
    assert link(desk, compliance, ann, chosen) == 1
    ((media_id, owner, key_id, format_),) = rows(
        desk, "SELECT media_id, patient_id, key_id, format FROM media_item"
    )
    assert (owner, format_) == (chosen, "JPEG")
    assert key_id == sealing_keys.key_for(desk, chosen)
    assert keys_of(desk) == {str(key_id)}
    names = {name.split(".")[-1] for name in files_of(desk)}
    assert names == {"original", "thumbnail", "preview"}
    assert {name.split("/")[1].split(".")[0] for name in files_of(desk)} == {str(media_id)}
    with desk.media.sealed(media_id, ORIGINAL, key_id).reader() as reader:
        assert reader.readall() == jpeg(1, "2025:10:20 09:30:00")
    assert rows(desk, "SELECT view, stage, is_guessed FROM media_label") == [
        (View.FRONT, Stage.BEFORE, False)
    ]
    reviewed = [one for one in entries(desk) if one.action == Action.IMPORT_ROW_REVIEWED]
    assert [(one.patient_id, one.subject_id) for one in reviewed] == [(chosen, ann.review_ids[0])]
    assert actions(desk)[Action.MEDIA_ADDED] == 1
    assert patient_of(desk, "77") == chosen
    assert link(desk, compliance, ann, chosen) == 0
    assert waiting(desk, compliance) == []


def test_the_same_folder_again_knows_what_waits_and_what_was_decided(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, ANN + STRANGER)
    before = files_of(desk), everything(desk, *ROWS)
    assert counts(run(desk, console, folder, ANN + STRANGER)) == (0, 0, 0, 2, 0)
    assert (files_of(desk), everything(desk, *ROWS)) == before
    ann, stranger = waiting(desk, console)
    link(desk, console, ann, patient_of(desk, "2"))
    import_review.dismiss(desk, console, stranger.review_ids, now=NOW)
    assert counts(run(desk, console, folder, ANN + STRANGER, dry_run=True)) == (0, 0, 2, 0, 0)
    assert counts(run(desk, console, folder, ANN + STRANGER)) == (0, 0, 2, 0, 0)


def test_what_was_set_aside_stays_sealed_and_can_be_taken_up_again(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, STRANGER)
    (person,) = waiting(desk, console)
    import_review.dismiss(desk, console, person.review_ids, now=NOW)
    assert sweep.sweep(desk) == Swept(0, 0, 0)
    assert len(files_of(desk)) == 1
    import_review.restore(desk, console, person.review_ids, now=NOW)
    assert link(desk, console, person, patient_of(desk, "1")) == 1
    assert rows(desk, "SELECT patient_id FROM media_item") == [(patient_of(desk, "1"),)]


def test_two_folders_that_say_the_same_of_two_pictures_lose_neither(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, STRANGER)
    (folder / "IMG_2.jpg").write_bytes(jpeg(3))
    assert counts(run(desk, console, folder, STRANGER)) == (0, 0, 0, 1, 0)
    (person,) = waiting(desk, console)
    assert link(desk, console, person, patient_of(desk, "1")) == 2
    assert rows(desk, "SELECT count(*) FROM media_item") == [(2,)]


def test_a_dry_run_says_what_would_wait_and_keeps_nothing(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    report = run(desk, console, folder, ANN + STRANGER, dry_run=True)
    assert counts(report) == (0, 0, 0, 2, 0)
    assert (files_of(desk), keys_of(desk), waiting(desk, console)) == ([], set(), [])


def test_a_refused_folder_keeps_nothing(desk: Clinic, console: Actor, folder: Path) -> None:
    report = run(desk, console, folder, STRANGER + "none.jpg,,Jo Stranger,,,,,\n")
    assert counts(report) == (0, 0, 0, 0, 1)
    assert (files_of(desk), keys_of(desk), waiting(desk, console)) == ([], set(), [])


def test_a_damaged_file_is_refused_when_it_comes_and_leaves_nothing(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    (folder / "IMG_1.jpg").write_bytes(broken())
    report = run(desk, console, folder, ANN + STRANGER)
    assert counts(report) == (0, 0, 0, 1, 1)
    assert [(row.line, row.value) for row in report.rejected] == [(2, "IMG_1.jpg")]
    assert len(files_of(desk)) == len(keys_of(desk)) == 1


def test_a_day_to_come_is_refused_at_once(desk: Clinic, console: Actor, folder: Path) -> None:
    report = run(desk, console, folder, STRANGER.replace(",,,,,", ",,,01/01/2060,,"))
    assert [row.reason for row in report.rejected] == ["the day is still to come"]


def test_once_the_patient_is_here_the_folder_needs_no_review_any_more(
    desk: Clinic, console: Actor, folder: Path, compliance: Actor
) -> None:
    text = "IMG_2.jpg,,Max New,05/06/1990,,,,\n"
    run(desk, console, folder, text)
    bring(desk, compliance, Kind.PATIENTS, PATIENTS + "8,Max,New,05/06/1990,,\n")
    assert counts(run(desk, console, folder, text)) == (1, 0, 0, 0, 0)
    assert waiting(desk, console) == []
    assert rows(desk, "SELECT patient_id FROM media_item") == [(patient_of(desk, "8"),)]
    assert keys_of(desk) == {str(sealing_keys.key_for(desk, patient_of(desk, "8")))}
    assert len(files_of(desk)) == 3


def test_a_picture_comes_in_with_the_treatment_that_waits_beside_it(
    desk: Clinic, console: Actor, folder: Path, compliance: Actor
) -> None:
    bring(
        desk,
        compliance,
        Kind.TREATMENTS,
        "patient id,patient name,dob,treatment id,date,treatment\n"
        "77,Ann Lee,01/02/1980,T-7,20/10/2025,Peel\n",
    )
    run(desk, console, folder, ANN.replace("1980,,", "1980,T-7,"))
    (ann,) = waiting(desk, console)
    assert [row.kind for row in ann.rows] == ["treatments", "media"]
    assert link(desk, console, ann, patient_of(desk, "2")) == 2
    ((series_id,),) = rows(desk, "SELECT series_id FROM treatment")
    assert rows(desk, "SELECT treatment_series_id FROM media_label") == [(series_id,)]


def test_a_picture_that_cannot_be_of_this_patient_goes_on_waiting(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, ANN.replace("1980,,20/10/2025", "1980,T-9,20/10/2025"))
    (ann,) = waiting(desk, console)
    before = files_of(desk), everything(desk, *ROWS)
    with pytest.raises(InvalidInputError, match=r"Line 2 .* the patient has no such treatment"):
        link(desk, console, ann, patient_of(desk, "2"))
    restrict(desk, patient_of(desk, "1"))
    with pytest.raises(InvalidInputError, match="rule E1"):
        link(desk, console, ann, patient_of(desk, "1"))
    assert (files_of(desk), everything(desk, *ROWS)) == before


def test_a_picture_that_the_record_has_already_is_settled_and_not_kept_twice(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, STRANGER)
    assert run(desk, console, folder, "IMG_2.jpg,1,,,,,,\n").added == 1
    (person,) = waiting(desk, console)
    assert link(desk, console, person, patient_of(desk, "1")) == 1
    assert rows(desk, "SELECT count(*) FROM media_item") == [(1,)]
    assert (len(keys_of(desk)), len(files_of(desk))) == (1, 3)


def test_a_file_that_was_changed_while_it_waited_is_not_taken_in(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, STRANGER)
    (name,) = files_of(desk)
    path = desk.media.files.root / name
    content = path.read_bytes()
    path.write_bytes(content[:-20] + bytes(20))
    (person,) = waiting(desk, console)
    with pytest.raises(SealedFileError):
        link(desk, console, person, patient_of(desk, "1"))
    assert len(waiting(desk, console)) == 1
    path.write_bytes(content)
    assert files_of(desk) == [name]
    assert link(desk, console, person, patient_of(desk, "1")) == 1


def test_a_worker_that_cannot_open_it_any_more_leaves_it_waiting(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, STRANGER)
    (person,) = waiting(desk, console)
    limits = replace(desk.media.workers.limits, prepare_seconds=0.001)
    shared = type(desk.media.workers)(1, limits)
    slow = replace(desk, media=replace(desk.media, workers=shared))
    with pytest.raises(InvalidInputError, match="Line 2 cannot be taken in for this patient: Look"):
        link(slow, console, person, patient_of(desk, "1"))
    shared.close()
    assert len(files_of(desk)) == 1
    assert link(desk, console, person, patient_of(desk, "1")) == 1


def test_the_next_start_drops_what_an_interruption_left_and_keeps_what_waits(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, STRANGER)
    (waits,) = keys_of(desk)
    left = desk.media.keys.make()
    intake.seal(desk, left, left, lambda: (folder / "IMG_1.jpg").open("rb"))
    for file_id in (left, UUID(waits)):
        intake.mark_of(desk, file_id).touch()
    desk.media.files.settle(left)
    assert sweep.sweep(desk) == Swept(2, 0, 0)
    assert keys_of(desk) == {waits}
    assert files_of(desk) == [f"{waits[:2]}/{waits}.original"]
    with pytest.raises(MediaKeyMissingError):
        desk.media.keys.get(left)


def test_a_waiting_picture_whose_file_is_missing_is_told_of(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, STRANGER)
    (name,) = files_of(desk)
    (desk.media.files.root / name).unlink()
    assert sweep.sweep(desk) == Swept(0, 0, 1)


def test_what_fails_in_the_transaction_leaves_it_waiting_and_the_next_start_would_know(
    desk: Clinic, console: Actor, folder: Path
) -> None:
    run(desk, console, folder, STRANGER)
    before = files_of(desk), everything(desk, *ROWS)
    (person,) = waiting(desk, console)
    with desk.store.reading() as cursor:
        review = import_reviews.get_review(cursor, person.review_ids[0])
    assert review is not None
    marks: list[bool] = []

    def settle(_: UnitOfWork, one: Review) -> None:
        marks.append(intake.mark_of(desk, waiting_media.file_of(one)).exists())
        raise RuntimeError

    patient_id = patient_of(desk, "1")
    row = Picture(2, "IMG_2.jpg", "", None, None, None, None, None, "", "")
    placed = Placed(row, Mention("", "Jo", "Stranger", None, (), (), ""), patient_id, None)
    chosen = waiting_media.Chosen(console, patient_id, NOW)
    with pytest.raises(RuntimeError):
        waiting_media.bring_in(desk, [(review, placed)], chosen, settle)
    assert marks == [True]
    assert (files_of(desk), everything(desk, *ROWS)) == before
    assert link(desk, console, person, patient_id) == 1
