"""The model of a printed sheet: text comes out as it went in, less what has no ink."""

from hypothesis import given
from hypothesis import strategies as st

from lib.paper.sheet import clean, content
from tests.paper.sheets import HOSTILE, NAMES, sheet


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_names_of_every_script_are_left_alone() -> None:
    assert [clean(name) for name in (*NAMES, *HOSTILE)] == [*NAMES, *HOSTILE]


def test_marks_that_turn_the_reading_direction_and_controls_go() -> None:
    assert clean("a\u202eb\u2066c\x00d\x1b[31me\r\nf\tg\ud800") == "abcd[31me\nf g"


def test_the_content_is_plain_data_clean_all_the_way_down() -> None:
    data = content(sheet("x\u202ey"))
    assert data["blocks"][4]["entries"][0]["notices"][0]["title"] == "xy"
    assert data["blocks"][8]["points"] == [{"x": 50, "y": 25, "label": "1"}]
