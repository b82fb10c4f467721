"""Importing treatments into a real store: whose they are, what is kept, what changes later."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.errors import ImportCancelledError, InvalidInputError, NotPermittedError
from lib.imports.kinds import Kind
from lib.imports.mapping import Mapping
from lib.imports.report import ImportReport
from lib.imports.treatments.form import FORM
from lib.services import imports, records
from lib.services.clinic import Clinic
from lib.services.imports import Order, Progress, Source
from lib.store.connection import UnitOfWork
from tests.records import TODAY, add_stock, restrict
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

HEADER = (
    "patient id,patient name,dob,treatment id,date,treatment,practitioner,prescriber,product,"
    "batch number,area,dose,price,notes,follow-up due,aftercare given\n"
)
TWO_AREAS = (
    "1,Zoë O'Brien,14/07/1985,T1,02/10/2025,Wrinkle relaxing,Pat Lee,Dr Kim Roe,Velaxin,VX-1,"
    "forehead,20 units,255.00,=SUM(A1),16/10/2025,yes\n"
    "1,Zoë O'Brien,14/07/1985,T1,02/10/2025,Wrinkle relaxing,Pat Lee,Dr Kim Roe,Velaxin,VX-1,"
    "glabella,10u,,,,\n"
)
PEEL = "2,Ann Lee,01/02/1980,T2,25/10/2025,Peel,,,,,face,,,,,\n"
STORED = (
    *("treatment", "treatment_item", "treatment_external_id", "practitioner", "product", "lot"),
    *("import_row", "import_review", "patient"),
)
IN_FORCE = "SELECT {} FROM treatment WHERE superseded_at IS NULL ORDER BY treated_on"


@pytest.fixture(autouse=True)
def _patients(clinic: Clinic, compliance: Actor) -> None:
    add_stock(clinic)
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS)


def treat(clinic: Clinic, actor: Actor, text: str, order: Order | None = None) -> ImportReport:
    return bring(clinic, actor, Kind.TREATMENTS, text, order)


def test_rows_of_one_id_are_one_treatment_with_several_areas(
    clinic: Clinic, compliance: Actor
) -> None:
    report = treat(clinic, compliance, HEADER + TWO_AREAS)
    assert counts(report) == (2, 0, 0, 0, 0)
    patient_id = patient_of(clinic, "1")
    opened = records.open_record(clinic, compliance, patient_id, as_of=TODAY)
    (treatment,) = opened.treatments.treatments
    row = treatment.row
    assert (row.name, row.treated_on, row.version) == ("Wrinkle relaxing", date(2025, 10, 2), 1)
    assert (row.practitioner_name, row.prescriber_name) == ("Pat Lee", "Dr Kim Roe")
    assert (row.price_pence, row.notes) == (25_500, "=SUM(A1)")
    assert row.follow_up_due_on == date(2025, 10, 16)
    assert [
        (item.product_name, item.lot_number, item.area, item.dose, item.unit)
        for item in treatment.items
    ] == [
        ("Velaxin", "VX-1", "forehead", Decimal("20.000"), "unit"),
        ("Velaxin", "VX-1", "glabella", Decimal("10.000"), "unit"),
    ]
    assert rows(clinic, IN_FORCE.format("is_aftercare_given")) == [(True,)]


def test_the_patient_was_seen_then_and_the_index_learns_of_it(
    clinic: Clinic, compliance: Actor
) -> None:
    ((before, version),) = rows(
        clinic, "SELECT changed_at, version FROM patient WHERE family_name = 'O''Brien'"
    )
    treat(clinic, compliance, HEADER + TWO_AREAS)
    ((seen, practitioner, after, newer),) = rows(
        clinic,
        "SELECT last_seen_on, display_name, changed_at, version FROM patient "
        "JOIN practitioner ON practitioner_id = last_practitioner_id",
    )
    assert (seen, practitioner, newer) == (date(2025, 10, 2), "Pat Lee", version + 1)
    assert after > before
    older = TWO_AREAS.replace("T1", "T0").replace("02/10/2025", "02/10/2019")
    treat(clinic, compliance, HEADER + older)
    assert rows(clinic, "SELECT max(last_seen_on), max(version) FROM patient") == [
        (date(2025, 10, 2), newer)
    ]


def test_each_patient_is_in_the_trail_once_with_how_many_rows(
    clinic: Clinic, compliance: Actor
) -> None:
    second = PEEL.replace("T2", "T3").replace("25/10", "26/10")
    report = treat(clinic, compliance, HEADER + TWO_AREAS + PEEL + second)
    added = [entry for entry in entries(clinic) if entry.action == Action.TREATMENT_ADDED]
    assert sorted((str(entry.patient_id), entry.detail) for entry in added) == sorted(
        (str(patient_of(clinic, number)), f'{{"import": "{report.import_id}", "rows": {count}}}')
        for number, count in (("1", 1), ("2", 2))
    )
    assert "Velaxin" not in "".join(entry.detail for entry in entries(clinic))


def test_the_same_file_twice_changes_nothing_in_any_order(
    clinic: Clinic, compliance: Actor
) -> None:
    first, second = TWO_AREAS.splitlines(keepends=True)
    treat(clinic, compliance, HEADER + first + second + PEEL)
    before = everything(clinic, *STORED)
    assert counts(treat(clinic, compliance, HEADER + first + second + PEEL)) == (0, 0, 3, 0, 0)
    # The note and the price are in the first row only, and are the treatment's all the same.
    assert counts(treat(clinic, compliance, HEADER + PEEL + second + first)) == (0, 0, 3, 0, 0)
    assert everything(clinic, *STORED) == before


def test_without_ids_the_same_file_twice_changes_nothing_either(
    clinic: Clinic, compliance: Actor
) -> None:
    text = "patient name,dob,date,treatment\nZoe OBrien,14/07/1985,25/10/2025,Peel\n"
    assert counts(treat(clinic, compliance, text)) == (1, 0, 0, 0, 0)
    before = everything(clinic, *STORED)
    assert counts(treat(clinic, compliance, text)) == (0, 0, 1, 0, 0)
    assert everything(clinic, *STORED) == before
    changed = PATIENTS.replace("07700 900123", "07700 900999")
    assert bring(clinic, compliance, Kind.PATIENTS, changed).changed == 1
    assert counts(treat(clinic, compliance, text)) == (0, 0, 1, 0, 0)


def test_a_row_said_twice_without_an_id_is_refused(clinic: Clinic, compliance: Actor) -> None:
    row = "1,25/10/2025,Peel\n"
    report = treat(clinic, compliance, "patient id,date,treatment\n" + row + row, PARTIAL)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert report.rejected[0].reason == "the row says the same as line 2"


def test_a_changed_row_is_a_new_version_and_the_former_one_is_kept(
    clinic: Clinic, compliance: Actor
) -> None:
    treat(clinic, compliance, HEADER + TWO_AREAS)
    changed = TWO_AREAS.replace("10u", "12u").replace("255.00", "300")
    assert counts(treat(clinic, compliance, HEADER + changed)) == (0, 2, 0, 0, 0)
    opened = records.open_record(clinic, compliance, patient_of(clinic, "1"), as_of=TODAY)
    (treatment,) = opened.treatments.treatments
    assert (treatment.row.version, treatment.row.correction_reason) == (2, "import")
    assert treatment.row.price_pence == 30_000
    assert sorted(item.dose for item in treatment.items if item.dose) == [12, 20]
    assert [old.price_pence for old in treatment.earlier] == [25_500]
    assert actions(clinic)[Action.TREATMENT_CORRECTED] == 1
    assert counts(treat(clinic, compliance, HEADER + changed)) == (0, 0, 2, 0, 0)
    assert counts(treat(clinic, compliance, HEADER + TWO_AREAS)) == (0, 2, 0, 0, 0)


def test_a_blank_cell_erases_nothing_and_another_spelling_corrects_nothing(
    clinic: Clinic, compliance: Actor
) -> None:
    treat(clinic, compliance, HEADER + TWO_AREAS)
    tables = ("treatment", "treatment_item", "practitioner", "product", "lot")
    before = everything(clinic, *tables)
    blank = "1,,,T1,02/10/2025,Wrinkle relaxing,pat lee,KIM ROE,,,,,,,,\n"
    assert counts(treat(clinic, compliance, HEADER + blank)) == (0, 0, 1, 0, 0)
    assert everything(clinic, *tables) == before


def test_what_was_corrected_here_is_not_undone(clinic: Clinic, compliance: Actor) -> None:
    treat(clinic, compliance, HEADER + TWO_AREAS)
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE treatment SET version = 2, correction_reason = 'Dose mis-keyed'"
        )
    )
    assert counts(treat(clinic, compliance, HEADER + TWO_AREAS)) == (0, 0, 2, 0, 0)
    report = treat(clinic, compliance, HEADER + TWO_AREAS.replace("10u", "12u"), PARTIAL)
    assert counts(report) == (0, 0, 0, 0, 2)
    assert "corrected here since" in report.rejected[0].reason


def test_a_treatment_id_never_moves_to_another_patient(clinic: Clinic, compliance: Actor) -> None:
    treat(clinic, compliance, HEADER + PEEL)
    other = PEEL.replace("2,Ann Lee,01/02/1980", "1,Zoë O'Brien,14/07/1985")
    report = treat(clinic, compliance, HEADER + other, PARTIAL)
    assert counts(report) == (0, 0, 0, 0, 1)
    assert "another patient" in report.rejected[0].reason


def test_who_and_what_is_not_known_is_added_and_told(clinic: Clinic, compliance: Actor) -> None:
    text = TWO_AREAS.replace("Pat Lee", "Jo New").replace("Velaxin", "Novum").replace("VX-1", "N 7")
    report = treat(clinic, compliance, HEADER + text)
    assert report.warnings[1:] == (
        "Practitioners not known, added as no longer working here: 1 (Jo New).",
        "Products not known, added as “other” and not offered: 1 (Novum).",
        "Lots not in stock, added without an expiry date: 1.",
    )
    assert rows(
        clinic,
        "SELECT profession, active_until < current_date FROM practitioner "
        "WHERE display_name = 'Jo New'",
    ) == [("not known", True)]
    assert rows(
        clinic,
        "SELECT product_group, unit, is_active, lot_number, expires_on FROM product "
        "JOIN lot USING (product_id) WHERE name = 'Novum'",
    ) == [("other", "unit", False, "N 7", None)]


def test_a_lot_of_which_only_the_treatment_is_named_is_kept_for_a_recall(
    clinic: Clinic, compliance: Actor
) -> None:
    text = (
        "patient id,date,treatment,batch,expiry,area\n1,25/10/2025,Lip filler,L9,01/12/2027,lips\n"
    )
    treat(clinic, compliance, text)
    assert rows(
        clinic,
        "SELECT name, lot_number, expires_on, area FROM treatment_item "
        "JOIN product USING (product_id) JOIN lot USING (lot_id)",
    ) == [("Lip filler", "L9", date(2027, 12, 1), "lips")]


def test_an_area_without_a_product_is_kept_in_the_notes(clinic: Clinic, compliance: Actor) -> None:
    treat(clinic, compliance, HEADER + PEEL)
    assert rows(clinic, IN_FORCE.format("name, notes")) == [("Peel", "Area: face")]


def test_a_treatment_of_somebody_under_18_is_history_with_a_warning(
    clinic: Clinic, compliance: Actor
) -> None:
    row = "4,Kim Young,25/12/2008,T9,25/10/2025,Wrinkle relaxing,,,Velaxin,VX-1,face,5,,,,\n"
    report = treat(clinic, compliance, HEADER + row)
    assert counts(report) == (1, 0, 0, 0, 0)
    assert report.warnings == ("Treatments with toxin or filler of patients then under 18: 1.",)
    opened = records.open_record(clinic, compliance, patient_of(clinic, "4"), as_of=TODAY)
    assert opened.alerts.injected_as_minor == 1


@pytest.mark.parametrize(
    ("person", "is_linked"),
    [
        (",Zoë O'Brien,14/07/1985,,", True),
        (",ZOE  O BRIEN,1985-07-14,,", False),
        (",Zoe OBrien,1985-07-14,,", True),
        (",Zoë O'Brien,,07700 900123,", True),
        (",Zoë O'Brien,,,ZOE@example.com", True),
        (",Zoë O'Brien,15/07/1985,07700 900123,", False),
        (",Zoë O'Brien,,,", False),
        (",Ann Lee,01/02/1980,,", False),
        (",Zoë Smith,14/07/1985,,", False),
        (",Somebody Else,,07700 900123,", False),
        ("1,Zoë O'Brien,,,", True),
        ("1,,,,", True),
        ("99,Zoë O'Brien,14/07/1985,,", False),
        ("99,Nobody Here,01/01/1970,,", False),
    ],
)
def test_only_who_is_surely_one_patient_is_taken_without_asking(
    clinic: Clinic,
    compliance: Actor,
    person: str,
    is_linked: bool,  # noqa: FBT001
) -> None:
    header = "patient id,patient name,dob,mobile,email,date,treatment\n"
    report = treat(clinic, compliance, f"{header}{person},25/10/2025,Peel\n")
    assert counts(report) == ((1, 0, 0, 0, 0) if is_linked else (0, 0, 0, 1, 0))
    assert report.is_written


def test_an_id_of_which_nothing_else_agrees_waits(clinic: Clinic, compliance: Actor) -> None:
    header = "patient id,patient name,dob,date,treatment\n"
    good = "".join(
        f"{n},{who},25/10/2025,Peel\n"
        for n, who in (("1", "Zoë O'Brien,14/07/1985"), ("4", "Kim Young,25/12/2008"))
    )
    report = treat(clinic, compliance, header + good + "2,Bob Roe,05/06/1990,25/10/2025,Peel\n")
    assert counts(report) == (2, 0, 0, 1, 0)
    ((candidates,),) = rows(clinic, "SELECT candidates FROM import_review")
    assert "this id in the other system" in candidates


def test_ids_that_two_programs_know_need_the_program(clinic: Clinic, compliance: Actor) -> None:
    other = "id,surname\n1,Other\n"
    bring(clinic, compliance, Kind.PATIENTS, other)
    text = "patient id,date,treatment\n1,25/10/2025,Peel\n"
    with pytest.raises(InvalidInputError, match="several programs"):
        treat(clinic, compliance, text)
    columns = Mapping.guessed(FORM, ["patient id", "date", "treatment"]).columns
    mapping = Mapping(columns, "import 2")
    assert counts(treat(clinic, compliance, text, Order(mapping))) == (1, 0, 0, 0, 0)
    assert rows(clinic, "SELECT family_name FROM treatment JOIN patient USING (patient_id)") == [
        ("Other",)
    ]


def test_a_restricted_record_takes_nothing_in_rule_e1(clinic: Clinic, compliance: Actor) -> None:
    restrict(clinic, patient_of(clinic, "1"))
    before = everything(clinic, *STORED)
    report = treat(clinic, compliance, HEADER + TWO_AREAS)
    assert counts(report) == (0, 0, 0, 0, 2)
    assert {row.line for row in report.rejected} == {2, 3}
    assert "rule E1" in report.rejected[0].reason
    assert everything(clinic, *STORED) == before


def test_rows_of_a_merged_record_go_to_the_survivor(clinic: Clinic, compliance: Actor) -> None:
    survivor, absorbed = patient_of(clinic, "2"), patient_of(clinic, "3")

    def merge(unit: UnitOfWork) -> None:
        unit.cursor.execute(
            "UPDATE patient_external_id SET patient_id = ? WHERE patient_id = ?",
            [survivor, absorbed],
        )
        unit.cursor.execute(
            "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?", [survivor, absorbed]
        )

    clinic.store.transact(merge)
    text = "patient id,patient name,dob,date,treatment\n3,Ann Lee,01/02/1980,25/10/2025,Peel\n"
    by_name = text.replace("3,Ann", ",Ann").replace("25/10", "26/10")
    assert counts(treat(clinic, compliance, text)) == (1, 0, 0, 0, 0)
    assert counts(treat(clinic, compliance, by_name)) == (1, 0, 0, 0, 0)
    assert set(rows(clinic, "SELECT patient_id FROM treatment")) == {(survivor,)}


def test_all_rows_or_none_unless_partial_and_a_treatment_is_never_halved(
    clinic: Clinic, compliance: Actor
) -> None:
    bad = TWO_AREAS.replace("10u", "ten")
    before = everything(clinic, *STORED)
    report = treat(clinic, compliance, HEADER + bad + PEEL)
    assert not report.is_written
    assert counts(report) == (0, 0, 0, 0, 2)
    assert everything(clinic, *STORED) == before
    assert entries(clinic)[-1].outcome == "refused"
    report = treat(clinic, compliance, HEADER + bad + PEEL, PARTIAL)
    assert counts(report) == (1, 0, 0, 0, 2)
    assert [(row.line, row.column, row.value, row.reason) for row in report.rejected] == [
        (2, "treatment id", "T1", "another row of the same treatment was rejected"),
        (3, "dose", "ten", "this is not a dose; write it like 20 units or 1.0 ml"),
    ]


def test_a_dry_run_says_what_would_wait_and_stores_nothing(
    clinic: Clinic, compliance: Actor
) -> None:
    before = everything(clinic, *STORED)
    text = HEADER + TWO_AREAS + PEEL.replace("2,Ann", ",Ann")
    assert counts(treat(clinic, compliance, text, Order(dry_run=True))) == (2, 0, 0, 1, 0)
    assert everything(clinic, *STORED) == before
    assert entries(clinic)[-1].action == Action.IMPORT_PREVIEWED


def test_a_cell_of_ten_thousand_characters_is_kept_whole(clinic: Clinic, compliance: Actor) -> None:
    note = "x" * 10_000
    treat(clinic, compliance, f"patient id,date,treatment,notes\n1,25/10/2025,Peel,{note}\n")
    assert rows(clinic, IN_FORCE.format("length(notes)")) == [(10_000,)]


def test_a_treatment_before_birth_is_refused(clinic: Clinic, compliance: Actor) -> None:
    report = treat(clinic, compliance, HEADER + PEEL.replace("25/10/2025", "31/12/1979"), PARTIAL)
    assert report.rejected[0].reason == "the treatment is before the patient's date of birth"


def test_an_administrator_may_and_staff_may_not(
    clinic: Clinic, administrator: Actor, staff: Actor
) -> None:
    assert counts(treat(clinic, administrator, HEADER + PEEL)) == (1, 0, 0, 0, 0)
    with pytest.raises(NotPermittedError):
        treat(clinic, staff, HEADER + PEEL)


def test_an_import_can_be_stopped_until_it_is_written(clinic: Clinic, compliance: Actor) -> None:
    before = everything(clinic, *STORED)
    for stage in ("Checking values", "Comparing with the patients we have", "Adding treatments"):

        def stop(progress: Progress, at: str = stage) -> None:
            if progress.stage == at:
                message = "stop"
                raise ImportCancelledError(message)

        source = Source((HEADER + TWO_AREAS).encode(), kind=Kind.TREATMENTS)
        with pytest.raises(ImportCancelledError):
            imports.run(clinic, compliance, source, Order(), stop)
        assert everything(clinic, *STORED) == before


VISITS = st.lists(
    st.tuples(
        st.sampled_from(
            ["1,Zoë O'Brien,14/07/1985", "2,,", "9,No Body,", ",Ann Lee,01/02/1980", ",,"]
        ),
        st.sampled_from(["01/02/2020", "25/12/2024", "31/02/2020", ""]),
        st.sampled_from(["Peel", "Botox", ""]),
        st.sampled_from(["Velaxin,VX-1", "Novum,N1", ",", ",X"]),
        st.sampled_from(["20 units", "1.5", "", "much"]),
    ),
    min_size=1,
    max_size=12,
)


@given(VISITS, st.lists(st.integers(0, 5), min_size=12, max_size=12), st.integers(0, 99))
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_row_is_accounted_for_and_twice_is_once(
    clinic: Clinic,
    compliance: Actor,
    visits: list[tuple[str, ...]],
    numbers: list[int],
    seed: int,
) -> None:
    run = len(entries(clinic))
    header = "patient id,patient name,dob,date,treatment,product,batch,dose,treatment id\n"
    lines = [
        f"{','.join(visit)},{f'{run}-{number}' if number else ''}\n"
        for visit, number in zip(visits, numbers, strict=False)
    ]
    first = treat(clinic, compliance, header + "".join(lines), PARTIAL)
    assert first.rows_read == len(visits) == sum(counts(first))
    before = everything(clinic, *STORED)
    random.Random(seed).shuffle(lines)  # noqa: S311 - an order, not a secret
    again = treat(clinic, compliance, header + "".join(lines), PARTIAL)
    assert (again.added, again.changed) == (0, 0)
    assert (again.waiting, again.rows_rejected) == (first.waiting, first.rows_rejected)
    assert everything(clinic, *STORED) == before


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("25/10/2099", "the date of treatment is in the future"),
        ("25/10/1899", "the date of treatment is before 1900"),
        ("", "the row has no date of treatment"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    clinic: Clinic, compliance: Actor, day: str, reason: str
) -> None:
    report = treat(clinic, compliance, f"patient id,date,treatment,area\n1,{day},Peel,x\n")
    assert [(row.column, row.value, row.reason) for row in report.rejected] == [
        ("date", day, reason)
    ]


@pytest.mark.parametrize(
    ("second", "column", "reason"),
    [
        ("2,T1,25/10/2025,Peel,100", "patient id", "line 2 names another patient for the same"),
        ("1,T1,26/10/2025,Peel,100", "date", "line 2 says another date of treatment for the same"),
        ("1,T1,25/10/2025,Botox,100", "treatment", "line 2 says another treatment for the same"),
        ("1,T1,25/10/2025,Peel,101", "price", "line 2 says another price for the same"),
    ],
)
def test_rows_of_one_treatment_that_disagree_are_refused_together(
    clinic: Clinic, compliance: Actor, second: str, column: str, reason: str
) -> None:
    text = f"patient id,treatment id,date,treatment,price\n1,T1,25/10/2025,Peel,100\n{second}\n"
    report = treat(clinic, compliance, text)
    assert [row.line for row in report.rejected] == [2, 3]
    assert report.rejected[1].column == column
    assert report.rejected[1].reason.startswith(reason)


def test_what_the_first_row_leaves_open_a_later_one_says(clinic: Clinic, compliance: Actor) -> None:
    text = (
        "patient id,treatment id,date,treatment,price,notes,product\n"
        "1,T1,25/10/2025,,,one,Velaxin\n1,T1,,Peel,100,two,\n"
    )
    assert counts(treat(clinic, compliance, text)) == (2, 0, 0, 0, 0)
    assert rows(clinic, IN_FORCE.format("name, price_pence, notes")) == [
        ("Peel", 10_000, "one\ntwo")
    ]


def test_an_id_that_a_crowd_of_rows_has_is_no_treatments_id(
    clinic: Clinic, compliance: Actor
) -> None:
    lines = "".join("1,X,25/10/2025,Peel\n" for _ in range(101))
    report = treat(clinic, compliance, "patient id,treatment id,date,treatment\n" + lines)
    assert counts(report) == (0, 0, 0, 0, 101)
    assert report.rejected[0].reason == "101 rows have this treatment id; 100 are the most"


def test_a_date_of_birth_that_cannot_be_is_refused(clinic: Clinic, compliance: Actor) -> None:
    text = "patient name,dob,date,treatment\nAnn Lee,25/10/2099,25/10/2025,Peel\n"
    report = treat(clinic, compliance, text)
    assert (report.rejected[0].column, report.rejected[0].reason) == (
        "dob",
        "the date of birth is in the future",
    )
