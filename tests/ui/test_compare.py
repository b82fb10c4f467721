"""What a browser says of a comparison is believed only where it names what it was shown."""

from uuid import UUID

import pytest

from lib.domain.alignment import Alignment, Point, to_json
from lib.ui.components import compare, course
from lib.ui.components.compare import Asked
from lib.ui.components.course import Pick, Places, Stop, Tile

ONE, OTHER, THIRD = (UUID(int=number) for number in (1, 2, 3))
SHOWN = (ONE, OTHER)
ALIGNMENT = Alignment((Point(0.3, 0.5), Point(0.7, 0.5)), (Point(0.2, 0.5), Point(0.6, 0.5)))
IDS = {"ids": [str(ONE), str(OTHER)]}
STOPS = [Stop("01-Mar-2026", "", (Tile(str(ONE), "Front", "Before"),))]
PLACES = Places(SHOWN, ("01-Mar-2026", "02-Mar-2026"), 4)


def asked(aligned: object = None, cleared: object = None, *, is_swapped: bool = False) -> Asked:
    flags = compare._Flags(is_swapped, is_matched=False)  # noqa: SLF001
    return compare._asked(aligned, cleared, SHOWN, flags)  # noqa: SLF001


def test_points_are_told_with_the_pictures_they_are_on() -> None:
    assert asked({**IDS, **to_json(ALIGNMENT)}) == Asked((ONE, OTHER), ALIGNMENT)


def test_clearing_names_the_pictures_and_no_points() -> None:
    assert asked(cleared=IDS) == Asked((ONE, OTHER))


def test_swapping_names_nothing() -> None:
    assert asked(is_swapped=True) == Asked(is_swapped=True)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "ids",
        {"ids": [str(ONE)]},
        {"ids": [str(ONE), str(THIRD)]},
        {"ids": "ab"},
        {"ids": [str(ONE), str(OTHER), str(ONE)]},
    ],
)
def test_pictures_that_were_not_shown_are_not_asked_for(sent: object) -> None:
    assert asked(cleared=sent) == Asked()
    points = to_json(ALIGNMENT)
    assert asked({**sent, **points} if isinstance(sent, dict) else sent) == Asked()


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ({"place": 1, "id": str(ONE)}, Pick(1, ONE)),
        ({"place": 2, "id": None}, Pick(2, None)),
        ({"place": 1, "id": str(THIRD)}, None),
        ({"place": 4, "id": str(ONE)}, None),
        ({"place": "1", "id": str(ONE)}, None),
        ({"id": str(ONE)}, None),
        ("1", None),
        (None, None),
    ],
)
def test_a_pick_names_a_place_and_a_picture_of_the_strip(sent: object, wanted: Pick | None) -> None:
    assert course._pick(sent, STOPS, PLACES) == wanted  # noqa: SLF001
