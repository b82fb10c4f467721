"""Signing in the room without a browser: what is offered, what is missing, what is kept."""

from datetime import date
from uuid import UUID

from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from lib.store import consent_captures
from tests.pages.components import given
from tests.pages.conftest import OpenPage
from tests.records import add_patient, audit_lines
from tests.services.consent.test_capturing import version


def opened(open_page: OpenPage, patient_id: UUID, form: UUID | None = None) -> AppTest:
    query = {"id": str(patient_id), **({"form": str(form)} if form else {})}
    return open_page("sign-consent", Role.STAFF, query=query)


def said(screen: AppTest) -> str:
    return " ".join(one.value for one in (*screen.markdown, *screen.caption, *screen.info))


def click(screen: AppTest, label: str) -> AppTest:
    (button,) = [one for one in screen.button if one.label == label]
    return button.click().run()


def test_a_form_is_offered_with_how_each_of_its_questions_stands(
    clinic: Clinic, open_page: OpenPage
) -> None:
    version(clinic)
    screen = opened(open_page, add_patient(clinic))
    assert [one.value for one in screen.title] == ["Sign a consent"]
    assert [one.label for one in screen.button if "Hand" in one.label] == ["Hand to the patient"]
    assert "Use for education" in said(screen)


def test_without_a_form_in_force_and_for_the_dead_nothing_can_be_signed(
    clinic: Clinic, open_page: OpenPage
) -> None:
    screen = opened(open_page, add_patient(clinic))
    assert "No form of consent is in force" in said(screen)
    screen = opened(open_page, add_patient(clinic, deceased_on=date(2026, 1, 1)))
    assert "has died" in said(screen)


def test_a_form_that_is_not_in_force_any_more_is_told(clinic: Clinic, open_page: OpenPage) -> None:
    version(clinic)
    screen = opened(open_page, add_patient(clinic), UUID(int=3))
    assert [one.value for one in screen.warning] == [
        "This form is not in force any more. Choose one of those below."
    ]


def test_nothing_is_ticked_beforehand_and_what_is_missing_is_named(
    clinic: Clinic, open_page: OpenPage
) -> None:
    screen = opened(open_page, add_patient(clinic), version(clinic))
    assert not screen.exception
    assert [one.value for one in screen.radio] == [None, None]
    click(screen, "Sign and save")
    assert not screen.exception
    assert [line for line in audit_lines(clinic) if line[0] == "consent form signed"] == []


def test_answers_are_kept_as_a_draft_and_the_signature_saves_them(
    clinic: Clinic, open_page: OpenPage
) -> None:
    patient_id, form = add_patient(clinic), version(clinic)
    screen = opened(open_page, patient_id, form)
    screen.radio[0].set_value("yes").run()
    screen.radio[1].set_value("not today").run()
    screen.checkbox[0].check().run()
    assert not screen.exception
    assert "unsaved form kept" in [line[0] for line in audit_lines(clinic)]
    # What the browser sends; that it does is tried in tests/e2e.
    for pad in given(screen)["desk_signature"]:
        who = "patient" if pad["label"] == "Signature" else "witness"
        sent = {"token": pad["token"], "name": "Anna Hart", "strokes": []}
        screen.session_state[f"consent_pad_{pad['token']}_{who}"] = {"signature": sent}
    screen.text_input[1].set_value("Pat Lee").run()
    click(screen, "Sign and save")
    assert not screen.exception
    assert [one.value for one in screen.title] == ["Thank you"]
    with clinic.store.reading() as cursor:
        assert len(consent_captures.list_capture_ids(cursor)) == 1
    click(screen, "I am staff: go on")
    assert [one.value for one in screen.title] == ["Signed and saved"]
    click(screen, "Sign another form")
    assert [one.value for one in screen.title] == ["Sign a consent"]


def test_a_tablet_goes_back_without_a_signature(clinic: Clinic, open_page: OpenPage) -> None:
    screen = opened(open_page, add_patient(clinic), version(clinic))
    click(screen, "Back to staff without signing")
    assert not screen.exception
    assert [line for line in audit_lines(clinic) if line[0] == "consent form signed"] == []
