"""What is searched for after a disposal: all of it is collected, and it is kept sealed."""

from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.identifiers import Identifiers
from lib.domain.reference import reference_of
from lib.errors import StoreError
from lib.services.clinic import Clinic
from lib.services.disposal import identifiers
from tests.records import add_patient
from tests.services.disposal import known as someone

CASE = UUID("01a20000-0000-7000-8000-0000000000c1")


def collected(clinic: Clinic, *patient_ids: UUID) -> Identifiers:
    with clinic.store.reading() as cursor:
        return identifiers.collect(cursor, patient_ids)


def test_everything_that_a_person_is_known_by_is_collected(clinic: Clinic) -> None:
    known = someone.add_known(clinic)

    found = collected(clinic, known.patient_id)

    assert found.patient_ids == (known.patient_id,)
    assert set(found.names) == {
        (someone.GIVEN, someone.FAMILY),
        (someone.PREFERRED, someone.FAMILY),
        (someone.GIVEN, someone.FORMER),
    }
    assert found.born_on == (someone.BORN,)
    assert set(found.phones) == {someone.PHONE, "07700 900 471"}
    assert found.emails == (someone.EMAIL,)
    assert found.addresses == ((someone.LINE, someone.POSTCODE),)
    assert found.references == (reference_of(1),)
    assert found.external_ids == (someone.EXTERNAL,)
    assert found.key_ids == (known.key_id,)
    assert found.digests == (someone.DIGEST,)
    assert found.file_names == (someone.FILE,)
    assert {known.key_id, known.evidence_id, known.consultation_id} <= set(found.row_ids)


def test_nobody_elses_ids_are_collected(clinic: Clinic) -> None:
    known = someone.add_known(clinic)
    other = add_patient(clinic, given_names="Olu", family_name="Akande")

    assert collected(clinic, other).row_ids == ()
    assert collected(clinic, other).names == (("Olu", "Akande"),)
    assert set(collected(clinic, other, known.patient_id).names) > {("Olu", "Akande")}


def test_what_is_kept_comes_back_and_cannot_be_read_without_the_key(clinic: Clinic) -> None:
    known = someone.add_known(clinic)
    found = collected(clinic, known.patient_id)

    identifiers.keep(clinic, CASE, "D-000001", found)

    assert identifiers.kept(clinic, CASE) == {"D-000001": found}
    file = identifiers.file_of(clinic, CASE)
    assert file.stat().st_mode & 0o077 == 0
    assert someone.EMAIL.encode() not in file.read_bytes()
    assert not file.is_relative_to(clinic.home)


def test_a_record_collected_twice_is_known_by_both(clinic: Clinic) -> None:
    first = Identifiers(references=("JD-1",), row_ids=(uuid7s.uuid7(),))
    second = Identifiers(references=("JD-1",), emails=("a@example.org",))

    identifiers.keep(clinic, CASE, "D-000001", first)
    identifiers.keep(clinic, CASE, "D-000001", second)

    assert identifiers.kept(clinic, CASE)["D-000001"] == Identifiers(
        references=("JD-1",), row_ids=first.row_ids, emails=("a@example.org",)
    )


def test_a_line_that_a_crash_cut_short_does_not_hide_the_others(clinic: Clinic) -> None:
    identifiers.keep(clinic, CASE, "D-000001", Identifiers(references=("JD-1",)))
    whole = identifiers.file_of(clinic, CASE).read_bytes()
    identifiers.keep(clinic, CASE, "D-000002", Identifiers(references=("JD-2",)))
    cut = identifiers.file_of(clinic, CASE).read_bytes()[: len(whole) + 40]
    identifiers.file_of(clinic, CASE).write_bytes(cut)

    identifiers.keep(clinic, CASE, "D-000003", Identifiers(references=("JD-3",)))

    assert sorted(identifiers.kept(clinic, CASE)) == ["D-000001", "D-000003"]


def test_a_line_that_was_changed_or_belongs_to_another_case_is_refused(clinic: Clinic) -> None:
    other = uuid7s.uuid7()
    identifiers.keep(clinic, CASE, "D-000001", Identifiers(references=("JD-1",)))
    identifiers.file_of(clinic, CASE).rename(identifiers.file_of(clinic, other))

    with pytest.raises(StoreError, match="cannot be read"):
        identifiers.kept(clinic, other)


def test_what_was_kept_can_be_let_go_twice(clinic: Clinic) -> None:
    identifiers.keep(clinic, CASE, "D-000001", Identifiers())

    identifiers.let_go(clinic, CASE)
    identifiers.let_go(clinic, CASE)

    assert identifiers.kept(clinic, CASE) == {}
