"""Recording what a patient said on paper, by phone, by email or by letter, with what shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.consent import LONDON, Decision, Route, day_of
from lib.domain.consent_words import DECISIONS
from lib.errors import ClinicError, InvalidInputError
from lib.services.consent import answering, wordings
from lib.services.consent.events import Receipt, Recorded, Said
from lib.services.consent.evidence import Attached
from lib.services.consent.wordings import Offered
from lib.ui import clock, drafts, fields, formats, notices, restricted, session, text
from lib.ui.consent import evidence_upload, minting, received, states
from lib.ui.consent.states import Named
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

FORM = "form"
NOTHING = "Say what the patient decided: choose at least one answer."
WHAT_SHOWS_IT = (
    "A consent needs what shows it and the form that was read: a scan, an email or a note of what "
    "was said. A refusal or a withdrawal needs neither."
)
NOTE_HINT = "Where the paper lies, or who said what to whom"
CHOICES = tuple(decision.value for decision in Decision)


@dataclass(frozen=True, slots=True)
class _Act:
    """What is being noted: whose, by whom, the form, and the file that shows it if there is one."""

    patient_id: UUID
    actor: Actor
    form: FormState
    file_id: UUID | None

    @property
    def attached(self) -> Attached | None:
        """Return what shows it: a file, or the note where something is given."""
        given = any(said is Decision.GIVEN for said in _decided(self.form).values())
        if self.file_id is None and not given:
            return None
        return Attached(
            evidence_id=self.file_id or minting.id_of(self.form, "evidence"),
            patient_id=self.patient_id,
            now=clock.now(),
            note=received.note_of(self.form) or "",
            has_file=self.file_id is not None,
            ground=restricted.ground_for(self.patient_id),
        )


@st.dialog("Record another way", width="large")
def ask(patient_id: UUID, topics: Sequence[Named]) -> None:
    """Ask what was decided, how and when word came, and what shows it."""
    actor = session.require(Permission.RECORD_CONSENT)
    answers: dict[str, object] = {states.key_of(one.told.topic): None for one in topics}
    initial = {**answers, FORM: None, **received.initial(Route.PAPER)}
    form = drafts.loose(Keys.CONSENT_ANSWERS, initial)
    received.draw(form)
    for one in topics:
        _answer(form, one)
    st.caption(WHAT_SHOWS_IT)
    if any(said is Decision.GIVEN for said in _decided(form).values()):
        _wording(actor, form)
    file = evidence_upload.draw("consent_evidence", str(form.form_id))
    fields.area(form, received.NOTE, "Note", hint=NOTE_HINT)
    if fields.save_button(form, "Record these answers", "save"):
        _save(_Act(patient_id, actor, form, file.evidence_id if file else None))


def _answer(form: FormState, one: Named) -> None:
    """Draw the choice on one topic; nothing is chosen until somebody does."""
    key = states.key_of(one.told.topic)
    with st.container(horizontal=True, vertical_alignment="center", key=f"consent_answer_{key}"):
        st.markdown(text.plain(one.name), width="stretch")
        form.values[key] = st.segmented_control(
            text.plain(one.name),
            CHOICES,
            format_func=lambda value: DECISIONS[Decision(value)],
            label_visibility="collapsed",
            key=form.key(key),
        )


def _wording(actor: Actor, form: FormState) -> None:
    """Draw the forms that were in force on the day, those that ask for all of it first."""
    offered = _offered(actor, form)
    form.values[FORM] = st.selectbox(
        "Form that the patient read",
        [str(key) for key in offered],
        index=None,
        placeholder="Choose the form in force on that day",
        format_func=lambda key: _title(offered, key),
        key=form.key(FORM),
    )


def _offered(actor: Actor, form: FormState) -> Mapping[UUID, Offered]:
    try:
        day = day_of(received.moment_of(form), LONDON)
    except InvalidInputError:
        return {}
    asked = {states.topic_of(key).purpose for key, said in _decided(form).items() if said}
    known = wordings.in_force_on(session.clinic(), actor, day)
    return {key: one for key, one in known.items() if asked & set(one.purposes)}


def _title(offered: Mapping[UUID, Offered], key: str) -> str:
    one = offered[UUID(key)].wording
    return f"{one.title}, in force from {formats.day(one.version.in_force_from)}"


def _decided(form: FormState) -> dict[str, Decision]:
    """Return the answers that were chosen, by topic."""
    return {
        key: Decision(str(said))
        for key, said in form.values.items()
        if "/" in key and said in CHOICES
    }


def _save(act: _Act) -> None:
    try:
        done = _noted(act)
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        st.session_state.pop(Keys.CONSENT_ANSWERS, None)
        notices.say_later(f"{formats.counted(len(done.event_ids), 'answer')} recorded.")
        st.rerun()


def _noted(act: _Act) -> Recorded:
    form, decided, attached = act.form, _decided(act.form), act.attached
    if not decided:
        raise InvalidInputError(NOTHING)
    named = form.values[FORM] if Decision.GIVEN in decided.values() else None
    receipt = Receipt(
        patient_id=act.patient_id,
        received_at=received.moment_of(form),
        route=received.route_of(form),
        now=clock.now(),
        form_version_id=UUID(str(named)) if named else None,
        evidence_id=attached.evidence_id if attached else None,
        note=None if attached else received.note_of(form),
        ground=restricted.ground_for(act.patient_id),
    )
    answers = [
        Said(minting.id_of(form, key), states.topic_of(key), said) for key, said in decided.items()
    ]
    return answering.note(session.clinic(), act.actor, receipt, answers, attached)
