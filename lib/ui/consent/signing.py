"""Signing in the room: which form, then the patient's own screen, then back to staff.

While the patient holds the tablet the screen shows this form and nothing of anybody else: the
sidebar is gone (`consent_tablet` in desk.css), and it ends by asking for the tablet back.
"""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain import consent_words
from lib.domain.access import Actor, Permission
from lib.domain.consent import Topic
from lib.domain.consent_signing import Answer, Choice, Signed, Signer, faults_of
from lib.errors import ClinicError, InvalidInputError
from lib.paper import markdown
from lib.services.consent import capturing
from lib.services.consent.capturing import Asking, Offered, Signing
from lib.services.records import Heading
from lib.ui import (
    addresses,
    clock,
    drafts,
    fields,
    formats,
    navigation,
    notices,
    restricted,
    session,
    text,
)
from lib.ui.components import signature
from lib.ui.consent import badges, signed_screen
from lib.ui.consent.signed_screen import Handed
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

WORDS = {Choice.YES: "Yes", Choice.NO: "No", Choice.NOT_TODAY: "Not today"}
PATIENT, OTHER = "patient", "other"
WHO = {PATIENT: "The patient", OTHER: "Somebody with the right to sign for the patient"}
DECEASED = "This patient has died: nothing can be signed in their name."
NONE_IN_FORCE = (
    "No form of consent is in force. The compliance officer or the owner writes one under Consent "
    "forms and says from when it is in force; then it can be signed here."
)
GONE = "This form is not in force any more. Choose one of those below."


def draw(actor: Actor, opened: Heading) -> None:
    """Draw what comes next: the choice of a form, the form, or the end."""
    patient_id = opened.patient.patient_id
    handed: Handed | None = st.session_state.get(Keys.CONSENT_SIGNED)
    if handed is not None and handed.patient_id == patient_id:
        signed_screen.draw(handed)
        return
    if opened.patient.deceased_on is not None:
        _head("Sign a consent", patient_id)
        st.info(DECEASED, icon=":material/info:")
        return
    offered = _offered(actor, patient_id)
    wanted = addresses.form_version_id()
    found = next((one for one in offered if one.form.form_version_id == wanted), None)
    if found is not None:
        _tablet(opened, found)
    else:
        _choose(patient_id, offered, is_gone=wanted is not None)


def _offered(actor: Actor, patient_id: UUID) -> list[Offered]:
    ground = restricted.ground_for(patient_id)
    clinic = session.clinic()
    return capturing.list_offered(clinic, actor, patient_id, as_of=clock.today(), ground=ground)


def _head(title: str, patient_id: UUID) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False)
        navigation.back_to_consent(patient_id)


def _choose(patient_id: UUID, offered: list[Offered], *, is_gone: bool) -> None:
    _head("Sign a consent", patient_id)
    if is_gone:
        st.warning(GONE, icon=":material/warning:")
    if not offered:
        st.info(NONE_IN_FORCE, icon=":material/info:")
        return
    st.write("Choose the form, then hand the tablet to the patient.")
    for place, one in enumerate(offered):
        _card(patient_id, one, is_first=place == 0 and one.is_due)


def _card(patient_id: UUID, one: Offered, *, is_first: bool) -> None:
    form = one.form
    with st.container(border=True, key=f"consent_card_{form.form_version_id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(text.plain(form.form_name), anchor=False)
            st.space("stretch")
            if st.button(
                "Hand to the patient",
                icon=":material/tablet:",
                type="primary" if is_first else "secondary",
                key=f"hand_{form.form_version_id}",
            ):
                query = {addresses.PATIENT: str(patient_id)}
                query[addresses.FORM] = str(form.form_version_id)
                st.switch_page(navigation.SIGN_CONSENT.path, query_params=query)
        since = f", in force from {formats.day(form.in_force_from)}" if form.in_force_from else ""
        st.caption(f"Version {form.number}{since}")
        for asking in one.questions:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                badges.draw(asking.standing.state)
                st.markdown(text.plain(consent_words.topic_name(asking.name, asking.topic.channel)))


@st.fragment
def _tablet(opened: Heading, offered: Offered) -> None:
    """Draw what the patient reads, answers and signs; only this runs again meanwhile."""
    actor = session.require(Permission.RECORD_CONSENT)
    patient_id = opened.patient.patient_id
    about = capturing.subject(patient_id, offered.form.form_version_id)
    form = drafts.begin(actor, about, _initial(opened, offered))
    with st.container(key="consent_tablet"):
        drafts.offer(actor, form)
        st.title(text.plain(offered.form.form_name), anchor=False)
        st.caption(f"{text.plain(offered.clinic)} · version {offered.form.number}")
        with st.container(border=True, key="consent_text"):
            st.html(markdown.html_of(offered.form.text))
        faults = faults_of(_signed(patient_id, offered, form)) if form.is_tried else {}
        _answers(form, offered, faults)
        fields.area(form, "questions", "Questions asked, and how they were answered", faults)
        _signer(form, faults)
        _witness(form, faults)
        drafts.keep(actor, form)
        with st.container(horizontal=True, vertical_alignment="center"):
            if fields.save_button(form, "Sign and save", "draw"):
                _save(actor, offered, form)
            st.space("stretch")
            if st.button("Back to staff without signing", type="tertiary"):
                drafts.leave(actor, form)
                _go_back(patient_id)


def _initial(opened: Heading, offered: Offered) -> dict[str, object]:
    patient = opened.patient
    topics = [_key(one.topic) for one in offered.questions]
    blank: dict[str, object] = dict.fromkeys(topics)
    return {
        "ids": {key: str(uuid7s.uuid7()) for key in ("evidence", *topics)},
        **blank,
        "questions": "",
        "who": PATIENT,
        "name": f"{patient.given_names} {patient.family_name}".strip(),
        "relation": "",
        "has_witness": False,
        "witness_name": "",
    }


def _key(topic: Topic) -> str:
    return f"answer {topic.purpose} {topic.channel or ''}".strip()


def _answers(form: FormState, offered: Offered, faults: Mapping[str, str]) -> None:
    st.subheader("Your answers", anchor=False)
    st.caption("You decide on each by itself. You can take any of them back at any time.")
    for one in offered.questions:
        with st.container(border=True, key=f"consent_question_{form.form_id}_{_key(one.topic)}"):
            _answer(form, one)
            if "answers" in faults and form.values[_key(one.topic)] is None:
                fields.problem("choose Yes, No or Not today")
    if "answers" in faults and all(form.values[_key(one.topic)] for one in offered.questions):
        fields.problem(faults["answers"])


def _answer(form: FormState, one: Asking) -> None:
    name = _key(one.topic)
    key = form.key(name)
    _hold(form, name)
    title = consent_words.topic_name(one.name, one.topic.channel)
    st.markdown(f"**{text.plain(title)}**  \n{text.plain(one.question)}")
    # The label is heard and not drawn: its escapes would be read out.
    form.values[name] = st.radio(
        f"{title}: {one.question}",
        [choice.value for choice in Choice],
        format_func=lambda value: WORDS[Choice(value)],
        key=key,
        horizontal=True,
        label_visibility="collapsed",
    )


def _hold(form: FormState, name: str) -> None:
    """Keep what was said: a change sent while the page is still drawn comes without the others.

    An answer can be changed and not taken away, so one that is empty again was lost on the way; a
    name that is emptied comes back until another is typed, for somebody always signs.
    """
    key = form.key(name)
    if not st.session_state.get(key):
        held = form.values.get(name) or form.kept.get(name)
        st.session_state[key] = form.values[name] = held


def _signer(form: FormState, faults: Mapping[str, str]) -> None:
    st.subheader("Signature", anchor=False)
    fields.segments(form, "who", "Who signs", WHO)
    _hold(form, "name")
    fields.text(form, "name", "Full name", faults)
    if form.values["who"] == OTHER:
        hint = "Mother, guardian, attorney …"
        fields.text(form, "relation", "By what right", faults, hint)
    signature.draw("Signature", str(form.form_id), _pad(form, "patient"))
    if "signature" in faults:
        fields.problem(faults["signature"])


def _witness(form: FormState, faults: Mapping[str, str]) -> None:
    if not fields.tick(form, "has_witness", "A witness signs too"):
        return
    fields.text(form, "witness_name", "Witness's full name", faults)
    signature.draw("Witness's signature", str(form.form_id), _pad(form, "witness"))
    if "witness_signature" in faults:
        fields.problem(faults["witness_signature"])


def _pad(form: FormState, who: str) -> str:
    return f"consent_pad_{form.form_id}_{who}"


def _signing(patient_id: UUID, offered: Offered, form: FormState) -> Signing:
    values = form.values
    is_patient = values["who"] == PATIENT
    token = str(form.form_id)
    witness = Signer(
        str(values["witness_name"]),
        signature.signed(_pad(form, "witness"), token),
        "witness",
        False,
    )
    return Signing(
        capture_id=form.form_id,
        evidence_id=_minted(form, "evidence"),
        patient_id=patient_id,
        form_version_id=offered.form.form_version_id,
        answers=tuple(_said(form, one) for one in offered.questions),
        questions=str(values["questions"]),
        signer=Signer(
            str(values["name"]),
            signature.signed(_pad(form, "patient"), token),
            "" if is_patient else str(values["relation"]),
            is_patient,
        ),
        witness=witness if values["has_witness"] else None,
        ground=restricted.ground_for(patient_id),
    )


def _said(form: FormState, one: Asking) -> Answer:
    name = _key(one.topic)
    picked = form.values[name]
    choice = Choice(str(picked)) if picked else None
    return Answer(_minted(form, name), one.topic, one.name, one.question, choice)


def _minted(form: FormState, name: str) -> UUID:
    ids = form.values["ids"]
    return UUID(str(ids[name])) if isinstance(ids, dict) and name in ids else form.form_id


def _signed(patient_id: UUID, offered: Offered, form: FormState) -> Signed:
    return capturing.told(_signing(patient_id, offered, form), offered, clock.now())


def _save(actor: Actor, offered: Offered, form: FormState) -> None:
    patient_id = form.subject.patient_id
    if patient_id is None:
        return
    wanted = _signing(patient_id, offered, form)
    try:
        capture_id = capturing.capture(session.clinic(), actor, wanted, now=clock.now())
    except InvalidInputError as error:
        # A field's reason stands at the field from now on.
        fields.problem(error.message if error.field in {None, "form"} else _LOOK)
        return
    except ClinicError as error:
        fields.problem(error.message)
        return
    drafts.end(form)
    st.session_state[Keys.CONSENT_SIGNED] = Handed(patient_id, capture_id)
    st.rerun()


_LOOK = "Nothing is saved yet: look at what is marked above"


def _go_back(patient_id: UUID) -> None:
    notices.say_later("Nothing was signed.")
    query = {addresses.PATIENT: str(patient_id)}
    st.switch_page(navigation.CONSENT.path, query_params=query)
