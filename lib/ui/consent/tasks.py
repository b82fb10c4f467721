"""Tasks of consent on the screen: what is to be done, why, where, and how it ended."""

from collections.abc import Iterable, Mapping

import streamlit as st

from lib.domain import access, consent_words
from lib.domain.access import Actor, Permission
from lib.domain.consent_tasks import NEEDS_NOTE, OUTCOMES, Kind, Outcome
from lib.errors import ClinicError, InvalidInputError
from lib.services.consent import tasks
from lib.services.consent.tasks import Page
from lib.store.consent_tasks import Task
from lib.store.media_uses import Use
from lib.store.search import ResultRow
from lib.ui import (
    addresses,
    clock,
    fields,
    formats,
    navigation,
    notices,
    paging,
    printing,
    restricted,
    session,
)
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.keys import Keys

CLOSE, PICTURE, CONSENT = "close", "picture", "consent"
MARKS: Mapping[Kind, Mark] = {
    Kind.TAKE_DOWN: Mark("Take down or recall", "public_off", Tone.WARN),
    Kind.ASK: Mark("Ask the patient", "contact_support", Tone.INFO),
    Kind.LOOK_AT: Mark("Look at", "manage_search", Tone.WARN),
    Kind.ACKNOWLEDGE: Mark("Send the letter", "mail", Tone.INFO),
}
ENDS: Mapping[Outcome, str] = {
    Outcome.TAKEN_DOWN: "Taken down",
    Outcome.RECALLED: "Recalled",
    Outcome.CANNOT_BE_RECALLED: "Cannot be recalled",
    Outcome.ASKED: "Asked",
    Outcome.SEEN: "Looked at",
    Outcome.SENT: "Sent",
    Outcome.NOT_NEEDED: "Not needed",
}
EMPTY = (
    "Nothing is to be done. A withdrawal puts here what is to be taken down and the letter to be "
    "sent; the overview puts here whom to ask."
)
NONE_OF_KIND = "Nothing of this kind is to be done. Choose All to see the rest."
EVERY = "all"
SEVERAL = "Several purposes"


def of_patient(actor: Actor, found: Iterable[Task], names: Mapping[str, str]) -> None:
    """Draw the open tasks of the patient whose consent is on the screen."""
    every = list(found)
    if not every:
        return
    may = access.can(actor, Permission.RECORD_CONSENT)
    entries = tuple(
        Entry(
            when=formats.day(clock.local(one.opened_at).date()),
            title=_about(one, names) or SEVERAL,
            marks=(MARKS[one.kind],),
            lines=(one.reason,),
            acts=_acts(one, may_close=may),
        )
        for one in every
    )
    title = "What is to be done"
    asked = blocks.draw(
        [Entries(title, entries, "", formats.figure(len(entries)))], "consent_tasks"
    )
    _act(every, asked)


def draw_list(actor: Actor) -> None:
    """Draw open tasks of every patient, by kind, a page at a time."""
    kind = _kind()
    page = tasks.list_open(
        session.clinic(), actor, kind, paging.page_number(Keys.CONSENT_TASKS_PAGE)
    )
    _filter(page)
    entries = tuple(_entry(actor, page, one) for one in page.tasks)
    title = "To be done" if entries else ""
    empty = NONE_OF_KIND if kind and sum(page.counts.values()) else EMPTY
    count = formats.figure(page.total) if entries else ""
    asked = blocks.draw([Entries(title, entries, empty, count)], key="consent_tasks")
    paging.draw(Keys.CONSENT_TASKS_PAGE, page.total, tasks.PAGE, ("Longer open", "Opened later"))
    _act(page.tasks, asked)


def _kind() -> Kind | None:
    chosen = st.session_state.get(Keys.CONSENT_TASKS_KIND) or EVERY
    return None if chosen == EVERY else Kind(chosen)


def _filter(page: Page) -> None:
    total = sum(page.counts.values())
    words = {EVERY: f"All ({formats.figure(total)})"}
    for kind in Kind:
        words[kind.value] = f"{MARKS[kind].word} ({formats.figure(page.counts.get(kind, 0))})"
    st.segmented_control(
        "Show",
        list(words),
        default=EVERY,
        format_func=lambda one: words[one],
        required=True,
        label_visibility="collapsed",
        key=Keys.CONSENT_TASKS_KIND,
        on_change=_first_page,
    )


def _first_page() -> None:
    st.session_state.pop(Keys.CONSENT_TASKS_PAGE, None)


def _entry(actor: Actor, page: Page, task: Task) -> Entry:
    patient = page.patients.get(task.patient_id)
    use = page.uses.get(task.use_id) if task.use_id else None
    may = access.can(actor, Permission.RECORD_CONSENT)
    return Entry(
        when=formats.day(clock.local(task.opened_at).date()),
        title=_name(patient),
        marks=(MARKS[task.kind],),
        lines=tuple(filter(None, (_known(patient), _about(task, {}), task.reason, _place(use)))),
        acts=(*_acts(task, may_close=may), Act("Consent", "contract", f"{CONSENT}:{task.task_id}")),
    )


def _name(patient: ResultRow | None) -> str:
    if patient is None:
        return formats.NOT_KNOWN
    return formats.name(patient.family_name, patient.given_names, patient.title)


def _known(patient: ResultRow | None) -> str:
    if patient is None:
        return ""
    born = formats.born(patient.born_on, clock.today(), patient.deceased_on)
    return f"Born {born} · {formats.sex(patient.sex)} · {patient.reference}"


def _about(task: Task, names: Mapping[str, str]) -> str:
    topic = task.topic
    if topic is None:
        return ""
    purpose = names.get(topic.purpose, formats.words(topic.purpose))
    return consent_words.topic_name(purpose, topic.channel)


def _place(use: Use | None) -> str:
    return f"In use at {use.place}, by {use.used_by or 'nobody known'}" if use else ""


def _acts(task: Task, *, may_close: bool) -> tuple[Act, ...]:
    found = []
    if may_close:
        found.append(Act("Close this task", "check", f"{CLOSE}:{task.task_id}"))
    if task.kind is Kind.ACKNOWLEDGE and task.event_id:
        letter = printing.href(printing.CONSENT_ACKNOWLEDGEMENT, task.event_id)
        found.append(Act("Open the letter", "mail", href=letter))
    if task.media_id:
        found.append(Act("The picture", "photo", f"{PICTURE}:{task.task_id}"))
    return tuple(found)


def _act(found: Iterable[Task], asked: str | None) -> None:
    word, _, key = (asked or "").partition(":")
    task = next((one for one in found if str(one.task_id) == key), None)
    if task is None:
        return
    query = {addresses.PATIENT: str(task.patient_id)}
    if word == CLOSE:
        close(task)
    elif word == CONSENT:
        st.switch_page(navigation.CONSENT.path, query_params=query)
    elif word == PICTURE and task.media_id:
        query[addresses.MEDIA] = str(task.media_id)
        st.switch_page(navigation.PHOTOGRAPH.path, query_params=query)


@st.dialog("Close this task")
def close(task: Task) -> None:
    """Ask how the task ended, and close it."""
    actor = session.require(Permission.RECORD_CONSENT)
    st.markdown(f"**{MARKS[task.kind].word}**")
    ends = OUTCOMES[task.kind]
    outcome = st.radio(
        "How it ended",
        ends,
        index=0 if len(ends) == 1 else None,
        format_func=lambda one: ENDS[one],
        key=f"{Keys.CONSENT_CLOSING}_outcome_{task.task_id}",
    )
    needs_note = outcome in NEEDS_NOTE
    note = st.text_area(
        "Why" if needs_note else "Note (optional)",
        key=f"{Keys.CONSENT_CLOSING}_note_{task.task_id}",
        height=90,
    )
    if st.button("Close this task", type="primary", icon=":material/check:", disabled=not outcome):
        _close(actor, task, (outcome, note))


def _close(actor: Actor, task: Task, said: tuple[Outcome | None, str]) -> None:
    outcome, note = said
    if outcome is None:
        return
    ground = restricted.ground_for(task.patient_id)
    try:
        tasks.close(
            session.clinic(), actor, task.task_id, outcome, note, now=clock.now(), ground=ground
        )
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        notices.say_later(f"The task is closed: {ENDS[outcome].lower()}.")
        st.rerun()
