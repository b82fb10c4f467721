"""The import review in words: what a file says of somebody, who it may be, and the decision."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.errors import ClinicError, StoreError
from lib.imports.consents.form import ConsentField
from lib.imports.fields import Field
from lib.imports.history.form import HistoryField
from lib.imports.media.form import MediaField
from lib.imports.mentions import PersonField
from lib.imports.treatments.form import TreatmentField
from lib.services import import_review, search
from lib.services.import_review import PAGE, Choice, ReviewPage, State, Waiting
from lib.store.import_reviews import Identity
from lib.ui import addresses, clock, formats, lookup, navigation, paging, session, text
from lib.ui.components import blocks
from lib.ui.components import lookup as box
from lib.ui.components.blocks import Column, Link, Mark, Said, Table, Tone
from lib.ui.keys import Keys

STATES = {State.WAITING: "Waiting", State.SET_ASIDE: "Set aside"}
EMPTY = {
    State.WAITING: "Nothing waits. Rows of a file whose patient is not certain appear here.",
    State.SET_ASIDE: "Nothing was set aside. What you set aside can be taken up again here.",
}
SAID = (Column("Line", is_figure=True, is_short=True), Column("What the row says"))
CHOICES = (Column("Who it may be"), Column("Agrees in"))
NAMES = (PersonField.FAMILY_NAME, PersonField.GIVEN_NAMES)
# What a row is about comes first, the rest under it.
TITLES: tuple[Field, ...] = (
    *(TreatmentField.TREATED_ON, TreatmentField.NAME, HistoryField.KIND, HistoryField.NAME),
    *(ConsentField.DECISION, ConsentField.PURPOSE, ConsentField.CHANNEL),
    MediaField.FILE,
)
DAYS = frozenset(
    field.value
    for field in (
        *(PersonField.BORN_ON, TreatmentField.TREATED_ON, TreatmentField.EXPIRES_ON),
        *(TreatmentField.FOLLOW_UP_DUE_ON, HistoryField.STARTED_ON, HistoryField.ENDED_ON),
        *(MediaField.CAPTURED_ON, ConsentField.RECEIVED_AT),
    )
)
AMOUNT = (TreatmentField.DOSE.value, TreatmentField.UNIT.value)
OF_PATIENT, ELSEWHERE = "patient's ", " in the other system"
MOST_ROWS = 12
FOUND = 6


def choose_state() -> State:
    """Ask whether to show what waits or what was set aside."""
    chosen = st.segmented_control(
        "Show",
        list(State),
        default=State.WAITING,
        format_func=STATES.__getitem__,
        key=Keys.REVIEW_STATE,
        label_visibility="collapsed",
        on_change=_go,
        args=(0,),
    )
    return chosen or State.WAITING


def draw(actor: Actor, found: ReviewPage, state: State) -> None:
    """Draw a page of people, each with their rows, the candidates and what can be done."""
    if not found.people:
        st.caption(EMPTY[state])
        return
    people = formats.counted(found.people_count, "person", "people")
    st.caption(f"{formats.counted(found.rows_count, 'row')} of {people}")
    for person in found.people:
        with st.container(border=True, key=f"review-{person.key}"):
            _draw_person(actor, person, state)
    paging.draw(Keys.REVIEW_PAGE, found.people_count, PAGE, ("Before", "After"))


def _draw_person(actor: Actor, person: Waiting, state: State) -> None:
    said = dict(person.said)
    family, given = (said.get(field.value, "") for field in NAMES)
    heading = formats.name(family, given) if family or given else "Somebody without a name"
    st.subheader(text.plain(heading), anchor=False)
    st.caption(text.plain(_person_line(said)))
    blocks.draw([_rows(person)], key=f"review-rows-{person.key}")
    if state is State.WAITING:
        _draw_choices(actor, person)
    elif st.button("Take up again", key=f"restore-{person.key}", icon=":material/undo:"):
        clinic, ids, now = session.clinic(), person.review_ids, clock.now()
        _do(lambda: import_review.restore(clinic, actor, ids, now=now), "It waits again.")


def _person_line(said: dict[str, str]) -> str:
    """Return what else the file says of the person, on one line."""
    names = {field.value for field in NAMES}
    left = [
        f"{name.removeprefix(OF_PATIENT).removesuffix(ELSEWHERE)} {_shown(name, value)}"
        for name, value in said.items()
        if name not in names
    ]
    return f"The file says: {' · '.join(left)}" if left else "The file says nothing else of them."


def _shown(name: str, value: str) -> str:
    return formats.day(date.fromisoformat(value)) if name in DAYS else value


def _rows(person: Waiting) -> Table:
    rows = [(row.line, dict(said)) for row in person.rows for said in row.said]
    left = len(rows) - MOST_ROWS
    caption = f"The first {MOST_ROWS}; {left} more are decided with them"
    shown = tuple((formats.figure(line), _said(said)) for line, said in rows[:MOST_ROWS])
    return Table("", SAID, shown, caption=caption if left > 0 else "What the file says")


def _said(said: dict[str, str]) -> Said:
    titles = [field.value for field in TITLES if field.value in said]
    title = " · ".join(_shown(name, said[name]) for name in titles)
    dose = " ".join(said[name] for name in AMOUNT if name in said)
    told = {name: value for name, value in said.items() if name not in {*titles, *AMOUNT}}
    rest = [f"{name.removesuffix(ELSEWHERE)} {_shown(name, value)}" for name, value in told.items()]
    # The name of a file is shown as it is.
    heading = title if MediaField.FILE in said else formats.words(title)
    return Said(heading, " · ".join([*rest, f"dose {dose}"] if dose else rest))


def _draw_choices(actor: Actor, person: Waiting) -> None:
    is_seeking = st.session_state.get(Keys.REVIEW_SEEKING) == person.key
    if person.choices:
        rows = tuple(_choice(one) for one in person.choices)
        table = Table("", CHOICES, rows, caption="Patients it may be, the likeliest first")
        blocks.draw([table], key=f"review-choices-{person.key}")
    else:
        st.caption("Nobody here is like this person. Find the patient, or register them first.")
    with st.container(horizontal=True):
        for one in person.choices:
            _link_button(actor, person, one.identity)
        label = "Close the search" if is_seeking else "Find another patient"
        to = None if is_seeking else person.key
        key, icon = f"seek-{person.key}", ":material/search:"
        st.button(label, key=key, icon=icon, on_click=_seek, args=(to,))
        if st.button("Set aside", key=f"dismiss-{person.key}"):
            clinic, ids, now = session.clinic(), person.review_ids, clock.now()
            told = "Set aside. It is under “Set aside” if you need it."
            _do(lambda: import_review.dismiss(clinic, actor, ids, now=now), told)
    if is_seeking:
        _search(person)


def _choice(choice: Choice) -> tuple[Link, str]:
    one = choice.identity
    born = formats.born(one.born_on, clock.today(), one.deceased_on)
    line = f"Born {born} · {formats.sex(one.sex)} · {one.reference}"
    died = Mark(f"Deceased {formats.day(one.deceased_on)}", "deceased", Tone.PLAIN)
    name = formats.name(one.family_name, one.given_names, one.title)
    href = navigation.record_href(one.patient_id)
    marks = (died,) if one.deceased_on else ()
    return Link(name, href, line, marks), formats.words(", ".join(choice.why))


def _link_button(actor: Actor, person: Waiting, one: Identity) -> None:
    rows = formats.counted(len(person.rows), "row")
    key = f"link-{person.key}-{one.patient_id}"
    if st.button(f"Tie {rows} to {one.reference}", key=key, icon=":material/link:"):
        _link(actor, person, one.patient_id, one.reference)


def _link(actor: Actor, person: Waiting, patient_id: UUID, reference: str) -> None:
    clinic, ids, now = session.clinic(), person.review_ids, clock.now()
    told = f"{formats.counted(len(ids), 'row')} tied to {reference}."
    _do(lambda: import_review.link(clinic, actor, ids, patient_id, now=now), told)


def _do(act: Callable[[], object], told: str) -> None:
    """Carry out a decision and say so; a refusal is said where the button is."""
    try:
        act()
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")
        return
    _seek(None)
    st.toast(told, icon=":material/check:")
    st.rerun()


def _seek(key: str | None) -> None:
    st.session_state[Keys.REVIEW_SEEKING] = key
    st.session_state.pop(Keys.REVIEW_CHOSEN, None)


@st.fragment
def _search(person: Waiting) -> None:
    """Offer the lookup; whoever is picked is shown with what identifies them before it counts."""
    actor = session.require(Permission.REVIEW_IMPORTS)
    clinic = session.clinic()
    wanted = box.asked(Keys.REVIEW_BOX)
    if wanted.opened:
        # Only told once; the button below runs the screen again.
        st.session_state[Keys.REVIEW_CHOSEN] = addresses.patient_id_in(wanted.opened)
    picked = st.session_state.get(Keys.REVIEW_CHOSEN)
    try:
        found = search.search(clinic, actor, wanted.text, limit=FOUND) if wanted.text else None
    except StoreError as error:
        st.error(error.message, icon=":material/error:")
        return
    hits = found.results if found else ()
    rows = [lookup.row_of(hit, clock.today()) for hit in hits]
    label = formats.counted(len(rows), "patient") if rows else ""
    message = () if rows or not wanted.text else ("Nobody matches all of that. Try fewer words.",)
    box.draw(wanted.text, label, rows, message, Keys.REVIEW_BOX)
    chosen = next((hit for hit in hits if hit.patient_id == picked), None)
    if chosen is not None:
        name = formats.name(chosen.family_name, chosen.given_names, chosen.title)
        born = formats.born(chosen.born_on, clock.today(), chosen.deceased_on)
        st.markdown(
            f"**{text.plain(name)}** · Born {born} · {formats.sex(chosen.sex)} · {chosen.reference}"
        )
        label = f"Tie {formats.counted(len(person.rows), 'row')} to {chosen.reference}"
        if st.button(label, type="primary", key=f"link-found-{person.key}"):
            _link(actor, person, chosen.patient_id, chosen.reference)


def _go(page: int) -> None:
    st.session_state[Keys.REVIEW_PAGE] = page
