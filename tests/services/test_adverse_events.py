"""Adverse events, templates and the list of contraindications, against a real store."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.charts import Chart
from lib.domain.conflicts import Choice
from lib.domain.contraindications import Contraindication, Level
from lib.domain.restriction import Ground
from lib.domain.templates import Template, UsualDose
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
    StaleVersionError,
)
from lib.services import adverse_events, contraindications, records, templates
from lib.services.adverse_events import Correction, NewEvent
from lib.services.clinic import Clinic
from tests.records import (
    NOW,
    TODAY,
    Stock,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
    restrict,
)


def typed(stock: Stock, **values: Any) -> dict[str, object]:  # noqa: ANN401
    usual: dict[str, object] = {
        "occurred_on": "20-Nov-2026",
        "description": "Eyelid droops",
        "severity": "moderate",
        "action_taken": "Drops",
        "is_reported": True,
        "reported_on": "21-Nov-2026",
        "vial": f"{stock.toxin_id}/{stock.toxin_lot_id}",
    }
    return {**usual, **values}


def treated(clinic: Clinic) -> tuple[Stock, UUID, UUID]:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = add_treatment(clinic, patient_id, stock, TODAY - timedelta(days=10))
    return stock, patient_id, key


def add(clinic: Clinic, actor: Actor, wanted: NewEvent) -> UUID:
    return adverse_events.add(clinic, actor, wanted, now=NOW, as_of=TODAY)


def test_an_event_is_kept_with_its_lot_once_and_in_the_trail(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id, key = treated(clinic)
    wanted = NewEvent(uuid7s.uuid7(), patient_id, key, typed(stock))
    assert add(clinic, staff, wanted) == add(clinic, staff, wanted)
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY)
    (event,) = opened.adverse_events
    assert (event.product_name, event.lot_number, event.version) == ("Velaxin", "VX-1", 1)
    assert opened.other_adverse_events == ()
    lines = [line for line in audit_lines(clinic) if line[0] == "adverse event added"]
    assert [line[2] for line in lines] == [str(patient_id)]
    assert "droops" not in str(lines)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("occurred_on", "12-Nov-2026"),
        ("occurred_on", "24-Nov-2026"),
        ("occurred_on", ""),
        ("description", " "),
        ("description", "x" * 4001),
        ("severity", "awful"),
        ("reported_on", "19-Nov-2026"),
        ("vial", "01a20000-0000-7000-8000-00000000dead/"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    clinic: Clinic, staff: Actor, field: str, value: str
) -> None:
    stock, patient_id, key = treated(clinic)
    with pytest.raises(InvalidInputError) as refusal:
        add(
            clinic, staff, NewEvent(uuid7s.uuid7(), patient_id, key, typed(stock, **{field: value}))
        )
    assert refusal.value.field == field


def correction(patient_id: UUID, series_id: UUID, base: Any, **values: Any) -> Correction:  # noqa: ANN401
    return Correction(
        uuid7s.uuid7(), patient_id, series_id, base, {**base, **values}, "The GP wrote", 1
    )


def test_a_correction_is_a_new_version_and_the_record_shows_it(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id, key = treated(clinic)
    base = typed(stock)
    series = add(clinic, staff, NewEvent(uuid7s.uuid7(), patient_id, key, base))
    wanted = correction(patient_id, series, base, severity="severe")
    adverse_events.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    adverse_events.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    told = adverse_events.tell(clinic, staff, patient_id, series, None)
    assert (told.current.version, told.current.event.severity) == (2, "severe")
    assert [old.event.severity for old in told.earlier] == ["moderate"]
    (event,) = records.open_record(clinic, staff, patient_id, as_of=TODAY).adverse_events
    assert (event.severity, event.version, event.series_id) == ("severe", 2, series)


def test_other_words_from_another_window_of_the_same_form_are_refused_and_not_dropped(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id, key = treated(clinic)
    base = typed(stock)
    first = NewEvent(uuid7s.uuid7(), patient_id, key, base)
    series = add(clinic, staff, first)
    assert add(clinic, staff, first) == series
    with pytest.raises(SavedAlreadyError):
        add(clinic, staff, replace(first, typed={**base, "severity": "mild"}))
    wanted = correction(patient_id, series, base, severity="severe")
    adverse_events.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    other = replace(wanted, typed={**base, "severity": "mild"})
    with pytest.raises(SavedAlreadyError):
        adverse_events.correct(clinic, staff, other, now=NOW, as_of=TODAY)
    told = adverse_events.tell(clinic, staff, patient_id, series, None)
    assert (told.current.version, told.current.event.severity) == (2, "severe")


def test_two_corrections_of_one_field_are_asked_and_others_merge(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id, key = treated(clinic)
    base = typed(stock)
    series = add(clinic, staff, NewEvent(uuid7s.uuid7(), patient_id, key, base))
    for values in ({"severity": "severe"}, {"action_taken": "Drops twice"}):
        wanted = correction(patient_id, series, base, **values)
        adverse_events.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    mine = correction(patient_id, series, base, severity="mild")
    with pytest.raises(StaleVersionError) as stale:
        adverse_events.correct(clinic, staff, mine, now=NOW, as_of=TODAY)
    assert stale.value.theirs["severity"] == "severe"
    decided = replace(mine, seen=3, choices={"severity": Choice.MINE})
    adverse_events.correct(clinic, staff, decided, now=NOW, as_of=TODAY)
    event = adverse_events.tell(clinic, staff, patient_id, series, None).current.event
    assert (event.severity, event.action_taken) == ("mild", "Drops twice")


def test_a_second_click_on_a_decided_correction_is_not_taken_for_other_words(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id, key = treated(clinic)
    base = typed(stock)
    series = add(clinic, staff, NewEvent(uuid7s.uuid7(), patient_id, key, base))
    theirs = correction(patient_id, series, base, severity="severe")
    adverse_events.correct(clinic, staff, theirs, now=NOW, as_of=TODAY)
    mine = correction(patient_id, series, base, severity="mild", action_taken="Drops twice")
    decided = replace(mine, seen=2, choices={"severity": Choice.THEIRS})
    for _ in range(2):
        adverse_events.correct(clinic, staff, decided, now=NOW, as_of=TODAY)
    current = adverse_events.tell(clinic, staff, patient_id, series, None).current
    assert (current.version, current.event.severity) == (3, "severe")
    assert current.event.action_taken == "Drops twice"


def test_a_correction_says_why_and_changes_something(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id, key = treated(clinic)
    base = typed(stock)
    series = add(clinic, staff, NewEvent(uuid7s.uuid7(), patient_id, key, base))
    for wanted in (
        correction(patient_id, series, base),
        replace(correction(patient_id, series, base, severity="mild"), reason=" "),
    ):
        with pytest.raises(InvalidInputError):
            adverse_events.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)


def test_an_event_after_a_corrected_treatment_stays_with_it(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id, key = treated(clinic)
    add(clinic, staff, NewEvent(uuid7s.uuid7(), patient_id, key, typed(stock)))
    correct_treatment(clinic, patient_id, stock, key, treated_on=TODAY - timedelta(days=10))
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY)
    assert len(opened.treatments.treatments[0].adverse_events) == 1


def test_an_event_without_a_treatment_is_the_patients_own(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id, _ = treated(clinic)
    add(clinic, staff, NewEvent(uuid7s.uuid7(), patient_id, None, typed(stock, vial="/")))
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY)
    assert len(opened.other_adverse_events) == 1


def test_nothing_is_found_in_another_record_or_without_a_ground(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    stock, patient_id, key = treated(clinic)
    other = add_patient(clinic)
    wanted = NewEvent(uuid7s.uuid7(), other, key, typed(stock))
    with pytest.raises(NotFoundError):
        add(clinic, staff, wanted)
    with pytest.raises(NotFoundError):
        adverse_events.tell(clinic, staff, patient_id, uuid7s.uuid7(), None)
    with pytest.raises(NotPermittedError):
        add(clinic, compliance, replace(wanted, patient_id=patient_id))
    restrict(clinic, patient_id)
    mine = replace(wanted, patient_id=patient_id)
    with pytest.raises(GroundNeededError):
        add(clinic, staff, mine)
    add(clinic, staff, replace(mine, ground=Ground.CONSENT))
    assert Ground.CONSENT.value in {line[3] for line in audit_lines(clinic)}


def a_template(stock: Stock) -> Template:
    return Template(
        template_id=uuid7s.uuid7(),
        product_id=stock.toxin_id,
        name="Two areas",
        chart=Chart.FACE_FRONT,
        areas=(UsualDose("glabella", Decimal(20)), UsualDose("forehead", None)),
        aftercare="Rest.",
        follow_up_days=14,
        price_pence=100,
        is_active=True,
        version=0,
        changed_at=NOW,
    )


def test_a_template_is_saved_once_changed_by_version_and_in_the_trail(
    clinic: Clinic, staff: Actor, administrator: Actor
) -> None:
    stock = add_stock(clinic)
    first = templates.save(clinic, staff, a_template(stock), now=NOW)
    again = templates.save(clinic, staff, replace(first, version=0), now=NOW)
    assert (first, first.version) == (again, 1)
    second = replace(first, areas=(UsualDose("glabella", Decimal(18)),))
    second = templates.save(clinic, staff, second, now=NOW)
    assert templates.list_templates(clinic, staff) == [second]
    with pytest.raises(StaleVersionError):
        templates.save(clinic, staff, replace(first, name="Other"), now=NOW)
    with pytest.raises(NotPermittedError):
        templates.list_templates(clinic, administrator)
    lines = [line for line in audit_lines(clinic) if line[0] == "treatment template changed"]
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"areas": ()}, "areas"),
        ({"areas": (UsualDose(" ", None),)}, "areas"),
        ({"areas": (UsualDose("nose", Decimal(0)),)}, "areas"),
        ({"areas": (UsualDose("nose", None), UsualDose("Nose", None))}, "areas"),
        ({"follow_up_days": 0}, "follow_up_days"),
        ({"aftercare": "x" * 4001}, "aftercare"),
        ({"product_id": UUID(int=1)}, "product_id"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(
    clinic: Clinic, staff: Actor, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        templates.save(clinic, staff, replace(a_template(add_stock(clinic)), **changed), now=NOW)
    assert refusal.value.field == field


def test_a_clinic_begins_with_a_list_and_changes_it(clinic: Clinic, staff: Actor) -> None:
    listed = contraindications.list_all(clinic, staff)
    assert len(listed) == 20
    assert {one.level for one in listed} == {Level.CAUTION, Level.STOP}
    changed = replace(listed[0], advice="Ask first.")
    saved = contraindications.save(clinic, staff, changed, now=NOW)
    assert contraindications.save(clinic, staff, changed, now=NOW) == saved
    with pytest.raises(StaleVersionError):
        contraindications.save(clinic, staff, replace(changed, advice="No."), now=NOW)
    new = Contraindication(
        uuid7s.uuid7(), "Metal", ("implant",), (), Level.CAUTION, "Ask.", True, 0, NOW
    )
    contraindications.save(clinic, staff, new, now=NOW)
    found = {one.name: one for one in contraindications.list_all(clinic, staff)}
    assert (len(found), found["Metal"].version, found["Metal"].groups) == (21, 1, ())
    lines = [line for line in audit_lines(clinic) if line[0] == "contraindication changed"]
    assert len(lines) == 2
