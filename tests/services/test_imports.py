"""Importing patients into a real store: what is kept, what is refused, what is written down."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.domain import audit
from lib.domain.access import Actor
from lib.domain.audit import Action, Entry
from lib.errors import (
    ImportCancelledError,
    ImportRefusedError,
    InvalidInputError,
    NotPermittedError,
)
from lib.imports.mapping import Mapping
from lib.imports.patients.fields import PatientField
from lib.imports.patients.form import FORM
from lib.imports.report import ImportReport
from lib.services import imports
from lib.services.clinic import Clinic
from lib.services.imports import Order, Progress, Source
from lib.store.audit import COLUMNS
from lib.store.connection import UnitOfWork

DATA = Path(__file__).resolve().parents[1] / "data"
HEADER = (
    "id,first_name,last_name,date_of_birth,mobile,email,address_1,city,post_code,sms marketing\n"
)
ZOE = "1,Zoë,O'Brien,14/07/1945,07700 900123,zoe@example.com,1 High St,Leeds,LS1 1AA,yes\n"
ANN = "2,Ann,Lee,01/02/1980,,,,,,no\n"
PARTIAL = Order(partial=True)
STORED = (
    *("patient", "patient_external_id", "patient_name", "patient_phone", "patient_email"),
    *("patient_address", "contact_preference", "reasonable_adjustment", "import_row", "counter"),
)


def bring(clinic: Clinic, actor: Actor, text: str, order: Order | None = None) -> ImportReport:
    return imports.run(clinic, actor, Source(text.encode()), order or Order())


def rows(clinic: Clinic, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with clinic.store.reading() as cursor:
        return cursor.execute(sql, values).fetchall()


def everything(clinic: Clinic) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(rows(clinic, f"SELECT * FROM {table}"), key=str) for table in STORED}  # noqa: S608


def entries(clinic: Clinic) -> list[Entry]:
    found = rows(clinic, f"SELECT {COLUMNS} FROM audit_entry ORDER BY chain_id, position")  # noqa: S608
    return [Entry(*row) for row in found]


def actions(clinic: Clinic) -> Counter[str]:
    return Counter(entry.action for entry in entries(clinic))


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.rows_rejected


def test_a_patient_is_stored_as_the_file_says(clinic: Clinic, compliance: Actor) -> None:
    report = bring(clinic, compliance, HEADER + ZOE)
    assert counts(report) == (1, 0, 0, 0)
    assert report.is_written
    assert rows(
        clinic,
        "SELECT reference, given_names, family_name, CAST(born_on AS VARCHAR), sex, source, "
        "version FROM patient",
    ) == [("J00001Q", "Zoë", "O'Brien", "1945-07-14", "not_known", "import", 1)]
    assert rows(
        clinic, "SELECT kind, number, number_as_given, is_preferred FROM patient_phone"
    ) == [("mobile", "+447700900123", "07700 900123", True)]
    emails = rows(clinic, "SELECT email, is_preferred FROM patient_email")
    assert emails == [("zoe@example.com", True)]
    assert rows(clinic, "SELECT line_1, line_2, town, postcode FROM patient_address") == [
        ("1 High St", None, "Leeds", "LS1 1AA")
    ]
    assert rows(clinic, "SELECT channel, is_accepted FROM contact_preference") == [("sms", True)]
    assert rows(clinic, "SELECT system, external_id FROM patient_external_id") == [("import", "1")]


def test_every_patient_added_is_in_the_trail_with_the_import(
    clinic: Clinic, compliance: Actor
) -> None:
    report = bring(clinic, compliance, HEADER + ZOE + ANN)
    assert actions(clinic) == {Action.PATIENT_ADDED: 2, Action.IMPORT_DONE: 1}
    patients = {row[0] for row in rows(clinic, "SELECT patient_id FROM patient")}
    trail = entries(clinic)
    assert {entry.patient_id for entry in trail if entry.action == Action.PATIENT_ADDED} == patients
    assert all(entry.person_id == compliance.person_id for entry in trail)
    assert trail[-1].subject_id == report.import_id
    assert all(
        word not in entry.detail for entry in trail for word in ("Zo", "Brien", "7700", "Lee")
    )
    previous = audit.GENESIS
    for position, entry in enumerate(trail):
        assert not audit.fault_of(entry, expected_position=position, expected_previous=previous)
        previous = entry.entry_hash


def test_the_run_is_kept_with_counts_only(clinic: Clinic, compliance: Actor) -> None:
    report = bring(clinic, compliance, HEADER + ZOE + ANN.replace("1980", "1880"), PARTIAL)
    ((run, person),) = imports.history(clinic, compliance)
    assert run.import_id == report.import_id
    assert (run.rows_read, run.rows_added, run.rows_rejected, run.is_partial) == (2, 1, 1, True)
    assert run.finished_at is not None
    assert run.finished_at >= run.started_at
    assert person is None


def test_the_same_file_twice_changes_nothing(clinic: Clinic, compliance: Actor) -> None:
    text = HEADER + ZOE + ANN
    bring(clinic, compliance, text)
    before = everything(clinic)
    assert counts(bring(clinic, compliance, text)) == (0, 0, 2, 0)
    assert everything(clinic) == before


def test_without_ids_the_same_file_twice_changes_nothing_either(
    clinic: Clinic, compliance: Actor
) -> None:
    text = "first_name,last_name,dob\nZoë,O'Brien,14/07/1945\n,Lee,\n"
    bring(clinic, compliance, text)
    before = everything(clinic)
    assert counts(bring(clinic, compliance, text)) == (0, 0, 2, 0)
    assert everything(clinic) == before


def test_a_row_said_twice_without_an_id_is_refused(clinic: Clinic, compliance: Actor) -> None:
    report = bring(clinic, compliance, "last_name\nLee\nRoe\nLee\n", PARTIAL)
    assert counts(report) == (2, 0, 0, 1)
    assert [(row.line, row.reason) for row in report.rejected] == [
        (4, "the row says the same as line 2")
    ]


def test_changed_values_are_a_change_and_the_former_ones_are_kept(
    clinic: Clinic, compliance: Actor
) -> None:
    bring(clinic, compliance, HEADER + ZOE)
    ((before,),) = rows(clinic, "SELECT changed_at FROM patient")
    married = "1,Zoë,Smith,14/07/1945,07700 900999,zoe@new.example,2 Low St,York,YO1 1AA,no\n"
    assert counts(bring(clinic, compliance, HEADER + married)) == (0, 1, 0, 0)
    ((family, version, after),) = rows(
        clinic, "SELECT family_name, version, changed_at FROM patient"
    )
    assert (family, version) == ("Smith", 2)
    assert after > before
    assert rows(clinic, "SELECT kind, given_names, family_name FROM patient_name") == [
        ("former", "Zoë", "O'Brien")
    ]
    # What the row said is kept as a version, with when and why it was replaced.
    kept = "SELECT family_name, version, changed_at, replaced_at, reason FROM patient_version"
    assert rows(clinic, kept) == [("O'Brien", 1, before, after, "import")]
    for table, column, old, new in (
        ("patient_phone", "number", "+447700900123", "+447700900999"),
        ("patient_email", "email", "zoe@example.com", "zoe@new.example"),
        ("patient_address", "line_1", "1 High St", "2 Low St"),
    ):
        found = rows(
            clinic,
            f"SELECT {column}, valid_until IS NULL, is_preferred FROM {table} ORDER BY recorded_at",  # noqa: S608
        )
        assert found == [(old, False, True), (new, True, True)]
    said = rows(clinic, "SELECT is_accepted FROM contact_preference ORDER BY recorded_at")
    assert said == [(True,), (False,)]
    changed = [entry for entry in entries(clinic) if entry.action == Action.PATIENT_CHANGED]
    assert len(changed) == 1
    assert "family_name" in changed[0].detail
    assert "phones" in changed[0].detail
    assert "Smith" not in changed[0].detail


def test_going_back_to_an_earlier_file_is_a_change_again(clinic: Clinic, compliance: Actor) -> None:
    bring(clinic, compliance, HEADER + ZOE)
    bring(clinic, compliance, HEADER + ZOE.replace("Leeds", "York"))
    assert counts(bring(clinic, compliance, HEADER + ZOE)) == (0, 1, 0, 0)
    in_force = "SELECT town FROM patient_address WHERE valid_until IS NULL"
    assert rows(clinic, in_force) == [("Leeds",)]
    assert counts(bring(clinic, compliance, HEADER + ZOE)) == (0, 0, 1, 0)


def test_a_blank_cell_erases_nothing(clinic: Clinic, compliance: Actor) -> None:
    bring(clinic, compliance, HEADER + ZOE)
    before = everything(clinic)
    before.pop("import_row")
    assert counts(bring(clinic, compliance, HEADER + "1,Zoë,,,,,,,,\n")) == (0, 0, 1, 0)
    after = everything(clinic)
    after.pop("import_row")
    assert after == before


def test_a_further_number_is_added_and_one_of_another_kind_stays(
    clinic: Clinic, compliance: Actor
) -> None:
    header = "id,surname,mobile,home phone,notes,adjustments,maiden name,sex\n"
    bring(clinic, compliance, header + "1,Lee,07700 900123,,first,large print,Roe,\n")
    changed = "1,Lee,07700 900123,020 7946 0018,second,quiet room,Poe,F\n"
    assert counts(bring(clinic, compliance, header + changed)) == (0, 1, 0, 0)
    assert rows(
        clinic,
        "SELECT number, is_preferred FROM patient_phone WHERE valid_until IS NULL ORDER BY number",
    ) == [("+442079460018", False), ("+447700900123", True)]
    assert rows(clinic, "SELECT note FROM patient") == [
        ("second\n\nBefore a later import:\nfirst",)
    ]
    assert rows(clinic, "SELECT adjustment FROM reasonable_adjustment ORDER BY 1") == [
        ("large print",),
        ("quiet room",),
    ]
    assert rows(clinic, "SELECT family_name FROM patient_name ORDER BY 1") == [("Poe",), ("Roe",)]


def test_what_people_of_the_clinic_entered_is_not_undone(clinic: Clinic, compliance: Actor) -> None:
    bring(clinic, compliance, HEADER + ZOE)

    def by_hand(unit: UnitOfWork) -> None:
        unit.cursor.execute("UPDATE patient_phone SET source = 'patient'")
        unit.cursor.execute("UPDATE contact_preference SET source = 'patient', is_accepted = false")

    clinic.store.transact(by_hand)
    bring(clinic, compliance, HEADER + ZOE.replace("900123", "900999"))
    kept = "SELECT number FROM patient_phone WHERE valid_until IS NULL ORDER BY number"
    assert rows(clinic, kept) == [("+447700900123",), ("+447700900999",)]
    assert rows(clinic, "SELECT is_accepted FROM contact_preference") == [(False,)]


def test_a_restricted_record_is_not_changed_rule_e1(clinic: Clinic, compliance: Actor) -> None:
    bring(clinic, compliance, HEADER + ZOE)
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "INSERT INTO restriction (restriction_id, patient_id, reason, placed_at) "
            "SELECT uuid(), patient_id, 'accuracy contested', now() AT TIME ZONE 'UTC' FROM patient"
        )
    )
    before = everything(clinic)
    assert counts(bring(clinic, compliance, HEADER + ZOE)) == (0, 0, 1, 0)
    report = bring(clinic, compliance, HEADER + ZOE.replace("Leeds", "York"), PARTIAL)
    assert counts(report) == (0, 0, 0, 1)
    assert "rule E1" in report.rejected[0].reason
    assert (report.rejected[0].line, report.rejected[0].column) == (2, "id")
    assert everything(clinic) == before


def test_an_id_of_another_person_is_refused_not_overwritten(
    clinic: Clinic, compliance: Actor
) -> None:
    bring(clinic, compliance, HEADER + ZOE + ANN)
    mixed = HEADER + ZOE + "2,Bob,Roe,05/06/1990,,,,,,\n" + "3,New,Person,,,,,,,\n"
    before = rows(clinic, "SELECT * FROM patient WHERE family_name = 'Lee'")
    mapping = Mapping(Mapping.guessed(FORM, HEADER.strip().split(",")).columns, "import")
    report = bring(clinic, compliance, mixed, Order(mapping, partial=True))
    assert counts(report) == (1, 0, 1, 1)
    assert "another name and date of birth" in report.rejected[0].reason
    assert rows(clinic, "SELECT * FROM patient WHERE family_name = 'Lee'") == before


def test_all_rows_or_none_unless_partial(clinic: Clinic, compliance: Actor) -> None:
    text = HEADER + ZOE + ANN.replace("01/02/1980", "31/02/1980")
    before = everything(clinic)
    report = bring(clinic, compliance, text)
    assert not report.is_written
    assert counts(report) == (0, 0, 0, 1)
    assert everything(clinic) == before
    assert entries(clinic)[-1].outcome == "refused"
    assert imports.history(clinic, compliance) == []
    partial = bring(clinic, compliance, text, PARTIAL)
    assert counts(partial) == (1, 0, 0, 1)
    (row,) = partial.rejected
    assert (row.line, row.column, row.value) == (3, "date_of_birth", "31/02/1980")


def test_a_dry_run_says_what_would_be_done_and_stores_nothing(
    clinic: Clinic, compliance: Actor
) -> None:
    bring(clinic, compliance, HEADER + ZOE)
    before = everything(clinic)
    text = HEADER + ZOE.replace("Leeds", "York") + ANN
    report = bring(clinic, compliance, text, Order(dry_run=True))
    assert counts(report) == (1, 1, 0, 0)
    assert (report.is_dry_run, report.is_written, report.import_id) == (True, False, None)
    assert everything(clinic) == before
    assert entries(clinic)[-1].action == Action.IMPORT_PREVIEWED
    assert counts(bring(clinic, compliance, text)) == (1, 1, 0, 0)


def test_columns_that_are_not_taken_in_are_named(clinic: Clinic, compliance: Actor) -> None:
    report = bring(clinic, compliance, "surname,loyalty points,shoe size\nLee,5,39\n")
    assert report.unmapped == ("loyalty points", "shoe size")


@pytest.mark.parametrize("name", ["febrl1", "febrl2"])
def test_febrl_comes_in_whole_but_for_its_impossible_rows(
    clinic: Clinic, compliance: Actor, name: str
) -> None:
    content = (DATA / f"{name}.csv").read_bytes()
    refused = {"febrl1": 3, "febrl2": 11}[name]
    read = {"febrl1": 1000, "febrl2": 5000}[name]
    report = imports.run(clinic, compliance, Source(content), Order(partial=True))
    assert report.rows_read == read
    assert counts(report) == (read - refused, 0, 0, refused)
    assert report.unmapped == ("soc_sec_id",)
    assert all(row.reason and row.line > 1 for row in report.rejected)
    ids = {row[0] for row in rows(clinic, "SELECT external_id FROM patient_external_id")}
    lines = [line.split(", ") for line in content.decode().splitlines()[1:]]
    out = {row.line for row in report.rejected}
    assert ids == {line[0] for number, line in enumerate(lines, start=2) if number not in out}
    again = imports.run(clinic, compliance, Source(content), Order(partial=True))
    assert counts(again) == (0, 0, read - refused, refused)


def test_two_programs_that_use_the_same_ids_do_not_mix_people(
    clinic: Clinic, compliance: Actor
) -> None:
    for name, good, system in (("febrl1", 997, "import"), ("febrl2", 4989, "import 2")):
        content = (DATA / f"{name}.csv").read_bytes()
        first = imports.run(clinic, compliance, Source(content), Order(partial=True))
        assert (counts(first)[:3], first.system) == ((good, 0, 0), system)
    for name, good, system in (("febrl1", 997, "import"), ("febrl2", 4989, "import 2")):
        content = (DATA / f"{name}.csv").read_bytes()
        again = imports.run(clinic, compliance, Source(content), Order(partial=True))
        assert (counts(again)[:3], again.system) == ((0, 0, good), system)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Zoë", "Ann", "J'o", "  Bo", ""]),
        st.sampled_from(["Lee", "O'Brien", "=Roe", "Ø"]),
        st.sampled_from(["1980-01-02", "", "31/12/1999"]),
        st.sampled_from(["", "07700 900123", "+33 1 23 45 67 89", "12"]),
    ),
    min_size=1,
    max_size=8,
)


@given(people=PEOPLE, with_ids=st.booleans(), seed=st.integers(0, 99))
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_row_is_accounted_for_in_any_order_and_twice_is_once(
    clinic: Clinic,
    compliance: Actor,
    people: list[tuple[str, ...]],
    with_ids: bool,  # noqa: FBT001 - drawn by hypothesis
    seed: int,
) -> None:
    run = len(entries(clinic))
    header = "id,first_name,last_name,dob,mobile\n"
    lines = [
        ",".join((f"{run}-{number}" if with_ids else "", *person)) + "\n"
        for number, person in enumerate(people)
    ]
    mapping = Mapping(Mapping.guessed(FORM, header.strip().split(",")).columns, f"run {run}")
    first = bring(clinic, compliance, header + "".join(lines), Order(mapping, partial=True))
    assert first.rows_read == len(people) == sum(counts(first))
    before = everything(clinic)
    random.Random(seed).shuffle(lines)  # noqa: S311 - an order, not a secret
    again = bring(clinic, compliance, header + "".join(lines), Order(mapping, partial=True))
    assert (again.added, again.changed) == (0, 0)
    assert again.rows_rejected == first.rows_rejected
    assert everything(clinic) == before


def test_a_file_that_is_no_table_is_refused_and_noted(clinic: Clinic, compliance: Actor) -> None:
    for act in (
        lambda: imports.preview(clinic, compliance, Source(b"%PDF-")),
        lambda: imports.run(clinic, compliance, Source(b"%PDF-"), Order()),
    ):
        with pytest.raises(ImportRefusedError):
            act()
        last = entries(clinic)[-1]
        assert (last.action, last.outcome) == (Action.IMPORT_DONE, "refused")


def test_a_preview_shows_samples_and_is_noted(clinic: Clinic, administrator: Actor) -> None:
    preview = imports.preview(clinic, administrator, Source((HEADER + ZOE + ANN).encode()))
    assert preview.rows == 2
    assert preview.samples["last_name"] == ("O'Brien", "Lee")
    assert preview.mapping.columns["last_name"] is PatientField.FAMILY_NAME
    assert preview.unmapped == ()
    assert actions(clinic) == {Action.IMPORT_PREVIEWED: 1}
    assert "Brien" not in entries(clinic)[-1].detail


def test_staff_and_owner_may_not_and_that_is_noted(
    clinic: Clinic, staff: Actor, owner: Actor
) -> None:
    source = Source((HEADER + ZOE).encode())
    for actor in (staff, owner):
        for act in (
            lambda who: imports.preview(clinic, who, source),
            lambda who: imports.run(clinic, who, source, Order()),
            lambda who: imports.mappings(clinic, who),
            lambda who: imports.save_mapping(clinic, who, "x", Mapping({})),
            lambda who: imports.remove_mapping(clinic, who, "x"),
        ):
            with pytest.raises(NotPermittedError):
                act(actor)
            assert entries(clinic)[-1].action == Action.REFUSED
    with pytest.raises(NotPermittedError):
        imports.history(clinic, staff)
    assert everything(clinic)["patient"] == []


def test_mappings_are_kept_by_name_replaced_and_removed(clinic: Clinic, compliance: Actor) -> None:
    mapping = Mapping({"Nachname": PatientField.FAMILY_NAME}, system="old desk")
    imports.save_mapping(clinic, compliance, "  Our  export ", Mapping({"x": PatientField.NOTE}))
    imports.save_mapping(clinic, compliance, "Our export", mapping)
    assert imports.mappings(clinic, compliance) == {"Our export": mapping}
    imports.remove_mapping(clinic, compliance, "Our export")
    imports.remove_mapping(clinic, compliance, "Our export")
    assert imports.mappings(clinic, compliance) == {}
    assert actions(clinic) == {Action.MAPPING_SAVED: 2, Action.MAPPING_REMOVED: 2}


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_mapping_needs_a_name(clinic: Clinic, compliance: Actor, name: str) -> None:
    with pytest.raises(InvalidInputError, match="1 to 80"):
        imports.save_mapping(clinic, compliance, name, Mapping({}))


def test_an_import_can_be_stopped_until_it_is_written(clinic: Clinic, compliance: Actor) -> None:
    before = everything(clinic)
    for stage in ("Checking values", "Comparing with the patients we have", "Adding patients"):

        def stop(progress: Progress, at: str = stage) -> None:
            if progress.stage == at:
                message = "stop"
                raise ImportCancelledError(message)

        with pytest.raises(ImportCancelledError):
            imports.run(clinic, compliance, Source((HEADER + ZOE).encode()), Order(), stop)
        assert everything(clinic) == before
        assert entries(clinic) == []


def test_no_file_is_left_behind(clinic: Clinic, compliance: Actor, tmp_path: Path) -> None:
    before = {file for file in tmp_path.rglob("*") if file.suffix != ".wal"}
    bring(clinic, compliance, HEADER + ZOE)
    assert {file for file in tmp_path.rglob("*") if file.suffix != ".wal"} == before
