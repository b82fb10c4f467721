"""What makes one picture as bright as another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.brightness import LEAST_GAIN, MOST_GAIN, gain

means = st.floats(0, 255)


@pytest.mark.parametrize(
    ("reference", "other", "wanted"),
    [(120, 120, 1), (120, 100, 1.2), (100, 120, 5 / 6), (250, 10, 2), (10, 250, 0.5), (90, 0, 1)],
)
def test_the_other_is_brought_to_the_reference_within_reason(
    reference: float, other: float, wanted: float
) -> None:
    assert gain(reference, other) == pytest.approx(wanted)


@given(means, means)
def test_no_picture_is_changed_beyond_recognition(reference: float, other: float) -> None:
    assert LEAST_GAIN <= gain(reference, other) <= MOST_GAIN
