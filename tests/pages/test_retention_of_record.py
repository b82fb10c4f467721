"""Why a record is still here, holds and vital interests, without a browser."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.holds import NewHold
from lib.domain.retention import Blocker, Status
from lib.domain.vital_interests import NewVitalInterest
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.retention import holds, sentence, vital_interests
from lib.services.retention.sentence import Explained
from lib.ui import clock
from tests.conftest import actor_with
from tests.pages.components import blocks, given
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage, sign_in_as
from tests.records import (
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    restrict,
    write,
)

EXPIRED = date(2016, 11, 22)
COMPLIANCE = actor_with(Role.COMPLIANCE)


@pytest.fixture
def patient_id(clinic: Clinic) -> UUID:
    """Return a record whose date has passed, with an allergy."""
    added = add_patient(clinic)
    add_treatment(clinic, added, add_stock(clinic), EXPIRED)
    add_history(clinic, added, "allergy", "Lidocaine")
    return added


def about(patient_id: UUID) -> About:
    return About(patient_id, clock.now(), clock.today())


def explain(clinic: Clinic, patient_id: UUID) -> Explained:
    return sentence.explain(clinic, COMPLIANCE, about(patient_id))


def hold(clinic: Clinic, patient_id: UUID, **values: Any) -> UUID:  # noqa: ANN401
    usual = {
        "hold_id": uuid7s.uuid7(),
        "kind": Blocker.LEGAL_HOLD,
        "reason": "A letter",
        "owner_id": COMPLIANCE.person_id,
        "review_on": clock.today(),
    }
    new = NewHold(**{**usual, **values})
    return holds.place(clinic, COMPLIANCE, about(patient_id), new).hold_id


def mark(clinic: Clinic, patient_id: UUID) -> UUID:
    chosen = tuple(one.row_id for one in explain(clinic, patient_id).facts[:1])
    owner, day = COMPLIANCE.person_id, clock.today()
    new = NewVitalInterest(uuid7s.uuid7(), "Anaphylaxis", owner, day, chosen)
    marked = vital_interests.mark(clinic, COMPLIANCE, about(patient_id), new)
    return marked.vital_interest_id


def entries(screen: AppTest) -> dict[str, list[dict[str, Any]]]:
    return {one["title"]: one["entries"] for one in blocks(screen) if one["kind"] == "entries"}


def head(screen: AppTest) -> dict[str, Any]:
    found: dict[str, Any] = given(screen)["desk_retention_path"][0]["head"]
    return found


def acts(entry: dict[str, Any]) -> list[str]:
    return [one["label"] for one in entry["acts"]]


def open_record(open_page: OpenPage, role: Role, patient_id: UUID) -> AppTest:
    return open_page("record-retention", role, query={"id": str(patient_id)})


def test_a_due_record_says_why_with_its_banner_and_its_days(
    open_page: OpenPage, patient_id: UUID
) -> None:
    screen = open_record(open_page, Role.STAFF, patient_id)
    assert not screen.exception
    assert head(screen) == {
        "mark": {"word": "Due", "icon": "hourglass_bottom", "tone": "alert", "kind": "mark"},
        "headline": "May go from 23-Nov-2023",
        "sentence": (
            "Last treated 22-Nov-2016 + 7 years (C1) = kept until 22-Nov-2023; "
            "the record may go from 23-Nov-2023 (C1)."
        ),
    }
    stops = given(screen)["desk_retention_path"][1]["stops"]
    assert [one["words"] for one in stops] == [
        "Last treated",
        "Kept to the end of this day",
        "May go from this day",
        "Today",
    ]
    assert len(given(screen)["desk_banner"]) == 1
    assert entries(screen) == {"What holds it back": [], "Kept to protect the patient": []}


def test_what_holds_it_back_says_who_when_and_why_and_compliance_may_release(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    hold(clinic, patient_id, ends_on=clock.today())
    released = hold(clinic, patient_id, kind=Blocker.OPEN_DEBT)
    holds.release(clinic, COMPLIANCE, about(patient_id), released, "Paid")
    write(
        clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        starts_at=clock.now() + timedelta(days=9),
        ends_at=clock.now() + timedelta(days=9),
        status="booked",
        recorded_at=clock.now(),
    )
    of_staff = entries(open_record(open_page, Role.STAFF, patient_id))
    of_compliance = entries(open_record(open_page, Role.COMPLIANCE, patient_id))
    placed, booked = of_compliance["What holds it back"]
    assert (placed["title"], placed["said"], acts(placed)) == (
        "Legal hold",
        "A letter",
        ["Change who and when", "Release"],
    )
    assert (booked["title"], booked["acts"]) == ("Appointment", [])
    assert acts(of_staff["What holds it back"][0]) == ["Change who and when"]
    over = of_compliance["Holds that are over"][0]
    assert (over["title"], over["lines"][1].split(" ", 1)[0]) == ("Open debt", "Released")


def test_what_is_kept_without_end_names_its_facts(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    first = mark(clinic, patient_id)
    vital_interests.release(clinic, COMPLIANCE, about(patient_id), first, "Wrong record")
    mark(clinic, patient_id)
    found = entries(open_record(open_page, Role.COMPLIANCE, patient_id))
    kept = found["Kept to protect the patient"][0]
    words = [one["word"] for one in kept["marks"][1:]]
    assert (kept["title"], words, acts(kept)) == (
        "Anaphylaxis",
        ["Lidocaine"],
        ["Review what is kept", "Release"],
    )
    assert found["Kept no longer"][0]["lines"][0].endswith(": Wrong record")


def test_a_restricted_record_asks_for_its_ground_first(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    restrict(clinic, patient_id)
    screen = open_record(open_page, Role.COMPLIANCE, patient_id)
    assert "desk_retention_path" not in given(screen)
    assert screen.title[0].value == "This record is restricted"


def test_the_record_says_until_when_it_is_kept(open_page: OpenPage, patient_id: UUID) -> None:
    screen = open_page("patient", Role.STAFF, query={"id": str(patient_id)})
    table = next(one for one in blocks(screen) if one["title"] == "Retention")
    badge, link = table["rows"][0]
    assert (badge["word"], link["text"], link["href"]) == (
        "Due",
        "May go from 23-Nov-2023",
        f"/record-retention?id={patient_id}",
    )


# Dialogs ------------------------------------------------------------------------------------------


def placing(patient_id: "UUID", found: "Explained") -> None:
    from lib.ui.retention import holding  # noqa: PLC0415 - the script of a dialog brings its own

    holding.place(patient_id, found.owners)


def changing(patient_id: "UUID", found: "Explained") -> None:
    from lib.ui.retention import holding  # noqa: PLC0415 - the script of a dialog brings its own

    holding.change(patient_id, found.holds[0], found.owners)


def releasing(patient_id: "UUID", found: "Explained") -> None:
    from lib.ui.retention import holding  # noqa: PLC0415 - the script of a dialog brings its own

    holding.release(patient_id, found.holds[0])


def marking(patient: "Any", found: "Explained") -> None:  # noqa: ANN401
    from lib.ui.retention import protecting  # noqa: PLC0415 - the script of a dialog brings its own

    protecting.mark(patient, found)


def reviewing(patient: "Any", found: "Explained") -> None:  # noqa: ANN401
    from lib.ui.retention import protecting  # noqa: PLC0415 - the script of a dialog brings its own

    protecting.review(patient, found, found.vital_interests[0])


def keeping_no_longer(patient_id: "UUID", found: "Explained") -> None:
    from lib.ui.retention import protecting  # noqa: PLC0415 - the script of a dialog brings its own

    protecting.release(patient_id, found.vital_interests[0])


def dialog(clinic: Clinic, script: Callable[..., None], **values: Any) -> AppTest:  # noqa: ANN401
    """Draw a dialog alone: a whole run of the screen would be without it."""
    session_id = sign_in_as(clinic, Role.COMPLIANCE)
    if "found" not in values:
        key = values.get("patient_id") or values["patient"].patient_id
        values["found"] = explain(clinic, key)
    made = AppTest.from_function(script, default_timeout=PATIENCE_SECONDS, kwargs=values)
    made.user = {"session_id": str(session_id), "visit": ""}
    return made.run()


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


def problems(screen: AppTest) -> list[str]:
    html = (one.proto.body for one in screen.get("html"))
    return [one.split(">", 1)[1].removesuffix("</p>") for one in html if "desk-problem" in one]


def patient_of(clinic: Clinic, patient_id: UUID) -> Any:  # noqa: ANN401
    from lib.store import records  # noqa: PLC0415 - only here

    with clinic.store.reading() as cursor:
        return records.get_patient(cursor, patient_id)


@pytest.mark.usefixtures("running_clinic")
def test_a_hold_is_placed_once_it_has_a_reason(clinic: Clinic, patient_id: UUID) -> None:
    screen = press(dialog(clinic, placing, patient_id=patient_id), "Place this hold")
    assert problems(screen) == ["Say why, so that whoever reads this in some years understands it."]
    screen.radio[0].set_value(Blocker.OPEN_COMPLAINT)
    screen.text_area[0].set_value("Complaint 14")
    press(screen, "Place this hold")
    found = explain(clinic, patient_id)
    assert [(one.kind, one.reason, one.owner) for one in found.holds] == [
        ("open_complaint", "Complaint 14", "Test Person")
    ]
    assert found.disposition.status is Status.BLOCKED


@pytest.mark.usefixtures("running_clinic")
def test_a_hold_is_given_another_day(clinic: Clinic, patient_id: UUID) -> None:
    hold(clinic, patient_id)
    screen = dialog(clinic, changing, patient_id=patient_id)
    day = clock.today() + timedelta(days=20)
    screen.date_input[0].set_value(day)
    press(screen, "Change this hold")
    assert [(one.review_on, one.version) for one in explain(clinic, patient_id).holds] == [(day, 2)]


@pytest.mark.usefixtures("running_clinic")
def test_what_somebody_else_changed_meanwhile_is_told(clinic: Clinic, patient_id: UUID) -> None:
    hold(clinic, patient_id)
    screen = dialog(clinic, changing, patient_id=patient_id)
    one = explain(clinic, patient_id).holds[0]
    holds.release(clinic, COMPLIANCE, about(patient_id), one.hold_id, "Settled")
    press(screen, "Change this hold")
    assert [one.value for one in screen.error] == [holds.RELEASED]


@pytest.mark.usefixtures("running_clinic")
def test_a_hold_is_released_once_it_has_a_reason(clinic: Clinic, patient_id: UUID) -> None:
    hold(clinic, patient_id)
    screen = press(dialog(clinic, releasing, patient_id=patient_id), "Release this hold")
    assert len(problems(screen)) == 1
    screen.text_area[0].set_value("Settled")
    press(screen, "Release this hold")
    assert explain(clinic, patient_id).disposition.status is Status.DISPOSE_DUE


@pytest.mark.usefixtures("running_clinic")
def test_what_protects_is_ticked_beforehand_and_the_preview_says_what_stays(
    clinic: Clinic, patient_id: UUID
) -> None:
    screen = dialog(clinic, marking, patient=patient_of(clinic, patient_id))
    stays, goes = (one["facts"] for one in blocks(screen))
    assert [(one["label"], one["values"][0]["text"]) for one in stays] == [
        ("Allergies", "Lidocaine"),
        ("Whose it is", "HART, Anna"),
    ]
    assert [one["values"][0]["text"] for one in goes][:2] == [
        "There are none",
        "All 1, with prices and notes",
    ]
    screen.text_area[0].set_value("Anaphylaxis")
    press(screen, "Keep this without end")
    assert [one.name for one in explain(clinic, patient_id).kept] == ["Lidocaine"]


@pytest.mark.usefixtures("running_clinic")
def test_nothing_chosen_is_told(clinic: Clinic, patient_id: UUID) -> None:
    screen = dialog(clinic, marking, patient=patient_of(clinic, patient_id))
    screen.checkbox[0].uncheck()
    screen.text_area[0].set_value("Anaphylaxis")
    press(screen, "Keep this without end")
    assert problems(screen) == ["Choose at least one fact that protects the patient."]
    assert blocks(screen)[0]["facts"][0]["values"][0]["text"] == "None is chosen yet"


@pytest.mark.usefixtures("running_clinic")
def test_a_record_without_such_facts_says_where_they_come_from(clinic: Clinic) -> None:
    screen = dialog(clinic, marking, patient=patient_of(clinic, add_patient(clinic)))
    assert not screen.button
    assert screen.markdown[0].value.startswith("The record holds no allergy")


@pytest.mark.usefixtures("running_clinic")
def test_a_review_changes_what_is_kept(clinic: Clinic, patient_id: UUID) -> None:
    mark(clinic, patient_id)
    screen = dialog(clinic, reviewing, patient=patient_of(clinic, patient_id))
    product = next(one for one in explain(clinic, patient_id).facts if one.table != "history_entry")
    screen.multiselect[0].set_value([product.row_id])
    press(screen, "Keep this for another year")
    found = explain(clinic, patient_id)
    names = [one.name for one in found.kept]
    assert (names, found.vital_interests[0].version) == (["Lidocaine", "Velaxin, lot VX-1"], 2)


@pytest.mark.usefixtures("running_clinic")
def test_what_is_kept_no_longer_needs_a_reason(clinic: Clinic, patient_id: UUID) -> None:
    mark(clinic, patient_id)
    screen = press(dialog(clinic, keeping_no_longer, patient_id=patient_id), "Keep it no longer")
    assert len(problems(screen)) == 1
    screen.text_area[0].set_value("It was somebody else's")
    press(screen, "Keep it no longer")
    assert explain(clinic, patient_id).kept == ()


# The list -----------------------------------------------------------------------------------------


def test_the_list_begins_with_what_home_asked_for(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    hold(clinic, patient_id)
    hold(clinic, patient_id, review_on=clock.today() + timedelta(days=80))
    hold(clinic, add_patient(clinic), ends_on=clock.today())
    every = open_page("holds", Role.COMPLIANCE)
    due = open_page("holds", Role.COMPLIANCE, query={"show": "review"})
    mine = open_page("holds", Role.STAFF, query={"show": "review", "mine": "1"})
    assert [len(blocks(one)[0]["rows"]) for one in (every, due, mine)] == [3, 2, 0]
    patient, what, who = blocks(due)[0]["rows"][0]
    assert [one["word"] for one in patient["marks"]] == ["Review due soon"]
    assert (what["note"], who["text"]) == ("A letter", "Not known")


def test_a_restricted_record_is_listed_by_its_reference(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    over = hold(clinic, patient_id)
    holds.release(clinic, COMPLIANCE, about(patient_id), over, "Settled")
    hold(clinic, patient_id)
    restrict(clinic, patient_id)
    screen = open_page("holds", Role.COMPLIANCE)
    assert blocks(screen)[0]["rows"][0][0]["note"] == "Restricted: open it on a ground"
    screen.segmented_control[0].set_value("over").run()
    assert blocks(screen)[0]["rows"][0][0]["marks"][0]["word"].startswith("Released ")


def test_compliance_makes_a_file_of_the_list(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    hold(clinic, patient_id)
    assert [one.label for one in open_page("holds", Role.STAFF).button] == ["Sign out"]
    screen = press(open_page("holds", Role.COMPLIANCE), "Make a list to download")
    assert not screen.exception
    assert [one.label for one in screen.get("link_button")] == ["Download the list (CSV)"]
