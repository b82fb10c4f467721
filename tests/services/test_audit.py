"""The audit trail: who may look, what a look shows, and that every tampering is found."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from lib.domain.access import Actor, Role
from lib.domain.audit import Action, Event, Outcome
from lib.domain.reference import reference_of
from lib.errors import InvalidInputError, NotFoundError, NotPermittedError, StoreError
from lib.services import anchors, audit
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from lib.store.audit_trail import TrailFilter
from tests.conftest import actor_with

NOW = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - stored as UTC without a zone
EVERYTHING = TrailFilter()
REFERENCE = reference_of(1)
INSERT_PATIENT = """
INSERT INTO patient (patient_id, reference, given_names, family_name, sex, registered_on, source,
    version, created_at, changed_at)
VALUES (?, ?, 'Ada', 'Quillfeather', 'female', DATE '2020-01-01', 'patient', 1,
    TIMESTAMP '2020-01-01', TIMESTAMP '2020-01-01')
"""

INSERT_CASE = """
INSERT INTO disposal_case (case_id, number, method, state, as_of, setting_version, proposed_at,
    proposed_by)
VALUES (?, 'C-000001', 'erase', 'done', DATE '2026-11-23', 0, TIMESTAMP '2026-11-23', ?)
"""
INSERT_DISPOSED = """
INSERT INTO disposal_item (disposal_item_id, case_id, number, state, is_partial, is_minor, basis)
VALUES (?, ?, ?, 'disposed', FALSE, FALSE, 'TREATMENT')
"""
UNLINK = """
UPDATE audit_entry SET patient_id = NULL, patient_salt = NULL, disposal_number = ?
WHERE patient_id = ?
"""


def record(clinic: Clinic, actor: Actor, *events: Event) -> None:
    clinic.store.transact(lambda unit: unit.audit(actor, *events))


def run(clinic: Clinic, sql: str, *parameters: object) -> None:
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, list(parameters)))


def add_patient(clinic: Clinic, reference: str = REFERENCE) -> UUID:
    patient_id = uuid4()
    run(clinic, INSERT_PATIENT, patient_id, reference)
    return patient_id


def add_disposed(clinic: Clinic, by: UUID, number: str, patient_id: UUID) -> None:
    """Write what is left of a record that is gone: its number, and its unlinked entries."""
    case_id = uuid4()
    run(clinic, INSERT_CASE, case_id, by)
    run(clinic, INSERT_DISPOSED, uuid4(), case_id, number)
    run(clinic, UNLINK, number, patient_id)


def actions(clinic: Clinic, actor: Actor, chosen: TrailFilter = EVERYTHING) -> list[str]:
    return [row.action for row in audit.look(clinic, actor, chosen).rows]


def test_entries_are_shown_newest_first_with_the_patients_reference(
    clinic: Clinic, compliance: Actor
) -> None:
    patient_id = add_patient(clinic)
    record(clinic, compliance, Event(Action.SIGNED_IN))
    record(clinic, compliance, Event(Action.RECORD_VIEWED, patient_id=patient_id))
    rows = audit.look(clinic, compliance, EVERYTHING).rows
    assert [(row.action, row.reference) for row in rows] == [
        ("record viewed", REFERENCE),
        ("signed in", None),
    ]


def test_looking_is_itself_recorded_against_the_patient_looked_for(
    clinic: Clinic, compliance: Actor
) -> None:
    patient_id = add_patient(clinic)
    audit.look(clinic, compliance, TrailFilter(patient_id=patient_id))
    newest = audit.look(clinic, compliance, EVERYTHING).rows[0]
    assert (newest.action, newest.patient_id) == ("audit trail viewed", patient_id)


@pytest.mark.parametrize("role", [Role.STAFF, Role.OWNER, Role.ADMINISTRATOR])
def test_other_roles_may_neither_look_nor_export_nor_verify(
    clinic: Clinic, compliance: Actor, role: Role
) -> None:
    other = actor_with(role)
    acts: list[Callable[[], object]] = [
        lambda: audit.look(clinic, other, EVERYTHING),
        lambda: audit.export(clinic, other, EVERYTHING),
        lambda: audit.verify(clinic, other),
        lambda: audit.people(clinic, other),
        lambda: audit.about(clinic, other, REFERENCE),
    ]
    for act in acts:
        with pytest.raises(NotPermittedError):
            act()
    refused = audit.look(clinic, compliance, TrailFilter(outcome="refused")).rows
    assert len(refused) == len(acts)


def test_each_filter_narrows(clinic: Clinic, compliance: Actor) -> None:
    patient_id = add_patient(clinic)
    record(clinic, compliance, Event(Action.RECORD_VIEWED, patient_id=patient_id))
    record(clinic, compliance, Event(Action.REFUSED, outcome=Outcome.REFUSED))
    clinic.store.transact(lambda unit: unit.audit(None, Event(Action.SIGN_IN_REFUSED)))
    later = datetime.now() + timedelta(days=2)  # noqa: DTZ005 - only far enough ahead
    assert actions(clinic, compliance, TrailFilter(action="record viewed")) == ["record viewed"]
    assert actions(clinic, compliance, TrailFilter(outcome="refused")) == ["refused"]
    assert actions(clinic, compliance, TrailFilter(since=later)) == []
    assert "sign-in refused" not in actions(
        clinic, compliance, TrailFilter(person_id=compliance.person_id)
    )
    assert actions(clinic, compliance, TrailFilter(until=NOW - timedelta(days=9999))) == []


def test_pages_follow_each_other_without_a_gap_or_a_repeat(
    clinic: Clinic, compliance: Actor
) -> None:
    # One transaction gives many entries the same moment: the order must still be total.
    record(clinic, compliance, *[Event(Action.SEARCHED) for _ in range(2 * audit.PAGE + 7)])
    wanted = TrailFilter(action="searched patients")
    seen: list[UUID] = []
    older = None
    sizes = []
    while True:
        page = audit.look(clinic, compliance, wanted, older_than=older)
        seen.extend(row.entry_id for row in page.rows)
        sizes.append(len(page.rows))
        older = page.older
        if older is None:
            break
    assert sizes == [audit.PAGE, audit.PAGE, 7]
    assert len(set(seen)) == len(seen) == 2 * audit.PAGE + 7


def test_a_patient_is_found_by_reference_however_it_is_typed(
    clinic: Clinic, compliance: Actor
) -> None:
    patient_id = add_patient(clinic)
    typed = f" j-1 {REFERENCE[-1].lower()} "
    assert audit.about(clinic, compliance, typed) == TrailFilter(patient_id=patient_id)
    for unknown in (reference_of(2), REFERENCE[:-1] + "?", "nonsense", ""):
        with pytest.raises(NotFoundError, match="Check its digits"):
            audit.about(clinic, compliance, unknown)


def test_a_record_that_is_gone_is_found_by_its_number_of_disposal(
    clinic: Clinic, compliance: Actor
) -> None:
    patient_id = add_patient(clinic)
    record(clinic, compliance, Event(Action.RECORD_VIEWED, patient_id=patient_id))
    record(clinic, compliance, Event(Action.SIGNED_IN))
    add_disposed(clinic, compliance.person_id, "D-000012", patient_id)
    found = audit.about(clinic, compliance, " d12 ")
    assert found == TrailFilter(disposal_number="D-000012")
    (row,) = audit.look(clinic, compliance, found).rows
    assert (row.action, row.reference, row.disposal_number) == ("record viewed", None, "D-000012")
    line = audit.export(clinic, compliance, found).content.decode("utf-8-sig").splitlines()[1]
    assert line.endswith(",D-000012")
    with pytest.raises(NotFoundError, match="disposed of under this number"):
        audit.about(clinic, compliance, "D-000013")


def test_an_export_is_a_table_that_no_spreadsheet_runs(clinic: Clinic, compliance: Actor) -> None:
    record(clinic, compliance, Event(Action.RECORD_VIEWED, ground="=HYPERLINK(1)"))
    download = audit.export(clinic, compliance, EVERYTHING)
    rows = list(csv.reader(io.StringIO(download.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == audit.HEADINGS
    assert rows[1][3] == "record viewed"
    assert rows[1][6] == "'=HYPERLINK(1)"
    assert download.event.action is Action.AUDIT_EXPORTED


def test_an_export_that_is_too_long_says_how_to_shorten_it(
    clinic: Clinic, compliance: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(clinic, compliance, *[Event(Action.SEARCHED) for _ in range(4)])
    monkeypatch.setattr(audit, "MOST_EXPORTED", 3)
    with pytest.raises(InvalidInputError, match="shorter time"):
        audit.export(clinic, compliance, EVERYTHING)


def test_a_trail_that_nobody_touched_is_whole(clinic: Clinic, compliance: Actor) -> None:
    record(clinic, compliance, *[Event(Action.SEARCHED) for _ in range(30)])
    anchors.anchor_now(clinic, now=NOW)
    found = audit.verify(clinic, compliance)
    assert found.is_whole
    assert (found.entries, found.chains, found.anchors) == (30, 1, 1)
    assert audit.verify(clinic, compliance).entries == 31


def test_each_process_has_a_chain_of_its_own(settings: Settings, compliance: Actor) -> None:
    for _ in range(3):
        clinic = open_clinic(settings)
        record(clinic, compliance, Event(Action.SIGNED_IN), Event(Action.SIGNED_OUT))
        anchors.anchor_now(clinic, now=NOW)
        clinic.close()
    clinic = open_clinic(settings)
    found = audit.verify(clinic, compliance)
    clinic.close()
    assert (found.chains, found.entries, found.anchors, found.faults) == (3, 6, 3, ())


TAMPERING = {
    "a changed ground": "UPDATE audit_entry SET ground = 'consent' WHERE position = 5",
    "a changed time": "UPDATE audit_entry SET occurred_at = TIMESTAMP '2020-01-01' "
    "WHERE position = 5",
    "a removed entry": "DELETE FROM audit_entry WHERE position = 5",
    "a removed first entry": "DELETE FROM audit_entry WHERE position = 0",
    "a cut tail": "DELETE FROM audit_entry WHERE position >= 7",
    "the whole chain gone": "DELETE FROM audit_entry",
    "two entries swapped": "UPDATE audit_entry SET detail = CASE position WHEN 3 THEN '{\"n\": 4}' "
    "ELSE '{\"n\": 3}' END WHERE position IN (3, 4)",
    "another patient": "UPDATE audit_entry SET patient_id = uuidv7() WHERE position = 2",
}


@pytest.mark.parametrize("sql", TAMPERING.values(), ids=TAMPERING.keys())
def test_every_kind_of_tampering_is_found(clinic: Clinic, compliance: Actor, sql: str) -> None:
    record(
        clinic,
        compliance,
        *[Event(Action.RECORD_VIEWED, patient_id=uuid4(), detail={"n": n}) for n in range(10)],
    )
    anchors.anchor_now(clinic, now=NOW)
    assert audit.verify(clinic, compliance).is_whole
    run(clinic, sql)
    assert not audit.verify(clinic, compliance).is_whole


def test_a_forged_tail_that_chains_correctly_contradicts_the_anchor(
    settings: Settings, compliance: Actor
) -> None:
    clinic = open_clinic(settings)
    record(clinic, compliance, *[Event(Action.SEARCHED) for _ in range(3)])
    anchors.anchor_now(clinic, now=NOW)
    record(clinic, compliance, Event(Action.SIGNED_OUT))
    # The last entries take the place of earlier ones: each hash is right for another place.
    run(clinic, "DELETE FROM audit_entry WHERE position = 2")
    run(clinic, "UPDATE audit_entry SET position = 2 WHERE position = 3")
    found = audit.verify(clinic, compliance)
    clinic.close()
    assert any("is not the one that was anchored" in fault for fault in found.faults)


def test_the_trail_still_verifies_when_a_patients_identity_is_removed(
    clinic: Clinic, compliance: Actor
) -> None:
    record(clinic, compliance, Event(Action.RECORD_VIEWED, patient_id=uuid4()))
    anchors.anchor_now(clinic, now=NOW)
    run(clinic, "UPDATE audit_entry SET patient_id = NULL, patient_salt = NULL")
    assert audit.verify(clinic, compliance).is_whole


def test_a_chain_is_anchored_again_only_when_it_has_grown(
    clinic: Clinic, compliance: Actor
) -> None:
    record(clinic, compliance, Event(Action.SIGNED_IN))
    assert anchors.anchor_now(clinic, now=NOW) == 1
    assert anchors.anchor_now(clinic, now=NOW) == 0
    record(clinic, compliance, Event(Action.SIGNED_OUT))
    assert anchors.anchor_now(clinic, now=NOW) == 1
    assert [anchor.position for anchor in anchors.read(clinic)[0]] == [0, 1]


def test_an_anchor_that_a_crash_cut_short_does_not_spoil_the_next(
    clinic: Clinic, compliance: Actor
) -> None:
    record(clinic, compliance, Event(Action.SIGNED_IN))
    anchors.anchor_now(clinic, now=NOW)
    with anchors.file_of(clinic).open("a", encoding="utf-8") as handle:
        handle.write('{"chain_id": "01a2')
    record(clinic, compliance, Event(Action.SIGNED_OUT))
    anchors.anchor_now(clinic, now=NOW)
    found, faults = anchors.read(clinic)
    assert [anchor.position for anchor in found] == [0, 1]
    assert len(faults) == 1


def test_anchors_hold_no_patient_and_no_person(clinic: Clinic, compliance: Actor) -> None:
    patient_id = uuid4()
    record(clinic, compliance, Event(Action.RECORD_VIEWED, patient_id=patient_id))
    anchors.anchor_now(clinic, now=NOW)
    line = json.loads(anchors.file_of(clinic).read_text("utf-8"))
    assert set(line) == {"chain_id", "position", "head", "anchored_at", "seal"}


def test_an_anchor_that_cannot_be_written_is_said_plainly(
    clinic: Clinic, compliance: Actor
) -> None:
    record(clinic, compliance, Event(Action.SIGNED_IN))
    anchors.file_of(clinic).parent.write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match="could not be anchored"):
        anchors.anchor_now(clinic, now=NOW)


def test_progress_is_told_while_verifying(
    clinic: Clinic, compliance: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "REPORT_EVERY", 10)
    record(clinic, compliance, *[Event(Action.SEARCHED) for _ in range(25)])
    heard: list[tuple[int, int]] = []
    audit.verify(clinic, compliance, lambda done, total: heard.append((done, total)))
    assert heard == [(10, 25), (20, 25)]


def test_people_are_listed_by_name(clinic: Clinic, compliance: Actor) -> None:
    person_id = uuid4()
    run(
        clinic,
        "INSERT INTO person (person_id, username, display_name, password_hash, "
        "must_change_password, is_disabled, created_at) VALUES (?, 'ada', 'Ada', 'x', false, "
        "false, TIMESTAMP '2026-01-01')",
        person_id,
    )
    assert audit.people(clinic, compliance) == {person_id: "Ada"}
