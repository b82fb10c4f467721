"""The badges of retention: every state has a word and a shape of its own."""

from lib.domain.retention import Status
from lib.ui.retention import badges


def test_every_state_has_a_word_a_shape_and_a_fill_of_its_own() -> None:
    marks = [badges.mark(status) for status in Status]
    assert len({mark.word for mark in marks}) == len(Status)
    assert len({mark.icon for mark in marks}) == len(Status)
    assert len({badges.FILLS[status] for status in Status}) == len(Status)
