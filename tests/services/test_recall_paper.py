"""A recall on paper: everybody to be told, a box to tick, and what the trail says of it."""

from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.restriction import Ground
from lib.errors import NotFoundError, NotPermittedError
from lib.paper import html, pdf
from lib.paper.sheet import Facts, Sheet, Table
from lib.services import recalls
from lib.services.clinic import Clinic
from lib.services.printing import recall as paper
from lib.services.printing import registered
from lib.services.printing.prepare import prepare
from lib.services.recall_lines import RESTRICTED
from tests.records import (
    NOW,
    Stock,
    add_patient,
    add_treatment,
    audit_lines,
    restrict,
    write,
)
from tests.services.test_recalls import DAY, begin, known, tell

__all__ = ["known"]
registered.register_all()


def printed(clinic: Clinic, actor: Actor, recall_id: UUID) -> Sheet:
    return prepare(clinic, actor, "recall", recall_id, now=NOW)


def listed(sheet: Sheet) -> Table:
    table = sheet.blocks[1]
    assert isinstance(table, Table)
    return table


def exported(clinic: Clinic) -> list[tuple[str | None, str | None]]:
    lines = audit_lines(clinic)
    return [(line[2], line[4]) for line in lines if line[0] == "recall exported"]


def facts(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    block = sheet.blocks[0]
    assert isinstance(block, Facts)
    return {fact.label: fact.values for fact in block.facts}


def test_everybody_is_on_it_with_how_to_reach_them_what_they_had_and_a_box(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patient_id = add_patient(clinic, reference="JD-1")
    write(
        clinic, "patient_phone", patient_phone_id=uuid7s.uuid7(), patient_id=patient_id,
        kind="mobile", number="+447700900123", number_as_given="x", is_preferred=True,
        source="patient", recorded_at=NOW,
    )  # fmt: skip
    treatment_id = add_treatment(clinic, patient_id, known, DAY)
    key = uuid7s.uuid7()
    write(
        clinic, "adverse_event", adverse_event_id=key, series_id=key, version=1,
        patient_id=patient_id, treatment_id=treatment_id, product_id=known.toxin_id,
        lot_id=known.toxin_lot_id, occurred_on=DAY, description="Bruise", severity="mild",
        is_reported=False, recorded_at=NOW,
    )  # fmt: skip
    opened = begin(clinic, staff, known)
    sheet = printed(clinic, staff, opened.recall_id)
    (row,) = listed(sheet).rows
    name, born = row[0].split("\n", 1)
    assert (name, born.split("\n")[0]) == ("HART, Anna (Ms)", "JD-1")
    assert row[1] == "07700 900123\nNo email"
    assert row[2] == ("04-May-2026, lot VX-1: forehead 20 units\n1 adverse event recorded with it")
    assert row[3] == paper.BOX
    said = facts(sheet)
    assert (said["Lot"], said["Why"], said["Closed"]) == (
        ("VX-1",),
        ("Notice 14",),
        ("Still open",),
    )
    assert (said["Patients"], said["Contacted"], sheet.note) == (("1",), ("0, 1 to go",), "")
    detail = '{"document": "Recall list"}'
    assert exported(clinic) == [(str(patient_id), detail)]
    assert html.render(sheet, "/print/recall/1.pdf").count("HART, Anna") == 1
    assert pdf.render(sheet).startswith(b"%PDF")


def test_who_has_been_told_stands_last_with_when_by_whom_and_the_note(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patients = [add_patient(clinic) for _ in range(2)]
    for patient_id in patients:
        add_treatment(clinic, patient_id, known, DAY)
    opened = begin(clinic, staff, known, lot_id=None)
    first = recalls.page_of(clinic, staff, opened.recall_id).lines[0].patient.patient_id
    tell(clinic, staff, opened, first, note="Left word")
    recalls.close(clinic, staff, opened.recall_id, now=NOW)
    sheet = printed(clinic, staff, opened.recall_id)
    waiting, told = listed(sheet).rows
    assert waiting[3] == paper.BOX
    assert told[3].split("\n")[1:] == ["Left word"]
    said = facts(sheet)
    assert (said["Lot"], said["Contacted"]) == (("Every lot",), ("1, 1 to go",))
    assert said["Closed"] != ("Still open",)


def test_a_restricted_record_is_there_by_reference_alone(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patient_id = add_patient(clinic, reference="JD-7")
    add_treatment(clinic, patient_id, known, DAY)
    restrict(clinic, patient_id)
    opened = begin(clinic, staff, known)
    (row,) = listed(printed(clinic, staff, opened.recall_id)).rows
    assert row == ("JD-7", RESTRICTED, "", paper.BOX)
    tell(clinic, staff, opened, patient_id, note="By letter", ground=Ground.PROTECT_PERSON)
    (row,) = listed(printed(clinic, staff, opened.recall_id)).rows
    assert row[3].split("\n")[1:] == []


def test_a_very_long_list_says_that_it_is_cut(
    clinic: Clinic, staff: Actor, known: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        add_treatment(clinic, add_patient(clinic, deceased_on=DAY), known, DAY)
    opened = begin(clinic, staff, known)
    monkeypatch.setattr(paper, "MOST_PATIENTS", 2)
    sheet = printed(clinic, staff, opened.recall_id)
    assert sheet.note == (
        "Only the first 2 of 3 patients are here, those not contacted yet first. "
        "The list to download (CSV) has everybody."
    )
    assert [row[0].split("\n")[-1] for row in listed(sheet).rows] == ["Deceased 04-May-2026"] * 2
    assert len(exported(clinic)) == 2


def test_a_recall_of_nobody_says_so(clinic: Clinic, staff: Actor, known: Stock) -> None:
    sheet = printed(clinic, staff, begin(clinic, staff, known).recall_id)
    assert (listed(sheet).rows, listed(sheet).empty, sheet.banner) == ((), paper.EMPTY, None)


def test_who_may_not_run_recalls_prints_none(
    clinic: Clinic, staff: Actor, owner: Actor, known: Stock
) -> None:
    opened = begin(clinic, staff, known)
    with pytest.raises(NotPermittedError):
        printed(clinic, owner, opened.recall_id)
    with pytest.raises(NotFoundError):
        printed(clinic, staff, uuid7s.uuid7())
    assert exported(clinic) == []
