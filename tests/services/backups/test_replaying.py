"""An old back-up brings nobody back who was disposed of since, and their pictures stay shut."""

import shutil
from pathlib import Path
from uuid import UUID

import pytest

from lib.domain.access import Actor, Role
from lib.domain.audit import Action
from lib.errors import MediaKeyMissingError, RestoreError, SealedFileKeyError
from lib.media.files import ORIGINAL, MediaFiles
from lib.services import audit
from lib.services.backups import making, replaying, restoring, swapping
from lib.services.backups.making import Made, Order
from lib.services.clinic import Clinic, open_clinic, open_unrepeated
from lib.services.disposal import ledger, running
from lib.store import backups as store
from tests.conftest import EVERY_ROLE, actor_with
from tests.records import NOW, audit_lines
from tests.services.backups.conftest import add_pictures, pictures_in
from tests.services.disposal.due import due, people, started
from tests.services.disposal.left import holding

NAME = "Quillfeather"


@pytest.fixture
def gone(full: Clinic) -> UUID:
    """Return a patient with pictures whose record is due."""
    patient_id = due(full, family_name=NAME)
    add_pictures(full, patient_id)
    return patient_id


@pytest.fixture
def old(full: Clinic, administrator: Actor, gone: UUID) -> Made:
    """Return a back-up in which that patient is, made before the disposal; the clinic is closed."""
    made = making.make(full, administrator, Order(NOW))
    case = started(full, people(full), gone)
    done = running.run(full, case.case_id, lambda: NOW)
    assert done.fault is None
    full.close()
    return made


def require_nobody(clinic: Clinic, gone: UUID) -> None:
    with clinic.store.reading() as cursor:
        assert holding(cursor, str(gone), NAME) == []
        assert len(store.list_patients(cursor)) == 1
    assert not list(clinic.home.glob("RESTORED*"))
    assert len(pictures_in(clinic.home)) == 3


def test_an_old_backup_brings_nobody_back(
    full: Clinic, administrator: Actor, gone: UUID, old: Made
) -> None:
    done = restoring.restore(full.settings, administrator, old.place, now=NOW)
    assert done.replayed == 1
    again = open_clinic(full.settings)
    try:
        require_nobody(again, gone)
        assert audit.verify(again, actor_with(Role.COMPLIANCE)).is_whole
        actions = [line[0] for line in audit_lines(again)]
        assert actions.count(Action.DISPOSAL_REPLAYED.value) == 1
        assert actions.count(Action.CLINIC_RESTORED.value) == 1
    finally:
        again.close()


def test_their_sealed_pictures_in_the_backup_cannot_be_opened(
    full: Clinic, old: Made, gone: UUID, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    chosen = full.settings
    shutil.copyfile(old.place / "home" / "clinic.duckdb", copy / "clinic.duckdb")
    elsewhere = chosen.model_copy(update={"home": copy, "key": full.master_key.hex()})
    looked = open_unrepeated(elsewhere)
    with looked.store.reading() as cursor:
        theirs = cursor.execute(
            "SELECT media_id, key_id FROM media_item WHERE patient_id = ?", [gone]
        ).fetchall()
        others = cursor.execute("SELECT DISTINCT key_id FROM media_key").fetchall()
    looked.close()
    assert len(theirs) == 3
    sealed = MediaFiles(old.place / "home")
    for media_id, key_id in theirs:
        with pytest.raises(MediaKeyMissingError):
            full.media.keys.get(key_id)
        for (other,) in others:
            if other in full.media.keys.key_ids():
                with pytest.raises(SealedFileKeyError):
                    sealed.sealed(media_id, ORIGINAL, full.media.keys.get(other)).reader()


def test_a_store_put_back_by_hand_is_caught_at_the_next_start(
    full: Clinic, old: Made, gone: UUID
) -> None:
    shutil.copyfile(old.place / "home" / "clinic.duckdb", full.home / "clinic.duckdb")
    for _ in range(2):
        again = open_clinic(full.settings)
        require_nobody(again, gone)
        again.close()


@pytest.mark.usefixtures("old")
def test_nothing_is_repeated_where_nothing_is_missing(full: Clinic, gone: UUID) -> None:
    again = open_clinic(full.settings)
    try:
        require_nobody(again, gone)
        assert replaying.catch_up(again) == 0
        assert Action.DISPOSAL_REPLAYED.value not in [line[0] for line in audit_lines(again)]
    finally:
        again.close()


@pytest.mark.parametrize("harm", ["lost", "cut", "changed"])
def test_without_its_ledger_a_backup_is_not_restored(
    full: Clinic, administrator: Actor, old: Made, harm: str
) -> None:
    for file in ledger.files_of(full):
        text = file.read_text("utf-8")
        if harm == "lost":
            file.unlink()
        else:
            file.write_text(text[: len(text) // 2] if harm == "cut" else text.replace("1", "2", 1))
    with pytest.raises(RestoreError, match="ledger of disposals beside the clinic's keys is dam"):
        restoring.restore(full.settings, administrator, old.place, now=NOW)
    assert not swapping.building_of(full.home).exists()
    again = open_clinic(full.settings)
    assert len(audit_lines(again))
    again.close()


def test_a_restored_clinic_disposes_under_new_numbers(
    full: Clinic, administrator: Actor, old: Made
) -> None:
    restoring.restore(full.settings, administrator, old.place, now=NOW)
    again = open_clinic(full.settings)
    try:
        case = started(again, people(again), due(again))
        running.run(again, case.case_id, lambda: NOW)
        assert [line.number for line in ledger.read(again)[0]] == ["D-000001", "D-000002"]
    finally:
        again.close()


def test_what_could_not_be_repeated_leaves_nobody_in_and_says_how_to_go_on(
    full: Clinic, old: Made, gone: UUID
) -> None:
    def break_ledger(told: object) -> None:
        if getattr(told, "stage", "") == "Putting the clinic in its place":
            for file in ledger.files_of(full):
                file.write_text("{}")

    kept = [(file, file.read_text()) for file in ledger.files_of(full)]
    with pytest.raises(RestoreError, match=r"nobody can sign in.*--undo"):
        restoring.restore(
            full.settings, actor_with(*EVERY_ROLE), old.place, now=NOW, watch=break_ledger
        )
    with pytest.raises(RestoreError, match="is damaged"):
        open_clinic(full.settings)
    for file, text in kept:
        file.write_text(text)
    assert "Nothing of a restore" in restoring.finish(full.settings)
    again = open_clinic(full.settings)
    require_nobody(again, gone)
    again.close()
