"""Purposes on the screen: what patients are asked for, and the form that adds or changes one."""

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.errors import InvalidInputError
from lib.services.consent import purposes
from lib.services.consent.purposes import Purpose
from lib.ui import clock, drafts, fields, formats, list_forms, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

CHANNELS = Mark("Each way of contact on its own", "alternate_email", Tone.INFO)
NOT_USED = Mark("Not asked any more", "block")
WHY = "None is ever deleted: what patients said about it stays. Put it out of use instead."
NO_MONTHS = "this is not a number of months; leave it empty for “until it is withdrawn”"
NEW: dict[str, object] = {
    **dict.fromkeys(("code", "name", "question", "validity_months"), ""),
    "has_channels": False,
    "is_active": True,
    "version": 0,
}


def draw_list(actor: Actor) -> None:
    """Draw every purpose in its order."""
    found = purposes.list_all(session.clinic(), actor)
    entries = tuple(_entry(one) for one in found)
    count = formats.figure(len(entries))
    chosen = blocks.draw([Entries("What we ask for", entries, count=count)], key="purposes")
    one = next((one for one in found if one.code == chosen), None)
    if one is not None:
        st.session_state.pop(Keys.CONSENT_PURPOSE_FORM, None)
        drafts.loose(Keys.CONSENT_PURPOSE_FORM, _values_of(one))
        st.rerun()


def _entry(one: Purpose) -> Entry:
    marks = [CHANNELS] if one.has_channels else []
    if not one.is_active:
        marks.append(NOT_USED)
    return Entry(
        when=_holds(one),
        title=one.name,
        marks=tuple(marks),
        lines=(one.question,),
        acts=(Act("Change", "edit", one.code),),
    )


def _holds(one: Purpose) -> str:
    if one.validity_months is None:
        return "Until withdrawn"
    return formats.counted(one.validity_months, "month")


def _values_of(one: Purpose) -> dict[str, object]:
    values = {name: getattr(one, name) for name in NEW}
    return {**values, "validity_months": str(one.validity_months or "")}


@st.fragment
def draw_form() -> None:
    """Draw the form: a new purpose, or the one that was chosen."""
    actor = session.require(Permission.MANAGE_CONSENT_FORMS)
    form = drafts.loose(Keys.CONSENT_PURPOSE_FORM, NEW)
    is_new = list_forms.is_new(form)
    st.subheader("Add something to ask for" if is_new else "Change this", anchor=False)
    fields.text(form, "name", "Name", hint="Use in a study")
    fields.text(form, "question", "What the patient is asked", hint="May we …?")
    fields.text(form, "validity_months", "Months it holds", hint="Empty: until it is withdrawn")
    if is_new:
        fields.tick(form, "has_channels", "Ask for email, text, phone and post one by one")
    fields.tick(form, "is_active", "Asked for")
    st.caption(WHY)
    words = ("Add this", "Save this")
    list_forms.end(Keys.CONSENT_PURPOSE_FORM, form, words, lambda: _save(actor, form))


def _save(actor: Actor, form: FormState) -> str:
    purposes.save(session.clinic(), actor, _read(form), now=clock.now())
    return "What we ask for is saved."


def _read(form: FormState) -> Purpose:
    """Return what the form says. Raises `InvalidInputError`."""
    months = str(form.values["validity_months"] or "").strip()
    if months and not (months.isascii() and months.isdigit()):
        raise InvalidInputError(NO_MONTHS, field="validity_months")
    return Purpose(
        code=str(form.base["code"]),
        name=str(form.values["name"] or ""),
        question=str(form.values["question"] or ""),
        has_channels=bool(form.values["has_channels"]),
        validity_months=int(months) if months else None,
        position=0,
        is_active=bool(form.values["is_active"]),
        version=int(str(form.base["version"])),
    )
