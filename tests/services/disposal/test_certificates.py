"""A certificate is issued once a case is proved, names nobody, and shows whatever is changed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain import certificates as rules
from lib.domain.access import Actor, Role
from lib.errors import InvalidInputError, NotFoundError, NotPermittedError, NotProvedError
from lib.services.clinic import Clinic
from lib.services.disposal import certificates
from tests.conftest import actor_with
from tests.records import NOW, add_patient, audit_lines
from tests.services.disposal import known as someone
from tests.services.disposal.cases import collected_case, take_out


def proved(clinic: Clinic) -> UUID:
    known = someone.add_known(clinic)
    case_id = collected_case(clinic, [known.patient_id])
    take_out(clinic, known.patient_id)
    return case_id


def test_a_certificate_says_what_went_and_what_was_searched_and_names_nobody(
    clinic: Clinic,
) -> None:
    case_id = proved(clinic)

    row = certificates.issue(clinic, case_id, now=NOW)

    said = rules.certificate_in(row.content)
    assert (said["number"], said["items"]) == ("C-000001", ["D-000001"])
    assert said["counts"] == {"contact": 2, "identity": 3}
    assert said["search"]["hits"] == 0
    assert said["search"]["identifiers"]["name"] == 3
    assert {"rule": "C10", "what": "disposal numbers with their dates and counts", "count": 1} in (
        said["remains"]
    )
    for secret in (someone.FAMILY, someone.FORMER, someone.EMAIL, someone.PHONE, someone.DIGEST):
        assert secret not in row.content


def test_a_case_has_one_certificate_however_often_it_is_asked_for(clinic: Clinic) -> None:
    case_id = proved(clinic)

    first = certificates.issue(clinic, case_id, now=NOW)
    second = certificates.issue(clinic, case_id, now=NOW + timedelta(days=1))

    assert second == first
    assert certificates.verify(clinic) == certificates.Checked(1, ())


def test_a_certificate_says_until_when_a_back_up_can_hold_the_records(clinic: Clinic) -> None:
    case_id = proved(clinic)
    made = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(days=1)
    folder = clinic.home.parent / f"{clinic.home.name}.backups"
    (folder / made.strftime("%Y-%m-%dT%H-%M-%SZ")).mkdir(parents=True)

    said = rules.certificate_in(certificates.issue(clinic, case_id, now=NOW).content)

    (held,) = said["held_in"]
    assert (held["what"], held["made_on"]) == ("back-up", made.date().isoformat())
    assert said["backups_end_on"] == held["ends_on"] > held["made_on"]


def test_nothing_is_certified_while_something_is_found(clinic: Clinic) -> None:
    known = someone.add_known(clinic)
    case_id = collected_case(clinic, [known.patient_id])

    with pytest.raises(NotProvedError):
        certificates.issue(clinic, case_id, now=NOW)

    take_out(clinic, known.patient_id)

    assert certificates.issue(clinic, case_id, now=NOW).number == "C-000001"


def test_a_case_that_is_not_there_or_was_not_carried_out_is_not_certified(clinic: Clinic) -> None:
    with pytest.raises(NotFoundError):
        certificates.issue(clinic, uuid7s.uuid7(), now=NOW)
    case_id = collected_case(clinic, [])
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE disposal_case SET erased_at = NULL")
    )
    with pytest.raises(InvalidInputError, match="nothing can be certified"):
        certificates.issue(clinic, case_id, now=NOW)


def test_looking_at_a_certificate_and_fetching_it_are_in_the_trail(
    clinic: Clinic, owner: Actor
) -> None:
    case_id = proved(clinic)
    assert certificates.of_case(clinic, owner, case_id) is None
    row = certificates.issue(clinic, case_id, now=NOW)

    assert certificates.of_case(clinic, owner, case_id) == row

    actions = [(line[0], json.loads(line[4])) for line in audit_lines(clinic)]
    assert actions == [("certificate of disposal viewed", {"form": "screen", "number": "C-000001"})]
    fetched = certificates.download(clinic, owner, case_id)
    assert (fetched.filename, fetched.event.detail["form"]) == ("certificate-C-000001.json", "file")


def test_who_may_not_see_disposals_gets_no_certificate(clinic: Clinic) -> None:
    case_id = proved(clinic)
    staff = actor_with(Role.STAFF)

    with pytest.raises(NotPermittedError):
        certificates.of_case(clinic, staff, case_id)
    with pytest.raises(NotPermittedError):
        certificates.download(clinic, staff, case_id)


def test_a_case_without_a_certificate_has_nothing_to_fetch(clinic: Clinic, owner: Actor) -> None:
    with pytest.raises(NotFoundError):
        certificates.download(clinic, owner, uuid7s.uuid7())


@pytest.mark.parametrize("column", ["content", "content_sha256", "signature", "number"])
def test_a_certificate_changed_in_the_store_is_told(clinic: Clinic, column: str) -> None:
    certificates.issue(clinic, proved(clinic), now=NOW)
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            f"UPDATE disposal_certificate SET {column} = {column} || '1'"  # noqa: S608
        )
    )

    assert len(certificates.verify(clinic).faults) == 1


def test_a_file_is_checked_alone_and_against_the_clinic(
    clinic: Clinic, owner: Actor, tmp_path: Path
) -> None:
    case_id = proved(clinic)
    certificates.issue(clinic, case_id, now=NOW)
    file = tmp_path / "certificate.json"
    file.write_bytes(certificates.download(clinic, owner, case_id).content)

    signed = certificates.read_file(file)

    assert certificates.fault_of(signed) is None
    assert certificates.fault_of(signed, clinic) is None
    changed = replace(signed, content=signed.content.replace('"hits":0', '"hits":2'))
    assert certificates.fault_of(changed, clinic) == rules.CHANGED


def test_a_certificate_of_another_clinic_or_one_that_was_never_kept_is_told(
    clinic: Clinic,
) -> None:
    row = certificates.issue(clinic, proved(clinic), now=NOW)
    other = rules.signed(row.content, b"k" * 32)
    made_up = rules.signed(row.content.replace("C-000001", "C-000009"), clinic.master_key)
    twisted = rules.signed(row.content.replace("D-000001", "D-000002"), clinic.master_key)

    assert certificates.fault_of(other) is None
    assert certificates.fault_of(other, clinic) == certificates.NOT_OURS
    assert certificates.fault_of(made_up, clinic) == certificates.NOT_KEPT
    assert certificates.fault_of(twisted, clinic) == certificates.NOT_SAME


@pytest.mark.parametrize("content", [b"", b"{}", b"%PDF-1.7"])
def test_a_file_that_is_no_certificate_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)

    with pytest.raises(InvalidInputError, match="not a certificate"):
        certificates.read_file(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="No such file"):
        certificates.read_file(tmp_path / "nothing")


def test_another_record_does_not_end_up_in_a_certificate(clinic: Clinic) -> None:
    case_id = proved(clinic)
    add_patient(clinic, given_names="Olu", family_name="Akande")

    assert "Akande" not in certificates.issue(clinic, case_id, now=NOW).content
