"""A before-and-after image: aligned places coincide, captions are there, metadata is not."""

import io

import pytest
from PIL import Image, ImageStat

from lib.domain.alignment import Alignment, Point
from lib.errors import InvalidInputError
from lib.media import before_after
from lib.media.before_after import GAP, Panel, Type
from lib.paper.pdf import FONTS
from tests.drawn_pairs import (
    ALIGNMENT,
    BLUE,
    GREY,
    LEVEL,
    RED,
    TURNED,
    as_jpeg,
    disc,
    picture,
    segments,
)

TYPE = Type(FONTS / "Inter-Regular.ttf", FONTS / "Inter-SemiBold.ttf")
TALL, WIDE = (600, 800), (800, 600)
FIRST = as_jpeg(picture(TALL, LEVEL))
SECOND = as_jpeg(picture(WIDE, TURNED))
# APP0 (JFIF), tables, frame and scan: nothing that could say anything.
BARE = {0xE0, 0xDB, 0xC0, 0xC4}


def drawn(*panels: Panel, is_matched: bool = False) -> Image.Image:
    return Image.open(io.BytesIO(before_after.made(panels, TYPE, is_matched=is_matched)))


def halves(seen: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return both panels of an image whose panels are as wide as each other."""
    width = (seen.width - GAP) // 2
    return (
        seen.crop((0, 0, width, seen.height)),
        seen.crop((width + GAP, 0, seen.width, seen.height)),
    )


@pytest.mark.parametrize(
    "second", [SECOND, as_jpeg(picture((1600, 1200), TURNED))], ids=["as large", "twice as large"]
)
def test_what_was_marked_lies_at_the_same_place_in_both(second: bytes) -> None:
    one, other = halves(drawn(Panel(FIRST), Panel(second, (), ALIGNMENT)))
    for colour in (RED, BLUE):
        assert disc(other, colour) == pytest.approx(disc(one, colour), abs=1.0)


def test_aligned_pictures_show_nothing_that_only_one_of_them_has() -> None:
    _, other = halves(drawn(Panel(FIRST), Panel(SECOND, (), ALIGNMENT)))
    # Beside the second picture there would be black.
    edges = [(0, 0, other.width, 3), (0, other.height - 3, other.width, other.height)]
    edges += [(0, 0, 3, other.height), (other.width - 3, 0, other.width, other.height)]
    darkest = [other.crop(edge).convert("L").getextrema()[0] for edge in edges]
    assert darkest == pytest.approx([GREY] * 4, abs=12)


def test_a_much_larger_picture_is_made_smaller_and_not_thinned_out() -> None:
    rows = (b"\x00\xff" * 450 + b"\xff\x00" * 450) * 600
    fine = Image.frombytes("L", (900, 1200), rows)
    same = Alignment(LEVEL, LEVEL)
    small = as_jpeg(picture((300, 400), LEVEL))
    _, other = halves(drawn(Panel(small), Panel(as_jpeg(fine.convert("RGB")), (), same)))
    # Every third pixel of a chequer is black or white; what it looks like from afar is grey.
    assert ImageStat.Stat(other.convert("L")).stddev[0] < 25


def test_pictures_as_taken_stand_beside_each_other_at_one_height() -> None:
    seen = drawn(Panel(FIRST), Panel(SECOND))
    assert seen.size == (450 + GAP + 800, 600)


def test_one_of_three_may_be_as_it_was_taken() -> None:
    seen = drawn(Panel(FIRST), Panel(SECOND, (), ALIGNMENT), Panel(SECOND))
    assert seen.height < 600
    assert seen.width > 2 * GAP + 600


def test_lines_stand_under_the_picture_they_belong_to() -> None:
    bare = drawn(Panel(FIRST), Panel(FIRST))
    seen = drawn(Panel(FIRST, ("Before", "12-Mar-2026")), Panel(FIRST))
    assert seen.height > bare.height
    one, other = (
        half.crop((0, bare.height, half.width, half.height)).convert("L") for half in halves(seen)
    )
    assert ImageStat.Stat(one).extrema[0][0] < 80
    assert ImageStat.Stat(other).extrema[0] == (255, 255)


def test_matched_brightness_is_said_in_the_picture_that_was_changed() -> None:
    dark = as_jpeg(picture(TALL, LEVEL, grey=100))
    plain = halves(drawn(Panel(FIRST), Panel(dark)))
    matched = halves(drawn(Panel(FIRST), Panel(dark), is_matched=True))
    corner = (0, 0, 300, 300)
    means = [ImageStat.Stat(half.crop(corner).convert("L")).mean[0] for half in matched]
    assert means[1] == pytest.approx(means[0], abs=4)
    label = (0, 740, 300, 790)
    changed = [
        half.crop(label).tobytes() != before.crop(label).tobytes()
        for half, before in zip(matched, plain, strict=True)
    ]
    assert changed == [False, True]
    brightest = [half.crop(label).convert("L").getextrema()[1] for half in (*plain, *matched)]
    assert [value > 240 for value in brightest] == [False, False, False, True]


def test_no_metadata_of_any_kind_is_written_whatever_came_in() -> None:
    told = Image.Exif()
    told[0x010E] = "Somebody's face"
    content = io.BytesIO()
    picture(TALL, LEVEL).save(
        content, "JPEG", exif=told, comment=b"said", icc_profile=b"\0" * 200, dpi=(300, 300)
    )
    made = before_after.made([Panel(content.getvalue()), Panel(FIRST)], TYPE, is_matched=False)
    assert set(segments(made)) <= BARE
    assert segments(content.getvalue())[:3] != segments(made)[:3]
    for word in (b"Exif", b"ICC_PROFILE", b"Photoshop", b"http", b"Somebody", b"said"):
        assert word not in made


def test_pictures_that_hardly_meet_are_not_cut_alike() -> None:
    corner = Alignment(
        (Point(0.0, 0.0), Point(0.06, 0.0)),
        (Point(0.9, 0.95), Point(0.96, 0.95)),
    )
    with pytest.raises(InvalidInputError, match="too little in common"):
        before_after.made([Panel(FIRST), Panel(FIRST, (), corner)], TYPE, is_matched=False)
