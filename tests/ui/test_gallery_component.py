"""What a browser sends of a gallery is believed as far as it makes sense, and where it leads."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.domain.media import Purpose
from lib.ui import navigation
from lib.ui.components import gallery as component
from lib.ui.components.gallery import MOST_SELECTED, Asked
from lib.ui.media import gallery

PATIENT = UUID(int=1)
FIRST, SECOND, THIRD = (UUID(int=number) for number in (11, 12, 13))


@pytest.mark.parametrize("sent", [None, "label", 5, {}, {"act": "label"}, {"ids": "all"}, []])
def test_what_is_badly_formed_is_nothing(sent: object) -> None:
    assert component.read(None, sent) == Asked()


def test_ids_that_are_none_are_left_out() -> None:
    sent = {"act": "label", "ids": [str(FIRST), "x", None, {}, str(SECOND)]}
    assert component.read(None, sent) == Asked("label", (FIRST, SECOND))


def test_no_more_is_read_than_anybody_selects() -> None:
    sent = {"act": "label", "ids": [str(UUID(int=n)) for n in range(MOST_SELECTED + 9)]}
    assert len(component.read(None, sent).media_ids) == MOST_SELECTED


def test_an_address_comes_before_an_act() -> None:
    assert component.read("/patient?id=1", {"act": "x", "ids": []}) == Asked(href="/patient?id=1")


@given(some.lists(some.uuids(), max_size=20))
def test_every_id_that_is_sent_comes_in_its_order(ids: list[UUID]) -> None:
    sent = {"act": "compare", "ids": [str(one) for one in ids]}
    assert component.read(None, sent).media_ids == tuple(ids)


def test_a_picture_opens_on_its_own_page_and_the_lens_goes_with_it() -> None:
    opened = Asked(component.OPEN, (FIRST,))
    ids = {"id": str(PATIENT), "media": str(FIRST)}
    assert gallery.destination(PATIENT, Purpose.RECORD, opened) == (navigation.PHOTOGRAPH, ids)
    with_lens = {**ids, "for": "education"}
    assert gallery.destination(PATIENT, Purpose.EDUCATION, opened) == (
        navigation.PHOTOGRAPH,
        with_lens,
    )


def test_two_pictures_or_more_are_compared_and_one_is_not() -> None:
    pair = {"id": str(PATIENT), "first": str(FIRST), "second": str(SECOND)}
    two, three = Asked("compare", (FIRST, SECOND)), Asked("compare", (FIRST, SECOND, THIRD))
    assert gallery.destination(PATIENT, Purpose.RECORD, two) == (navigation.COMPARE, pair)
    assert gallery.destination(PATIENT, Purpose.RECORD, three) == (
        navigation.COMPARE,
        {**pair, "more": str(THIRD)},
    )
    assert gallery.destination(PATIENT, Purpose.RECORD, Asked("compare", (FIRST,))) is None
    assert gallery.destination(PATIENT, Purpose.RECORD, Asked("label", (FIRST,))) is None
