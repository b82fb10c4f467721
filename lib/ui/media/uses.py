"""Where a picture was used outside the clinic: what is noted, a new note, and taking it down."""

from collections.abc import Iterable
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.dates import Order, date_of
from lib.domain.media import Purpose
from lib.errors import ClinicError, InvalidInputError
from lib.services.media import uses
from lib.services.media.photograph import Photograph
from lib.services.media.uses import About, Said
from lib.store.media_uses import NotedUse
from lib.ui import clock, drafts, fields, formats, notices, restricted, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Old, Tone
from lib.ui.drafts import FormState
from lib.ui.keys import Keys
from lib.ui.media import purposes

EMPTY = "It was not used outside the clinic, as far as is noted."
IN_USE = Mark("In use", "public", Tone.INFO)
ENDED = Mark("Taken down", "check", Tone.PLAIN)
ENDED_ON = "ended_on"


def draw(actor: Actor, patient_id: UUID, found: Photograph) -> None:
    """Draw where the picture was used; who may export pictures may note a use."""
    may_note = access.can(actor, Permission.EXPORT_MEDIA)
    entries = _entries(found.uses, may_note=may_note)
    count = formats.figure(len(entries)) if entries else ""
    title = "Where it was used outside the clinic"
    asked = blocks.draw([Entries(title, entries, EMPTY, count)], key="photograph_uses")
    if asked is not None:
        use = next((one for one in found.uses if str(one.use.use_id) == asked), None)
        if use is not None:
            st.session_state.pop(Keys.PHOTOGRAPH_USE, None)
            end(patient_id, use)
    if may_note and found.picture.removed_at is None:
        is_begun = st.button("Note a use", icon=":material/add:", key="photograph_note_use")
        if is_begun:
            st.session_state.pop(Keys.PHOTOGRAPH_USE, None)
            permitted = [one.purpose for one in found.purposes if one.is_permitted]
            note(patient_id, found.picture.media_id, permitted)


def _entries(found: Iterable[NotedUse], *, may_note: bool) -> tuple[Entry, ...]:
    every = list(found)
    by_id = {one.use.use_id: one for one in every}
    return tuple(
        _entry(one, _earlier(one, by_id), may_note=may_note)
        for one in every
        if one.use.superseded_at is None
    )


def _earlier(one: NotedUse, by_id: dict[UUID, NotedUse]) -> list[NotedUse]:
    """Return the versions that a use replaced, the latest first."""
    found: list[NotedUse] = []
    before = one.use.replaces_id
    while before is not None and before in by_id:
        found.append(by_id[before])
        before = by_id[before].use.replaces_id
    return found


def _entry(one: NotedUse, earlier: list[NotedUse], *, may_note: bool) -> Entry:
    use = one.use
    until = f"until {formats.day(use.ended_on)}" if use.ended_on else ""
    noted = f"noted {formats.moment(use.recorded_at)} by {one.recorder or 'nobody known'}"
    purpose = purposes.LABELS[Purpose(use.purpose)]
    return Entry(
        when=formats.day(use.used_on),
        title=use.place,
        marks=(ENDED if use.ended_on else IN_USE,),
        lines=(" · ".join(filter(None, (purpose, f"by {use.used_by}", until))), noted),
        earlier=tuple(_old(old) for old in earlier),
        earlier_label=f"Changed: {formats.counted(len(earlier), 'earlier version')}",
        acts=(Act("Take down", "public_off", str(use.use_id)),)
        if may_note and not use.ended_on
        else (),
    )


def _old(one: NotedUse) -> Old:
    line = f"{formats.day(one.use.used_on)}, {one.use.place}, by {one.use.used_by}"
    return Old(f"Noted {formats.moment(one.use.recorded_at)}", (line,))


@st.dialog("Note a use outside the clinic")
def note(patient_id: UUID, media_id: UUID, permitted: list[Purpose]) -> None:
    """Ask for what, where, when and by whom, and note it."""
    actor = session.require(Permission.EXPORT_MEDIA)
    initial: dict[str, object] = {
        "purpose": Purpose.RECORD.value,
        "place": "",
        "used_on": formats.day(clock.today()),
        "used_by": actor.display_name,
    }
    form = drafts.loose(Keys.PHOTOGRAPH_USE, initial)
    st.caption(
        "Only a purpose that the patient has agreed to can be noted. For the record means handed "
        "to somebody who treats the patient."
    )
    options = {one.value: purposes.LABELS[one] for one in permitted}
    fields.choice(form, "purpose", "Purpose", options)
    fields.text(form, "place", "Where", hint="The surgery, course or account")
    fields.text(form, "used_on", "On")
    fields.text(form, "used_by", "By")
    if fields.save_button(form, "Note this use", "save"):
        _save(actor, (patient_id, media_id), form)


def _save(actor: Actor, which: tuple[UUID, UUID], form: FormState) -> None:
    values = {name: str(value or "") for name, value in form.values.items()}
    try:
        used_on = date_of(values["used_on"], Order.DAY_FIRST, clock.today())
        said = Said(Purpose(values["purpose"]), values["place"], used_on, values["used_by"])
        uses.note(session.clinic(), actor, _about(*which), form.form_id, said)
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        st.session_state.pop(Keys.PHOTOGRAPH_USE, None)
        notices.say_later("The use is noted.")
        st.rerun()


@st.dialog("Take down")
def end(patient_id: UUID, one: NotedUse) -> None:
    """Ask since when it is not used any more, and note it."""
    actor = session.require(Permission.EXPORT_MEDIA)
    st.write("The note stays: it says until when the picture was used.")
    form = drafts.loose(Keys.PHOTOGRAPH_USE, {ENDED_ON: formats.day(clock.today())})
    typed = fields.text(form, ENDED_ON, "Taken down on")
    if fields.save_button(form, "Note it as taken down", "public_off"):
        about = _about(patient_id, one.use.media_id)
        try:
            ended_on = date_of(typed, Order.DAY_FIRST, clock.today())
            uses.end(session.clinic(), actor, about, (one.use.use_id, form.form_id), ended_on)
        except ClinicError as error:
            fields.problem(error.message)
        else:
            notices.say_later("Noted as taken down.")
            st.rerun()


def _about(patient_id: UUID, media_id: UUID) -> About:
    ground = restricted.ground_for(patient_id)
    return About(patient_id, media_id, clock.now(), clock.today(), ground)
