"""What a gallery is narrowed to: in fields on the screen, and in its address where that is safe.

Ids, and words that say nothing of a person, go into the address and so survive a reload. The day
and the area treated do not: an address is kept by the browser, and they say what was done when.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import streamlit as st

from lib.domain.media import Expression, Kind, Purpose, Stage, View
from lib.domain.media_gallery import Facets, Filters
from lib.ui import addresses, formats
from lib.ui.keys import Keys

LONGEST_PAGE = 6
FOR, PAGE, REMOVED = "for", "page", "removed"
ANY = {
    "treatment_series_id": "Any treatment",
    "view": "Any view",
    "expression": "Any expression",
    "stage": "Any stage",
    "area": "Any area",
    "practitioner_id": "Anybody",
    "kind": "Photographs and video",
}
LABELS = {
    "treatment_series_id": "Treatment",
    "view": "View",
    "expression": "Expression",
    "stage": "Stage",
    "area": "Area",
    "practitioner_id": "Practitioner",
    "kind": "Kind",
}
# In sight at once; the others are a click away.
FIRST = ("treatment_series_id", "view", "stage")
DAYS = {"captured_from": "From", "captured_until": "Until"}
KINDS = {Kind.PHOTOGRAPH: "Photographs", Kind.VIDEO: "Video"}
# How a value is read from an address; what is not here is not in one.
READERS: Mapping[str, Callable[[str], Any]] = {
    "treatment_series_id": UUID,
    "view": View,
    "expression": Expression,
    "stage": Stage,
    "practitioner_id": UUID,
    "kind": Kind,
}
# The words of the address; a treatment is named there as it is everywhere.
NAMES = {
    "treatment_series_id": addresses.TREATMENT,
    "view": "view",
    "expression": "expression",
    "stage": "stage",
    "practitioner_id": "by",
    "kind": "kind",
}


@dataclass(frozen=True, slots=True)
class State:
    """What one gallery is narrowed to now; `scope` keeps the galleries of two patients apart."""

    scope: str
    filters: Filters
    purpose: Purpose
    page: int

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the lens and the place in the list is chosen."""
        return replace(self.filters, is_removed=False) != Filters()


def state(scope: str) -> State:
    """Return what the fields say, or the address where they were not drawn yet."""
    for name in (*DAYS, *ANY):
        _begin(key(scope, name), partial(_from_address, name))
    _begin(key(scope, FOR), lambda: _read(Purpose, FOR) or Purpose.RECORD)
    _begin(key(scope, REMOVED), lambda: st.query_params.get(REMOVED) == "yes")
    _begin(page_key(scope), _page_from_address)
    values = {name: st.session_state[key(scope, name)] for name in (*DAYS, *ANY)}
    filters = Filters(**values, is_removed=bool(st.session_state[key(scope, REMOVED)]))
    purpose = st.session_state[key(scope, FOR)] or Purpose.RECORD
    return State(scope, filters, purpose, st.session_state[page_key(scope)])


def key(scope: str, name: str) -> str:
    """Return the key of a field of one gallery."""
    return f"{Keys.GALLERY_FILTER}-{scope}-{name}"


def page_key(scope: str) -> str:
    """Return the key under which the page of one gallery is kept."""
    return f"{Keys.GALLERY_PAGE}-{scope}"


def draw(now: State, facets: Facets) -> None:
    """Draw a field for everything in which the pictures differ, and the way out of all of them."""
    options = _options(facets)
    shown = [name for name in ANY if len(options[name]) > 1 or _value(now, name) is not None]
    with st.container(horizontal=True, vertical_alignment="bottom", key="gallery_filters"):
        for name in FIRST:
            if name in shown:
                _field(now, name, options[name])
        with st.popover(_more(now), icon=":material/filter_list:"):
            _days(now, facets)
            for name in shown:
                if name not in FIRST:
                    _field(now, name, options[name])
            st.toggle(
                "Show what was removed",
                key=key(now.scope, REMOVED),
                on_change=changed,
                args=(now.scope,),
            )
        if now.is_narrowed or now.filters.is_removed:
            st.button("Show all", icon=":material/filter_alt_off:", on_click=clear, args=(now,))


def _more(now: State) -> str:
    """Return the words of what opens the other fields, with how many of them are in use."""
    used = sum(_value(now, name) is not None for name in (*DAYS, *ANY) if name not in FIRST)
    count = used + now.filters.is_removed
    return f"More filters ({count})" if count else "More filters"


def clear(now: State) -> None:
    """Narrow the gallery to nothing any more."""
    for name in (*DAYS, *ANY):
        st.session_state[key(now.scope, name)] = None
    st.session_state[key(now.scope, REMOVED)] = False
    changed(now.scope)


def changed(scope: str) -> None:
    """Begin at the first page again, and let the address say what is chosen."""
    st.session_state[page_key(scope)] = 0
    write_address(scope)


def write_address(scope: str) -> None:
    """Let the address say what may be said there of what is chosen."""
    for name, word in NAMES.items():
        value = st.session_state.get(key(scope, name))
        _say(word, str(getattr(value, "value", value)) if value else "")
    purpose = st.session_state.get(key(scope, FOR)) or Purpose.RECORD
    _say(FOR, "" if purpose is Purpose.RECORD else purpose.value)
    _say(REMOVED, "yes" if st.session_state.get(key(scope, REMOVED)) else "")
    page = st.session_state.get(page_key(scope), 0)
    _say(PAGE, str(page + 1) if page else "")


def _days(now: State, facets: Facets) -> None:
    chosen = [_value(now, name) for name in DAYS]
    days = [day for day in (facets.first_on, facets.last_on, *chosen) if isinstance(day, date)]
    if not days:
        return
    with st.container(horizontal=True):
        for name, label in DAYS.items():
            st.date_input(
                label,
                key=key(now.scope, name),
                format="DD/MM/YYYY",
                min_value=min(days),
                max_value=max(days),
                on_change=changed,
                args=(now.scope,),
                width=150,
            )


def _field(now: State, name: str, options: Mapping[Any, str]) -> None:
    value = _value(now, name)
    # What the address asks for may not be there any more; it is shown, and can be taken off.
    known = [*options] if value is None or value in options else [value, *options]
    st.selectbox(
        LABELS[name],
        known,
        index=None,
        key=key(now.scope, name),
        format_func=lambda one: options.get(one, "None of these"),
        placeholder=ANY[name],
        on_change=changed,
        args=(now.scope,),
        width=230 if name in FIRST else "stretch",
    )


def _value(now: State, name: str) -> object:
    return getattr(now.filters, name)


def _options(facets: Facets) -> dict[str, dict[Any, str]]:
    return {
        "treatment_series_id": {
            key: f"{one.name}, {formats.day(one.treated_on)}"
            for key, (one, _) in facets.treatments.items()
        },
        "view": {one: formats.words(one.value) for one in facets.views},
        "stage": {one: formats.words(one.value) for one in facets.stages},
        "area": {one: formats.words(one) for one in facets.areas},
        "expression": {one: formats.words(one.value) for one in facets.expressions},
        "practitioner_id": {key: name for key, (name, _) in facets.practitioners.items()},
        "kind": {one: KINDS[one] for one in facets.kinds},
    }


def _begin(field: str, first: Callable[[], object]) -> None:
    # Streamlit forgets a field that was not drawn in the last run.
    if field not in st.session_state:
        st.session_state[field] = first()


def _from_address(name: str) -> object:
    return _read(READERS[name], NAMES[name]) if name in READERS else None


def _read(reader: Callable[[str], Any], word: str) -> Any:  # noqa: ANN401 - of any filter
    try:
        return reader(st.query_params.get(word, ""))
    except ValueError:
        return None


def _page_from_address() -> int:
    text = st.query_params.get(PAGE, "")
    return max(int(text) - 1, 0) if text.isdecimal() and len(text) < LONGEST_PAGE else 0


def _say(word: str, value: str) -> None:
    if value:
        st.query_params[word] = value
    elif word in st.query_params:
        del st.query_params[word]
