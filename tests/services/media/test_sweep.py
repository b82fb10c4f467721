"""The next start removes what an interruption left, and nothing that nobody can account for."""

import logging
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.services.clinic import Clinic
from lib.services.media import intake, sweep
from lib.services.media.sweep import Swept
from tests.pictures import jpeg
from tests.records import add_patient
from tests.services.media.conftest import bring, files_of, send


def placed(desk: Clinic, name: str = "original") -> UUID:
    """Put a file in place that no row speaks of."""
    media_id: UUID = uuid7s.uuid7()
    path = desk.media.files.path_of(media_id, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sealed")
    return media_id


def test_what_was_coming_in_is_removed(desk: Clinic, staff: Actor) -> None:
    send(desk, staff, add_patient(desk), jpeg(1))
    (desk.media.files.incoming_folder / "half.part").write_bytes(b"x")
    assert sweep.sweep(desk) == Swept(2, 0, 0)
    assert files_of(desk) == []


def test_what_a_mark_speaks_of_is_removed_unless_it_is_in_the_store(
    desk: Clinic, staff: Actor
) -> None:
    (entry,) = bring(desk, staff, add_patient(desk), jpeg(1))
    before = files_of(desk)
    for media_id in (entry.media_id, placed(desk)):
        intake.mark_of(desk, media_id).write_bytes(b"")
    assert sweep.sweep(desk) == Swept(2, 0, 0)
    assert files_of(desk) == before


def test_a_file_that_nobody_can_account_for_is_told_of_and_kept(
    desk: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    placed(desk)
    with caplog.at_level(logging.WARNING):
        assert sweep.sweep(desk) == Swept(0, 1, 0)
    assert len(files_of(desk)) == 1
    assert caplog.messages == [
        "Photographs: the files of 1 items have no row, 0 items lack a file."
    ]


def test_a_picture_whose_file_is_missing_is_told_of(desk: Clinic, staff: Actor) -> None:
    (entry,) = bring(desk, staff, add_patient(desk), jpeg(1))
    desk.media.files.path_of(entry.media_id, "preview").unlink()
    assert sweep.sweep(desk) == Swept(0, 0, 1)


def test_an_empty_clinic_has_nothing_to_sweep(desk: Clinic) -> None:
    assert sweep.sweep(desk) == Swept(0, 0, 0)
