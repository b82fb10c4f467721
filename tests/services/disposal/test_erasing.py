"""The act: what goes, what stays, what is checked once more, and what is noted of it."""

import json
from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain import data_map
from lib.domain.access import Role
from lib.domain.data_map import OnDisposal
from lib.domain.disposal import CaseState, ItemState
from lib.errors import MediaKeyMissingError
from lib.media.evidence import EvidenceFiles
from lib.media.files import ORIGINAL
from lib.services import audit
from lib.services.clinic import Clinic
from lib.services.disposal import cases, erasing, identifiers, running
from lib.services.disposal.erasing import Act
from lib.store import disposal_cases
from lib.store.disposal_cases import Case, Item
from tests.conftest import actor_with
from tests.records import NOW, TODAY, add_history, add_patient, audit_lines, restrict, write
from tests.services.disposal.due import due, hold, people, started, treat
from tests.services.disposal.left import holding
from tests.services.disposal.vital import mark


def items_of(clinic: Clinic, case: Case) -> list[Item]:
    with clinic.store.reading() as cursor:
        return disposal_cases.list_items(cursor, case.case_id, limit=100, offset=0)


def carried_out(clinic: Clinic, *patient_ids: UUID) -> Case:
    case = started(clinic, people(clinic), *patient_ids)
    done = running.run(clinic, case.case_id, lambda: NOW)
    assert (done.fault, done.state) == (None, CaseState.DONE)
    return done


def count(clinic: Clinic, table: str) -> int:
    with clinic.store.reading() as cursor:
        return int(cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608


def test_a_record_goes_from_every_table_and_leaves_its_number(clinic: Clinic) -> None:
    patient_id, other = due(clinic, family_name="Quillfeather"), due(clinic)
    add_history(clinic, patient_id, "allergy", "Latex")
    case = carried_out(clinic, patient_id)
    with clinic.store.reading() as cursor:
        assert holding(cursor, str(patient_id), "Quillfeather", "Latex") == []
        assert cursor.execute("SELECT patient_id FROM patient").fetchall() == [(other,)]
    (item,) = items_of(clinic, case)
    assert (item.state, item.patient_id, item.erased_at) == (ItemState.DISPOSED, None, NOW)
    assert json.loads(item.counts or "{}") == {"clinical": 2, "trail": 1}
    assert not identifiers.file_of(clinic, case.case_id).exists()


def test_a_record_without_a_date_goes_once_a_person_has_confirmed_it(clinic: Clinic) -> None:
    known, patient_id = people(clinic), add_patient(clinic, family_name="Quillfeather")
    case = started(clinic, known, patient_id, confirmed=frozenset({patient_id}))
    assert running.run(clinic, case.case_id, lambda: NOW).state is CaseState.DONE
    assert count(clinic, "patient") == 0


def test_the_trail_keeps_its_entries_under_the_number_and_still_verifies(clinic: Clinic) -> None:
    patient_id = due(clinic)
    carried_out(clinic, patient_id)
    with clinic.store.reading() as cursor:
        sql = "SELECT action, patient_id, patient_salt FROM audit_entry WHERE disposal_number = ?"
        found = cursor.execute(sql, ["D-000001"]).fetchall()
    assert found == [("disposal proposed", None, None)]
    assert audit.verify(clinic, actor_with(Role.COMPLIANCE)).is_whole
    disposed = [one for one in audit_lines(clinic) if one[0] == "record disposed of"]
    assert [(one[2], json.loads(one[4])) for one in disposed] == [
        (None, {"number": "D-000001", "method": "erase", "is_partial": False})
    ]


def test_what_was_merged_into_a_record_goes_with_it(clinic: Clinic) -> None:
    survivor = due(clinic, family_name="Quillfeather")
    absorbed = due(clinic, family_name="Brackenbury", merged_into_id=survivor)
    deeper = due(clinic, family_name="Larkspur", merged_into_id=absorbed)
    apart = due(clinic)
    merge_id = uuid7s.uuid7()
    write(
        clinic,
        "patient_merge",
        merge_id=merge_id,
        patient_id=apart,
        absorbed_id=survivor,
        reason="same",
        merged_at=NOW,
        undone_at=NOW,
    )
    write(
        clinic,
        "merged_row",
        merged_row_id=uuid7s.uuid7(),
        merge_id=merge_id,
        patient_id=apart,
        table_name="patient_name",
        row_key="x",
        act="added",
        after='{"family_name": "Quillfeather"}',
    )
    carried_out(clinic, survivor)
    with clinic.store.reading() as cursor:
        needles = (*map(str, (survivor, absorbed, deeper)), "Quillfeather", "Brackenbury", "Larks")
        assert holding(cursor, *needles) == []
        assert cursor.execute("SELECT patient_id FROM patient").fetchall() == [(apart,)]


def test_keys_and_files_go(clinic: Clinic) -> None:
    patient_id, other = due(clinic), due(clinic)
    key_id, kept_id = clinic.media.keys.make(), clinic.media.keys.make()
    media_id, evidence_id = uuid7s.uuid7(), uuid7s.uuid7()
    for one, owner in ((key_id, patient_id), (kept_id, other)):
        write(clinic, "media_key", key_id=one, patient_id=owner, made_at=NOW)
    sealed = clinic.media.files.sealed(media_id, ORIGINAL, clinic.media.keys.get(key_id))
    paper = EvidenceFiles(clinic.home).sealed(evidence_id, clinic.media.keys.get(key_id))
    for file in (sealed, paper):
        with file.writer() as writer:
            writer.write(b"bytes")
    write(
        clinic,
        "media_item",
        media_id=media_id,
        patient_id=patient_id,
        key_id=key_id,
        kind="photograph",
        format="jpeg",
        bytes=5,
        width=1,
        height=1,
        digest="ab" * 32,
        batch_id=uuid7s.uuid7(),
        recorded_at=NOW,
    )
    write(
        clinic,
        "consent_evidence",
        evidence_id=evidence_id,
        patient_id=patient_id,
        kind="scan",
        key_id=key_id,
        recorded_at=NOW,
    )
    case = carried_out(clinic, patient_id)
    assert not sealed.path.exists()
    assert not paper.path.exists()
    with pytest.raises(MediaKeyMissingError):
        clinic.media.keys.get(key_id)
    assert len(clinic.media.keys.get(kept_id)) > 0
    assert count(clinic, "disposal_file") == 0
    counts = json.loads(items_of(clinic, case)[0].counts or "{}")
    assert (counts["keys"], counts["files"]) == (1, 2)


def test_a_key_that_another_records_files_need_stays(clinic: Clinic) -> None:
    patient_id, other = due(clinic), due(clinic)
    key_id = clinic.media.keys.make()
    write(clinic, "media_key", key_id=key_id, patient_id=patient_id, made_at=NOW)
    write(
        clinic,
        "consent_evidence",
        evidence_id=uuid7s.uuid7(),
        patient_id=other,
        kind="scan",
        key_id=key_id,
        recorded_at=NOW,
    )
    case = started(clinic, people(clinic), patient_id)
    running.run(clinic, case.case_id, lambda: NOW)
    assert len(clinic.media.keys.get(key_id)) > 0


@pytest.mark.parametrize("what", ["hold", "restriction", "appointment", "treatment", "merge"])
def test_a_record_that_is_held_back_since_is_skipped_with_the_reason(
    clinic: Clinic, what: str
) -> None:
    patient_id, goes = due(clinic), due(clinic)
    case = started(clinic, people(clinic), patient_id, goes)
    if what == "hold":
        hold(clinic, patient_id)
    elif what == "restriction":
        restrict(clinic, patient_id)
    elif what == "appointment":
        write(
            clinic,
            "appointment",
            appointment_id=uuid7s.uuid7(),
            patient_id=patient_id,
            starts_at=NOW + timedelta(days=3),
            ends_at=NOW + timedelta(days=3, hours=1),
            status="booked",
            recorded_at=NOW,
        )
    elif what == "treatment":
        treat(clinic, patient_id, TODAY)
    else:
        write(clinic, "setting", name="x", value="x", changed_at=NOW)
        clinic.store.transact(
            lambda unit: unit.cursor.execute(
                "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?",
                [str(due(clinic)), str(patient_id)],
            )
        )
    done = running.run(clinic, case.case_id, lambda: NOW)
    assert (done.disposed, done.skipped, done.state) == (1, 1, CaseState.DONE)
    reasons = {
        "hold": "it is held back by legal hold",
        "restriction": "it is held back by restriction",
        "appointment": "it is held back by future appointment",
        "treatment": "it is not due: it is kept until 23-Nov-2033",
        "merge": "it was merged into another record, which stands for both",
    }
    skipped = items_of(clinic, case)[0]
    assert (skipped.state, skipped.skipped_because) == (ItemState.SKIPPED, reasons[what])
    with clinic.store.reading() as cursor:
        sql = "SELECT count(*) FROM treatment WHERE patient_id = ?"
        assert cursor.execute(sql, [patient_id]).fetchall()[0][0] >= 1


def test_a_case_of_which_nothing_may_go_ends_without_a_certificate(clinic: Clinic) -> None:
    patient_id = due(clinic)
    case = started(clinic, people(clinic), patient_id)
    hold(clinic, patient_id)
    done = running.run(clinic, case.case_id, lambda: NOW)
    assert (done.state, done.disposed, count(clinic, "disposal_certificate")) == (
        CaseState.DONE,
        0,
        0,
    )


def test_of_a_partial_disposal_the_marked_rows_and_the_identity_stay(clinic: Clinic) -> None:
    patient_id = due(clinic, family_name="Quillfeather", note="Comes with her sister.")
    allergy = add_history(clinic, patient_id, "allergy", "Latex")
    add_history(clinic, patient_id, "condition", "Asthma")
    mark(clinic, patient_id, ("history_entry", allergy))
    case = carried_out(clinic, patient_id)
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT family_name, note FROM patient").fetchall() == [
            ("Quillfeather", None)
        ]
        assert cursor.execute("SELECT entry_id FROM history_entry").fetchall() == [(allergy,)]
        reaching = {
            table
            for table in data_map.tables_of_patient()
            for column in data_map.columns_of(table)[0].reach
            if cursor.execute(
                f"SELECT count(*) FROM {table} WHERE {column} = ?",  # noqa: S608 - the map's names
                [patient_id],
            ).fetchall()
            != [(0,)]
        }
    assert reaching == {"patient", "history_entry", "vital_interest", "vital_interest_item"}
    (item,) = items_of(clinic, case)
    assert (item.is_partial, item.patient_id) == (True, None)


def test_a_marked_fact_that_was_corrected_stays_as_corrected(clinic: Clinic) -> None:
    patient_id = due(clinic)
    allergy = add_history(clinic, patient_id, "allergy", "Latex")
    wrong = add_history(clinic, patient_id, "allergy", "Nickel")
    mark(clinic, patient_id, ("history_entry", allergy), ("history_entry", wrong))
    corrected = add_history(
        clinic, patient_id, "allergy", "Latex, severe", series_id=allergy, version=2
    )
    add_history(
        clinic,
        patient_id,
        "allergy",
        "Nickel",
        series_id=wrong,
        version=2,
        status="entered_in_error",
    )
    carried_out(clinic, patient_id)
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT entry_id FROM history_entry").fetchall() == [(corrected,)]
        assert cursor.execute("SELECT row_id FROM vital_interest_item").fetchall() == [(corrected,)]


def test_financial_entries_that_the_law_keeps_stay_without_anybody(clinic: Clinic) -> None:
    # A shorter setting than the law's six years is what leaves any.
    write(
        clinic,
        "retention_setting",
        setting_id=uuid7s.uuid7(),
        version=1,
        restart_trigger="treatment",
        years=2,
        enquiry_months=24,
        minor_age=25,
        minor_age_at_17=26,
        deceased_years=3,
        financial_years=6,
        accounting_end_month=3,
        accounting_end_day=31,
        case_limit=100,
        reason="test",
        changed_at=NOW,
    )
    patient_id = due(clinic)
    treat(clinic, patient_id, date(2023, 5, 2), price_pence=19_900)
    case = carried_out(clinic, patient_id)
    with clinic.store.reading() as cursor:
        rows = cursor.execute(
            "SELECT entered_on, amount_pence, retain_until FROM financial_entry"
        ).fetchall()
    assert rows == [(date(2023, 5, 2), 19_900, date(2030, 3, 31))]
    assert json.loads(items_of(clinic, case)[0].counts or "{}")["financial entries kept"] == 1


def test_a_no_is_remembered_without_the_patient(clinic: Clinic) -> None:
    patient_id = due(clinic)
    write(
        clinic,
        "patient_email",
        patient_email_id=uuid7s.uuid7(),
        patient_id=patient_id,
        email="zoe@example.org",
        is_preferred=True,
        source="patient",
        recorded_at=NOW,
    )
    write(
        clinic,
        "contact_preference",
        contact_preference_id=uuid7s.uuid7(),
        patient_id=patient_id,
        channel="email",
        is_accepted=False,
        source="patient",
        recorded_at=NOW,
    )
    carried_out(clinic, patient_id)
    assert count(clinic, "suppression") == 1
    with clinic.store.reading() as cursor:
        assert holding(cursor, "zoe@example.org", str(patient_id)) == []


@pytest.mark.parametrize("state", ["open", "linked", "dismissed"])
def test_imported_rows_that_name_the_record_are_settled(clinic: Clinic, state: str) -> None:
    patient_id, other = due(clinic), due(clinic)
    named = [{"patient_id": str(one), "score": 1, "why": []} for one in (patient_id, other)]
    write(
        clinic,
        "import_review",
        review_id=uuid7s.uuid7(),
        import_id=uuid7s.uuid7(),
        kind="treatments",
        line=2,
        content="[]",
        candidates=json.dumps(named),
        patient_id=other if state == "linked" else None,
        state=state,
        recorded_at=NOW,
        row_digest="r",
        person_digest="p",
        system="s",
        external_id="",
    )
    known = people(clinic)
    if state == "open":
        with pytest.raises(Exception, match="a row of an imported file may be"):
            started(clinic, known, patient_id)
        return
    case = started(clinic, known, patient_id)
    assert running.run(clinic, case.case_id, lambda: NOW).fault is None
    with clinic.store.reading() as cursor:
        assert holding(cursor, str(patient_id)) == []
    assert count(clinic, "import_review") == (1 if state == "linked" else 0)


def test_a_row_that_comes_between_the_two_transactions_goes_too(clinic: Clinic) -> None:
    patient_id = due(clinic)
    known = people(clinic)
    case = started(clinic, known, patient_id)
    act = Act(case, known.approver, NOW)
    erasing.begin(clinic, act, items_of(clinic, case))
    write(
        clinic,
        "recent_record",
        person_id=known.staff.person_id,
        patient_id=patient_id,
        opened_at=NOW,
    )
    done = running.run(clinic, case.case_id, lambda: NOW)
    assert (done.fault, done.disposed) == (None, 1)
    with clinic.store.reading() as cursor:
        assert holding(cursor, str(patient_id)) == []


def test_the_map_deletes_unlinks_or_keeps_and_no_table_is_left_out() -> None:
    acts = {
        table: data_map.columns_of(table)[0].treatment.on_erase
        for table in data_map.tables_of_patient()
    }
    assert {table for table, act in acts.items() if act is not OnDisposal.DELETE} == {
        "audit_entry",
        "disposal_item",
    }


def test_a_stopped_case_waits_and_goes_on_when_told(clinic: Clinic) -> None:
    known = people(clinic)
    case = started(clinic, known, due(clinic))
    cases.stop(clinic, known.owner, case.case_id, now=NOW)
    assert running.run(clinic, case.case_id, lambda: NOW).state is CaseState.ERASING
    assert running.resume_all(clinic) == 0
    cases.start(clinic, known.owner, case.case_id, now=NOW)
    assert running.resume_all(clinic) == 1
    assert cases.progress(clinic, known.owner, case.case_id).state is CaseState.DONE
