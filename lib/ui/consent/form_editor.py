"""One form of consent on the screen: its wordings, writing a draft beside how it will look."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.consent import Channel
from lib.domain.dates import Order, date_of
from lib.errors import ClinicError, InvalidInputError
from lib.paper import markdown
from lib.services.consent import forms, purposes
from lib.services.consent.forms import Form, FormText, Known, Wording
from lib.services.consent.purposes import Purpose
from lib.ui import clock, drafts, fields, formats, notices, printing, session, text
from lib.ui.components import blocks, prose
from lib.ui.components.blocks import Changed, Differences, Words
from lib.ui.components.prose import Question
from lib.ui.consent.forms import close
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

CHANNELS = {
    Channel.EMAIL: "Email",
    Channel.SMS: "Text message",
    Channel.PHONE: "Phone",
    Channel.POST: "Post",
}
MATERIAL = "The meaning changes: ask again"
MATERIAL_HELP = (
    "Tick this when somebody who agreed to the old wording might not agree to this one: another "
    "use, another recipient, another risk. Leave it for clearer words that mean the same."
)
SAME = "Both versions say the same."


def draw(actor: Actor, known: Known) -> None:
    """Draw a form that is open: the draft with its preview, or the wording in force."""
    st.button("Back to the forms", icon=":material/arrow_back:", on_click=close)
    st.title(text.plain(known.form.name), anchor=False)
    notices.say_now()
    asked = purposes.list_all(session.clinic(), actor)
    draft = known.draft
    if draft is None:
        _draw_fixed(known, asked)
    else:
        _draw_draft(draft, asked)
    _draw_versions(known)
    if len(known.versions) > 1:
        _draw_comparison(known)
    _draw_name(known)


def _draw_fixed(known: Known, asked: Sequence[Purpose]) -> None:
    shown = known.in_force or known.versions[0].text
    main, side = st.columns([0.6, 0.4], gap="large")
    with main:
        _preview(known.form.name, shown.text, shown.purposes, asked)
    with side, st.container(key="record_side"):
        st.subheader(f"Version {shown.number}", anchor=False)
        st.write(f"In force since {formats.day(shown.in_force_from)}. It stays as it is.")
        st.button(
            "Write a new version",
            type="primary",
            icon=":material/edit_note:",
            on_click=_rewrite,
            args=(known.form.form_id,),
        )
        printing.consent_proof_link(shown.form_version_id)


def _rewrite(form_id: UUID) -> None:
    actor = session.require(Permission.MANAGE_CONSENT_FORMS)
    st.session_state.pop(Keys.CONSENT_FORM_TEXT, None)
    try:
        forms.rewrite(session.clinic(), actor, form_id, uuid7s.uuid7(), now=clock.now())
    except ClinicError as error:
        notices.say_later(fields.sentence(error.message))


@st.fragment
def _draw_draft(draft: FormText, asked: Sequence[Purpose]) -> None:
    actor = session.require(Permission.MANAGE_CONSENT_FORMS)
    usable = {one.code: one.name for one in asked if one.is_active}
    form = drafts.loose(Keys.CONSENT_FORM_TEXT, _values_of(draft, usable), draft.form_version_id)
    main, side = st.columns(2, gap="large")
    with main:
        st.subheader(f"Version {draft.number}, draft", anchor=False)
        fields.page(form, "text", "Text")
        st.caption("An empty line begins a paragraph. `## Heading`, `- item`, `**bold**`.")
        fields.several(form, "purposes", "What it asks for, in this order", usable)
        if draft.number > 1:
            _draw_change(actor, form, draft)
        fields.text(form, "in_force_from", "In force from", hint="Empty while it is a draft")
        st.caption("From that day on, patients are asked with it and it stays as it is.")
        _draw_end(actor, form, draft)
    with side, st.container(key="consent_preview_side"):
        chosen = tuple(str(code) for code in _list(form.values["purposes"]))
        _preview(draft.form_name, str(form.values["text"] or ""), chosen, asked)


def _draw_change(actor: Actor, form: FormState, draft: FormText) -> None:
    fields.text(form, "note", "What changed, and why", hint="Names the new laboratory we use")
    is_material = fields.tick(form, "is_material", MATERIAL)
    st.caption(MATERIAL_HELP)
    if is_material:
        count = forms.count_asked_again(session.clinic(), actor, draft.form_id)
        will = f"{formats.counted(count, 'patient')} will be asked again."
        st.markdown(f":material/group: **{will}** Until then their consent may not be relied on.")


def _draw_end(actor: Actor, form: FormState, draft: FormText) -> None:
    with st.container(horizontal=True):
        has_day = bool(str(form.values["in_force_from"] or "").strip())
        label = "Save and put in force" if has_day else "Save the draft"
        if fields.save_button(form, label, "save"):
            _save(actor, form, draft)
        st.button(
            "Delete this draft",
            icon=":material/delete:",
            on_click=_delete,
            args=(draft.form_version_id,),
        )
        printing.consent_proof_link(draft.form_version_id)


def _save(actor: Actor, form: FormState, draft: FormText) -> None:
    try:
        kept = forms.save(session.clinic(), actor, _read(form, draft), now=clock.now())
    except InvalidInputError as error:
        fields.problem(error.message)
        return
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
        return
    st.session_state.pop(Keys.CONSENT_FORM_TEXT, None)
    day = formats.day(kept.in_force_from, "")
    said = f"Version {kept.number} is in force from {day}." if day else "The draft is saved."
    notices.say_later(said)
    st.rerun(scope="app")


def _delete(form_version_id: UUID) -> None:
    actor = session.require(Permission.MANAGE_CONSENT_FORMS)
    try:
        forms.delete_draft(session.clinic(), actor, form_version_id, now=clock.now())
    except ClinicError as error:
        notices.say_later(fields.sentence(error.message))
        return
    st.session_state.pop(Keys.CONSENT_FORM_TEXT, None)
    notices.say_later("The draft is deleted.")


def _values_of(draft: FormText, usable: dict[str, str]) -> dict[str, object]:
    return {
        "text": draft.text,
        "purposes": [code for code in draft.purposes if code in usable],
        "is_material": draft.is_material,
        "in_force_from": formats.day(draft.in_force_from, ""),
        "note": draft.note or "",
        "version": draft.version,
    }


def _read(form: FormState, draft: FormText) -> Wording:
    """Return what the form says. Raises `InvalidInputError`."""
    return Wording(
        form_version_id=draft.form_version_id,
        text=str(form.values["text"] or ""),
        purposes=tuple(str(code) for code in _list(form.values["purposes"])),
        is_material=bool(form.values["is_material"]),
        in_force_from=_day(str(form.values["in_force_from"] or "").strip()),
        note=str(form.values["note"] or ""),
        version=int(str(form.base["version"])),
    )


def _day(typed: str) -> date | None:
    if not typed:
        return None
    # A year of two digits is one to come.
    latest = clock.today().replace(day=1, month=1, year=clock.today().year + 10)
    return date_of(typed, Order.DAY_FIRST, latest)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _preview(name: str, words: str, chosen: tuple[str, ...], asked: Sequence[Purpose]) -> None:
    st.subheader("As the patient sees it", anchor=False)
    known = {one.code: one for one in asked}
    questions = [
        Question(known[code].question, tuple(CHANNELS.values()) if known[code].has_channels else ())
        for code in chosen
        if code in known
    ]
    prose.draw(name, markdown.passages(words), questions, key="consent_preview")


def _draw_versions(known: Known) -> None:
    columns = (
        blocks.Column("Version", is_figure=True, is_short=True),
        blocks.Column("In force from", is_short=True),
        blocks.Column("Kind", is_short=True),
        blocks.Column("What changed, and why"),
        blocks.Column("Written by"),
    )
    rows = tuple(_row(one.text) for one in known.versions)
    blocks.draw([blocks.Table("Every version", columns, rows)], key="consent_versions")


def _row(one: FormText) -> tuple[str, ...]:
    kind = "First" if one.number == 1 else "Asks again" if one.is_material else "Clearer words"
    by = f"{one.recorded_by or ''}, {formats.moment(one.recorded_at)}".removeprefix(", ")
    return (str(one.number), formats.day(one.in_force_from, "Draft"), kind, one.note or "", by)


@st.fragment
def _draw_comparison(known: Known) -> None:
    actor = session.require(Permission.MANAGE_CONSENT_FORMS)
    st.subheader("What differs", anchor=False)
    found = {one.text.number: one.text.form_version_id for one in known.versions}
    numbers = list(found)
    first, second = st.columns(2)
    with first:
        old = _choose("Earlier version", Keys.CONSENT_FORM_OLD, numbers, numbers[1])
    with second:
        new = _choose("Later version", Keys.CONSENT_FORM_OTHER, numbers, numbers[0])
    changed = forms.compare(session.clinic(), actor, found[old], found[new])
    shown = tuple(
        Changed(one.name, tuple(Words(piece.part.value, piece.text) for piece in one.pieces))
        for one in changed
    )
    blocks.draw([Differences("", shown, SAME)], key="consent_differences")


def _choose(label: str, key: Keys, numbers: list[int], usual: int) -> int:
    if st.session_state.get(key) not in numbers:
        st.session_state[key] = usual
    chosen = st.selectbox(label, numbers, key=key, format_func=lambda one: f"Version {one}")
    return chosen or usual


@st.fragment
def _draw_name(known: Known) -> None:
    actor = session.require(Permission.MANAGE_CONSENT_FORMS)
    one = known.form
    values: dict[str, object] = {
        "name": one.name, "is_active": one.is_active, "version": one.version
    }  # fmt: skip
    form = drafts.loose(Keys.CONSENT_FORM_NAME, values, one.form_id)
    with st.expander("Name and use", icon=":material/tune:"):
        fields.text(form, "name", "Name")
        fields.tick(form, "is_active", "Patients are asked with it")
        if fields.save_button(form, "Save name and use", "save", is_primary=False):
            version = int(str(form.base["version"]))
            wanted = Form(
                one.form_id,
                str(form.values["name"] or ""),
                bool(form.values["is_active"]),
                version,
                clock.now(),
            )
            _save_name(actor, wanted)


def _save_name(actor: Actor, wanted: Form) -> None:
    try:
        forms.save_form(session.clinic(), actor, wanted, now=clock.now())
    except ClinicError as error:
        fields.problem(error.message)
        return
    st.session_state.pop(Keys.CONSENT_FORM_NAME, None)
    notices.say_later("Name and use are saved.")
    st.rerun(scope="app")
