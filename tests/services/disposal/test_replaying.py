"""Restoring an older copy of the store brings nobody back (C10)."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from lib.domain.access import Role
from lib.errors import MediaKeyMissingError
from lib.services import audit
from lib.services.clinic import Clinic, open_unrepeated
from lib.services.disposal import ledger, replaying, running
from tests.conftest import actor_with
from tests.records import NOW, add_history, write
from tests.services.disposal.due import due, people, started
from tests.services.disposal.left import holding
from tests.services.disposal.vital import mark


@pytest.fixture
def old_copy(tmp_path: Path) -> Path:
    """Return where a test keeps the store as it was."""
    return tmp_path / "older.duckdb"


def keep_store(clinic: Clinic, copy: Path) -> None:
    """Copy the store's file while nothing is written."""
    with clinic.store.held() as file:
        shutil.copyfile(file, copy)


@contextmanager
def restored(clinic: Clinic, copy: Path) -> Iterator[Clinic]:
    """Put the old file in the place of the new one, and open it without anything else."""
    settings, path = clinic.settings, clinic.store.path
    clinic.close()
    for one in path.parent.glob(f"{path.name}*"):
        if one.is_file():
            one.unlink()
    shutil.copyfile(copy, path)
    opened = open_unrepeated(settings)
    try:
        yield opened
    finally:
        opened.close()


def replay(clinic: Clinic) -> int:
    """Repeat everything that the ledger says."""
    return replaying.replay(clinic, ledger.read(clinic)[0], now=NOW)


def add_key(clinic: Clinic, patient_id: UUID) -> UUID:
    """Give a patient a media key with a sealed file."""
    key_id = clinic.media.keys.make()
    write(clinic, "media_key", key_id=key_id, patient_id=patient_id, made_at=NOW)
    return key_id


def test_a_record_goes_again_with_its_keys_and_its_trail(clinic: Clinic, old_copy: Path) -> None:
    known = people(clinic)
    patient_id, other = due(clinic, family_name="Quillfeather"), due(clinic)
    key_id = add_key(clinic, patient_id)
    absorbed = due(clinic, family_name="Brackenbury", merged_into_id=patient_id)
    keep_store(clinic, old_copy)
    case = started(clinic, known, patient_id)
    assert running.run(clinic, case.case_id, lambda: NOW).fault is None
    lines, faults = ledger.read(clinic)
    assert ([line.number for line in lines], faults) == (["D-000001"], [])
    with restored(clinic, old_copy) as opened:
        assert replay(opened) == 2
        with opened.store.reading() as cursor:
            needles = (str(patient_id), str(absorbed), "Quillfeather", "Brackenbury")
            assert holding(cursor, *needles) == []
            assert cursor.execute("SELECT patient_id FROM patient").fetchall() == [(other,)]
        with pytest.raises(MediaKeyMissingError):
            opened.media.keys.get(key_id)
        assert replay(opened) == 0
        assert audit.verify(opened, actor_with(Role.COMPLIANCE)).is_whole
        assert started(opened, known, other).number == "C-000002"


def test_what_was_marked_after_the_copy_stays_and_is_marked_again(
    clinic: Clinic, old_copy: Path
) -> None:
    known = people(clinic)
    patient_id = due(clinic, family_name="Quillfeather")
    allergy = add_history(clinic, patient_id, "allergy", "Latex")
    add_history(clinic, patient_id, "condition", "Asthma")
    keep_store(clinic, old_copy)
    mark(clinic, patient_id, ("history_entry", allergy))
    case = started(clinic, known, patient_id)
    assert running.run(clinic, case.case_id, lambda: NOW).fault is None
    with restored(clinic, old_copy) as opened:
        assert replay(opened) == 1
        with opened.store.reading() as cursor:
            assert cursor.execute("SELECT name FROM history_entry").fetchall() == [("Latex",)]
            assert cursor.execute("SELECT count(*) FROM treatment").fetchall() == [(0,)]
            assert cursor.execute("SELECT family_name FROM patient").fetchall() == [
                ("Quillfeather",)
            ]
            marks = cursor.execute("SELECT patient_id, review_on FROM vital_interest").fetchall()
            assert marks == [(patient_id, NOW.date())]


def test_a_ledger_that_was_changed_is_told_of_and_what_it_says_still_goes(
    clinic: Clinic, old_copy: Path
) -> None:
    known = people(clinic)
    first, second = due(clinic), due(clinic)
    keep_store(clinic, old_copy)
    case = started(clinic, known, first, second)
    running.run(clinic, case.case_id, lambda: NOW)
    for file in ledger.files_of(clinic):
        file.write_text("\n".join(file.read_text().splitlines()[1:]) + '\n{"number": ')
    with restored(clinic, old_copy) as opened:
        assert ledger.read(opened)[1] == [
            "a line before line 1 was removed or changed",
            "line 2 was changed or cut short",
        ]
        assert replay(opened) == 1


def test_the_copy_of_the_ledger_that_says_more_is_taken(clinic: Clinic) -> None:
    known = people(clinic)
    case = started(clinic, known, due(clinic))
    running.run(clinic, case.case_id, lambda: NOW)
    first, second = ledger.files_of(clinic)
    first.unlink()
    assert [line.number for line in ledger.read(clinic)[0]] == ["D-000001"]
    later = started(clinic, known, due(clinic))
    running.run(clinic, later.case_id, lambda: NOW)
    assert first.read_text() == second.read_text()
