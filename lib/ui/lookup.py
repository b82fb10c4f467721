"""The lookup's screen: the box, its filters, the recent records, and what to do without results."""

from collections.abc import Iterable
from datetime import date, timedelta

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.search.results import SearchFilters, SearchHit, SearchResults
from lib.domain.summary import SummaryItem
from lib.errors import StoreError
from lib.services import practitioners, search, summary
from lib.ui import addresses, clock, formats, navigation, session
from lib.ui import summary as summary_words
from lib.ui.components import lookup as box
from lib.ui.components.blocks import Mark, Tone
from lib.ui.keys import Keys

SHOWN = 12
WARM_UP_LOOK = "400ms"
ANY = "Any time"
# How long ago somebody was last seen: from and to, in days before today.
PERIODS: dict[str, tuple[int | None, int | None]] = {
    ANY: (None, None),
    "In the last 30 days": (30, None),
    "In the last 12 months": (365, None),
    "1 to 3 years ago": (3 * 365, 365),
    "More than 3 years ago": (None, 3 * 365),
}
# What each filter holds while it narrows nothing; None before it is drawn.
USUAL: dict[str, tuple[object, ...]] = {
    Keys.LOOKUP_PRACTITIONER: (None,),
    Keys.LOOKUP_PERIOD: (None, ANY),
    Keys.LOOKUP_DECEASED: (None, True),
}
HOW_TO_BEGIN = (
    "Type any part of what you know: a name (in any order, even misspelt), a date of birth, "  # noqa: ISC004
    "the last digits of a phone number, a postcode, an email address or a reference.",
    "Records that you open will be listed here.",
)
NOBODY = (
    "Nobody matches all of that.",
    "Try fewer words, or only the beginning of a name.",
    "A date of birth with part of the name, or the last digits of a phone, often settles it.",
)
NARROWED = "Filters are on: widen them, and people who were left out will be found."
CUT = "Only the first part of that was looked for. Fewer words are enough."


@st.fragment
def draw() -> None:
    """Draw the box and its results; only this part runs again while somebody types."""
    actor = session.require(Permission.SEARCH_PATIENTS)
    wanted = box.asked(Keys.LOOKUP_BOX)
    opened = addresses.patient_id_in(wanted.opened or "")
    if opened is not None:
        st.session_state[Keys.LOOKUP_TEXT] = wanted.text
        navigation.follow(navigation.record_href(opened))
    clinic = session.clinic()
    if not clinic.search.is_ready:
        warm_up()
        return
    text = wanted.text if wanted.is_typed else st.session_state.get(Keys.LOOKUP_TEXT, "")
    st.session_state[Keys.LOOKUP_TEXT] = text
    chosen = _head(actor)
    try:
        found = search.search(clinic, actor, text, chosen, limit=SHOWN)
    except StoreError as error:
        st.error(error.message, icon=":material/error:")
        return
    as_of = clock.today()
    strips = summary.for_results(clinic, actor, found.results, as_of=as_of)
    rows = [row_of(hit, as_of, strips.get(hit.patient_id, ())) for hit in found.results]
    is_narrowed = chosen != SearchFilters()
    box.draw(text, _label(found, text), rows, _message(found, text, is_narrowed), Keys.LOOKUP_BOX)


@st.fragment(run_every=WARM_UP_LOOK)
def warm_up() -> None:
    """Show how far the list of patients has been read; begin when it has."""
    index = session.clinic().search
    if index.is_ready:
        st.rerun()
    index.start()
    st.progress(
        min(max(index.progress, 0.0), 1.0),
        "Reading the list of patients. Search begins as soon as it is there.",
    )


def row_of(hit: SearchHit, as_of: date, strip: Iterable[SummaryItem] = ()) -> box.Row:
    """Return a result in words: identity as in the banner, when last seen, and why it is here.

    `strip` is what the record has and lacks.
    """
    return box.Row(
        id=str(hit.patient_id),
        name=formats.name(hit.family_name, hit.given_names, hit.title),
        preferred=hit.preferred_name or "",
        born=formats.born(hit.born_on, as_of, hit.deceased_on),
        gender=formats.sex(hit.sex),
        reference=hit.reference,
        external=hit.external_id or "",
        seen=formats.day(hit.last_seen_on, absent="Not seen yet"),
        practitioner=hit.practitioner_name or "",
        # Over the recent records one heading says why, not each row.
        why=" · ".join(reason for reason in hit.why if reason != search.RECENT),
        marks=marks_of(hit),
        strip=summary_words.marks_of(strip),
    )


def marks_of(hit: SearchHit) -> tuple[Mark, ...]:
    """Return the words and shapes that set a patient apart in a list."""
    marks = []
    if hit.deceased_on:
        word = f"Deceased {formats.day(hit.deceased_on)}"
        marks.append(Mark(word, "deceased", Tone.PLAIN))
    if hit.is_restricted:
        marks.append(Mark("Restricted", "lock", Tone.ALERT))
    return tuple(marks)


def _head(actor: Actor) -> SearchFilters:
    """Draw the title with the filters folded away beside it; return what they narrow to."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Find a patient", anchor=False)
        on = sum(st.session_state.get(key) not in usual for key, usual in USUAL.items())
        label = f"Filters ({on} on)" if on else "Filters"
        with st.popover(label, icon=":material/tune:", key=Keys.LOOKUP_FILTERS):
            return _filters(actor)


def _filters(actor: Actor) -> SearchFilters:
    names = practitioners.list_names(session.clinic(), actor)
    practitioner = st.selectbox(
        "Practitioner last seen",
        [None, *names],
        format_func=lambda key: names[key] if key else "Anyone",
        key=Keys.LOOKUP_PRACTITIONER,
    )
    period = st.selectbox("Last seen", list(PERIODS), key=Keys.LOOKUP_PERIOD)
    include = st.toggle("Include the deceased", value=True, key=Keys.LOOKUP_DECEASED)
    first, last = PERIODS[period]
    return SearchFilters(practitioner, _day(first), _day(last), include)


def _day(days_ago: int | None) -> date | None:
    return None if days_ago is None else clock.today() - timedelta(days=days_ago)


def _label(found: SearchResults, text: str) -> str:
    count = len(found.results)
    if not count:
        return ""
    if not text.strip():
        return "Opened recently"
    return f"Best {SHOWN} shown" if count >= SHOWN else formats.counted(count, "patient")


def _message(found: SearchResults, text: str, is_narrowed: bool) -> tuple[str, ...]:  # noqa: FBT001
    if not text.strip():
        return () if found.results else HOW_TO_BEGIN
    if found.results:
        return (CUT,) if found.is_cut else ()
    return (*NOBODY, NARROWED) if is_narrowed else NOBODY
