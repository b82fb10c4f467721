"""The screen of forms of consent: begun, written, put in force, and what is asked for."""

from datetime import UTC, datetime

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from lib.domain.access import Role
from lib.domain.consent_texts import STARTS
from lib.services.clinic import Clinic
from lib.services.consent import forms, purposes
from tests.conftest import actor_with
from tests.pages.conftest import OpenPage
from tests.records import NOW

OWNER = actor_with(Role.OWNER)
TODAY = datetime.now(UTC).date()


def press(screen: AppTest, label: str) -> None:
    next(one for one in screen.button if one.label == label).click().run()


def _box(screen: AppTest, label: str) -> TextInput:
    return next(one for one in screen.text_input if one.label == label)


def known(clinic: Clinic) -> dict[str, forms.Known]:
    found = forms.list_forms(clinic, OWNER, as_of=TODAY)
    return {one.form.name: one for one in found}


def test_an_empty_clinic_begins_with_our_texts_in_one_click(
    clinic: Clinic, open_page: OpenPage
) -> None:
    screen = open_page("consent-forms", Role.OWNER)
    press(screen, "Begin with our starting texts")
    assert not screen.exception
    assert set(known(clinic)) == {one.name for one in STARTS}
    assert all(one.draft is not None for one in known(clinic).values())


def test_a_form_is_begun_written_and_put_in_force(clinic: Clinic, open_page: OpenPage) -> None:
    screen = open_page("consent-forms", Role.COMPLIANCE)
    _box(screen, "Name").set_value("Our treatments")
    press(screen, "Begin this form")
    assert screen.title[0].value == "Our treatments"
    screen.text_area[0].set_value("## Ours\n\nRead *this*.")
    _box(screen, "In force from").set_value("1 January 2020").run()
    press(screen, "Save and put in force")
    assert "past" in _said(screen)
    _box(screen, "In force from").set_value(TODAY.isoformat()).run()
    press(screen, "Save and put in force")
    assert not screen.exception
    kept = known(clinic)["Our treatments"].in_force
    assert kept is not None
    assert kept.text == "## Ours\n\nRead *this*."
    press(screen, "Write a new version")
    screen.checkbox[0].check().run()
    assert any("0 patients" in one.value for one in screen.markdown)
    screen.text_area[0].set_value("## Ours\n\nRead that.").run()
    press(screen, "Save the draft")
    assert [one.text.number for one in known(clinic)["Our treatments"].versions] == [2, 1]
    press(screen, "Delete this draft")
    assert known(clinic)["Our treatments"].draft is None


def test_what_is_asked_for_is_added_and_changed(clinic: Clinic, open_page: OpenPage) -> None:
    screen = open_page("consent-forms", Role.OWNER)
    screen.session_state["consent_forms_view"] = "What we ask for"
    screen.run()
    _box(screen, "Name").set_value("Studies")
    _box(screen, "What the patient is asked").set_value("May we study your pictures?")
    _box(screen, "Months it holds").set_value("twelve")
    press(screen, "Add this")
    assert "number of months" in _said(screen)
    _box(screen, "Months it holds").set_value("12")
    press(screen, "Add this")
    assert not screen.exception
    assert purposes.list_all(clinic, OWNER)[-1].code == "studies"


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMINISTRATOR])
def test_the_screen_is_not_for_everybody(open_page: OpenPage, role: Role) -> None:
    screen = open_page("consent-forms", role)
    assert not screen.text_area


def _said(screen: AppTest) -> str:
    return " ".join(str(one.value) for one in screen.get("html"))


def test_a_form_is_renamed_taken_out_of_use_and_told_apart_in_the_list(
    clinic: Clinic, open_page: OpenPage
) -> None:
    ids = (uuid7s.uuid7(), uuid7s.uuid7())
    begun = forms.begin(clinic, OWNER, ids, STARTS[0], now=NOW)
    screen = open_page("consent-forms", Role.OWNER)
    screen.session_state["consent_form_open"] = begun.form_id
    screen.run()
    _box(screen, "Name").set_value(" ")
    press(screen, "Save name and use")
    assert "name" in _said(screen)
    _box(screen, "Name").set_value("Our treatments")
    next(one for one in screen.checkbox if one.label == "Patients are asked with it").uncheck()
    press(screen, "Save name and use")
    assert not screen.exception
    assert not known(clinic)["Our treatments"].form.is_active
    forms.delete_draft(clinic, OWNER, begun.form_version_id, now=NOW)
    screen.run()
    assert [one.value for one in screen.title] == ["Consent forms"]
