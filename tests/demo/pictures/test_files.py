"""Drawn pictures as files: formats, dates with their offset, positions, orientation."""

import io
from datetime import datetime

import pillow_heif
import pytest
from PIL import ExifTags, Image, ImageOps

from lib.demo.pictures.drawing import Shot, draw
from lib.demo.pictures.files import CAMERA, TABLET, TELEPHONE, Device, Format, Tags, encoded
from lib.demo.pictures.sitter import sitter

pillow_heif.register_heif_opener()
TAKEN_AT = datetime(2026, 6, 3, 14, 5, 6)  # noqa: DTZ001 - a camera's own time
PICTURE = draw(sitter(35, 55), Shot(size=(240, 320))).image


def file_of(form: Format, device: Device = CAMERA, offset: int = 60) -> Image.Image:
    return Image.open(io.BytesIO(encoded(PICTURE, form, Tags(device, TAKEN_AT, offset))))


@pytest.mark.parametrize("form", list(Format))
def test_every_format_says_when_it_was_taken_and_where_utc_was(form: Format) -> None:
    opened = file_of(form)
    assert opened.format == {Format.HEIC: "HEIF"}.get(form, form.value.upper())
    said = opened.getexif().get_ifd(ExifTags.IFD.Exif)
    assert said[ExifTags.Base.DateTimeOriginal] == "2026:06:03 14:05:06"
    assert said[ExifTags.Base.OffsetTimeOriginal] == "+01:00"


def test_a_telephone_writes_where_it_was_and_a_camera_does_not() -> None:
    for device, has_position in ((TELEPHONE, True), (TABLET, True), (CAMERA, False)):
        position = file_of(Format.JPEG, device).getexif().get_ifd(ExifTags.IFD.GPSInfo)
        assert bool(position) is has_position


def test_a_telephone_leaves_pictures_on_their_side_and_says_so() -> None:
    opened = file_of(Format.JPEG, TELEPHONE)
    assert opened.getexif()[ExifTags.Base.Orientation] == 6
    assert opened.size == (320, 240)
    upright = ImageOps.exif_transpose(opened)
    assert upright.size == PICTURE.size
    near = abs(upright.getpixel((120, 160))[0] - PICTURE.getpixel((120, 160))[0])  # type: ignore[index,operator]
    assert near < 12


@pytest.mark.parametrize(("offset", "words"), [(0, "+00:00"), (60, "+01:00"), (-300, "-05:00")])
def test_offsets_are_written_with_their_sign(offset: int, words: str) -> None:
    said = file_of(Format.JPEG, offset=offset).getexif().get_ifd(ExifTags.IFD.Exif)
    assert said[ExifTags.Base.OffsetTimeOriginal] == words


def test_the_same_picture_is_the_same_file() -> None:
    tags = Tags(CAMERA, TAKEN_AT, 0)
    for form in (Format.JPEG, Format.PNG, Format.WEBP):
        assert encoded(PICTURE, form, tags) == encoded(PICTURE, form, tags)
