"""The form that registers a patient: its fields in the order in which people say them."""

from collections.abc import Mapping

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.likely import Typed
from lib.domain.patient import Sex
from lib.domain.registration import Registration, Source
from lib.errors import ClinicError, InvalidInputError
from lib.services import registration
from lib.services.registration import Checked, Wanted
from lib.ui import (
    clock,
    drafts,
    fields,
    formats,
    likely_duplicates,
    navigation,
    notices,
    session,
)
from lib.ui.drafts import FormState

TITLES = ("Ms", "Mrs", "Miss", "Mr", "Mx", "Dr", "Prof")
SEXES = {sex.value: formats.sex(sex.value) for sex in (*Sex,)}
SOURCES = {
    Source.PATIENT.value: "The patient",
    Source.PROFESSIONAL.value: "Another professional",
    Source.THIRD_PARTY.value: "Somebody else",
}
DATE_HINT = "14/07/1985"
EMPTY: dict[str, object] = {
    **dict.fromkeys(("title", "given_names", "family_name", "preferred_name", "born_on"), ""),
    **dict.fromkeys(("phones", "emails", "line_1", "line_2", "town", "county", "postcode"), ""),
    **dict.fromkeys(("country", "source_detail", "need", "adjustment", "note"), ""),
    "sex": Sex.NOT_KNOWN.value,
    "source": Source.PATIENT.value,
    "is_shared": False,
}


@st.fragment
def draw() -> None:
    """Draw the form; only this part runs again while somebody types."""
    actor = session.require(Permission.EDIT_RECORD)
    form = drafts.begin(actor, registration.SUBJECT, EMPTY)
    drafts.offer(actor, form)
    checked = registration.check(session.clinic(), form.values, clock.today())
    with st.container(key="register_form"):
        main, side = st.columns([0.62, 0.38], gap="large")
    with main:
        _who(form, checked.faults)
        _reach(form, checked.faults)
        _rest(form, checked.faults)
    with side:
        likely_duplicates.draw(actor, _typed(checked))
    drafts.keep(actor, form)
    with main, st.container(horizontal=True, vertical_alignment="center"):
        if fields.save_button(form, "Register this patient", "person_add"):
            _save(actor, form, checked)
        drafts.say_kept(form)


def _who(form: FormState, faults: Mapping[str, str]) -> None:
    family, given = st.columns(2)
    with family:
        fields.text(form, "family_name", "Family name", faults)
    with given:
        fields.text(form, "given_names", "Given names", faults)
    # Wide enough for all four choices on a tablet too.
    born, sex = st.columns([0.38, 0.62])
    with born:
        fields.text(form, "born_on", "Date of birth", faults, DATE_HINT)
    with sex:
        fields.segments(form, "sex", "Sex", SEXES)
    title, preferred = st.columns(2)
    with title:
        fields.suggested(form, "title", "Title", TITLES)
    with preferred:
        fields.text(form, "preferred_name", "Preferred name, if another", faults)


def _reach(form: FormState, faults: Mapping[str, str]) -> None:
    phone, email = st.columns(2)
    with phone:
        fields.text(form, "phones", "Phone", faults, "07700 900123; home: 020 7946 0018")
    with email:
        fields.text(form, "emails", "Email", faults)
    address_fields(form, faults)


def address_fields(form: FormState, faults: Mapping[str, str]) -> None:
    """Draw the fields of a postal address."""
    postcode, line = st.columns([0.3, 0.7])
    with postcode:
        fields.text(form, "postcode", "Postcode", faults)
    with line:
        fields.text(form, "line_1", "Address", faults, "House and street")
    second, town = st.columns(2)
    with second:
        fields.text(form, "line_2", "Second line", faults)
    with town:
        fields.text(form, "town", "Town", faults)


def _rest(form: FormState, faults: Mapping[str, str]) -> None:
    adjustment_fields(form, faults)
    source, detail = st.columns(2)
    with source:
        fields.choice(form, "source", "Who told us", SOURCES)
    with detail:
        fields.text(form, "source_detail", "How they came to us", faults, "Website, a friend …")
    fields.area(form, "note", "Note", faults, "What colleagues should know; not medical history")


def adjustment_fields(form: FormState, faults: Mapping[str, str]) -> None:
    """Draw the fields of a reasonable adjustment (rule G4)."""
    need, adjustment = st.columns(2)
    with need:
        fields.text(form, "need", "Needs an adjustment for", faults, "Hard of hearing, left ear")
    with adjustment:
        fields.text(form, "adjustment", "What we do about it", faults, "Speak from the right")
    if form.values["need"] or form.values["adjustment"]:
        fields.tick(form, "is_shared", "May be told to others who treat the patient")


def _typed(checked: Checked) -> Typed:
    new: Registration = checked.registration
    return Typed(
        given=new.details.given_names,
        family=new.details.family_name,
        born_on=new.details.born_on,
        phones=tuple(phone.number for phone in new.phones),
        emails=new.emails,
        postcode=(new.address.postcode or "") if new.address else "",
    )


def _save(actor: Actor, form: FormState, checked: Checked) -> None:
    if checked.faults:
        return
    wanted = Wanted(form.form_id, dict(form.values))
    try:
        saved = registration.register(
            session.clinic(), actor, wanted, now=clock.now(), as_of=clock.today()
        )
    except InvalidInputError as error:
        fields.problem(f"{error.field}: {error.message}" if error.field else error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        drafts.end(form)
        notices.say_later(f"Registered as {saved.reference}.")
        st.switch_page(navigation.RECORD.path, query_params={"id": str(saved.patient_id)})
