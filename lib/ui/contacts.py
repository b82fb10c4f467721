"""Keeping in touch on the screen: a patient's channels with their basis, and the contact log."""

from functools import partial
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.consent import Channel
from lib.domain.dates import Order, date_of
from lib.domain.marketing import DetailsSource, Why
from lib.errors import ClinicError, InvalidInputError
from lib.services import contacts
from lib.services.contacts import Answer, NewCollection, NewContact, Reach, Told
from lib.services.details import About
from lib.store.contacts import Contact
from lib.ui import clock, fields, formats, marketing_words, notices, restricted, session, undo
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.consent import badges
from lib.ui.keys import Keys
from lib.ui.undo import Undo

STOP, ACCEPT, COLLECTED, VOID = "stop", "accept", "collected", "void"
NEVER = "Nothing was sent yet. Campaigns note here what was sent; note other contacts yourself."
MARKETING = Mark("Marketing", "campaign", Tone.INFO)
CARE = Mark("Care", "health_and_safety", Tone.PLAIN)
WRONG = Mark("Noted wrongly", "undo", Tone.PLAIN)
EXPLAINED = (
    "What is said here is about news and offers. Reminders, results and aftercare are part of the "
    "treatment and need no consent."
)


def about(patient_id: UUID) -> About:
    """Return whose contacts these are, now."""
    return About(patient_id, clock.now(), clock.today(), restricted.ground_for(patient_id))


def told(actor: Actor, patient_id: UUID) -> Told:
    """Return what the screen shows."""
    return contacts.open_contacts(session.clinic(), actor, about(patient_id))


def draw_channels(actor: Actor, patient_id: UUID, found: Told) -> None:
    """Draw each channel with its badge, its basis and reason, and what can be done."""
    may = access.can(actor, Permission.RUN_CAMPAIGNS)
    entries = tuple(_reach(one, may=may) for one in found.reaches)
    chosen = blocks.draw([Entries("Channels", entries)], key="contact_channels")
    st.caption(EXPLAINED)
    if chosen is None:
        return
    word, _, name = chosen.partition(":")
    if name not in set(Channel):
        return
    if word == COLLECTED:
        collect(patient_id, Channel(name), is_treated=found.is_treated)
    elif word in {STOP, ACCEPT}:
        _answer(actor, patient_id, Channel(name), is_accepted=word == ACCEPT)


def _reach(one: Reach, *, may: bool) -> Entry:
    name = marketing_words.channel(one.channel)
    lines = (
        marketing_words.sentence(one.verdict),
        _known(one),
        _collected(one),
        _last(one),
    )
    return Entry(
        when=name,
        title=", ".join(map(formats.phone, one.addresses)) or "No address",
        marks=(marketing_words.mark(one.verdict), *_consent(one)),
        lines=tuple(filter(None, lines)),
        acts=_acts(one) if may else (),
    )


def _consent(one: Reach) -> tuple[Mark, ...]:
    state = badges.mark(one.consent)
    return (Mark(f"Consent: {state.word.lower()}", state.icon, state.tone),)


def _known(one: Reach) -> str:
    if one.verdict.why is Why.SUPPRESSED or one.preference is None:
        return ""
    said = "takes" if one.preference.is_accepted else "does not want"
    return f"The patient said on {formats.day(one.preference.stated_on)}: {said} messages."


def _collected(one: Reach) -> str:
    if one.collection is None:
        return "" if one.verdict.why is Why.NOT_RECORDED else "How collected: not recorded."
    offered = "an" if one.collection.is_opt_out_offered else "no"
    how = marketing_words.SOURCES[one.collection.source].lower()
    day = formats.day(one.collection.collected_on)
    return f"Collected {how}, {day}; {offered} opt-out was offered."


def _last(one: Reach) -> str:
    if one.contacted_on is None:
        return ""
    last = f"Last message {formats.day(one.contacted_on)}"
    return f"{last}, next possible {formats.day(one.next_on)}."


def _acts(one: Reach) -> tuple[Act, ...]:
    collected = Act("How it was collected", "fact_check", f"{COLLECTED}:{one.channel.value}")
    is_no = one.verdict.why in {Why.OPTED_OUT, Why.SUPPRESSED}
    if is_no:
        accept = Act("Takes messages again", "undo", f"{ACCEPT}:{one.channel.value}")
        return (accept, collected)
    stop = Act("Asked us to stop", "block", f"{STOP}:{one.channel.value}")
    return (stop, collected)


def _answer(actor: Actor, patient_id: UUID, channel: Channel, *, is_accepted: bool) -> None:
    clinic = session.clinic()
    wanted = Answer(uuid7s.uuid7(), channel, is_accepted)
    try:
        contacts.answer(clinic, actor, about(patient_id), wanted)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
        return
    name = marketing_words.channel(channel).lower()
    said = f"No more news by {name}." if not is_accepted else f"News by {name} is welcome again."
    back = Answer(uuid7s.uuid7(), channel, not is_accepted)
    undo.remember(Undo(patient_id, said, partial(_again, actor, patient_id, back)))
    st.rerun()


def _again(actor: Actor, patient_id: UUID, back: Answer) -> None:
    contacts.answer(session.clinic(), actor, about(patient_id), back)


@st.dialog("How this address was collected")
def collect(patient_id: UUID, channel: Channel, *, is_treated: bool) -> None:
    """Ask how the address of a channel was collected, and note it."""
    actor = session.require(Permission.RUN_CAMPAIGNS)
    st.caption(
        "News without consent is allowed only where the address was given in buying something, or "
        "in asking to buy, and an opt-out was offered then and is in every message."
    )
    options = list(DetailsSource)
    source = st.selectbox(
        "Collected",
        options,
        index=options.index(DetailsSource.SALE if is_treated else DetailsSource.GENERAL_ENQUIRY),
        format_func=lambda one: marketing_words.SOURCES[one],
    )
    offered = st.radio(
        "Was an opt-out offered then?",
        [True, False],
        index=None,
        horizontal=True,
        format_func=lambda one: "Yes" if one else "No, or not known",
    )
    day = st.text_input("On", value=formats.day(clock.today()), autocomplete="off")
    if not st.button("Note how it was collected", type="primary", icon=":material/save:"):
        return
    if offered is None:
        fields.problem("say whether an opt-out was offered")
        return
    try:
        on = date_of(day, Order.DAY_FIRST, clock.today())
        wanted = NewCollection(_minted(Keys.COLLECTION_FORM), channel, source, offered, on)
        contacts.note_collection(session.clinic(), actor, about(patient_id), wanted)
    except ClinicError as error:
        fields.problem(error.message)
        return
    _saved(Keys.COLLECTION_FORM, "It is noted how the address was collected.")


def draw_log(actor: Actor, patient_id: UUID, found: Told) -> None:
    """Draw every contact, the newest first, and let one be noted."""
    may = access.can(actor, Permission.RUN_CAMPAIGNS)
    if may and st.button("Note a contact", type="primary", icon=":material/add_comment:"):
        note(patient_id)
    entries = tuple(_contact(one, may=may) for one in found.contacts)
    count = formats.figure(len(entries)) if entries else ""
    chosen = blocks.draw([Entries("Contacts", entries, NEVER, count)], key="contact_log")
    word, _, key = (chosen or "").partition(":")
    one = next((one for one in found.contacts if str(one.contact_id) == key), None)
    if word == VOID and one is not None:
        _void(actor, patient_id, one)


def _contact(one: Contact, *, may: bool) -> Entry:
    is_void = one.voided_at is not None
    by_hand = may and not is_void and one.campaign_id is None
    basis = f"Basis: {marketing_words.basis(one.basis)}." if one.is_marketing else ""
    noted = f"Noted {formats.moment(one.recorded_at)} by {one.recorded_by or 'console'}"
    return Entry(
        when=formats.day(one.contacted_on),
        title=one.campaign_name or marketing_words.channel(one.channel),
        aside=marketing_words.channel(one.channel) if one.campaign_name else "",
        marks=(MARKETING if one.is_marketing else CARE, *((WRONG,) if is_void else ())),
        lines=tuple(filter(None, (one.note or "", basis))),
        said=noted,
        is_void=is_void,
        acts=(Act("Noted wrongly", "undo", f"{VOID}:{one.contact_id}"),) if by_hand else (),
    )


def _void(actor: Actor, patient_id: UUID, one: Contact) -> None:
    which = (one.contact_id, one.channel)
    try:
        contacts.void_contact(session.clinic(), actor, about(patient_id), which)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        notices.say_later("The contact is struck out. It counts no longer.")
        st.rerun()


@st.dialog("Note a contact")
def note(patient_id: UUID) -> None:
    """Ask what contact was made, and note it."""
    actor = session.require(Permission.RUN_CAMPAIGNS)
    ways = list(Channel)
    channel = st.selectbox("By", ways, format_func=marketing_words.channel)
    is_marketing = st.radio(
        "About",
        [False, True],
        format_func=lambda one: "News or an offer" if one else "Care: a visit, a result, a bill",
    )
    day = st.text_input("On", value=formats.day(clock.today()), autocomplete="off")
    about_what = st.text_input("What it was about (optional)", autocomplete="off")
    if not st.button("Note this contact", type="primary", icon=":material/save:"):
        return
    try:
        on = date_of(day, Order.DAY_FIRST, clock.today())
        wanted = NewContact(_minted(Keys.CONTACT_FORM), channel, on, bool(is_marketing), about_what)
        contacts.note_contact(session.clinic(), actor, about(patient_id), wanted)
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        _saved(Keys.CONTACT_FORM, "The contact is noted.")


def _minted(key: Keys) -> UUID:
    """Return the id that this form saves under: a double click saves once."""
    return UUID(str(st.session_state.setdefault(key, uuid7s.uuid7())))


def _saved(key: Keys, said: str) -> None:
    st.session_state.pop(key, None)
    notices.say_later(said)
    st.rerun()
