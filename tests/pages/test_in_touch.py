"""Keeping in touch with a patient, and campaigns, without a browser."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.consent import Channel
from lib.domain.marketing import DetailsSource
from lib.services import contacts
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.store.contacts import Collection
from lib.ui import clock
from lib.ui.keys import Keys
from tests.conftest import actor_with
from tests.consents import BY_EMAIL, withdraw
from tests.in_touch import add_reachable, build
from tests.pages.components import blocks, given
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage, sign_in_as
from tests.records import restrict

COMPLIANCE = actor_with(Role.COMPLIANCE)


def button(screen: AppTest, label: str):  # type: ignore[no-untyped-def] # noqa: ANN201
    return next(one for one in screen.button if one.label == label)


def now_about(patient_id: UUID) -> About:
    return About(patient_id, clock.now(), clock.today())


def entries(screen: AppTest) -> list[list[dict[str, object]]]:
    return [block["entries"] for block in blocks(screen) if block["kind"] == "entries"]


def test_a_patients_channels_say_whether_and_why(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_reachable(clinic)
    screen = open_page("contacts", Role.STAFF, query={"id": str(patient_id)})
    channels, log = entries(screen)
    assert not screen.exception
    assert [(one["when"], one["marks"][0]["word"]) for one in channels] == [  # type: ignore[index]
        ("Email", "Soft opt-in"),
        ("Text message", "No basis"),
        ("Phone", "No basis"),
        ("Post", "No basis"),
    ]
    assert channels[0]["lines"][0] == "The soft opt-in holds: every part of it is met."  # type: ignore[index]
    assert log == []
    assert len(given(screen)["desk_banner"]) == 1


def note(patient_id: "UUID") -> None:
    from lib.ui import contacts as screen  # noqa: PLC0415 - the script of a dialog brings its own

    screen.note(patient_id)


def collect(patient_id: "UUID", channel: "Channel") -> None:
    from lib.ui import contacts as screen  # noqa: PLC0415 - the script of a dialog brings its own

    screen.collect(patient_id, channel, is_treated=True)


def dialog(clinic: Clinic, script: Callable[..., None], **values: Any) -> AppTest:  # noqa: ANN401
    """Draw a dialog alone: a whole run of the screen would be without it."""
    made = AppTest.from_function(script, default_timeout=PATIENCE_SECONDS, kwargs=values)
    made.user = {"session_id": str(sign_in_as(clinic, Role.COMPLIANCE)), "visit": ""}
    return made.run()


def problems(screen: AppTest) -> list[str]:
    html = (one.proto.body for one in screen.get("html"))
    return [one.split(">", 1)[1].removesuffix("</p>") for one in html if "desk-problem" in one]


def test_a_contact_is_noted_by_hand(running_clinic: Clinic) -> None:
    patient_id = add_reachable(running_clinic)
    made = dialog(running_clinic, note, patient_id=patient_id)
    made.text_input[0].set_value("soon")
    button(made, "Note this contact").click().run()
    assert len(problems(made)) == 1
    made.text_input[0].set_value("1/11/2026")
    made.radio[0].set_value(True)
    made.text_input[1].set_value("About the open day")
    button(made, "Note this contact").click().run()
    assert not made.exception
    (noted,) = contacts.open_contacts(running_clinic, COMPLIANCE, now_about(patient_id)).contacts
    assert (noted.note, noted.is_marketing, noted.basis) == (
        "About the open day",
        True,
        "SOFT_OPT_IN",
    )


def test_how_an_address_was_collected_needs_an_answer(running_clinic: Clinic) -> None:
    patient_id = add_reachable(running_clinic)
    made = dialog(running_clinic, collect, patient_id=patient_id, channel=Channel.SMS)
    button(made, "Note how it was collected").click().run()
    assert problems(made) == ["Say whether an opt-out was offered."]
    made.radio[0].set_value(False)
    made.text_input[0].set_value("never")
    button(made, "Note how it was collected").click().run()
    assert len(problems(made)) == 1
    made.text_input[0].set_value("1/11/2026")
    button(made, "Note how it was collected").click().run()
    assert not made.exception
    told = contacts.open_contacts(running_clinic, COMPLIANCE, now_about(patient_id))
    assert told.reaches[1].collection == Collection(
        Channel.SMS, DetailsSource.SALE, is_opt_out_offered=False, collected_on=date(2026, 11, 1)
    )


def test_a_restricted_record_asks_for_its_ground_first(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_reachable(clinic)
    restrict(clinic, patient_id)
    screen = open_page("contacts", Role.STAFF, query={"id": str(patient_id)})
    assert [one.value for one in screen.title] == ["This record is restricted"]


def test_campaigns_begin_empty_with_a_form_that_names_what_is_missing(
    open_page: OpenPage, clinic: Clinic
) -> None:
    assert clinic
    screen = open_page("campaigns", Role.STAFF)
    assert not screen.exception
    (table,) = blocks(screen)
    assert table["empty"].startswith("No list was built yet.")
    button(screen, "Build the list").click().run()
    assert problems(screen) == [
        "Give it a name, such as the month and what it is about.",
        "Say what the message is, in a sentence or as its text.",
    ]


def test_choosing_by_treatment_sets_health_data_and_locks_it(
    open_page: OpenPage, clinic: Clinic
) -> None:
    assert clinic
    screen = open_page("campaigns", Role.STAFF)
    treated = next(one for one in screen.selectbox if one.label == "Treated with")
    treated.set_value("filler").run()
    health = next(one for one in screen.checkbox if one.label == "It uses health data")
    assert (health.value, health.disabled) == (True, True)


def test_a_list_is_built_from_the_form_and_opens(open_page: OpenPage, clinic: Clinic) -> None:
    add_reachable(clinic)
    screen = open_page("campaigns", Role.STAFF)
    next(one for one in screen.text_input if one.label == "Name").set_value("December news")
    next(one for one in screen.text_area if "message" in one.label).set_value("We are open.")
    for tick in screen.checkbox[:2]:
        tick.set_value(True)
    screen.run()
    button(screen, "Build the list").click().run()
    assert not screen.exception
    assert Keys.CAMPAIGN_FORM not in screen.session_state


def test_a_suppression_list_is_pasted_and_counted(open_page: OpenPage, clinic: Clinic) -> None:
    assert clinic
    screen = open_page("campaigns", Role.STAFF)
    button(screen, "Take these addresses in").click().run()
    box = next(one for one in screen.text_area if one.label.startswith("Addresses"))
    box.set_value("anna@example.org\nnobody")
    button(screen, "Take these addresses in").click().run()
    assert not screen.exception
    assert [one.label for one in screen.expander][-1] == "Suppression list: Email 1"


def test_a_list_tells_reasons_people_and_who_said_no_since(
    open_page: OpenPage, clinic: Clinic
) -> None:
    add_reachable(clinic)
    goes = add_reachable(clinic, "bea@example.org")
    built = build(clinic, COMPLIANCE)
    withdraw(clinic, COMPLIANCE, goes, BY_EMAIL)
    screen = open_page("campaign", Role.STAFF, query={"campaign": str(built.campaign_id)})
    assert not screen.exception
    assert next(one.value for one in screen.warning).startswith("1 person said no since")
    screen.selectbox[0].set_value("since").run()
    (found,) = entries(screen)
    assert [mark["word"] for mark in found[0]["marks"]] == ["Left out since", "Soft opt-in"]  # type: ignore[attr-defined]
    assert found[0]["lines"][-1] == "Now: Consent was withdrawn, and nothing takes its place."  # type: ignore[index]
    assert "Make the file" not in [one.label for one in screen.button]


def test_the_file_is_made_noted_as_sent_and_taken_back(open_page: OpenPage, clinic: Clinic) -> None:
    add_reachable(clinic)
    built = build(clinic, COMPLIANCE)
    screen = open_page("campaign", Role.COMPLIANCE, query={"campaign": str(built.campaign_id)})
    button(screen, "Make the file").click().run()
    assert [one.value for one in screen.success] == [
        "1 person in the file; 0 people were left out by the last check."
    ]
    button(screen, "Mark as sent").click().run()
    assert not screen.exception
    button(screen, "Not sent after all").click().run()
    button(screen, "Close without sending").click().run()
    button(screen, "Open it again").click().run()
    assert not screen.exception
    assert "Make the file" in [one.label for one in screen.button]


def test_a_day_before_the_file_is_refused_at_the_field(open_page: OpenPage, clinic: Clinic) -> None:
    add_reachable(clinic)
    built = build(clinic, COMPLIANCE)
    screen = open_page("campaign", Role.COMPLIANCE, query={"campaign": str(built.campaign_id)})
    button(screen, "Make the file").click().run()
    next(one for one in screen.text_input if one.label == "Sent on").set_value("1/1/2026")
    button(screen, "Mark as sent").click().run()
    assert not screen.exception
    assert "Mark as sent" in [one.label for one in screen.button]


@pytest.mark.parametrize("query", [{}, {"campaign": "x"}, {"campaign": str(UUID(int=1))}])
def test_a_campaign_that_is_not_there_says_so(
    open_page: OpenPage, clinic: Clinic, query: dict[str, str]
) -> None:
    assert clinic
    screen = open_page("campaign", Role.STAFF, query=query)
    assert [one.value for one in screen.title] == ["Not found"]
