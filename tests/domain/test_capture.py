"""What the guided camera says of a picture, and what of it is believed."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.capture import MOST_SECONDS, said_of
from lib.domain.media import Expression, Stage, View
from lib.domain.media_labels import Field
from lib.domain.protocols import Shot

NOW = datetime.fromisoformat("2026-11-24T10:00")
SHOTS = st.builds(Shot, st.sampled_from(View), st.none() | st.sampled_from(Expression))
JSON = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.lists(st.text())


@given(SHOTS, st.sampled_from(Stage), st.integers(0, MOST_SECONDS))
def test_what_the_camera_knows_is_kept_as_said(shot: Shot, stage: Stage, seconds: int) -> None:
    said = said_of({"shot": shot.key, "stage": stage.value, "seconds": seconds}, NOW)
    assert said == {
        Field.VIEW: shot.view,
        Field.EXPRESSION: shot.expression,
        Field.STAGE: stage,
        Field.CAPTURED_AT: NOW - timedelta(seconds=seconds),
    }


@given(JSON, JSON, JSON)
def test_nothing_that_a_browser_sends_raises_or_is_dated_after_now(
    shot: object, stage: object, seconds: object
) -> None:
    said = said_of({"shot": shot, "stage": stage, "seconds": seconds}, NOW)
    assert said.get(Field.CAPTURED_AT, NOW) <= NOW
    assert set(said) <= {Field.VIEW, Field.EXPRESSION, Field.STAGE, Field.CAPTURED_AT}


@pytest.mark.parametrize("given_", [None, [], "front", 3])
def test_words_that_are_none_say_nothing(given_: object) -> None:
    assert said_of(given_, NOW) == {}


@pytest.mark.parametrize("seconds", [-1, MOST_SECONDS + 1, "5", None, float("nan"), True])
def test_a_time_that_cannot_be_is_left_out(seconds: object) -> None:
    assert Field.CAPTURED_AT not in said_of({"seconds": seconds}, NOW)
