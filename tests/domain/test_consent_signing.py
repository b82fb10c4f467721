"""What is signed: strokes that are believed, content that is written one way only."""

from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.consent import Channel, Topic
from lib.domain.consent_signing import (
    MOST_POINTS,
    MOST_STROKES,
    Answer,
    Choice,
    FormShown,
    Signature,
    Signed,
    Signer,
    content_of,
    length_of,
    paths_of,
    same_but_for_time,
    signed_from,
    strokes_from,
)

KEY = UUID(int=7)
POINT = st.tuples(st.floats(0, 1), st.floats(0, 1))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        [1],
        [[1]],
        [[[0.1]]],
        [[["a", "b"]]],
        [[[0.1, 1.2]]],
        [[[float("nan"), 0.1]]],
        [[[0.1, 0.1]]] * (MOST_STROKES + 1),
        [[[0.1, 0.1]] * (MOST_POINTS + 1)],
    ],
)
def test_strokes_that_make_no_sense_are_no_signature(value: object) -> None:
    assert strokes_from(value) == ()


def test_a_dot_is_no_signature_and_a_typed_name_is() -> None:
    assert not Signature(strokes_from([[[0.5, 0.5]]])).is_there
    assert Signature(strokes_from([[[0.1, 0.5], [0.3, 0.5]]])).is_there
    assert Signature(name="Anna Hart").is_there


def test_strokes_are_measured_in_widths_and_drawn_in_their_box() -> None:
    strokes = strokes_from([[[0, 0], [0, 1]], [[0.5, 0.5]], []])
    assert length_of(strokes) == pytest.approx(1 / 3)
    assert paths_of(strokes, 600) == ("M0.0 0.0L0.0 200.0", "M300.0 100.0L301.2 100.0")


@given(
    text=TEXT,
    name=TEXT,
    strokes=st.lists(st.lists(POINT, min_size=1, max_size=4), max_size=4),
    choice=st.sampled_from(Choice),
    channel=st.sampled_from([None, *Channel]),
)
@settings(max_examples=60)
def test_content_is_read_back_and_written_the_same(
    text: str,
    name: str,
    strokes: list[list[tuple[float, float]]],
    choice: Choice,
    channel: Channel | None,
) -> None:
    drawn = Signature(strokes_from([[list(point) for point in one] for one in strokes]))
    signed = Signed(
        KEY,
        KEY,
        "Juno",
        FormShown(KEY, KEY, "Pictures", 3, text),
        (Answer(KEY, Topic("education", channel), name, text, choice),),
        text,
        Signer(name, drawn),
        Signer(name, Signature(name=name), "witness", is_patient=False),
        datetime.fromisoformat("2026-11-24T10:00:05"),
    )
    content = content_of(signed)
    again = signed_from(content)
    assert content_of(again) == content
    assert same_but_for_time(signed, again)


@pytest.mark.parametrize("content", ["x", "{}", "[]", '{"form":1}', "null"])
def test_what_is_no_content_of_ours_is_not_read(content: str) -> None:
    with pytest.raises(ValueError, match=r"not the content|Expecting"):
        signed_from(content)
