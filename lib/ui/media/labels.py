"""Correcting what is said of several pictures at once: only what is changed here is written."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.dates import Order, date_of
from lib.domain.media import Expression, Stage, View
from lib.domain.media_gallery import NO_FACETS, Facets
from lib.domain.media_labels import Field, Values
from lib.errors import ClinicError, InvalidInputError, StaleVersionError
from lib.services import practitioners
from lib.services.media import labels
from lib.services.media.labels import Change
from lib.services.records import Heading
from lib.store.media_labels import Version
from lib.ui import clock, drafts, fields, formats, notices, restricted, session, text, undo
from lib.ui.drafts import FormState
from lib.ui.keys import Keys
from lib.ui.undo import Undo

KEEP, NOTHING = "keep", "nothing"
KEPT = "Leave as it is"
NO_AREA = "No area"
MOST_SAID = 3
WORDS = {
    Field.CAPTURED_ON: "Taken on",
    Field.TREATMENT: "Treatment",
    Field.VIEW: "View",
    Field.EXPRESSION: "Expression",
    Field.STAGE: "Stage",
    Field.AREA: "Area",
    Field.PRACTITIONER: "Practitioner",
    Field.NOTE: "Note",
}
KINDS: Mapping[Field, type[View | Expression | Stage]] = {
    Field.VIEW: View,
    Field.EXPRESSION: Expression,
    Field.STAGE: Stage,
}
NAMED = (Field.TREATMENT, Field.PRACTITIONER)
TYPED = (Field.CAPTURED_ON, Field.AREA, Field.NOTE)
BLANK: dict[str, object] = {
    **{field.value: KEEP for field in (*KINDS, *NAMED)},
    **{field.value: "" for field in TYPED},
    "no_note": False,
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from: treatments and practitioners by id, areas by name."""

    treatments: Mapping[str, str]
    practitioners: Mapping[str, str]
    areas: Sequence[str]


def choices(actor: Actor, opened: Heading, facets: Facets = NO_FACETS) -> Choices:
    """Return what labels are chosen from: the latest treatments, and those that have pictures."""
    recent = ((row.series_id, row.name, row.treated_on) for row in opened.treatments)
    pictured = ((key, one.name, one.treated_on) for key, (one, _) in facets.treatments.items())
    people = practitioners.list_names(session.clinic(), actor)
    return Choices(
        {str(key): f"{name}, {formats.day(day)}" for key, name, day in (*recent, *pictured)},
        {str(key): name for key, name in people.items()},
        tuple(facets.areas),
    )


@dataclass(slots=True)
class Correction:
    """Pictures whose labels are being corrected: what was seen of each, and the ids to write."""

    patient_id: UUID
    seen: dict[UUID, Version]
    label_ids: dict[UUID, UUID]
    choices: Choices


def begin(actor: Actor, patient_id: UUID, media_ids: Sequence[UUID], choices: Choices) -> None:
    """Open the correction of these pictures; what an earlier one held is let go."""
    try:
        seen = _current(actor, patient_id, media_ids)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
        return
    st.session_state.pop(Keys.GALLERY_LABELS, None)
    correct(Correction(patient_id, seen, {key: uuid7s.uuid7() for key in seen}, choices))


def _current(actor: Actor, patient_id: UUID, media_ids: Sequence[UUID]) -> dict[UUID, Version]:
    ground = restricted.ground_for(patient_id)
    return labels.current(session.clinic(), actor, patient_id, media_ids, ground)


@st.dialog("Correct labels", width="medium")
def correct(correction: Correction) -> None:
    """Ask what is to be said of the pictures; what is left alone stays as it is on each."""
    actor = session.require(Permission.ADD_MEDIA)
    form = drafts.loose(Keys.GALLERY_LABELS, BLANK)
    count = formats.counted(len(correction.seen), "picture")
    st.write(f"{count} selected. What you leave alone stays as it is on each of them.")
    _draw_fields(form, correction)
    values, faults = _read(form)
    for name, reason in faults.items():
        if form.is_tried or name == Field.CAPTURED_ON:
            fields.problem(reason)
    with st.container(horizontal=True):
        is_wanted = fields.save_button(form, f"Save for {count}", "save")
        if st.button("Change nothing"):
            st.rerun()
    if is_wanted and not faults:
        _save(actor, correction, values)


def _draw_fields(form: FormState, correction: Correction) -> None:
    one, other = st.columns(2)
    choices = correction.choices
    named = {Field.TREATMENT: choices.treatments, Field.PRACTITIONER: choices.practitioners}
    for place, field in enumerate((Field.VIEW, Field.STAGE, Field.EXPRESSION, *NAMED)):
        options = named.get(field) or {
            kind.value: formats.words(kind.value) for kind in KINDS.get(field, View)
        }
        with other if place % 2 else one:
            fields.choice(form, field.value, WORDS[field], _options(field, options, correction))
    with other:
        fields.text(form, Field.CAPTURED_ON.value, WORDS[Field.CAPTURED_ON], hint="14/7/2025")
    areas = [NO_AREA, *choices.areas]
    fields.suggested(form, Field.AREA.value, f"Area (now: {_now(Field.AREA, correction)})", areas)
    fields.area(form, Field.NOTE.value, "Note", hint=KEPT)
    fields.tick(form, "no_note", "Take the note away")


def _options(field: Field, options: Mapping[str, str], correction: Correction) -> dict[str, str]:
    kept = f"{KEPT} ({_now(field, correction, options)})"
    return {KEEP: kept, NOTHING: "Not said", **options}


def _now(
    field: Field, correction: Correction, options: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return what the pictures say now, the commonest first."""
    values = Counter(getattr(one.label, field.value) for one in correction.seen.values())
    said = [
        options.get(str(value), str(value)) if value else "not said"
        for value, _ in values.most_common(MOST_SAID)
    ]
    return ", ".join(said)


def _read(form: FormState) -> tuple[Values, dict[str, str]]:
    """Return what is to be written, and what cannot be."""
    values: dict[Field, Any] = {}
    faults: dict[str, str] = {}
    for field, kind in KINDS.items():
        _take(values, field, form, kind)
    for field in NAMED:
        _take(values, field, form, UUID)
    area = str(form.values[Field.AREA] or "")
    if area:
        values[Field.AREA] = None if area == NO_AREA else area
    if form.values["no_note"] or form.values[Field.NOTE]:
        values[Field.NOTE] = None if form.values["no_note"] else form.values[Field.NOTE]
    try:
        if typed := str(form.values[Field.CAPTURED_ON]):
            values[Field.CAPTURED_ON] = date_of(typed, Order.DAY_FIRST, clock.today())
    except InvalidInputError as error:
        faults[Field.CAPTURED_ON] = error.message
    if not values and not faults:
        faults["nothing"] = "change something first, or close this"
    return values, faults


def _take(values: dict[Field, Any], field: Field, form: FormState, kind: Any) -> None:  # noqa: ANN401 - a class
    picked = str(form.values[field])
    if picked != KEEP:
        values[field] = None if picked == NOTHING else kind(picked)


def _save(actor: Actor, correction: Correction, values: Values) -> None:
    changes = [
        Change(correction.label_ids[key], key, version.number, values)
        for key, version in correction.seen.items()
    ]
    try:
        changed = _write(actor, correction.patient_id, changes)
    except StaleVersionError as error:
        # What is there now has been seen from here on: saving again is a decision.
        correction.seen = _current(actor, correction.patient_id, list(correction.seen))
        st.warning(f"{text.plain(error.message)} {_theirs(error)}", icon=":material/call_split:")
    except ClinicError as error:
        fields.problem(error.message)
    else:
        count = formats.counted(len(changed.versions), "picture")
        back = partial(_take_back, correction.patient_id, changed.undo)
        done(correction.patient_id, f"{count} described anew.", back)
        st.rerun()


def _theirs(error: StaleVersionError) -> str:
    said = (
        f"{WORDS.get(Field(name), name)}: {getattr(value, 'value', value) or 'not said'}"
        for name, value in error.theirs.items()
    )
    return text.plain(f"It says now: {'; '.join(said)}.")


def confirm(actor: Actor, patient_id: UUID, media_ids: Sequence[UUID]) -> None:
    """Let the guesses of these pictures hold: somebody has looked at them."""
    try:
        seen = _current(actor, patient_id, media_ids)
        values: Values = {Field.IS_GUESSED: False}
        changes = [
            Change(uuid7s.uuid7(), key, version.number, values)
            for key, version in seen.items()
            if version.label.is_guessed
        ]
        changed = _write(actor, patient_id, changes)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        count = formats.counted(len(changed.versions), "guess", "guesses")
        done(patient_id, f"{count} confirmed.", partial(_take_back, patient_id, changed.undo))
        st.rerun()


def _write(actor: Actor, patient_id: UUID, changes: Sequence[Change]) -> labels.Changed:
    return labels.change(
        session.clinic(),
        actor,
        patient_id,
        changes,
        now=clock.now(),
        ground=restricted.ground_for(patient_id),
    )


def done(patient_id: UUID, said: str, take_back: Callable[[], object] | None = None) -> None:
    """Say what was done, with its undo where there is one, and let go of what was selected."""
    turn = int(st.session_state.get(Keys.GALLERY_TURN, 0))
    st.session_state[Keys.GALLERY_TURN] = turn + 1
    st.session_state.pop(Keys.GALLERY_LABELS, None)
    if take_back is not None:
        undo.remember(Undo(patient_id, said, take_back))
    else:
        notices.say_later(said)


def _take_back(patient_id: UUID, changes: Sequence[Change]) -> None:
    _write(session.require(Permission.ADD_MEDIA), patient_id, changes)
