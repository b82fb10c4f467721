"""The proof searches everything that is left, says where it found something, and never what."""

from datetime import date
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.identifiers import Kind
from lib.errors import NotFoundError, NotProvedError
from lib.services.clinic import Clinic
from lib.services.disposal import proof
from lib.services.disposal.proof import Finding, Proof
from tests.records import NOW, add_patient, write
from tests.services.disposal import known as someone
from tests.services.disposal.cases import collected_case, take_out
from tests.services.disposal.known import Known

HOME = "the clinic's home"


def gone(clinic: Clinic) -> tuple[Known, UUID]:
    known = someone.add_known(clinic)
    case_id = collected_case(clinic, [known.patient_id])
    take_out(clinic, known.patient_id)
    return known, case_id


def found(clinic: Clinic, case_id: UUID) -> tuple[Finding, ...]:
    return proof.prove(clinic, case_id).findings


def note_of(clinic: Clinic, patient_id: UUID, words: str) -> None:
    write(
        clinic,
        "consultation",
        consultation_id=uuid7s.uuid7(),
        patient_id=patient_id,
        consulted_on=date(2024, 5, 2),
        outcome="proceed",
        notes=words,
        recorded_at=NOW,
    )


def test_before_the_record_goes_the_proof_finds_it_everywhere(clinic: Clinic) -> None:
    known = someone.add_known(clinic)
    case_id = collected_case(clinic, [known.patient_id])

    places = {(one.where.split(" of ")[0], one.kind) for one in found(clinic, case_id)}

    assert {
        ("patient.patient_id", Kind.PATIENT_ID.value),
        ("patient.reference", Kind.REFERENCE.value),
        ("patient_phone.number", Kind.PHONE.value),
        ("patient_phone.number_as_given", Kind.PHONE.value),
        ("patient_email.email", Kind.EMAIL.value),
        ("patient_external_id.external_id", Kind.EXTERNAL_ID.value),
        ("consultation.consultation_id", Kind.ROW_ID.value),
        ("consent_evidence.filename", Kind.FILE_NAME.value),
        ("consent_evidence.sha256", Kind.DIGEST.value),
        ("media_key.key_id", Kind.ROW_ID.value),
    } <= places


def test_nothing_is_found_of_a_record_that_went(clinic: Clinic) -> None:
    _, case_id = gone(clinic)
    add_patient(clinic, given_names="Olu", family_name="Akande")

    proved = proof.prove(clinic, case_id)

    proof.require(proved)
    assert proved.findings == ()
    assert proved.searched.identifiers[Kind.NAME.value] == 3
    assert proved.searched.shared == {}
    assert proved.searched.keys_gone == 1


def test_a_table_that_was_forgotten_is_found(clinic: Clinic) -> None:
    known = someone.add_known(clinic)
    case_id = collected_case(clinic, [known.patient_id])
    take_out(clinic, known.patient_id, but="consultation")

    with pytest.raises(NotProvedError, match=r"consultation\.") as refused:
        proof.require(proof.prove(clinic, case_id))

    said = " ".join(refused.value.findings)
    assert someone.FAMILY not in said
    assert someone.EMAIL not in said


def test_what_stands_in_the_note_of_another_is_found(clinic: Clinic) -> None:
    _, case_id = gone(clinic)
    other = add_patient(clinic, given_names="Olu", family_name="Akande")
    note_of(clinic, other, "Her friend Zoë Quillfeather-O'Shea came along.")

    assert found(clinic, case_id) == (
        Finding("consultation.notes of the store", Kind.NAME.value, 1),
    )


def test_a_family_that_shares_name_telephone_and_address_raises_no_alarm(clinic: Clinic) -> None:
    known, case_id = gone(clinic)
    other = someone.add_known(clinic, born_on=date(1999, 1, 2))
    note_of(clinic, other.patient_id, f"{someone.GIVEN} {someone.FAMILY}, {someone.EMAIL}")

    proved = proof.prove(clinic, case_id)

    assert proved.findings == ()
    assert proved.searched.shared == {
        Kind.ADDRESS.value: 1,
        Kind.DIGEST.value: 1,
        Kind.EMAIL.value: 1,
        Kind.EXTERNAL_ID.value: 1,
        Kind.FILE_NAME.value: 1,
        Kind.NAME.value: 3,
        Kind.PHONE.value: 1,
    }
    assert proved.searched.namesakes == 0
    assert known.patient_id != other.patient_id


def test_a_shared_name_with_the_date_of_birth_beside_it_is_the_person(clinic: Clinic) -> None:
    _, case_id = gone(clinic)
    other = someone.add_known(clinic, born_on=date(1999, 1, 2))
    note_of(clinic, other.patient_id, "not to be confused with Zoë Brackenbury, b. 9 Mar 1971")

    assert [one.kind for one in found(clinic, case_id)] == [Kind.BORN.value]


def test_a_namesake_born_on_the_same_day_is_counted(clinic: Clinic) -> None:
    _, case_id = gone(clinic)
    someone.add_known(clinic)

    proved = proof.prove(clinic, case_id)

    assert (proved.findings, proved.searched.namesakes) == ((), 1)


def test_somebody_who_works_here_may_have_the_name(clinic: Clinic) -> None:
    _, case_id = gone(clinic)
    write(
        clinic,
        "practitioner",
        practitioner_id=uuid7s.uuid7(),
        display_name="Zoe Brackenbury",
        profession="nurse",
        is_prescriber=False,
    )

    assert found(clinic, case_id) == ()


@pytest.mark.parametrize(
    "content",
    [
        "Zoë Brackenbury".encode(),
        "export;Brackenbury, Zoë;".encode("utf-16-le"),
        b"tel 07700900471",
    ],
)
def test_a_file_that_lies_about_in_the_home_is_found(clinic: Clinic, content: bytes) -> None:
    _, case_id = gone(clinic)
    (clinic.home / "exports").mkdir()
    (clinic.home / "exports" / "old.csv").write_bytes(b"\n" * 5_000 + content)

    assert {one.where for one in found(clinic, case_id)} == {f"{HOME}: a file in exports"}


@pytest.mark.parametrize("order", ["read", "duckdb"])
def test_an_id_in_a_files_bytes_is_found(clinic: Clinic, order: str) -> None:
    known, case_id = gone(clinic)
    one = known.consultation_id
    turned = (one.int ^ (1 << 127)).to_bytes(16, "little")
    (clinic.home / "page").write_bytes(
        b"\x01" * 100 + (one.bytes if order == "read" else turned) + b"\x02" * 9
    )

    assert [one.kind for one in found(clinic, case_id)] == [Kind.ROW_ID.value]


def test_a_picture_that_was_left_is_found_by_its_name(clinic: Clinic) -> None:
    known, case_id = gone(clinic)
    folder = clinic.home / "evidence" / known.evidence_id.hex[:2]
    folder.mkdir(parents=True)
    (folder / f"{known.evidence_id}.sealed").write_bytes(b"\x00")

    assert found(clinic, case_id) == (Finding(f"{HOME}: the name of a file", Kind.ROW_ID.value, 1),)


def test_a_media_key_that_was_left_is_found_and_the_mark_of_a_deleted_one_is_not(
    clinic: Clinic,
) -> None:
    key_id = clinic.media.keys.make()
    patient_id = add_patient(clinic)
    write(clinic, "media_key", key_id=key_id, patient_id=patient_id, made_at=NOW)
    case_id = collected_case(clinic, [patient_id])
    take_out(clinic, patient_id)

    assert proof.KEYS in {one.where for one in found(clinic, case_id)}

    clinic.media.keys.delete(key_id)

    assert found(clinic, case_id) == ()


def test_a_store_that_a_rewrite_left_behind_is_found(clinic: Clinic) -> None:
    _, case_id = gone(clinic)
    (clinic.home / "clinic.duckdb.next").write_bytes(b"?")

    assert [one.where for one in found(clinic, case_id)] == [
        f"{HOME}: a store that a rewrite left behind"
    ]


def test_the_search_index_in_memory_is_asked_too(clinic: Clinic) -> None:
    known = someone.add_known(clinic)
    clinic.search.rebuild()
    case_id = collected_case(clinic, [known.patient_id])
    take_out(clinic, known.patient_id)
    clinic.search.forget([known.patient_id])

    assert [one.where for one in found(clinic, case_id)] == [proof.INDEX]

    clinic.search.rebuild()

    assert found(clinic, case_id) == ()


def test_ids_in_the_trail_are_counted_and_remain_by_rule(clinic: Clinic) -> None:
    known, case_id = gone(clinic)
    write(
        clinic,
        "audit_entry",
        entry_id=uuid7s.uuid7(),
        chain_id=uuid7s.uuid7(),
        position=1,
        occurred_at=NOW,
        action="record viewed",
        outcome="done",
        subject_id=known.consultation_id,
        detail="{}",
        previous_hash="0" * 64,
        entry_hash="0" * 64,
        disposal_number="D-000001",
    )

    proved = proof.prove(clinic, case_id)

    assert (proved.findings, proved.in_trail) == ((), 1)


def test_progress_is_told_to_its_end(clinic: Clinic) -> None:
    _, case_id = gone(clinic)
    told: list[tuple[int, int]] = []

    proof.prove(clinic, case_id, lambda done, total: told.append((done, total)))

    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))


def test_a_case_that_is_not_there_cannot_be_proved(clinic: Clinic) -> None:
    with pytest.raises(NotFoundError):
        proof.prove(clinic, uuid7s.uuid7())


def test_only_the_first_places_are_told_in_one_sentence() -> None:
    findings = tuple(Finding(f"place {number}", "name", 1) for number in range(5))
    searched = Proof.__new__(Proof)
    object.__setattr__(searched, "findings", findings)

    with pytest.raises(NotProvedError, match=r"place 2 \(name, 1 time\); and 2 other places"):
        proof.require(searched)
