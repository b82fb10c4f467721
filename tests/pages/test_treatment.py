"""The treatment's and the adverse event's screens, without a browser."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.adverse_events import typed_of as typed_event
from lib.domain.charts import Chart
from lib.domain.conflicts import Choice
from lib.domain.templates import Template, UsualDose
from lib.domain.treatment_form import typed_of
from lib.services import adverse_events, treatment_reading, treatments
from lib.services.adverse_events import Correction as EventCorrection
from lib.services.adverse_events import NewEvent
from lib.services.clinic import Clinic
from lib.services.treatments import Correction
from lib.store import templates
from lib.ui import clock, formats
from lib.ui.keys import Keys
from tests.conftest import actor_with
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
from tests.records import write as write_row
from tests.services.test_treatments import new

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


def send_marks(screen: AppTest, points: list[dict[str, object]]) -> AppTest:
    """Say what the browser would say after these points were set."""
    (chart,) = given(screen)["desk_body_chart"]
    form_id = chart["token"].rsplit("-", 1)[0]
    sent = {"token": chart["token"], "points": points, "doses": []}
    screen.session_state[f"{Keys.TREATMENT_CHART}-{form_id}"] = {"marks": sent}
    return screen.run()


POINT = {"area": "chin", "chart": "face_front", "x": 50, "y": 82, "dose": 3}


def test_what_is_marked_in_the_browser_is_saved(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    screen = send_marks(filled(open_page, clinic, stock, patient_id), [POINT])
    press(screen, "Save the treatment")
    assert not screen.exception
    with clinic.store.reading() as cursor:
        items = cursor.execute("SELECT area, CAST(dose AS INTEGER) FROM treatment_item").fetchall()
    assert items == [("chin", 3)]


@pytest.mark.parametrize("bad", [[{**POINT, "x": "far"}], [{**POINT, "chart": "moon"}], ["x"]])
def test_marks_that_make_no_sense_change_nothing(
    open_page: OpenPage, clinic: Clinic, bad: list[dict[str, object]]
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    screen = send_marks(filled(open_page, clinic, stock, patient_id), bad)
    assert not screen.exception
    (chart,) = given(screen)["desk_body_chart"]
    assert len(chart["marks"]["points"]) == 5


def test_what_was_set_aside_can_be_removed(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    screen = filled(open_page, clinic, stock, patient_id)
    press(screen, "Add another product or lot")
    press(screen, "Remove")
    assert not screen.exception
    assert not any("Also Velaxin" in one.value for one in screen.markdown)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"expires_on": clock.today() - timedelta(days=3)}, "EXPIRED"),
        ({"expires_on": clock.today() + timedelta(days=5)}, "(5 days)"),
        ({"expires_on": None}, "no expiry date"),
        ({"expires_on": None, "withdrawn_on": clock.today()}, "withdrawn"),
    ],
)
def test_a_lot_says_how_it_stands(
    open_page: OpenPage, clinic: Clinic, values: dict[str, object], words: str
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    row = {"lot_id": uuid7s.uuid7(), "product_id": stock.toxin_id, "lot_number": "ODD"}
    write_row(clinic, "lot", **row, **values)
    screen = filled(open_page, clinic, stock, patient_id)
    lot = next(one for one in screen.selectbox if one.label == "Lot")
    assert any("ODD" in option and words in option for option in lot.options)


def save_one(clinic: Clinic, stock: Stock, patient_id: UUID) -> UUID:
    """Record a treatment with points as somebody else."""
    wanted = new(patient_id, stock, treated_on=formats.day(clock.today()), follow_up_due_on="")
    actor = actor_with(Role.STAFF)
    treatments.record(clinic, actor, wanted, now=NOW, as_of=clock.today())
    return wanted.treatment_id


def test_a_treatment_is_shown_with_its_chart_and_warnings(
    open_page: OpenPage, clinic: Clinic
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = save_one(clinic, stock, patient_id)
    write_row(
        clinic,
        "treatment_warning",
        treatment_warning_id=uuid7s.uuid7(),
        treatment_id=key,
        patient_id=patient_id,
        warning="Anticoagulants.",
        level="caution",
        reason="Agreed",
        recorded_at=NOW,
    )
    screen = sheet(open_page, patient_id, key, Role.STAFF)
    (chart,) = given(screen)["desk_body_chart"]
    assert (chart["is_read_only"], len(chart["marks"]["points"])) == (True, 5)
    notices = [one for block in blocks(screen) for one in block.get("notices", ())]
    assert ["Gone ahead because: Agreed"] in [one["lines"] for one in notices]
    press(screen, "Correct this treatment")
    assert [title.value for title in screen.title] == ["Correct a treatment"]


def test_a_treatment_leads_to_its_adverse_event(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    screen = sheet(open_page, patient_id, save_one(clinic, stock, patient_id), Role.STAFF)
    press(screen, "Record an adverse event")
    assert [title.value for title in screen.title] == ["Record an adverse event"]


def test_the_record_leads_to_a_treatment(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = save_one(clinic, stock, patient_id)
    screen = open_page("patient", Role.STAFF, query={"id": str(patient_id)})
    screen.session_state["record_treatments"] = {"act": str(key)}
    screen.run()
    assert [title.value for title in screen.title] == ["Treatment"]


def test_two_people_who_correct_one_field_are_both_shown(
    open_page: OpenPage, clinic: Clinic
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = save_one(clinic, stock, patient_id)
    screen = sheet(open_page, patient_id, key, Role.STAFF, act="correct")
    write(screen, "Price (£)", "199.50")
    write(screen, "Why it is corrected", "Wrong card")
    told = treatment_reading.tell(clinic, actor_with(Role.STAFF), patient_id, key, None)
    base = typed_of(told.current.entry)
    theirs = Correction(
        uuid7s.uuid7(), patient_id, key, base, {**base, "price": "150.00"}, "Half price", 1
    )
    actor = actor_with(Role.STAFF)
    treatments.correct(clinic, actor, theirs, now=NOW, as_of=clock.today())
    press(screen, "Save the correction")
    assert not screen.exception
    assert screen.radio[0].options == [r"Yours\: 199\.50", r"Theirs\: 150\.00"]
    screen.radio[0].set_value(Choice.MINE)
    screen.run()
    press(screen, "Save the correction")
    assert not screen.exception
    found = treatment_reading.tell(clinic, actor, patient_id, key, None).current
    assert (found.version, found.entry.price_pence) == (3, 19_950)


def add_event(clinic: Clinic, patient_id: UUID, key: UUID) -> UUID:
    """Record an adverse event after a treatment as somebody else."""
    typed = {
        "occurred_on": formats.day(clock.today()),
        "description": "Eyelid droops",
        "severity": "mild",
        "vial": "/",
    }
    wanted = NewEvent(uuid7s.uuid7(), patient_id, key, typed)
    return adverse_events.add(clinic, actor_with(Role.STAFF), wanted, now=NOW, as_of=clock.today())


def test_an_adverse_event_is_corrected_and_conflicts_are_shown(
    open_page: OpenPage, clinic: Clinic
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = save_one(clinic, stock, patient_id)
    series = add_event(clinic, patient_id, key)
    query = {"id": str(patient_id), "treatment": str(key), "event": str(series)}
    screen = open_page("adverse-event", Role.STAFF, query=query)
    write(screen, "What was done", "Drops")
    write(screen, "Why it is corrected", "")
    press(screen, "Save the correction")
    assert ("adverse event corrected", "done") not in {line[:2] for line in audit_lines(clinic)}
    write(screen, "Why it is corrected", "The GP wrote")
    actor = actor_with(Role.STAFF)
    told = adverse_events.tell(clinic, actor, patient_id, series, None)
    base = typed_event(told.current.event)
    theirs = EventCorrection(
        uuid7s.uuid7(), patient_id, series, base, {**base, "action_taken": "Patch"}, "Asked", 1
    )
    adverse_events.correct(clinic, actor, theirs, now=NOW, as_of=clock.today())
    press(screen, "Save the correction")
    screen.radio[0].set_value(Choice.THEIRS)
    screen.checkbox[0].check()
    screen.run()
    write(screen, "Reported on", formats.day(clock.today()))
    press(screen, "Save the correction")
    assert not screen.exception
    event = adverse_events.tell(clinic, actor, patient_id, series, None).current.event
    assert (event.action_taken, event.is_reported) == ("Patch", True)
    again = open_page("adverse-event", Role.STAFF, query=query)
    assert any(block["title"] == "Earlier versions" for block in blocks(again))
    shown = sheet(open_page, patient_id, key, Role.STAFF)
    shown.session_state["treatment_rest"] = {"act": str(series)}
    shown.run()
    assert [title.value for title in shown.title] == ["Correct an adverse event"]


def test_an_adverse_event_that_is_not_there_says_so(open_page: OpenPage, clinic: Clinic) -> None:
    query = {"id": str(add_patient(clinic)), "event": str(uuid7s.uuid7())}
    screen = open_page("adverse-event", Role.STAFF, query=query)
    assert [title.value for title in screen.title] == ["Not found"]
