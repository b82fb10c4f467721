"""What is believed of what the sheet over a picture sends."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import streamlit as st

from lib.domain.annotations import LONGEST_NOTE, Ink, Mark, Shape
from lib.ui.components import annotate
from lib.ui.components.annotate import Named, Save

KEY = "annotate-test"
ONE, OTHER = UUID(int=1), UUID(int=2)
ARROW = {"shape": "arrow", "ink": "amber", "points": [[0.1, 0.2], [0.3, 0.4]], "text": ""}
SENT = {"annotation": str(ONE), "series": str(OTHER), "seen": 1, "marks": [ARROW], "note": "A"}


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    st.session_state.pop(KEY, None)
    yield
    st.session_state.pop(KEY, None)


def test_what_is_saved_is_read_whole() -> None:
    st.session_state[KEY] = {"save": SENT}
    mark = Mark(Shape.ARROW, Ink.AMBER, ((0.1, 0.2), (0.3, 0.4)))
    assert annotate.saved(KEY) == Save(ONE, OTHER, 1, (mark,), "A")


def test_a_number_that_javascript_made_a_float_is_a_version() -> None:
    st.session_state[KEY] = {"save": {**SENT, "seen": 2.0}}
    found = annotate.saved(KEY)
    assert found is not None
    assert found.seen == 2


def test_a_note_that_is_too_long_stays_too_long_so_that_it_is_refused() -> None:
    st.session_state[KEY] = {"save": {**SENT, "note": "x" * (LONGEST_NOTE * 3)}}
    found = annotate.saved(KEY)
    assert found is not None
    assert len(found.note) == LONGEST_NOTE + 1


@pytest.mark.parametrize(
    "change",
    [
        {"annotation": "x"},
        {"series": None},
        {"seen": "1"},
        {"seen": True},
        {"seen": 1.5},
        {"seen": float("nan")},
        {"marks": "none"},
        {"note": None},
    ],
)
def test_what_makes_no_sense_is_not_saved(change: dict[str, object]) -> None:
    st.session_state[KEY] = {"save": {**SENT, **change}}
    assert annotate.saved(KEY) is None


def test_nothing_is_asked_before_anything_was_sent() -> None:
    assert (annotate.saved(KEY), annotate.removed(KEY), annotate.restored(KEY)) == (None,) * 3
    st.session_state[KEY] = {"save": 3, "remove": "all", "restore": None}
    assert (annotate.saved(KEY), annotate.removed(KEY), annotate.restored(KEY)) == (None,) * 3


def test_a_removal_names_the_version_seen_and_a_restoring_the_one_wanted() -> None:
    st.session_state[KEY] = {"remove": {"series": str(ONE), "seen": 3}}
    assert annotate.removed(KEY) == Named(ONE, 3)
    st.session_state[KEY] = {"restore": {"series": str(ONE), "version": 2}}
    assert annotate.restored(KEY) == Named(ONE, 2)
    st.session_state[KEY] = {"restore": {"series": str(ONE)}}
    assert annotate.restored(KEY) is None
