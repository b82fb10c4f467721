"""Importing medical history: what is new, what a later file corrects, what people entered stays."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.history import AllergyState
from lib.imports.kinds import Kind
from lib.imports.report import ImportReport
from lib.services import records
from lib.services.clinic import Clinic
from lib.services.imports import Order
from tests.records import TODAY, add_history, restrict
from tests.services.importing import (
    PARTIAL,
    PATIENTS,
    actions,
    bring,
    counts,
    entries,
    everything,
    patient_of,
    rows,
)

HEADER = "patient id,patient name,dob,type,entry,severity,status,since,until,detail,source\n"
PENICILLIN = "1,Zoë O'Brien,14/07/1985,Allergy,Penicillin,severe,,25/06/2004,,Rash,patient\n"
ASTHMA = "2,Ann Lee,01/02/1980,condition,Asthma,,,,,,GP letter\n"
STORED = ("history_entry", "import_row", "import_review")
CURRENT = """
SELECT kind, name, severity, status, started_on, ended_on, detail, source, source_detail, version
FROM history_entry ORDER BY entry_id
"""


@pytest.fixture(autouse=True)
def _patients(clinic: Clinic, compliance: Actor) -> None:
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS)


def tell(clinic: Clinic, actor: Actor, text: str, order: Order | None = None) -> ImportReport:
    return bring(clinic, actor, Kind.HISTORY, text, order)


def test_entries_are_stored_as_the_file_says(clinic: Clinic, compliance: Actor) -> None:
    stopped = "1,,,medicine,Warfarin,,,25/06/2004,25/06/2020,,mother\n"
    report = tell(clinic, compliance, HEADER + PENICILLIN + ASTHMA + stopped)
    assert counts(report) == (3, 0, 0, 0, 0)
    day, end = date(2004, 6, 25), date(2020, 6, 25)
    assert rows(clinic, CURRENT) == [
        ("allergy", "Penicillin", "severe", "active", day, None, "Rash", "patient", None, 1),
        ("condition", "Asthma", None, "active", None, None, None, "professional", "GP letter", 1),
        ("medicine", "Warfarin", None, "resolved", day, end, None, "third_party", "mother", 1),
    ]
    opened = records.open_record(clinic, compliance, patient_of(clinic, "1"), as_of=TODAY)
    assert opened.alerts.allergy_state is AllergyState.KNOWN
    assert actions(clinic)[Action.HISTORY_ADDED] == 2
    assert "Penicillin" not in "".join(entry.detail for entry in entries(clinic))


@pytest.mark.parametrize("words", ["allergy,NKDA", "allergy,No known allergies", "nka,"])
def test_that_there_are_no_known_allergies_is_told_apart_from_silence(
    clinic: Clinic, compliance: Actor, words: str
) -> None:
    text = f"patient id,kind,entry\n1,{words if words != 'nka,' else 'NKA,none'}\n"
    assert counts(tell(clinic, compliance, text)) == (1, 0, 0, 0, 0)
    opened = records.open_record(clinic, compliance, patient_of(clinic, "1"), as_of=TODAY)
    assert opened.alerts.allergy_state is AllergyState.NONE_KNOWN


def test_the_same_file_twice_changes_nothing(clinic: Clinic, compliance: Actor) -> None:
    tell(clinic, compliance, HEADER + PENICILLIN + ASTHMA)
    before = everything(clinic, *STORED)
    assert counts(tell(clinic, compliance, HEADER + ASTHMA + PENICILLIN)) == (0, 0, 2, 0, 0)
    assert everything(clinic, *STORED) == before


def test_a_changed_row_is_a_new_version_and_back_again(clinic: Clinic, compliance: Actor) -> None:
    tell(clinic, compliance, HEADER + PENICILLIN)
    milder = PENICILLIN.replace("severe", "mild")
    assert counts(tell(clinic, compliance, HEADER + milder)) == (0, 1, 0, 0, 0)
    assert counts(tell(clinic, compliance, HEADER + milder)) == (0, 0, 1, 0, 0)
    assert counts(tell(clinic, compliance, HEADER + PENICILLIN)) == (0, 1, 0, 0, 0)
    found = rows(
        clinic, "SELECT version, severity, correction_reason FROM history_entry ORDER BY version"
    )
    assert found == [(1, "severe", None), (2, "mild", "import"), (3, "severe", "import")]
    assert len(rows(clinic, "SELECT DISTINCT series_id FROM history_entry")) == 1
    assert actions(clinic)[Action.HISTORY_CORRECTED] == 2


def test_a_blank_cell_erases_nothing(clinic: Clinic, compliance: Actor) -> None:
    tell(clinic, compliance, HEADER + PENICILLIN)
    before = everything(clinic, "history_entry")
    assert counts(tell(clinic, compliance, HEADER + "1,,,allergy,PENICILLIN,,,,,,\n")) == (
        *(0, 0, 1, 0, 0),
    )
    assert everything(clinic, "history_entry") == before


def test_what_people_entered_or_corrected_here_is_left_and_told(
    clinic: Clinic, compliance: Actor
) -> None:
    add_history(clinic, patient_of(clinic, "1"), "allergy", "penicillin", severity="mild")
    report = tell(clinic, compliance, HEADER + PENICILLIN)
    assert counts(report) == (0, 0, 1, 0, 0)
    assert "people here have entered otherwise" in report.warnings[-1]
    tell(clinic, compliance, HEADER + ASTHMA)
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE history_entry SET version = 2, correction_reason = 'asked again' "
            "WHERE name = 'Asthma'"
        )
    )
    resolved = ASTHMA.replace("Asthma,,,", "Asthma,,resolved,")
    assert counts(tell(clinic, compliance, HEADER + resolved)) == (0, 0, 1, 0, 0)
    assert len(rows(clinic, CURRENT)) == 2


def test_a_restricted_record_takes_nothing_in_rule_e1(clinic: Clinic, compliance: Actor) -> None:
    restrict(clinic, patient_of(clinic, "1"))
    report = tell(clinic, compliance, HEADER + PENICILLIN + ASTHMA, PARTIAL)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert "rule E1" in report.rejected[0].reason


def test_who_is_not_certain_waits(clinic: Clinic, compliance: Actor) -> None:
    report = tell(clinic, compliance, HEADER + ASTHMA.replace("2,Ann", ",Ann"))
    assert counts(report) == (0, 0, 0, 1, 0)
    assert "Import review" in report.warnings[-1]


def test_every_fault_is_told_with_its_place(clinic: Clinic, compliance: Actor) -> None:
    text = (
        HEADER
        + "1,,,wish,Asthma,,,,,,\n"
        + "1,,,,Asthma,,,,,,\n"
        + "1,,,condition,,,,,,,\n"
        + "1,,,condition,A,awful,,,,,\n"
        + "1,,,condition,B,,perhaps,,,,\n"
        + "1,,,condition,C,,,25/06/2020,25/06/2004,,\n"
        + "1,,,condition,D,,,25/06/2099,,,\n"
        + "1,,,condition,E,,,25/06/1984,,,\n"
        + "1,,,condition,F,,,,,,\n"
        + "1,,,condition,f,,,,,again,\n"
        + ",,,condition,G,,,,,,\n"
    )
    report = tell(clinic, compliance, text, PARTIAL)
    assert counts(report) == (1, 0, 0, 0, 10)
    assert counts(tell(clinic, compliance, text, PARTIAL)) == (0, 0, 1, 0, 10)
    assert [(row.line, row.column) for row in report.rejected] == [
        *((2, "type"), (3, "type"), (4, "entry"), (5, "severity"), (6, "status")),
        *((7, "until"), (8, "since"), (9, "entry"), (11, "entry"), (12, "patient id")),
    ]


def test_an_entry_in_error_here_stays_in_error(clinic: Clinic, compliance: Actor) -> None:
    add_history(clinic, patient_of(clinic, "2"), "condition", "Asthma", status="entered_in_error")
    assert counts(tell(clinic, compliance, HEADER + ASTHMA)) == (0, 0, 1, 0, 0)


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(
            ["1,Zoë O'Brien,14/07/1985", "2,,", "9,No Body,", ",Ann Lee,01/02/1980", ",,"]
        ),
        st.sampled_from(["allergy", "condition", "medicine", "wish"]),
        st.sampled_from(["Latex", "latex", "NKDA", "Asthma", ""]),
        st.sampled_from(["mild", "severe", "", "awful"]),
    ),
    min_size=1,
    max_size=10,
)


@given(ENTRIES)
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_row_is_accounted_for_and_twice_is_once(
    clinic: Clinic, compliance: Actor, told: list[tuple[str, ...]]
) -> None:
    text = "patient id,patient name,dob,kind,entry,severity\n" + "".join(
        f"{','.join(row)}\n" for row in told
    )
    first = tell(clinic, compliance, text, PARTIAL)
    assert first.rows_read == len(told) == sum(counts(first))
    before = everything(clinic, *STORED)
    again = tell(clinic, compliance, text, PARTIAL)
    assert (again.added, again.changed) == (0, 0)
    assert (again.waiting, again.rows_rejected) == (first.waiting, first.rows_rejected)
    assert everything(clinic, *STORED) == before
