"""The review of duplicates on the screen: the search, the pairs in words, what was decided."""

from datetime import date, datetime
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.ages import is_minor
from lib.domain.duplicates import Agreement, Finding
from lib.errors import ClinicError
from lib.services import duplicate_search, duplicates
from lib.services.duplicate_search import State
from lib.services.duplicates import PAGE, Compared, Queue, Side
from lib.ui import clock, formats, navigation, paging, session, text
from lib.ui.components import pairs
from lib.ui.components.blocks import Mark, Tone
from lib.ui.components.pairs import Banner, Line, PairCard
from lib.ui.keys import Keys

POLL_SECONDS = 1
# Records alone never make it certain.
MOST_PERCENT = 99
NEVER = (
    "Nobody has searched yet. A search compares all records with each other and lists those that "
    "may be one person, with what speaks for it. Nothing is changed by it."
)
NONE_LEFT = "No pair waits for review. Search again after an import, or now and then."
SHAPES = {
    Agreement.AGREES: Mark("Agrees", "check_circle", Tone.GOOD),
    Agreement.SIMILAR: Mark("Similar", "join_inner", Tone.INFO),
    Agreement.DIFFERS: Mark("Differs", "difference", Tone.WARN),
    Agreement.UNKNOWN: Mark("Not known", "help", Tone.PLAIN),
}


def search_panel(actor: Actor, found: Queue) -> None:
    """Say when was searched last, and offer to search now, or show how far a search is."""
    job = duplicate_search.current()
    if job is not None and job.state is State.RUNNING:
        _watch()
        return
    if job is not None and job.problem:
        st.warning(text.plain(job.problem), icon=":material/warning:")
        duplicate_search.dismiss()
    with st.container(horizontal=True, vertical_alignment="center"):
        is_first = found.searched_at is None
        label = "Search for duplicates" if is_first else "Search again"
        if st.button(label, icon=":material/search:", type="primary" if is_first else "secondary"):
            _start(actor)
        if found.searched_at is not None:
            st.caption(_last(found.searched_at, found.patients_searched))


def _last(searched_at: datetime, patients: int) -> str:
    records = formats.counted(patients, "record")
    return f"Last searched {formats.moment(searched_at)}: {records} compared with each other."


def _start(actor: Actor) -> None:
    try:
        duplicate_search.start(session.clinic(), actor)
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")
    else:
        st.rerun()


@st.fragment(run_every=POLL_SECONDS)
def _watch() -> None:
    """Show how far the search is, until it ends; it goes on if the page is left."""
    session.require(Permission.MERGE_RECORDS)
    job = duplicate_search.current()
    if job is None or job.state is not State.RUNNING:
        st.rerun()
    told = job.progress
    share = told.done / told.total if told.total else 0.0
    count = f" · {formats.figure(told.done)} of {formats.figure(told.total)}" if told.total else ""
    st.progress(share, text=f"{told.stage}{count}")
    st.caption("You can leave this page and come back; the search goes on.")
    if st.button("Stop the search", disabled=job.is_cancelled):
        duplicate_search.cancel()


def review(actor: Actor, found: Queue) -> None:
    """Draw the pairs of a page and do what is asked of one of them."""
    if not found.pairs:
        st.write(NEVER if found.searched_at is None else NONE_LEFT)
        return
    first = paging.page_number(Keys.DUPLICATES_PAGE) * PAGE + 1
    cards = [
        card(one, f"Pair {first + place} of {formats.figure(found.count)}", clock.today())
        for place, one in enumerate(found.pairs)
    ]
    asked = pairs.draw(cards, key=Keys.DUPLICATES_PAIRS)
    if asked.not_same is not None:
        _decide(actor, asked.not_same)
    elif asked.href is not None:
        navigation.follow(asked.href)


def offer_undo(actor: Actor) -> None:
    """Say which pair was decided just now, with a way back."""
    decided = st.session_state.get(Keys.DUPLICATES_DECIDED)
    if not isinstance(decided, UUID):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="duplicates_undo"):
        st.markdown(
            ":material/check: Noted as not the same person. The pair will not be offered again."
        )
        if st.button("Undo", icon=":material/undo:"):
            del st.session_state[Keys.DUPLICATES_DECIDED]
            _try_to_undo(actor, decided)
            st.rerun()


def _decide(actor: Actor, pair_id: UUID) -> None:
    try:
        duplicates.decide_not_same(session.clinic(), actor, pair_id, now=clock.now())
    except ClinicError as error:
        st.toast(text.plain(error.message), icon=":material/error:")
    else:
        st.session_state[Keys.DUPLICATES_DECIDED] = pair_id
    st.rerun()


def _try_to_undo(actor: Actor, pair_id: UUID) -> None:
    try:
        duplicates.undo_decision(session.clinic(), actor, pair_id)
    except ClinicError as error:
        st.toast(text.plain(error.message), icon=":material/error:")


def card(one: Compared, title: str, as_of: date) -> PairCard:
    """Return a pair as it is drawn."""
    pair_id = str(one.pair.pair_id)
    return PairCard(
        pair_id=pair_id,
        title=title,
        chance=chance(one.pair.probability),
        one=_banner(one.one, as_of),
        other=_banner(one.other, as_of),
        lines=tuple(_line(finding) for finding in one.findings),
        href=navigation.href(navigation.MERGE, {"pair": pair_id}),
    )


def chance(probability: float) -> str:
    """Return a probability in words; never certain."""
    percent = int(probability * 100)
    if percent >= MOST_PERCENT:
        return f"Over {MOST_PERCENT} % likely to be one person"
    return f"{percent} % likely to be one person"


def _banner(side: Side, as_of: date) -> Banner:
    row = side.row
    marks = []
    if row.deceased_on is not None:
        word = f"Deceased {formats.died(row.born_on, row.deceased_on)}"
        marks.append(Mark(word, "deceased", Tone.ALERT))
    elif is_minor(row.born_on, as_of):
        marks.append(Mark("Under 18", "child_care", Tone.ALERT))
    numbers = " · ".join(number for _, number in side.external_ids)
    return Banner(
        name=formats.name(row.family_name, row.given_names, row.title),
        preferred=row.preferred_name or "",
        born=formats.born(row.born_on, as_of, row.deceased_on),
        gender=formats.sex(row.sex),
        reference=f"{row.reference} ({numbers})" if numbers else row.reference,
        seen=formats.day(row.last_seen_on, "Never"),
        href=navigation.record_href(row.patient_id),
        marks=tuple(marks),
    )


def _line(finding: Finding) -> Line:
    return Line(
        label=finding.label,
        one=tuple(_written(finding.label, value) for value in finding.one),
        other=tuple(_written(finding.label, value) for value in finding.other),
        mark=SHAPES[finding.agreement],
        reason=formats.words(finding.reason),
    )


def _written(label: str, value: str) -> str:
    if label == "Date of birth":
        return formats.day(date.fromisoformat(value))
    if label == "Gender":
        return formats.sex(value)
    return formats.phone(value) if label == "Phone" else value
