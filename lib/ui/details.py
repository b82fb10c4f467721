"""The parts of the details' screen: identity in versions, contacts, what is added, messages."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain import details as rules
from lib.domain.access import Actor, Permission
from lib.domain.conflicts import Choice, compare
from lib.errors import ClinicError, InvalidInputError, StaleVersionError
from lib.services import details
from lib.services.details import About, Change, Overview
from lib.services.drafts import Form, Subject
from lib.services.records import Record
from lib.store.details import Belonging, DetailsVersion, Row
from lib.ui import (
    clock,
    conflict,
    drafts,
    fields,
    formats,
    notices,
    registration,
    restricted,
    session,
    text,
    undo,
)
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.drafts import FormState
from lib.ui.history_form import difference_block
from lib.ui.keys import Keys
from lib.ui.record import CHANNELS
from lib.ui.undo import Undo

LABELS = {
    "family_name": "Family name",
    "given_names": "Given names",
    "title": "Title",
    "preferred_name": "Preferred name",
    "born_on": "Date of birth",
    "sex": "Sex",
    "deceased_on": "Date of death",
    "source": "Who told us",
    "source_detail": "How they came to us",
    "note": "Note",
}
TITLES = {
    Belonging.PHONE: "Phones",
    Belonging.EMAIL: "Emails",
    Belonging.ADDRESS: "Addresses",
    Belonging.ADJUSTMENT: "Reasonable adjustments",
}
PHONE, EMAIL, ADDRESS, ADJUSTMENT = "phone", "email", "address", "adjustment"
WHAT = {PHONE: "Phone", EMAIL: "Email", ADDRESS: "Address", ADJUSTMENT: "Adjustment"}
ADDITION: dict[str, object] = {
    **dict.fromkeys(("phones", "emails", "line_1", "line_2", "town", "postcode"), ""),
    **dict.fromkeys(("need", "adjustment"), ""),
    "is_shared": False,
    "what": PHONE,
}
END, PREFER = "end", "prefer"


def about(patient_id: UUID) -> About:
    """Return whose details are edited now."""
    return About(patient_id, clock.now(), clock.today(), restricted.ground_for(patient_id))


def overview(actor: Actor, patient_id: UUID) -> Overview:
    """Return what there is to edit."""
    return details.overview(session.clinic(), actor, about(patient_id))


def draw_identity(actor: Actor, opened: Record, found: Overview) -> None:
    """Draw the form of the patient's own row, for those who may edit it."""
    if access.can(actor, Permission.EDIT_RECORD):
        _identity(opened.patient.patient_id, found.versions[-1])
    else:
        st.caption("Staff change these details. You can compare what they said over time.")


@st.fragment
def _identity(patient_id: UUID, current: DetailsVersion) -> None:
    actor = session.require(Permission.EDIT_RECORD)
    initial = {
        **rules.typed_of(current),
        "is_mistake": False,
        "reason": "",
        "seen": current.version,
    }
    form = drafts.begin(actor, Subject(Form.EDIT, patient_id), initial)
    if not form.is_changed and form.base != initial:
        # Saved meanwhile, by somebody else or on another screen: nothing was typed yet.
        drafts.end(form)
        form = drafts.begin(actor, form.subject, initial)
    drafts.offer(actor, form)
    faults = details.check(form.values, clock.today())
    _identity_fields(form, faults)
    drafts.keep(actor, form)
    choices = _conflict(form, patient_id)
    if fields.save_button(form, "Save these details", "save"):
        _save(actor, form, (patient_id, choices), faults)


def _identity_fields(form: FormState, faults: Mapping[str, str]) -> None:
    family, given = st.columns(2)
    with family:
        fields.text(form, "family_name", LABELS["family_name"], faults)
    with given:
        fields.text(form, "given_names", LABELS["given_names"], faults)
    if any(form.values[name] != form.base[name] for name in rules.NAMES):
        fields.tick(
            form, "is_mistake", "The old name was a mistake: do not keep it as a former name"
        )
    title, preferred = st.columns(2)
    with title:
        fields.suggested(form, "title", LABELS["title"], registration.TITLES)
    with preferred:
        fields.text(form, "preferred_name", LABELS["preferred_name"], faults)
    born, died = st.columns(2)
    with born:
        fields.text(form, "born_on", LABELS["born_on"], faults, registration.DATE_HINT)
    with died:
        fields.text(
            form, "deceased_on", LABELS["deceased_on"], faults, "Only if known to have died"
        )
    fields.segments(form, "sex", LABELS["sex"], registration.SEXES)
    source, detail = st.columns(2)
    with source:
        fields.choice(form, "source", LABELS["source"], _sources(form), faults)
    with detail:
        fields.text(form, "source_detail", LABELS["source_detail"], faults)
    fields.area(form, "note", LABELS["note"], faults)
    fields.text(form, "reason", "Why it changes (optional)", hint="Marriage certificate seen")


def _sources(form: FormState) -> Mapping[str, str]:
    held = str(form.base["source"])
    return {**registration.SOURCES, **({} if held in registration.SOURCES else {held: held})}


def _conflict(form: FormState, patient_id: UUID) -> Mapping[str, Choice]:
    stale: tuple[UUID, StaleVersionError] | None = st.session_state.get(Keys.EDIT_CONFLICT)
    if stale is None or stale[0] != patient_id:
        return {}
    base = {name: form.base[name] or "" for name in rules.FIELDS}
    mine = {name: form.values[name] or "" for name in rules.FIELDS}
    found = compare(base, mine, stale[1].theirs)
    return conflict.choose(form, found, LABELS, stale[1].by) if found.conflicts else {}


def _save(
    actor: Actor,
    form: FormState,
    record: tuple[UUID, Mapping[str, Choice]],
    faults: Mapping[str, str],
) -> None:
    patient_id, choices = record
    if faults:
        return
    stale = st.session_state.get(Keys.EDIT_CONFLICT)
    wanted = Change(
        base=form.base,
        typed=dict(form.values),
        reason=str(form.values["reason"] or ""),
        seen=stale[1].version if stale else int(str(form.base["seen"])),
        is_mistake=bool(form.values["is_mistake"]),
        choices=choices,
    )
    try:
        changed = details.change(session.clinic(), actor, about(patient_id), wanted)
    except StaleVersionError as error:
        st.session_state[Keys.EDIT_CONFLICT] = (patient_id, error)
        st.rerun()
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        drafts.end(form)
        st.session_state.pop(Keys.EDIT_CONFLICT, None)
        said = ", ".join(LABELS[name].lower() for name in changed) or "nothing new"
        notices.say_later(f"Saved: {said}.")
        st.rerun()


def draw_versions(found: Overview) -> None:
    """Let any two versions of the details be compared, word by word."""
    kept = {one.version: one for one in found.versions}
    if len(kept) == 1:
        return
    with st.expander("Earlier versions", icon=":material/difference:"):
        numbers = sorted(kept)
        before, after = st.columns(2)
        old = before.selectbox(
            "From", numbers, index=len(numbers) - 2, key=Keys.EDIT_FROM, format_func=_version
        )
        new = after.selectbox(
            "To", numbers, index=len(numbers) - 1, key=Keys.EDIT_TO, format_func=_version
        )
        drawn = difference_block(_words(kept[old]), _words(kept[new]), LABELS)
        blocks.draw([drawn], key="details_diff")
        for number in (old, new):
            one = kept[number]
            by = f" by {one.changed_by}" if one.changed_by else ""
            said = f"{_version(number)}: since {formats.moment(one.changed_at)}{by}"
            why = f"; replaced because: {one.replaced_because}" if one.replaced_because else ""
            st.caption(text.plain(f"{said}{why}"))


def _words(one: DetailsVersion) -> dict[str, str]:
    said = {name: str(value) for name, value in rules.typed_of(one).items()}
    return {**said, "sex": formats.sex(one.sex), "source": formats.words(one.source)}


def _version(number: int) -> str:
    return f"Version {number}"


def draw_contacts(actor: Actor, patient_id: UUID, found: Overview) -> None:
    """Draw what is in force, each with what can be done with it."""
    may_edit = access.can(actor, Permission.EDIT_RECORD)
    shown = [_entries(kind, rows, may_edit=may_edit) for kind, rows in found.in_force.items()]
    asked = blocks.draw([one for one in shown if one.entries], key="details_contacts")
    if asked is None:
        return
    word, _, key = asked.partition(":")
    rows = {str(row.row_id): row for kind in found.in_force.values() for row in kind}
    if key in rows:
        _act(actor, patient_id, word, rows[key])


def _entries(kind: Belonging, rows: tuple[Row, ...], *, may_edit: bool) -> Entries:
    return Entries(TITLES[kind], tuple(_entry(row, may_edit=may_edit) for row in rows))


def _entry(row: Row, *, may_edit: bool) -> Entry:
    is_preferred = bool(row.values.get("is_preferred"))
    acts = []
    if may_edit and "is_preferred" in row.values and not is_preferred:
        acts.append(Act("Prefer", "star", f"{PREFER}:{row.row_id}"))
    if may_edit:
        acts.append(Act("No longer so", "event_busy", f"{END}:{row.row_id}"))
    title, lines = _said(row)
    return Entry(
        when=formats.day(row.recorded_at.date()),
        title=title,
        marks=(Mark("Preferred", "star", Tone.INFO),) if is_preferred else (),
        lines=lines,
        acts=tuple(acts),
    )


def _said(row: Row) -> tuple[str, tuple[str, ...]]:
    values = {name: str(value) for name, value in row.values.items() if value}
    if row.kind is Belonging.PHONE:
        kind = values["kind"]
        return formats.phone(values["number"]), (() if kind == "other" else (kind,))
    if row.kind is Belonging.EMAIL:
        return values["email"], ()
    if row.kind is Belonging.ADJUSTMENT:
        shared = "" if row.values["has_consent_to_share"] else "Not to be shared."
        return values["need"], tuple(filter(None, (values["adjustment"], shared)))
    lines = [value for name, value in values.items() if name != "is_preferred"]
    return ", ".join(lines), ()


def _act(actor: Actor, patient_id: UUID, word: str, row: Row) -> None:
    try:
        if word == PREFER:
            details.prefer(session.clinic(), actor, about(patient_id), row)
        elif word == END:
            details.end(session.clinic(), actor, about(patient_id), row)
            said = f"{_said(row)[0]} is no longer in force."
            undo.remember(Undo(patient_id, said, lambda: _restore(patient_id, row)))
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        st.rerun()


def _restore(patient_id: UUID, row: Row) -> None:
    actor = session.require(Permission.EDIT_RECORD)
    details.restore(session.clinic(), actor, about(patient_id), row)


def draw_addition(actor: Actor, patient_id: UUID) -> None:
    """Draw the form that adds a contact or an adjustment, for those who may."""
    if access.can(actor, Permission.EDIT_RECORD):
        with st.container(border=True, key="details_add"):
            _addition(patient_id)


@st.fragment
def _addition(patient_id: UUID) -> None:
    actor = session.require(Permission.EDIT_RECORD)
    form = drafts.begin(actor, Subject(Form.EDIT, patient_id, patient_id), ADDITION)
    drafts.offer(actor, form)
    what = fields.segments(form, "what", "Add", WHAT)
    faults = details.check_addition(session.clinic(), form.values)
    if what == PHONE:
        fields.text(form, "phones", "Number", faults, "07700 900123; work: 020 7946 0018")
    elif what == EMAIL:
        fields.text(form, "emails", "Email address", faults)
    elif what == ADDRESS:
        registration.address_fields(form, faults)
    else:
        registration.adjustment_fields(form, faults)
    drafts.keep(actor, form)
    if fields.save_button(
        form, f"Add this {WHAT.get(what, what).lower()}", "add", is_primary=False
    ):
        _save_addition(actor, form, patient_id, faults)


def _save_addition(
    actor: Actor, form: FormState, patient_id: UUID, faults: Mapping[str, str]
) -> None:
    if faults:
        return
    try:
        added = details.add(session.clinic(), actor, about(patient_id), dict(form.values))
    except ClinicError as error:
        fields.problem(error.message)
        return
    drafts.leave(actor, form)
    notices.say_later("Added." if added else "That is in force already.")
    st.rerun()


def draw_messages(actor: Actor, patient_id: UUID, found: Overview) -> None:
    """Draw whether messages are taken, channel by channel; what was said before stays."""
    if not access.can(actor, Permission.EDIT_RECORD):
        return
    st.subheader("Messages about our services", anchor=False)
    known = {one.channel: one.is_accepted for one in found.preferences}
    for channel in details.CHANNELS:
        said = known.get(channel)
        with st.container(horizontal=True, vertical_alignment="center", key=f"channel_{channel}"):
            state = {True: "accepted", False: "declined", None: "not asked"}[said]
            st.markdown(f"{CHANNELS[channel]}: **{state}**", width=220)
            for label, wanted in (("Accepts", True), ("Declines", False)):
                if said is not wanted and st.button(
                    label, key=f"channel_{channel}_{label}", help=f"{label} {CHANNELS[channel]}"
                ):
                    answer = (channel, wanted)
                    details.state_preference(session.clinic(), actor, about(patient_id), answer)
                    st.rerun()
