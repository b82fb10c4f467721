"""What shows a consent: kept with the patient's key, opened with an entry in the trail, or gone."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain import consent_papers
from lib.domain.access import Actor
from lib.domain.consent import EvidenceKind
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    MediaKeyMissingError,
    MediaSpaceError,
    MergedError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
    SealedFileAlteredError,
    SealedFileCutError,
    SealedFileMovedError,
)
from lib.media.evidence import EvidenceFiles
from lib.media.sealing import HEADER, SEALED_FRAME_BYTES
from lib.services.clinic import Clinic
from lib.services.consent import evidence, waiting
from lib.services.consent.evidence import Attached
from lib.store import consent_evidence
from lib.store.consent_evidence import EvidenceRow
from tests.pictures import broken, jpeg
from tests.records import NOW, add_patient, audit_lines, restrict

EMAIL = b"From: a@example.com\r\nSubject: stop\r\n\r\nPlease stop.\r\n"
PDF = b"%PDF-1.7\n" + b"x" * 600_000 + b"\n%%EOF\n"


def upload(clinic: Clinic, actor: Actor, content: bytes) -> UUID:
    arriving = waiting.begin(clinic, actor, len(content), now=NOW)
    for start in range(0, len(content), 300_000):
        arriving.take(content[start : start + 300_000])
    return arriving.finish(now=NOW).evidence_id


def attached(evidence_id: UUID, patient_id: UUID, note: str = "") -> Attached:
    return Attached(evidence_id, patient_id, NOW, note, has_file=True)


def keep(clinic: Clinic, actor: Actor, patient_id: UUID, content: bytes = PDF) -> UUID:
    key = upload(clinic, actor, content)
    return evidence.add_file(clinic, actor, attached(key, patient_id))


def row_of(clinic: Clinic, evidence_id: UUID) -> EvidenceRow:
    with clinic.store.reading() as cursor:
        found = consent_evidence.get_evidence(cursor, evidence_id)
    assert found is not None
    return found


def files(clinic: Clinic) -> list[str]:
    root = EvidenceFiles(clinic.home).root
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_a_file_is_kept_sealed_and_read_back_as_it_came(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = keep(clinic, staff, patient_id)
    row = row_of(clinic, key)
    assert (row.kind, row.media_type, row.bytes) == (
        EvidenceKind.SCAN,
        "application/pdf",
        len(PDF),
    )
    assert files(clinic) == [f"{key}.evidence"]
    assert b"%PDF" not in EvidenceFiles(clinic.home).path_of(key).read_bytes()
    with evidence.open_file(clinic, staff, key).reader as reader:
        assert reader.readall() == PDF
    assert [line[0] for line in audit_lines(clinic)] == [
        "evidence of consent added",
        "evidence of consent viewed",
    ]


def test_a_note_is_kept_and_has_no_file(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    note = Attached(uuid7s.uuid7(), patient_id, NOW, " Rang at ten: no emails. ")
    key = evidence.add_note(clinic, staff, note)
    assert evidence.add_note(clinic, staff, note) == key
    row = row_of(clinic, key)
    assert (row.kind, row.note, row.has_file) == (
        EvidenceKind.NOTE,
        "Rang at ten: no emails.",
        False,
    )
    with pytest.raises(NotFoundError):
        evidence.open_file(clinic, staff, key)
    with pytest.raises(SavedAlreadyError):
        evidence.add_note(clinic, staff, replace(note, note="Another"))


@pytest.mark.parametrize(("note", "words"), [(" ", "write down"), ("x" * 4_001, "4,000")])
def test_a_note_says_something_of_a_length(
    clinic: Clinic, staff: Actor, note: str, words: str
) -> None:
    wanted = Attached(uuid7s.uuid7(), add_patient(clinic), NOW, note)
    with pytest.raises(InvalidInputError, match=words):
        evidence.add_note(clinic, staff, wanted)


def test_a_second_click_keeps_one_file(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = keep(clinic, staff, patient_id)
    assert evidence.add_file(clinic, staff, attached(key, patient_id)) == key
    with pytest.raises(SavedAlreadyError):
        evidence.add_file(clinic, staff, attached(key, add_patient(clinic)))
    assert files(clinic) == [f"{key}.evidence"]
    assert len(audit_lines(clinic)) == 1


def test_what_could_not_be_saved_leaves_the_file_waiting(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    key = upload(clinic, staff, EMAIL)
    with pytest.raises(GroundNeededError):
        evidence.add_file(clinic, staff, attached(key, patient_id))
    assert files(clinic) == [f"{key}.evidence"]
    assert not EvidenceFiles(clinic.home).path_of(key).exists()
    assert waiting.content(clinic, staff, key) == EMAIL
    wanted = replace(attached(key, patient_id), ground=Ground.LEGAL_CLAIMS)
    assert evidence.add_file(clinic, staff, wanted) == key
    with pytest.raises(GroundNeededError, match="name the ground"):
        evidence.open_file(clinic, staff, key)
    assert [line[0] for line in audit_lines(clinic)] == [
        "refused",
        "evidence of consent added",
        "refused",
    ]


def test_only_who_may_brings_in_keeps_and_opens(clinic: Clinic, staff: Actor, owner: Actor) -> None:
    patient_id = add_patient(clinic)
    key = keep(clinic, staff, patient_id)
    with pytest.raises(NotPermittedError):
        waiting.begin(clinic, owner, 5, now=NOW)
    with pytest.raises(NotPermittedError):
        evidence.add_note(clinic, owner, Attached(uuid7s.uuid7(), patient_id, NOW, "x"))
    with pytest.raises(NotPermittedError):
        evidence.open_file(clinic, owner, key)
    assert [line[0] for line in audit_lines(clinic)[-3:]] == ["refused"] * 3


def test_a_file_of_another_person_cannot_be_kept_or_removed(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    key = upload(clinic, staff, EMAIL)
    other = replace(compliance, person_id=uuid7s.uuid7())
    waiting.cancel(clinic, other, key)
    with pytest.raises(NotFoundError):
        evidence.add_file(clinic, other, attached(key, add_patient(clinic)))
    waiting.cancel(clinic, staff, key)
    assert files(clinic) == []


def test_an_unknown_and_a_merged_record_take_no_evidence(clinic: Clinic, staff: Actor) -> None:
    merged = add_patient(clinic, merged_into_id=add_patient(clinic))
    for patient_id, error in ((uuid7s.uuid7(), NotFoundError), (merged, MergedError)):
        key = upload(clinic, staff, EMAIL)
        with pytest.raises(error):
            evidence.add_file(clinic, staff, attached(key, patient_id))
    with pytest.raises(NotFoundError):
        evidence.open_file(clinic, staff, uuid7s.uuid7())


@pytest.mark.parametrize(
    ("content", "announced", "words"),
    [
        (b"MZ" + bytes(8_000), None, "can be kept as evidence"),
        (EMAIL, len(EMAIL) + 1, "did not arrive whole"),
        (EMAIL, len(EMAIL) - 1, "did not arrive whole"),
        (b"x", consent_papers.MOST_BYTES + 1, "25 MB"),
        (b"", 0, "empty"),
    ],
)
def test_nothing_stays_of_what_is_refused(
    clinic: Clinic, staff: Actor, content: bytes, announced: int | None, words: str
) -> None:
    def send() -> None:
        size = len(content) if announced is None else announced
        arriving = waiting.begin(clinic, staff, size, now=NOW)
        arriving.take(content)
        arriving.finish(now=NOW)

    with pytest.raises(InvalidInputError, match=words):
        send()
    assert files(clinic) == []


def test_a_picture_must_open_to_be_kept(clinic: Clinic, staff: Actor) -> None:
    assert waiting.find(staff, upload(clinic, staff, jpeg(1))).sort.media_type == "image/jpeg"
    with pytest.raises(InvalidInputError, match="cannot be opened"):
        upload(clinic, staff, broken())
    waiting.forget_old(clinic, now=NOW + timedelta(hours=1))
    assert files(clinic) == []


def test_a_few_files_wait_at_most_and_an_hour_at_most(clinic: Clinic, staff: Actor) -> None:
    keys = [upload(clinic, staff, EMAIL) for _ in range(waiting.MOST_WAITING)]
    with pytest.raises(InvalidInputError, match="Too many"):
        waiting.begin(clinic, staff, 5, now=NOW)
    later = NOW + timedelta(hours=1)
    waiting.begin(clinic, staff, 5, now=later).abandon()
    with pytest.raises(NotFoundError, match="an hour ago"):
        waiting.find(staff, keys[0])
    assert files(clinic) == []


def test_what_an_interruption_left_is_swept_away_and_nothing_else(
    clinic: Clinic, staff: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    kept = keep(clinic, staff, add_patient(clinic))
    place = EvidenceFiles(clinic.home)
    lost, stray, old = (uuid7s.uuid7() for _ in range(3))
    place.mark_of(lost).touch()
    # A kill between the commit and the mark's removal keeps the file.
    place.mark_of(kept).touch()
    (place.incoming_folder / f"{old}.evidence").write_bytes(b"half")
    (place.incoming_folder / "other").touch()
    for key in (lost, stray):
        place.path_of(key).parent.mkdir(exist_ok=True)
        place.path_of(key).write_bytes(b"sealed")
    assert evidence.sweep(clinic) == 4
    assert files(clinic) == sorted([f"{kept}.evidence", f"{stray}.evidence"])
    assert re.search("1 files have no row, 0 rows lack", caplog.text)


def test_a_changed_a_cut_and_a_moved_file_are_told_apart_and_a_deleted_key_ends_it(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    key, other = (keep(clinic, staff, patient_id) for _ in range(2))
    path = EvidenceFiles(clinic.home).path_of(key)
    whole = path.read_bytes()
    assert evidence.is_whole(clinic, row_of(clinic, key))
    path.write_bytes(whole[:4000] + bytes([whole[4000] ^ 1]) + whole[4001:])
    with pytest.raises(SealedFileAlteredError):
        evidence.is_whole(clinic, row_of(clinic, key))
    path.write_bytes(whole[: HEADER.size + SEALED_FRAME_BYTES])
    with pytest.raises(SealedFileCutError):
        evidence.open_file(clinic, staff, key)
    path.write_bytes(EvidenceFiles(clinic.home).path_of(other).read_bytes())
    with pytest.raises(SealedFileMovedError):
        evidence.open_file(clinic, staff, key)
    clinic.media.keys.delete(row_of(clinic, key).key_id or uuid7s.uuid7())
    with pytest.raises(MediaKeyMissingError):
        evidence.open_file(clinic, staff, key)


def test_a_disk_that_cannot_be_written_is_said(clinic: Clinic, staff: Actor) -> None:
    root = EvidenceFiles(clinic.home).root
    root.write_text("a file where the folder should be")
    with pytest.raises(MediaSpaceError, match="disk is full"):
        waiting.begin(clinic, staff, 5, now=NOW)
