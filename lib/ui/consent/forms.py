"""Forms of consent on the screen: the list of them, adding one, and which one is open."""

from enum import StrEnum
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.consent_texts import CHECK, EMPTY, STARTS, Start
from lib.errors import ClinicError
from lib.services.consent import forms, purposes
from lib.services.consent.forms import Known
from lib.ui import clock, drafts, fields, formats, notices, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.keys import Keys

NOTHING = "Patients are asked with forms. Begin with our texts and make them yours, or add an own."
IN_FORCE = Mark("In force", "check", Tone.GOOD)
DRAFT = Mark("Draft", "edit_note", Tone.INFO)
COMING = Mark("Comes into force", "schedule", Tone.INFO)
NOT_READY = Mark("Not in force", "hourglass_empty", Tone.WARN)
NOT_USED = Mark("Out of use", "block")
OWN = "An empty page"
CHOICES: dict[str, Start] = {OWN: EMPTY, **{one.name: one for one in STARTS}}
NEW: dict[str, object] = {"name": "", "start": STARTS[0].name}


class View(StrEnum):
    """What the screen shows."""

    FORMS = "Forms"
    PURPOSES = "What we ask for"


def choose_view() -> View:
    """Ask whether forms or purposes are wanted."""
    st.session_state.setdefault(Keys.CONSENT_FORMS_VIEW, View.FORMS)
    chosen = st.segmented_control(
        "Show",
        list(View),
        key=Keys.CONSENT_FORMS_VIEW,
        format_func=lambda one: one.value,
        required=True,
        label_visibility="collapsed",
    )
    return View(chosen or View.FORMS)


def opened(actor: Actor) -> Known | None:
    """Return the form that is open, if it is still there."""
    form_id: UUID | None = st.session_state.get(Keys.CONSENT_FORM_OPEN)
    if form_id is None:
        return None
    found = forms.list_forms(session.clinic(), actor, as_of=clock.today())
    known = next((one for one in found if one.form.form_id == form_id), None)
    if known is None:
        close()
    return known


def open_form(form_id: UUID) -> None:
    """Open a form; what was typed about another one is let go."""
    close()
    st.session_state[Keys.CONSENT_FORM_OPEN] = form_id


def close() -> None:
    """Go back to the list."""
    for key in (Keys.CONSENT_FORM_OPEN, Keys.CONSENT_FORM_TEXT, Keys.CONSENT_FORM_NAME):
        st.session_state.pop(key, None)


def draw_list(actor: Actor) -> None:
    """Draw every form, those in use first."""
    found = forms.list_forms(session.clinic(), actor, as_of=clock.today())
    if not found:
        notices.empty("No form yet", NOTHING, "contract_edit")
        st.button(
            "Begin with our starting texts",
            type="primary",
            icon=":material/note_add:",
            on_click=_begin_all,
        )
        st.caption(CHECK)
        return
    names = {one.code: one.name for one in purposes.list_all(session.clinic(), actor)}
    entries = tuple(_entry(one, names) for one in found)
    count = formats.figure(len(entries))
    chosen = blocks.draw([Entries("Forms", entries, count=count)], key="consent_forms")
    known = next((one for one in found if str(one.form.form_id) == chosen), None)
    if known is not None:
        open_form(known.form.form_id)
        st.rerun()


def _entry(one: Known, names: dict[str, str]) -> Entry:
    shown = one.in_force or one.versions[0].text
    asked = ", ".join(names.get(code, code) for code in shown.purposes)
    return Entry(
        when=f"Version {shown.number}",
        title=one.form.name,
        marks=tuple(_marks(one)),
        lines=(f"Asks for {asked}" if asked else "Asks for nothing yet", _since(one)),
        acts=(Act("Open", "edit" if one.draft else "visibility", str(one.form.form_id)),),
    )


def _since(one: Known) -> str:
    if one.in_force is not None:
        return f"In force since {formats.day(one.in_force.in_force_from)}"
    return "No wording is in force, so nobody can be asked with it yet"


def _marks(one: Known) -> list[Mark]:
    if not one.form.is_active:
        return [NOT_USED]
    draft = one.draft
    marks = [IN_FORCE if one.in_force else NOT_READY]
    if draft is not None:
        marks.append(COMING if draft.in_force_from else DRAFT)
    return marks


@st.fragment
def draw_new() -> None:
    """Draw the form that begins another one."""
    session.require(Permission.MANAGE_CONSENT_FORMS)
    form = drafts.loose(Keys.CONSENT_FORM_NEW, NEW)
    st.subheader("Add a form", anchor=False)
    fields.choice(form, "start", "Begin with", {name: name for name in CHOICES})
    chosen = CHOICES[str(form.values["start"])]
    fields.text(form, "name", "Name", hint=chosen.name or "Name of the form")
    st.caption(CHECK)
    if fields.save_button(form, "Begin this form", "note_add", is_primary=False):
        name = str(form.values["name"] or "") or chosen.name
        _begin(Start(name, chosen.purposes, chosen.text), form.form_id)


def _begin(start: Start, form_id: UUID) -> None:
    actor = session.require(Permission.MANAGE_CONSENT_FORMS)
    try:
        ids = (form_id, uuid7s.uuid7())
        forms.begin(session.clinic(), actor, ids, start, now=clock.now())
    except ClinicError as error:
        fields.problem(error.message)
        return
    st.session_state.pop(Keys.CONSENT_FORM_NEW, None)
    open_form(form_id)
    st.rerun(scope="app")


def _begin_all() -> None:
    actor = session.require(Permission.MANAGE_CONSENT_FORMS)
    clinic = session.clinic()
    there = {one.form.name for one in forms.list_forms(clinic, actor, as_of=clock.today())}
    for start in STARTS:
        if start.name not in there:
            forms.begin(clinic, actor, (uuid7s.uuid7(), uuid7s.uuid7()), start, now=clock.now())
    notices.say_later("The forms are begun as drafts. Open each, check it and put it in force.")
