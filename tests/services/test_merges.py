"""Merging two records and undoing it: what moves, what comes back, what is refused."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.merges import Side
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    MergedError,
    MergeRefusedError,
    NotFoundError,
    NotPermittedError,
)
from lib.services import audit, imports, merges, records, search, unmerging
from lib.services.clinic import Clinic, open_clinic
from lib.services.imports import Order, Source
from lib.services.merging import Wanted
from lib.settings import Settings
from lib.store import merged_rows
from lib.store.audit_trail import TrailFilter
from lib.store.merges import Merge
from tests.records import (
    NOW,
    TODAY,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
    write,
)
from tests.search.people import now

PAIRS = "SELECT patient_id, other_patient_id, state FROM duplicate_pair"
# What a merge may not leave as it was: stamps, and versions and cases that are only ever appended.
STAMPS = {"version", "changed_at", "changed_by"}
APPENDED = {"patient_version", "patient_merge", "merged_row", "audit_entry"}


def wanted(survivor_id: UUID, absorbed_id: UUID, **values: Any) -> Wanted:  # noqa: ANN401
    usual = {"is_confirmed": True, "reason": "Same person"}
    return Wanted(uuid7s.uuid7(), survivor_id, absorbed_id, **{**usual, **values})


def merge(
    clinic: Clinic,
    actor: Actor,
    survivor_id: UUID,
    absorbed_id: UUID,
    minutes: int = 0,
    **values: Any,  # noqa: ANN401
) -> Merge:
    asked = wanted(survivor_id, absorbed_id, **values)
    return merges.merge(clinic, actor, asked, now=NOW + timedelta(minutes=minutes), as_of=TODAY)


def undo(clinic: Clinic, actor: Actor, merge_id: UUID) -> unmerging.Undone:
    return unmerging.undo(clinic, actor, merge_id, now=NOW + timedelta(hours=1))


def everything(clinic: Clinic) -> dict[str, list[Any]]:
    """Return every row of every table that reaches a patient, without stamps."""
    with clinic.store.reading() as cursor:
        return {
            table: sorted(rows_of(cursor, table))
            for table in merged_rows.data_map.tables_of_patient()
            if table not in APPENDED
        }


def rows_of(cursor: Any, table: str) -> Iterator[Any]:  # noqa: ANN401
    columns = [name for name in merged_rows.columns_of(table) if name not in STAMPS]
    for row in cursor.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall():  # noqa: S608
        yield tuple(str(value) for value in row)


def add_contacts(clinic: Clinic, patient_id: UUID, number: str) -> None:
    write(
        clinic,
        "patient_phone",
        patient_phone_id=uuid7s.uuid7(),
        patient_id=patient_id,
        kind="mobile",
        number=number,
        number_as_given=number,
        is_preferred=True,
        source="patient",
        recorded_at=NOW,
    )


def add_recent(clinic: Clinic, person_id: UUID, patient_id: UUID) -> None:
    write(clinic, "recent_record", person_id=person_id, patient_id=patient_id, opened_at=NOW)


def add_number(clinic: Clinic, patient_id: UUID, number: str) -> None:
    values = {"system": "Old desk", "external_id": number, "patient_id": patient_id}
    write(clinic, "patient_external_id", **values)


def add_pair(clinic: Clinic, one_id: UUID, two_id: UUID, state: str = "open") -> None:
    one, two = sorted((one_id, two_id))
    write(
        clinic,
        "duplicate_pair",
        pair_id=uuid7s.uuid7(),
        patient_id=one,
        other_patient_id=two,
        probability=0.99,
        evidence="[]",
        state=state,
        found_at=NOW,
    )


def add_event(
    clinic: Clinic,
    patient_id: UUID,
    treatment_id: UUID | None,
    **values: Any,  # noqa: ANN401
) -> UUID:
    event_id = uuid7s.uuid7()
    usual = {"series_id": event_id, "version": 1, "severity": "mild", "is_reported": False}
    write(
        clinic,
        "adverse_event",
        adverse_event_id=event_id,
        patient_id=patient_id,
        treatment_id=treatment_id,
        occurred_on=TODAY,
        description="Bruise",
        recorded_at=NOW,
        **{**usual, **values},
    )
    return event_id


def rows(clinic: Clinic, sql: str, *values: object) -> list[Any]:
    with clinic.store.reading() as cursor:
        return cursor.execute(sql, list(values)).fetchall()


def run(clinic: Clinic, sql: str, *values: object) -> None:
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, list(values)))


def said(clinic: Clinic, patient_id: UUID) -> tuple[str | None, str | None, str | None]:
    sql = "SELECT title, preferred_name, note FROM patient WHERE patient_id = ?"
    title, preferred_name, note = rows(clinic, sql, patient_id)[0]
    return title, preferred_name, note


def test_a_merge_moves_everything_and_an_undo_gives_it_back(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    survivor_id = add_patient(clinic, title=None)
    absorbed_id = add_patient(clinic, given_names="Anne", preferred_name="Annie", note="Shy")
    for patient_id in (survivor_id, absorbed_id):
        add_treatment(clinic, patient_id, stock, TODAY)
        add_contacts(clinic, patient_id, "+447700900123")
        add_contacts(clinic, patient_id, f"+4477009001{patient_id.int % 90 + 10}")
        add_recent(clinic, staff.person_id, patient_id)
        add_history(clinic, patient_id, "allergy", "Latex")
    before = everything(clinic)
    done = merge(clinic, staff, survivor_id, absorbed_id)
    with clinic.store.reading() as cursor:
        assert [
            shape.table
            for shape in merged_rows.moving(cursor)
            if merged_rows.count_rows(cursor, shape, absorbed_id)
        ] == []
    assert undo(clinic, staff, done.merge_id).kept == ()
    assert everything(clinic) == before


# What is chosen and what stays known ----------------------------------------------------------


def test_values_the_merge_set_are_restored_unless_somebody_changed_them(
    clinic: Clinic, staff: Actor
) -> None:
    survivor_id = add_patient(clinic, title=None, note="Early mornings")
    absorbed_id = add_patient(clinic, title="Dr", preferred_name="Annie", note="Needle-shy")
    done = merge(clinic, staff, survivor_id, absorbed_id)
    assert said(clinic, survivor_id) == ("Dr", "Annie", "Early mornings\n\nNeedle-shy")
    run(clinic, "UPDATE patient SET title = 'Prof' WHERE patient_id = ?", survivor_id)
    assert undo(clinic, staff, done.merge_id).kept == (("patient", "title"),)
    assert said(clinic, survivor_id) == ("Prof", None, "Early mornings")
    assert said(clinic, absorbed_id) == ("Dr", "Annie", "Needle-shy")


def test_a_choice_takes_the_other_records_value(clinic: Clinic, staff: Actor) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic, title="Dr")
    merge(clinic, staff, survivor_id, absorbed_id, choices={"title": Side.ABSORBED})
    assert said(clinic, survivor_id)[0] == "Dr"


def test_last_seen_is_the_later_of_the_two(clinic: Clinic, staff: Actor) -> None:
    survivor_id = add_patient(clinic, last_seen_on=date(2025, 1, 1))
    absorbed_id = add_patient(clinic, last_seen_on=date(2026, 1, 1))
    done = merge(clinic, staff, survivor_id, absorbed_id)
    sql = "SELECT last_seen_on FROM patient WHERE patient_id = ?"
    assert rows(clinic, sql, survivor_id) == [(date(2026, 1, 1),)]
    undo(clinic, staff, done.merge_id)
    assert rows(clinic, sql, survivor_id) == [(date(2025, 1, 1),)]


def test_names_and_reference_of_the_merged_record_find_the_survivor(
    clinic: Clinic, staff: Actor
) -> None:
    survivor_id = add_patient(clinic)
    absorbed_id = add_patient(clinic, given_names="Zelda", family_name="Quillfeather")
    clinic.search.rebuild()
    (reference,) = rows(clinic, "SELECT reference FROM patient WHERE patient_id = ?", absorbed_id)
    # The index follows the real clock.
    asked = wanted(survivor_id, absorbed_id)
    done = merges.merge(clinic, staff, asked, now=now(), as_of=TODAY)
    for text in ("Zelda Quillfeather", reference[0]):
        hits = search.search(clinic, staff, text).results
        assert [hit.patient_id for hit in hits] == [survivor_id]
    unmerging.undo(clinic, staff, done.merge_id, now=now())
    for text in ("Zelda Quillfeather", reference[0]):
        hits = search.search(clinic, staff, text).results
        assert [hit.patient_id for hit in hits] == [absorbed_id]


def test_an_alias_that_was_changed_since_stays_with_the_survivor(
    clinic: Clinic, staff: Actor
) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic, given_names="Anne")
    done = merge(clinic, staff, survivor_id, absorbed_id)
    run(clinic, "UPDATE patient_name SET kind = 'former'")
    assert undo(clinic, staff, done.merge_id).kept == (("patient_name", ""),)
    assert rows(clinic, "SELECT patient_id, kind FROM patient_name") == [(survivor_id, "former")]


def test_a_new_event_tied_to_a_moved_treatment_goes_back_with_it(
    clinic: Clinic, staff: Actor
) -> None:
    stock, survivor_id, absorbed_id = add_stock(clinic), add_patient(clinic), add_patient(clinic)
    treatment_id = add_treatment(clinic, absorbed_id, stock, TODAY)
    done = merge(clinic, staff, survivor_id, absorbed_id)
    add_event(clinic, survivor_id, treatment_id)
    own = add_history(clinic, survivor_id, "condition", "Asthma")
    undo(clinic, staff, done.merge_id)
    assert rows(clinic, "SELECT patient_id FROM adverse_event") == [(absorbed_id,)]
    assert rows(clinic, "SELECT patient_id, entry_id FROM history_entry") == [(survivor_id, own)]


def test_an_event_tied_across_is_refused_and_nothing_changes(clinic: Clinic, staff: Actor) -> None:
    stock, survivor_id, absorbed_id = add_stock(clinic), add_patient(clinic), add_patient(clinic)
    treatment_id = add_treatment(clinic, absorbed_id, stock, TODAY)
    event_id = add_event(clinic, survivor_id, None)
    done = merge(clinic, staff, survivor_id, absorbed_id)
    add_event(clinic, survivor_id, treatment_id, series_id=event_id, version=2)
    before = everything(clinic)
    with pytest.raises(MergeRefusedError, match=r"adverse event.*treatment.*Correct that first"):
        undo(clinic, staff, done.merge_id)
    assert everything(clinic) == before
    assert audit_lines(clinic)[-1][:2] == ("refused", "refused")


def test_an_undo_after_something_was_disposed_of_is_refused(clinic: Clinic, staff: Actor) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic)
    add_history(clinic, absorbed_id, "condition", "Asthma")
    done = merge(clinic, staff, survivor_id, absorbed_id)
    run(clinic, "DELETE FROM history_entry")
    assert unmerging.refusal(clinic, staff, done.merge_id) == unmerging.GONE
    with pytest.raises(MergeRefusedError, match="disposed of"):
        undo(clinic, staff, done.merge_id)


# Who may, what is asked, what is refused ------------------------------------------------------


def test_both_records_have_it_in_their_trail_and_the_survivors_filter_finds_it(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic, given_names="Anne")
    done = merge(clinic, staff, survivor_id, absorbed_id)
    merged = [line for line in audit_lines(clinic) if line[0] == "records merged"]
    assert [line[2] for line in merged] == [str(survivor_id), str(absorbed_id)]
    assert "Anne" not in str(merged)
    found = audit.look(clinic, compliance, TrailFilter(patient_id=survivor_id)).rows
    assert {row.patient_id for row in found} == {survivor_id, absorbed_id}
    undo(clinic, staff, done.merge_id)
    undone = [line[2] for line in audit_lines(clinic) if line[0] == "merge undone"]
    assert undone == [str(survivor_id), str(absorbed_id)]
    found = audit.look(clinic, compliance, TrailFilter(patient_id=survivor_id)).rows
    assert {row.patient_id for row in found} == {survivor_id}


def test_owner_may_not_and_that_is_in_the_trail(clinic: Clinic, owner: Actor) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic)
    with pytest.raises(NotPermittedError):
        merge(clinic, owner, survivor_id, absorbed_id)
    assert [line[:2] for line in audit_lines(clinic)] == [("refused", "refused")]


def test_a_record_is_not_merged_with_itself_nor_with_one_that_is_not(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    with pytest.raises(InvalidInputError):
        merge(clinic, staff, patient_id, patient_id)
    with pytest.raises(NotFoundError):
        merge(clinic, staff, patient_id, UUID(int=5))
    with pytest.raises(NotFoundError):
        unmerging.undo(clinic, staff, UUID(int=5), now=NOW)
    with pytest.raises(NotFoundError):
        merges.pair_of(clinic, staff, UUID(int=5))


@pytest.mark.parametrize(
    "values",
    [{"born_on": date(1990, 1, 1)}, {"sex": "male"}, {"given_names": "Z", "family_name": "Y"}],
)
def test_records_that_disagree_need_a_reason(
    clinic: Clinic, staff: Actor, values: dict[str, Any]
) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic, **values)
    with pytest.raises(InvalidInputError) as caught:
        merge(clinic, staff, survivor_id, absorbed_id, reason=" ")
    assert caught.value.field == "reason"
    assert merge(clinic, staff, survivor_id, absorbed_id, reason="Mis-keyed").reason == "Mis-keyed"


def test_numbers_in_one_system_need_a_tick(clinic: Clinic, staff: Actor) -> None:
    pair = add_patient(clinic), add_patient(clinic)
    for number, patient_id in enumerate(pair):
        add_number(clinic, patient_id, str(number))
    with pytest.raises(InvalidInputError) as caught:
        merge(clinic, staff, *pair, is_confirmed=False)
    assert caught.value.field == "is_confirmed"


def test_the_dead_and_minors_are_merged_with_a_warning(clinic: Clinic, staff: Actor) -> None:
    born_on = date(2010, 1, 1)
    survivor_id = add_patient(clinic, born_on=born_on)
    absorbed_id = add_patient(clinic, born_on=born_on, deceased_on=date(2026, 1, 1))
    found = merges.preview(clinic, staff, (survivor_id, absorbed_id), as_of=TODAY)
    assert [one.sentence.split(" ", 1)[1] for one in found.cautions][1] == "is recorded as deceased"
    assert "under 18" in found.cautions[0].sentence
    assert merge(clinic, staff, survivor_id, absorbed_id, is_confirmed=False, reason="")


def test_a_restricted_record_needs_a_ground_to_be_merged_and_to_be_parted(
    clinic: Clinic, staff: Actor
) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic)
    restrict(clinic, absorbed_id)
    with pytest.raises(GroundNeededError):
        merge(clinic, staff, survivor_id, absorbed_id)
    assert {line[2] for line in audit_lines(clinic)} == {str(survivor_id), str(absorbed_id)}
    grounds = {absorbed_id: Ground.LEGAL_CLAIMS}
    done = merge(clinic, staff, survivor_id, absorbed_id, grounds=grounds)
    merged = [line[3] for line in audit_lines(clinic) if line[0] == "records merged"]
    assert merged == [None, "legal claims"]
    with pytest.raises(GroundNeededError):
        undo(clinic, staff, done.merge_id)
    asked = unmerging.Said("", {survivor_id: Ground.LEGAL_CLAIMS})
    unmerging.undo(clinic, staff, done.merge_id, now=NOW, said=asked)
    assert rows(clinic, "SELECT patient_id FROM restriction") == [(absorbed_id,)]


# Twice, at once, on top of each other ---------------------------------------------------------


def test_asking_twice_merges_and_undoes_once(clinic: Clinic, staff: Actor) -> None:
    asked = wanted(add_patient(clinic), add_patient(clinic))
    first, second = (merges.merge(clinic, staff, asked, now=NOW, as_of=TODAY) for _ in range(2))
    assert first == second
    undone = [undo(clinic, staff, first.merge_id).merge for _ in range(2)]
    assert undone[0] == undone[1]
    names = [line[0] for line in audit_lines(clinic)]
    assert (names.count("records merged"), names.count("merge undone")) == (2, 2)


def test_of_two_who_merge_at_once_one_wins_and_the_other_is_told(
    clinic: Clinic, staff: Actor
) -> None:
    one_id, two_id = add_patient(clinic), add_patient(clinic)
    add_history(clinic, one_id, "condition", "Asthma")
    add_history(clinic, two_id, "condition", "Eczema")
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def attempt(survivor_id: UUID, absorbed_id: UUID) -> None:
        barrier.wait()
        try:
            merge(clinic, staff, survivor_id, absorbed_id)
            outcomes.append("merged")
        except MergeRefusedError as error:
            outcomes.append(error.message)

    pairs = ((one_id, two_id), (two_id, one_id))
    threads = [threading.Thread(target=attempt, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("merged") == 1
    (told,) = (outcome for outcome in outcomes if outcome != "merged")
    assert "was merged into" in told
    assert len({row[0] for row in rows(clinic, "SELECT patient_id FROM history_entry")}) == 1


def test_what_was_saved_on_the_merged_record_meanwhile_moves_too(
    clinic: Clinic, staff: Actor
) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic)
    asked = wanted(survivor_id, absorbed_id)
    merges.merge(clinic, staff, asked, now=NOW, as_of=TODAY)
    add_history(clinic, absorbed_id, "condition", "Asthma")
    done = merges.merge(clinic, staff, asked, now=NOW, as_of=TODAY)
    assert rows(clinic, "SELECT patient_id FROM history_entry") == [(survivor_id,)]
    undo(clinic, staff, done.merge_id)
    assert rows(clinic, "SELECT patient_id FROM history_entry") == [(absorbed_id,)]


def test_a_chain_leads_to_its_end_and_is_undone_from_there(clinic: Clinic, staff: Actor) -> None:
    ids = [add_patient(clinic, title="Ms") for _ in range(3)]
    lower = merge(clinic, staff, ids[1], ids[2], minutes=1)
    upper = merge(clinic, staff, ids[0], ids[1], minutes=2)
    with pytest.raises(MergedError) as caught:
        records.open_record(clinic, staff, ids[2], as_of=TODAY)
    assert caught.value.survivor_id == ids[0]
    found = merges.of_patient(clinic, staff, ids[0])
    assert [one.merge_id for one in found] == [upper.merge_id, lower.merge_id]
    with pytest.raises(MergeRefusedError, match="Undo that merge first"):
        undo(clinic, staff, lower.merge_id)
    undo(clinic, staff, upper.merge_id)
    undo(clinic, staff, lower.merge_id)
    assert rows(clinic, "SELECT count(*) FROM patient WHERE merged_into_id IS NOT NULL") == [(0,)]


def test_a_merge_into_the_same_record_since_is_undone_first(clinic: Clinic, staff: Actor) -> None:
    ids = [add_patient(clinic) for _ in range(3)]
    first = merge(clinic, staff, ids[0], ids[1], minutes=1)
    merge(clinic, staff, ids[0], ids[2], minutes=2)
    with pytest.raises(MergeRefusedError, match="Undo that merge first"):
        undo(clinic, staff, first.merge_id)


# Duplicates -----------------------------------------------------------------------------------


def test_what_was_found_and_decided_of_the_merged_record_holds_for_the_survivor(
    clinic: Clinic, staff: Actor
) -> None:
    survivor_id, absorbed_id, other_id, third_id = (add_patient(clinic) for _ in range(4))
    add_pair(clinic, survivor_id, absorbed_id)
    add_pair(clinic, absorbed_id, other_id, state="not_same")
    add_pair(clinic, survivor_id, third_id)
    add_pair(clinic, absorbed_id, third_id, state="not_same")
    before = everything(clinic)
    done = merge(clinic, staff, survivor_id, absorbed_id)
    states = {frozenset(row[:2]): row[2] for row in rows(clinic, PAIRS)}
    assert states[frozenset((survivor_id, absorbed_id))] == "merged"
    assert states[frozenset((survivor_id, other_id))] == "not_same"
    assert states[frozenset((survivor_id, third_id))] == "not_same"
    assert undo(clinic, staff, done.merge_id).kept == ()
    assert everything(clinic) == before


# Imports --------------------------------------------------------------------------------------


HEADER = "id,first_name,last_name,date_of_birth,mobile\n"
ROWS = "1,Anna,Hart,06/08/1985,07700 900123\n2,Anne,Harte,06/08/1985,07700 900124\n"


def bring(clinic: Clinic, actor: Actor, text: str) -> tuple[int, int, int]:
    report = imports.run(clinic, actor, Source(text.encode()), Order())
    return report.added, report.changed, report.unchanged


def test_importing_the_file_again_after_a_merge_changes_nothing(
    clinic: Clinic, compliance: Actor
) -> None:
    bring(clinic, compliance, HEADER + ROWS)
    bring(clinic, compliance, "first_name,last_name\nAnni,Hart\n")
    survivor_id, absorbed_id, unnumbered_id = (
        row[0] for row in rows(clinic, "SELECT patient_id FROM patient ORDER BY reference")
    )
    done = merge(clinic, compliance, survivor_id, absorbed_id, minutes=1)
    merge(clinic, compliance, survivor_id, unnumbered_id, minutes=2)
    before = everything(clinic)
    assert bring(clinic, compliance, HEADER + ROWS) == (0, 0, 2)
    assert bring(clinic, compliance, "first_name,last_name\nAnni,Hart\n") == (0, 0, 1)
    assert everything(clinic) == before
    # A later file changes the survivor by its own row; the merged rows neither come back nor speak.
    newer = ROWS.replace("07700 900123", "07700 900125").replace("900124", "900126")
    assert bring(clinic, compliance, HEADER + newer) == (0, 1, 1)
    assert bring(clinic, compliance, HEADER + newer) == (0, 0, 2)
    assert bring(clinic, compliance, "first_name,last_name\nAnni,Hart\n") == (0, 0, 1)
    assert said(clinic, survivor_id)[0] is None
    assert done.undone_at is None


# A killed process -----------------------------------------------------------------------------


CHILD = """
import sys
from datetime import date, datetime
from pathlib import Path
from uuid import UUID
from lib.console.opening import console_actor
from lib.services import merging
from lib.services.clinic import open_clinic
from lib.settings import Settings
from lib.store import merged_rows, merges
from lib.store.merged_rows import moving

clinic = open_clinic(Settings(home=Path(sys.argv[1]), threads=1))
wanted = merging.Wanted(UUID(int=7), UUID(sys.argv[2]), UUID(sys.argv[3]), reason="killed")
now = datetime.fromisoformat("2026-11-23T10:00")

def work(unit):
    pair = wanted.survivor_id, wanted.absorbed_id
    found = [merges.get_identity(unit.cursor, one) for one in pair]
    merging.Merging(unit, console_actor(), wanted, now).carry_out(*found, "killed")
    print("done", flush=True)
    sys.stdin.readline()

clinic.store.transact(work)
print("committed", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(("is_told", "absorbed"), [(False, 0), (True, 1)])
def test_a_killed_merge_is_there_whole_or_not_at_all(
    settings: Settings, *, is_told: bool, absorbed: int
) -> None:
    clinic = open_clinic(settings)
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic)
    entry_id = add_history(clinic, absorbed_id, "condition", "Asthma")
    clinic.close()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(settings.home), str(survivor_id), str(absorbed_id)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "done\n"
    if is_told:
        child.stdin.write("go on\n")
        child.stdin.flush()
        assert child.stdout.readline() == "committed\n"
    child.kill()
    child.wait()
    clinic = open_clinic(settings)
    owner_id = survivor_id if absorbed else absorbed_id
    assert rows(clinic, "SELECT patient_id, entry_id FROM history_entry") == [(owner_id, entry_id)]
    gone = "SELECT count(*) FROM patient WHERE merged_into_id IS NOT NULL"
    assert rows(clinic, gone) == [(absorbed,)]
    assert rows(clinic, "SELECT count(*) FROM patient_merge") == [(absorbed,)]
    clinic.close()
