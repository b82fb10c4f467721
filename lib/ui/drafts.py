"""The state of a form on the screen, kept in the store as it is typed and offered again later.

    form = drafts.begin(actor, subject, {"family_name": ""})
    drafts.offer(actor, form)                      # "Continued from what you typed …"
    fields.text(form, "family_name", "Family name")
    drafts.keep(actor, form)                       # after the fields

A service that saves calls `services.drafts.forget` in its transaction; the screen then `end`s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.services import drafts
from lib.services.drafts import Form, Subject
from lib.ui import clock, formats, restricted, session
from lib.ui.keys import Keys

FORM_ID, BASE, TYPED = "form_id", "base", "typed"


@dataclass(slots=True)
class FormState:
    """A form that is open: the id of what it will save, what it began with, what it says now.

    `is_tried` is set once somebody asked to save: from then on missing fields are named.
    """

    subject: Subject
    form_id: UUID
    base: dict[str, object]
    values: dict[str, object]
    kept: dict[str, object]
    continued_from: datetime | None = None
    kept_at: datetime | None = None
    is_tried: bool = False
    turn: int = 0

    def key(self, name: str) -> str:
        """Return the key of a field's widget; a form that begins again has new ones."""
        return f"{Keys.FORMS}-{self.form_id}-{self.turn}-{name}"

    @property
    def is_changed(self) -> bool:
        """Tell whether the form says anything else than it began with."""
        return self.values != self.base


def begin(actor: Actor, subject: Subject, initial: Mapping[str, object]) -> FormState:
    """Return the open form about a subject, begun with `initial` or with what was kept of it.

    What the browser sent with this run is in its values already.
    """
    forms: dict[Subject, FormState] = st.session_state.setdefault(Keys.FORMS, {})
    form = forms.get(subject)
    if form is None:
        form = forms[subject] = _opened(actor, subject, dict(initial))
    for name in form.values:
        if form.key(name) in st.session_state:
            form.values[name] = st.session_state[form.key(name)]
    return form


def _opened(actor: Actor, subject: Subject, initial: dict[str, object]) -> FormState:
    found = drafts.find(session.clinic(), actor, _grounded(subject))
    if found is None:
        return FormState(subject, uuid7s.uuid7(), initial, dict(initial), dict(initial))
    content = found.values
    base = {**initial, **_dict(content.get(BASE))}
    typed = {**base, **_dict(content.get(TYPED))}
    form_id = UUID(str(content[FORM_ID]))
    return FormState(subject, form_id, base, typed, dict(typed), found.saved_at)


def loose(key: Keys, initial: Mapping[str, object], form_id: UUID | None = None) -> FormState:
    """Return the open form of a list that is no patient's: nothing of it is kept as a draft.

    It is held under `key` until that is removed; `form_id` is of what is changed, None for new.
    """
    form: FormState | None = st.session_state.get(key)
    if form is None:
        about = Subject(Form.REGISTER)
        values = dict(initial)
        form = FormState(about, form_id or uuid7s.uuid7(), values, dict(values), dict(values))
        st.session_state[key] = form
    for name in form.values:
        if form.key(name) in st.session_state:
            form.values[name] = st.session_state[form.key(name)]
    return form


def offer(actor: Actor, form: FormState) -> None:
    """Say that what was typed before is there again, and let it be thrown away."""
    if form.continued_from is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="draft_offer"):
        when = formats.moment(form.continued_from)
        st.markdown(f":material/history: Continued from what you typed {when}. It is not saved.")
        st.button("Start afresh", icon=":material/delete:", on_click=_discard, args=(actor, form))


def keep(actor: Actor, form: FormState) -> None:
    """Keep what the form says now, when it says something new."""
    if form.values == form.kept:
        return
    if form.is_changed:
        content = {FORM_ID: str(form.form_id), BASE: form.base, TYPED: form.values}
        about = _grounded(form.subject)
        drafts.keep(session.clinic(), actor, about, content, now=clock.now())
    else:
        drafts.discard(session.clinic(), actor, form.subject)
    form.kept = dict(form.values)
    form.kept_at = clock.now()


def say_kept(form: FormState) -> None:
    """Say how much of the form is kept, and since when."""
    changed = sum(form.kept[name] != value for name, value in form.base.items())
    if changed and form.kept_at is not None:
        at = formats.moment_to_second(form.kept_at).split(" ")[1]
        st.caption(f"{formats.counted(changed, 'field')} kept at {at}, not saved yet.")
    else:
        st.caption("What you type is kept as you go, also when the connection drops.")


def end(form: FormState) -> None:
    """Let go of a form that was saved or left; the next one begins afresh."""
    st.session_state.get(Keys.FORMS, {}).pop(form.subject, None)


def leave(actor: Actor, form: FormState) -> None:
    """Close a form without saving: what was typed goes."""
    _discard(actor, form)


def restart(form: FormState, base: Mapping[str, object], values: Mapping[str, object]) -> None:
    """Let an open form begin from another base, with other values: new widgets, the same id."""
    form.base, form.values = dict(base), dict(values)
    form.turn += 1


def renew(form: FormState) -> None:
    """Let what the form says be saved under an id of its own: another window used the first."""
    form.form_id = uuid7s.uuid7()
    form.kept = {}


def _discard(actor: Actor, form: FormState) -> None:
    drafts.discard(session.clinic(), actor, form.subject)
    end(form)


def _grounded(subject: Subject) -> Subject:
    ground = restricted.ground_for(subject.patient_id) if subject.patient_id else None
    return replace(subject, ground=ground)


def _dict(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}
