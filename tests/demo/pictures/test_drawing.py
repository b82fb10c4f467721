"""Drawn pictures: the same for the same seed, true to their places, changing the right way."""

import numpy as np
import pytest
from PIL import Image

from lib.demo.pictures.complexion import middle_of_lines
from lib.demo.pictures.course import Given, skin_on
from lib.demo.pictures.curves import points
from lib.demo.pictures.drawing import FRAMES, Drawn, Shot, draw, face_of, fractions_of, stand_of
from lib.demo.pictures.moment import Camera, Skin
from lib.demo.pictures.sitter import Sitter, sitter
from lib.domain.media import Expression, View

SMALL = (300, 400)
WOMAN = sitter(35, 55)
DAY = 20_000
VIEWS = (View.FRONT, View.LEFT_OBLIQUE, View.RIGHT_OBLIQUE, View.LEFT_PROFILE, View.RIGHT_PROFILE)


def drawn(person: Sitter = WOMAN, **shot: object) -> Drawn:
    return draw(person, Shot(size=SMALL, **shot))  # type: ignore[arg-type]


def difference(one: Image.Image, other: Image.Image) -> float:
    first, second = (np.asarray(image, dtype=np.float64) for image in (one, other))
    return float(np.abs(first - second).mean())


def contrast_along(area: str, skin: Skin, expression: Expression) -> float:
    """Return how much darker an area's clearest line is than the skin above and below it."""
    shot = Shot(expression=expression, skin=skin)
    grey = np.asarray(draw(WOMAN, shot).image.convert("L"), dtype=np.float64)
    where = fractions_of(shot, middle_of_lines(face_of(WOMAN, shot), area)) * shot.size
    found = []
    # The lines between the brows run downwards, the others across.
    wide, high = (22, 3) if area == "glabella" else (3, 22)
    for x, y in where:
        near = grey[round(y) - high : round(y) + high + 1, round(x) - wide : round(x) + wide + 1]
        across = near.mean(axis=0 if area == "glabella" else 1)
        found.append(np.median(across) - across.min())
    return float(np.mean(found))


def test_the_same_person_and_shot_are_the_same_pixels() -> None:
    one, two = drawn(), draw(sitter(35, 55), Shot(size=SMALL))
    assert one.image.tobytes() == two.image.tobytes()
    assert one.landmarks == two.landmarks


def test_another_seed_is_another_face() -> None:
    assert difference(drawn().image, drawn(sitter(36, 55)).image) > 5


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("expression", list(Expression))
def test_every_view_and_expression_can_be_drawn(view: View, expression: Expression) -> None:
    picture = drawn(view=view, expression=expression)
    assert picture.image.size == SMALL
    assert all(0 < part < 1 for place in picture.landmarks for part in place)


@pytest.mark.parametrize("area", sorted(FRAMES))
def test_every_area_with_a_frame_of_its_own_shows_its_landmarks(area: str) -> None:
    picture = drawn(area=area)
    assert all(0 < part < 1 for place in picture.landmarks for part in place)


@pytest.mark.parametrize("seed", range(30))
def test_whoever_it_is_can_be_drawn_from_everywhere(seed: int) -> None:
    person = sitter(seed, 20 + seed * 2, is_woman=seed % 3 > 0)
    pictures = [drawn(person, view=view).image for view in VIEWS]
    assert all(difference(pictures[0], other) > 3 for other in pictures[1:])


def test_an_expression_changes_the_face_but_not_the_person() -> None:
    rest, frown = drawn().image, drawn(expression=Expression.FROWN).image
    assert 0 < difference(rest, frown) < difference(rest, drawn(sitter(36, 55)).image)


def test_left_and_right_are_the_patients_own() -> None:
    # Whoever shows the left cheek looks to the left of the picture: the nose is there.
    left = drawn(view=View.LEFT_PROFILE).landmarks
    right = drawn(view=View.RIGHT_PROFILE).landmarks
    mouth_left_of_eye = left[1][0] < left[0][0]
    assert mouth_left_of_eye
    assert right[1][0] > right[0][0]


def test_landmarks_lie_at_the_corners_of_the_eyes() -> None:
    for camera in (Camera(), Camera(1.06, 0.05, 0.02, -0.01)):
        picture = draw(WOMAN, Shot(camera=camera))
        grey = np.asarray(picture.image.convert("L"), dtype=np.float64)
        for x, y in picture.landmarks:
            column, row = round(x * grey.shape[1]), round(y * grey.shape[0])
            near = grey[row - 14 : row + 15, column - 14 : column + 15]
            cheek = grey[row + 90 : row + 110, column - 10 : column + 11]
            # The lashes are dark, the skin is not.
            assert near.min() < cheek.mean() - 70


def test_the_camera_moves_the_landmarks_as_it_moved() -> None:
    still = points(draw(WOMAN, Shot()).landmarks)
    moved = points(draw(WOMAN, Shot(camera=Camera(scale=1.05, left=0.02))).landmarks)
    apart = [float(np.hypot(*((pair[1] - pair[0]) * (1200, 1600)))) for pair in (still, moved)]
    assert apart[1] / apart[0] == pytest.approx(1.05)
    turned = points(draw(WOMAN, Shot(camera=Camera(turn=0.04))).landmarks) * (1200, 1600)
    across, down = turned[1] - turned[0]
    assert np.arctan2(down, across) == pytest.approx(0.04, abs=0.005)


def test_light_differs_between_days() -> None:
    bright = drawn(camera=Camera(gain=1.06)).image
    assert np.asarray(bright).mean() > np.asarray(drawn().image).mean() + 3
    warm = np.asarray(drawn(camera=Camera(warmth=0.05)).image).mean(axis=(0, 1))
    plain = np.asarray(drawn().image).mean(axis=(0, 1))
    assert warm[0] > plain[0]
    assert warm[2] < plain[2]


@pytest.mark.parametrize(
    ("area", "expression"),
    [
        ("forehead", Expression.RAISED_BROWS),
        ("glabella", Expression.FROWN),
        ("crow's feet", Expression.SMILE),
    ],
)
def test_lines_lessen_two_weeks_after_a_toxin_and_come_back(
    area: str, expression: Expression
) -> None:
    given = [Given(DAY, "toxin", area)]
    before, review, later, back = (
        contrast_along(area, skin_on(given, DAY + days, is_after=days > 0), expression)
        for days in (0, 14, 130, 200)
    )
    assert review < 0.6 * before
    assert review < later < before
    assert back == pytest.approx(before)


def test_lips_are_fuller_after_a_filler_and_go_back() -> None:
    given = [Given(DAY, "filler", "lips")]
    volumes = [skin_on(given, DAY + days).more("lips") for days in (0, 14, 200, 500)]
    assert volumes == sorted(volumes, reverse=True)
    assert volumes[-1] == 0
    shots = [Shot(area="lips", skin=skin_on(given, day)) for day in (DAY - 1, DAY + 14)]
    before, after = (_lip_pixels(draw(WOMAN, shot).image) for shot in shots)
    assert after > 1.1 * before


def _lip_pixels(image: Image.Image) -> int:
    red, green, _ = np.asarray(image, dtype=np.int64)[500:1200].transpose(2, 0, 1)
    return int((red - green > 75).sum())


def test_a_peel_leaves_redness_that_fades_in_days() -> None:
    given = [Given(DAY, "skin_care", "face")]
    red = [skin_on(given, DAY + days).red("face") for days in (0, 2, 5, 10)]
    assert red == sorted(red, reverse=True)
    assert red[-1] == 0
    at_once = np.asarray(drawn(skin=skin_on(given, DAY)).image, dtype=np.float64)
    later = np.asarray(drawn(skin=skin_on(given, DAY + 30)).image, dtype=np.float64)
    middle = (slice(150, 260), slice(100, 200))
    assert (at_once - later)[middle][..., 1].mean() < -2


def test_what_is_given_today_shows_only_afterwards() -> None:
    given = [Given(DAY, "filler", "lips")]
    assert skin_on(given, DAY, is_after=False) == Skin()
    assert skin_on(given, DAY).more("lips") > 1
    assert skin_on(given, DAY - 1) == Skin()


def test_a_jaw_gets_slimmer_weeks_after_a_masseter_treatment() -> None:
    given = [Given(DAY, "toxin", "masseter")]
    wide = [skin_on(given, DAY + days).volume["masseter"] for days in (0, 42, 400)]
    assert wide[0] == wide[2] == 1
    assert wide[1] < 0.2


def test_a_hand_gets_fuller_and_its_veins_fainter() -> None:
    given = [Given(DAY, "skin_booster", "hands")]
    before = drawn(area="hands", skin=skin_on(given, DAY - 1)).image
    after = drawn(area="hands", skin=skin_on(given, DAY + 28)).image
    assert difference(before, after) > 0.2


def test_a_mirrored_stand_mirrors() -> None:
    left, right = stand_of(Shot(View.LEFT_OBLIQUE)), stand_of(Shot(View.RIGHT_OBLIQUE))
    place = points([(100.0, 0.0)])
    assert left.placed(place)[0][0] + right.placed(place)[0][0] == pytest.approx(1200)
