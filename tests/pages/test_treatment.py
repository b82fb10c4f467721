"""The treatment's and the adverse event's screens, without a browser."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.charts import Chart
from lib.domain.templates import Template, UsualDose
from lib.services.clinic import Clinic
from lib.store import templates
from lib.ui import clock, formats
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import (
    NOW,
    Stock,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
)

AREAS = (UsualDose("glabella", Decimal(20)), UsualDose("home use", Decimal(1)))


def add_template(clinic: Clinic, stock: Stock, **values: Any) -> Template:  # noqa: ANN401
    usual: dict[str, Any] = {
        "template_id": uuid7s.uuid7(),
        "product_id": stock.toxin_id,
        "name": "Wrinkle relaxing, 1 area",
        "chart": Chart.FACE_FRONT,
        "areas": AREAS,
        "aftercare": "Stay upright.",
        "follow_up_days": 14,
        "price_pence": 22_500,
        "is_active": True,
        "version": 1,
        "changed_at": NOW,
    }
    template = Template(**{**usual, **values})
    by = UUID("01a20000-0000-7000-8000-000000000001")
    clinic.store.transact(lambda unit: templates.insert_template(unit.cursor, template, by))
    return template


def choose(screen: AppTest, label: str, value: object) -> AppTest:
    (found,) = [one for one in screen.selectbox if one.label == label]
    found.set_value(str(value))
    return screen.run()


def write(screen: AppTest, label: str, value: str) -> AppTest:
    (found,) = [one for one in (*screen.text_input, *screen.text_area) if one.label == label]
    found.set_value(value)
    return screen.run()


def press(screen: AppTest, label: str) -> AppTest:
    (found,) = [one for one in screen.button if one.label == label]
    found.click()
    return screen.run()


def said(screen: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in (*screen.text_input, *screen.text_area)}


def test_a_template_fills_the_form_in(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    template = add_template(clinic, stock)
    screen = open_page("treatment", Role.STAFF, query={"id": str(patient_id)})
    choose(screen, "Template", template.template_id)
    assert not screen.exception
    words = said(screen)
    due = formats.day(clock.today() + timedelta(days=14))
    assert (words["Treatment"], words["Price (£)"]) == ("Wrinkle relaxing, 1 area", "225.00")
    assert (words["Follow-up due"], words["Aftercare advice"]) == (due, "Stay upright.")
    lot = next(one for one in screen.selectbox if one.label == "Lot")
    assert lot.value == str(stock.toxin_lot_id)
    (chart,) = given(screen)["desk_body_chart"]
    assert len(chart["marks"]["points"]) == 5
    assert chart["marks"]["doses"] == [{"area": "home use", "dose": "1"}]


def filled(open_page: OpenPage, clinic: Clinic, stock: Stock, patient_id: UUID) -> AppTest:
    template = add_template(clinic, stock)
    screen = open_page("treatment", Role.STAFF, query={"id": str(patient_id)})
    choose(screen, "Template", template.template_id)
    choose(screen, "Practitioner", stock.practitioner_id)
    return choose(screen, "Prescriber", stock.prescriber_id)


def test_a_treatment_is_saved_and_the_record_shows_it(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    screen = filled(open_page, clinic, stock, patient_id)
    press(screen, "Save the treatment")
    assert not screen.exception
    assert ("treatment added", "done") in {line[:2] for line in audit_lines(clinic)}
    (shown,) = [block for block in blocks(screen) if block["title"] == "Treatments"]
    (entry,) = shown["entries"]
    assert entry["title"] == "Wrinkle relaxing, 1 area"
    assert [act["label"] for act in entry["acts"]] == ["Open this treatment", "Print"]


def test_what_is_missing_is_said_at_its_field_once_somebody_saves(
    open_page: OpenPage, clinic: Clinic
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    screen = open_page("treatment", Role.STAFF, query={"id": str(patient_id)})
    press(screen, "Save the treatment")
    assert not screen.exception
    shown = " ".join(one.proto.body for one in screen.get("html"))
    for words in ("Choose the product", "Say who treated", "Say what was done"):
        assert words in shown
    assert stock


def test_somebody_under_eighteen_is_refused_with_the_law_named(
    open_page: OpenPage, clinic: Clinic
) -> None:
    stock = add_stock(clinic)
    born_on = clock.today() - timedelta(days=17 * 365)
    screen = filled(open_page, clinic, stock, add_patient(clinic, born_on=born_on))
    notices = [one for block in blocks(screen) for one in block.get("notices", ())]
    assert any("(Children) Act 2021" in line for one in notices for line in one["lines"])
    press(screen, "Save the treatment")
    assert ["(Children) Act 2021" in error.value for error in screen.error] == [True]
    assert ("treatment refused", "refused") in {line[:2] for line in audit_lines(clinic)}


def test_a_warning_waits_for_its_reason(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    add_history(clinic, patient_id, "medicine", "Apixaban")
    screen = filled(open_page, clinic, stock, patient_id)
    press(screen, "Save the treatment")
    assert ("treatment added", "done") not in {line[:2] for line in audit_lines(clinic)}
    write(screen, "Why it goes ahead all the same", "Agreed with the GP")
    press(screen, "Save the treatment")
    assert not screen.exception
    assert ("treatment added", "done") in {line[:2] for line in audit_lines(clinic)}


def test_another_product_waits_beside_the_chart(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    screen = filled(open_page, clinic, stock, patient_id)
    press(screen, "Add another product or lot")
    assert any("Also Velaxin" in one.value for one in screen.markdown)
    (chart,) = given(screen)["desk_body_chart"]
    assert chart["marks"]["points"] == []
    press(screen, "Save the treatment")
    assert ("treatment added", "done") in {line[:2] for line in audit_lines(clinic)}


def sheet(open_page: OpenPage, patient_id: UUID, key: UUID, role: Role, **more: str) -> AppTest:
    query = {"id": str(patient_id), "treatment": str(key), **more}
    return open_page("treatment", role, query=query)


def test_a_treatment_is_read_with_its_versions(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    first = add_treatment(clinic, patient_id, stock, clock.today() - timedelta(days=9))
    correct_treatment(clinic, patient_id, stock, first)
    screen = sheet(open_page, patient_id, first, Role.COMPLIANCE)
    assert not screen.exception
    earlier = next(block for block in blocks(screen) if block["title"] == "Earlier versions")
    assert len(earlier["entries"]) == 1
    assert "Correct this treatment" not in [one.label for one in screen.button]


def test_a_correction_asks_why_and_keeps_both(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    day = clock.today() - timedelta(days=9)
    first = add_treatment(clinic, patient_id, stock, day, prescriber_id=stock.prescriber_id)
    screen = sheet(open_page, patient_id, first, Role.STAFF, act="correct")
    write(screen, "Price (£)", "199.50")
    press(screen, "Save the correction")
    assert ("treatment corrected", "done") not in {line[:2] for line in audit_lines(clinic)}
    write(screen, "Why it is corrected", "Read from the wrong card")
    press(screen, "Save the correction")
    assert not screen.exception
    assert ("treatment corrected", "done") in {line[:2] for line in audit_lines(clinic)}


@pytest.mark.parametrize("address", ["nonsense", "01a20000-0000-7000-8000-00000000dead"])
def test_a_treatment_that_is_not_there_says_so(
    open_page: OpenPage, clinic: Clinic, address: str
) -> None:
    patient_id = add_patient(clinic)
    screen = open_page("treatment", Role.STAFF, query={"id": str(patient_id), "treatment": address})
    assert not screen.exception
    wanted = "Record a treatment" if address == "nonsense" else "Not found"
    assert [title.value for title in screen.title] == [wanted]


def test_an_adverse_event_is_tied_to_product_and_lot(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = add_treatment(clinic, patient_id, stock, clock.today() - timedelta(days=9))
    query = {"id": str(patient_id), "treatment": str(key)}
    screen = open_page("adverse-event", Role.STAFF, query=query)
    press(screen, "Save the adverse event")
    assert ("adverse event added", "done") not in {line[:2] for line in audit_lines(clinic)}
    write(screen, "What happened", "Eyelid droops")
    screen.segmented_control[0].set_value("moderate") if hasattr(
        screen, "segmented_control"
    ) else screen.get("button_group")[0].set_value(["moderate"])
    screen.run()
    press(screen, "Save the adverse event")
    assert not screen.exception
    assert ("adverse event added", "done") in {line[:2] for line in audit_lines(clinic)}
    with clinic.store.reading() as cursor:
        row = cursor.execute("SELECT lot_id, severity, version FROM adverse_event").fetchone()
    assert row == (stock.toxin_lot_id, "moderate", 1)
