"""Every kind of photograph, made by other software, comes out upright, in its colours, and bare."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image, ImageCms

from lib.domain.media import Kind, Rendition
from lib.errors import MediaRefusedError
from lib.media import likeness, photographs, preparing
from lib.media.prepared import Format
from lib.media.sealing import SealedFile
from tests.media.conftest import CORPUS, Prepare

RED, GREEN, BLUE, YELLOW = (208, 32, 32), (32, 160, 32), (32, 32, 208), (224, 208, 32)
CORNERS = [RED, GREEN, BLUE, YELLOW]
UPRIGHT = (240, 160)
IN_COLOUR = {
    "plain.jpg": Format.JPEG,
    "progressive.jpg": Format.JPEG,
    "adobe-rgb.jpg": Format.JPEG,
    "cmyk.jpg": Format.JPEG,
    **{f"turned-{turn}.jpg": Format.JPEG for turn in range(1, 9)},
    "plain.png": Format.PNG,
    "palette.png": Format.PNG,
    "sixteen.png": Format.PNG,
    "transparent.png": Format.PNG,
    "plain.webp": Format.WEBP,
    "transparent.webp": Format.WEBP,
    "plain.avif": Format.AVIF,
    "plain.tif": Format.TIFF,
    "tiled.tif": Format.TIFF,
    "sixteen.tif": Format.TIFF,
    "cmyk.tif": Format.TIFF,
    "plain.heic": Format.HEIC,
    "transparent.heic": Format.HEIC,
}
PLANTED = (b"PLANTED", b"Exif", b"http", b"GPS", b"ICC_PROFILE", b"Photoshop", b"Adobe", b"xmp")


def corners(content: bytes) -> list[tuple[int, ...]]:
    with Image.open(io.BytesIO(content)) as picture:
        right, low = picture.width - 12, picture.height - 12
        places = ((12, 12), (right, 12), (12, low), (right, low))
        return [picture.getpixel(place) for place in places]  # type: ignore[misc]


def farthest(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]]) -> int:
    return int(np.abs(np.array(found) - np.array(wanted)).max())


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **how)
    return content.getvalue()


@pytest.mark.parametrize(("name", "kind"), IN_COLOUR.items())
def test_a_photograph_comes_out_upright_and_in_its_colours(
    prepare: Prepare, name: str, kind: Format
) -> None:
    found, renditions = prepare((CORPUS / name).read_bytes())
    assert (found.kind, found.format) == (Kind.PHOTOGRAPH, kind)
    assert (found.width, found.height) == UPRIGHT
    assert farthest(corners(renditions[Rendition.PREVIEW]), CORNERS) <= 6
    assert found.duration_ms is None


@pytest.mark.parametrize("name", ["grey.jpg", "sixteen-grey.png"])
def test_other_colours_are_shown_as_light_and_dark_as_they_are(prepare: Prepare, name: str) -> None:
    _, renditions = prepare((CORPUS / name).read_bytes())
    red, green, blue, yellow = (sum(pixel) for pixel in corners(renditions[Rendition.PREVIEW]))
    assert blue < red < green < yellow


def test_black_and_white_stays_so_and_lab_becomes_what_it_looks_like(prepare: Prepare) -> None:
    _, renditions = prepare((CORPUS / "bits.png").read_bytes())
    assert farthest(corners(renditions[Rendition.PREVIEW])[-1:], [(255, 255, 255)]) <= 6
    _, renditions = prepare((CORPUS / "lab.tif").read_bytes())
    # ImageMagick's Lab has another white point than the standard's: near is all that can be had.
    assert farthest(corners(renditions[Rendition.PREVIEW]), CORNERS) <= 45


@pytest.mark.parametrize("name", ["transparent.png", "transparent.webp", "palette.png"])
def test_white_shows_through_what_is_transparent(prepare: Prepare, name: str) -> None:
    _, renditions = prepare((CORPUS / name).read_bytes())
    with Image.open(io.BytesIO(renditions[Rendition.PREVIEW])) as picture:
        assert picture.getpixel((120, 80)) == (255, 255, 255)


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_format_turns_as_it_says(prepare: Prepare, turn: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    with Image.open(CORPUS / f"turned-{turn}.jpg") as stored:
        pixels = stored.convert("RGB")
    pillow_heif.register_heif_opener()
    for kind in ("HEIF", "AVIF", "TIFF", "PNG", "WEBP"):
        how = {} if kind == "TIFF" else {"quality": 90}
        made = saved(pixels, kind, exif=exif.tobytes(), **how)
        found, renditions = prepare(made)
        assert (found.width, found.height) == UPRIGHT
        assert farthest(corners(renditions[Rendition.PREVIEW]), CORNERS) <= 12


def test_the_date_is_the_cameras_own_with_its_offset(prepare: Prepare) -> None:
    for name in ("dated.jpg", "plain.webp", "plain.heic"):
        found, _ = prepare((CORPUS / name).read_bytes())
        assert found.taken_at == datetime(2024, 7, 14, 10, 20, 30, 250_000)  # noqa: DTZ001
        assert found.offset_minutes == 60


def test_a_fresh_gps_fix_tells_the_offset_that_the_camera_does_not(prepare: Prepare) -> None:
    found, _ = prepare((CORPUS / "gps-time.jpg").read_bytes())
    assert (found.taken_at, found.offset_minutes) == (datetime(2024, 7, 14, 10, 20, 30), 60)  # noqa: DTZ001


def test_nothing_but_pixels_reaches_a_rendition(prepare: Prepare) -> None:
    for file in sorted(CORPUS.glob("*")):
        if file.suffix not in {".jpg", ".webp", ".heic", ".mp4", ".mov"}:
            continue
        try:
            found, renditions = prepare(file.read_bytes())
        except MediaRefusedError:
            continue
        for content in renditions.values():
            assert [mark for mark in PLANTED if mark in content] == []
            assert markers(content) <= {0xC0, 0xC4, 0xDA, 0xDB, 0xE0}
        assert {made.name: made.bytes for made in found.renditions} == {
            name: len(content) for name, content in renditions.items()
        }


def markers(content: bytes) -> set[int]:
    """Return the kinds of segments that a JPEG file has before its pixels."""
    position, found = 2, set()
    while True:
        kind, length = content[position + 1], int.from_bytes(content[position + 2 : position + 4])
        found.add(kind)
        if kind == 0xDA:
            return found
        position += 2 + length


def test_the_original_says_what_the_rendition_must_not(prepare: Prepare) -> None:
    content = (CORPUS / "dated.jpg").read_bytes()
    assert content.count(b"PLANTED") >= 6
    assert b"Exif" in content
    prepare(content)


@pytest.mark.parametrize(
    ("size", "thumbnail", "preview"),
    [
        ((3000, 2000), (320, 213), (1600, 1067)),
        ((2000, 3000), (213, 320), (1067, 1600)),
        ((200, 100), (200, 100), (200, 100)),
        ((4000, 1), (320, 1), (1600, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_the_longer_side_is_bounded_and_nothing_is_enlarged(
    prepare: Prepare,
    size: tuple[int, int],
    thumbnail: tuple[int, int],
    preview: tuple[int, int],
) -> None:
    found, _ = prepare(saved(Image.new("RGB", size, RED), "JPEG"))
    sizes = {made.name: (made.width, made.height) for made in found.renditions}
    assert sizes == {Rendition.THUMBNAIL: thumbnail, Rendition.PREVIEW: preview}
    assert (found.width, found.height) == size


def test_a_profile_is_followed_and_a_broken_or_foreign_one_ignored(prepare: Prepare) -> None:
    plain = Image.new("RGB", (64, 64), (120, 200, 80))
    with Image.open(CORPUS / "adobe-rgb.jpg") as wide:
        profile = wide.info["icc_profile"]
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    shown = {}
    for name, given in (
        ("none", b""),
        ("wide", profile),
        ("cut", profile[:200]),
        ("rubbish", b"\xff" * 5000),
        ("of other colours", lab),
        ("huge", profile + b"\0" * (9 * 1024 * 1024)),
    ):
        _, renditions = prepare(saved(plain, "TIFF", icc_profile=given))
        shown[name] = corners(renditions[Rendition.PREVIEW])[0]
    assert farthest([shown["wide"]], [shown["none"]]) > 20
    ignored = [shown[name] for name in ("cut", "rubbish", "of other colours", "huge")]
    assert ignored == [shown["none"]] * 4


def test_greys_with_a_profile_of_colours_are_shown_as_greys(prepare: Prepare) -> None:
    with Image.open(CORPUS / "adobe-rgb.jpg") as wide:
        profile = wide.info["icc_profile"]
    _, renditions = prepare(saved(Image.new("L", (64, 64), 99), "PNG", icc_profile=profile))
    assert corners(renditions[Rendition.PREVIEW])[0] == (99, 99, 99)


def test_grey_with_transparency_is_shown_on_white(prepare: Prepare) -> None:
    _, renditions = prepare(saved(Image.new("LA", (64, 64), (0, 0)), "PNG"))
    assert corners(renditions[Rendition.PREVIEW])[0] == (255, 255, 255)
    grey = Image.new("L", (64, 64), 50)
    _, renditions = prepare(saved(grey, "PNG", transparency=50))
    assert corners(renditions[Rendition.PREVIEW])[0] == (255, 255, 255)


def test_the_same_file_is_told_again_only_under_the_same_key(
    prepare: Prepare, tmp_path: Path
) -> None:
    content = (CORPUS / "plain.jpg").read_bytes()
    digests = [prepare(content)[0].digest, prepare(content)[0].digest]
    assert digests[0] == digests[1]
    assert len(digests[0]) == 64
    assert prepare(content + b"\0")[0].digest != digests[0]
    other = SealedFile(tmp_path / "other", b"another patient's key, 32 bytes.", "x/original")
    with other.writer() as writer:
        writer.write(content)
    assert preparing.prepare(other, {}).digest != digests[0]


def test_the_same_picture_saved_otherwise_is_near_and_another_is_far(prepare: Prepare) -> None:
    drawn = Image.effect_mandelbrot((900, 600), (-2.2, -1.2, 1.0, 1.2), 60).convert("RGB")
    again = drawn.resize((450, 300))
    other = Image.linear_gradient("L").rotate(90).resize((900, 600)).convert("RGB")
    hashes = [
        prepare(saved(drawn, "PNG"))[0].likeness,
        prepare(saved(again, "JPEG", quality=40))[0].likeness,
        prepare(saved(other, "PNG"))[0].likeness,
    ]
    first, second, third = (one or "" for one in hashes)
    assert len(first) == 16
    assert likeness.distance(first, second) <= 6
    assert likeness.distance(first, third) >= 16


@pytest.mark.parametrize("name", ["animated.png", "animated.webp", "animated.avif"])
def test_what_moves_is_refused_for_only_its_first_picture_would_be_seen(
    prepare: Prepare, name: str
) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        prepare((CORPUS / name).read_bytes())
    assert refused.value.message == photographs.ANIMATED


def test_a_file_of_several_pages_is_refused_but_not_one_with_a_small_copy(
    prepare: Prepare,
) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        prepare((CORPUS / "pages.tif").read_bytes())
    assert refused.value.message == photographs.SEVERAL
    large, small = Image.new("RGB", (64, 48), RED), Image.new("RGB", (16, 12), RED)
    small.encoderinfo = {"tiffinfo": {photographs.NEW_SUBFILE_TYPE: photographs.REDUCED_PAGE}}
    found, _ = prepare(saved(large, "TIFF", save_all=True, append_images=[small]))
    assert (found.width, found.height) == (64, 48)


def test_a_camera_that_was_never_set_says_no_date(prepare: Prepare) -> None:
    for text in ("1970:01:01 00:00:00", "2024:13:45 99:00:00", "0000:00:00 00:00:00", "\0" * 19):
        exif = Image.Exif()
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = text
        found, _ = prepare(saved(Image.new("RGB", (9, 9)), "JPEG", exif=exif))
        assert (found.taken_at, found.offset_minutes) == (None, None)


@pytest.mark.parametrize(
    ("stamp", "offset", "minutes"),
    [("2024:07:14 10:20:30", "-03:30", -210), ("2024:07:14 10:20:30", "+99:00", None)],
)
def test_an_offset_that_no_place_has_is_none(
    prepare: Prepare, stamp: str, offset: str, minutes: int | None
) -> None:
    exif = Image.Exif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeDigitized] = stamp
    inner[ExifTags.Base.OffsetTimeDigitized] = offset
    found, _ = prepare(saved(Image.new("RGB", (9, 9)), "JPEG", exif=exif))
    assert found.offset_minutes == minutes
    assert found.taken_at is not None


@pytest.mark.parametrize(
    ("behind", "minutes"),
    [(timedelta(hours=1), 60), (timedelta(hours=1, minutes=7), None), (timedelta(days=2), None)],
)
def test_a_stale_gps_fix_tells_nothing(
    prepare: Prepare, behind: timedelta, minutes: int | None
) -> None:
    at = datetime(2024, 7, 14, 10, 20, 30)  # noqa: DTZ001 - a wall clock
    exif = Image.Exif()
    inner, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    inner[ExifTags.Base.DateTimeOriginal] = at.strftime("%Y:%m:%d %H:%M:%S")
    fix = at - behind
    gps[ExifTags.GPS.GPSDateStamp] = fix.strftime("%Y:%m:%d")
    gps[ExifTags.GPS.GPSTimeStamp] = (float(fix.hour), float(fix.minute), float(fix.second))
    found, _ = prepare(saved(Image.new("RGB", (9, 9)), "JPEG", exif=exif))
    assert (found.taken_at, found.offset_minutes) == (at, minutes)
