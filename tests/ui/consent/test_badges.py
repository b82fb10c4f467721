"""Badges: a word and a shape for every state, and no two alike."""

from lib.domain.consent import State
from lib.ui.components.blocks import Tone
from lib.ui.consent import badges


def test_every_state_has_a_word_and_a_shape_of_its_own() -> None:
    marks = [badges.mark(state) for state in State]
    assert len({one.word for one in marks}) == len({one.icon for one in marks}) == len(State)


def test_only_an_active_consent_looks_good() -> None:
    assert [state for state in State if badges.mark(state).tone is Tone.GOOD] == [State.ACTIVE]


def test_every_tone_has_a_colour_where_streamlit_draws() -> None:
    assert set(badges.COLOURS) == set(Tone)
