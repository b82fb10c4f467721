"""Pictures as the files that cameras and telephones make: formats, and what they tell of a day."""

import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pillow_heif
from PIL import ExifTags, Image, TiffImagePlugin

UPRIGHT, ON_ITS_SIDE = 1, 6
QUALITY = 86
# A telephone has a chip for it.
QUICK = {"preset": "ultrafast"}
LATITUDE = (53.0, 47.0, 58.2)
LONGITUDE = (1.0, 32.0, 37.0)
Rational = TiffImagePlugin.IFDRational


class Format(StrEnum):
    """The formats that are made here."""

    JPEG = "jpeg"
    HEIC = "heic"
    PNG = "png"
    WEBP = "webp"


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or telephone; some write where they are, some leave pictures on their side."""

    make: str
    model: str
    has_position: bool = False
    lies_on_its_side: bool = False


CAMERA = Device("Halcyon", "EOS-M 24")
TELEPHONE = Device("Pomona", "Phone 15", has_position=True, lies_on_its_side=True)
TABLET = Device("Pomona", "Tab 9", has_position=True)
DEVICES = (CAMERA, CAMERA, TELEPHONE, TABLET)


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of its making; `taken_at` is local, `offset_minutes` from UTC."""

    device: Device
    taken_at: datetime
    offset_minutes: int


def encoded(image: Image.Image, form: Format, tags: Tags) -> bytes:
    """Return the picture as a file."""
    is_turned = tags.device.lies_on_its_side and form is Format.JPEG
    pixels = image.transpose(Image.Transpose.ROTATE_90) if is_turned else image
    exif = _exif(tags, ON_ITS_SIDE if is_turned else UPRIGHT)
    out = io.BytesIO()
    if form is Format.HEIC:
        heif = pillow_heif.from_pillow(pixels)
        heif.save(out, quality=60, exif=exif.tobytes(), enc_params=QUICK)
    elif form is Format.PNG:
        pixels.save(out, "PNG", compress_level=1, exif=exif)
    elif form is Format.WEBP:
        pixels.save(out, "WEBP", quality=82, method=0, exif=exif)
    else:
        pixels.save(out, "JPEG", quality=QUALITY, exif=exif)
    return out.getvalue()


def _exif(tags: Tags, orientation: int) -> Image.Exif:
    exif = Image.Exif()
    moment = f"{tags.taken_at:%Y:%m:%d %H:%M:%S}"
    exif[ExifTags.Base.Make] = tags.device.make
    exif[ExifTags.Base.Model] = tags.device.model
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.DateTime] = moment
    exif[ExifTags.Base.Software] = "Juno Desk's synthetic clinic; a drawing of nobody"
    offset = f"{'-' if tags.offset_minutes < 0 else '+'}{abs(tags.offset_minutes) // 60:02}:00"
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base.DateTimeOriginal: moment,
            ExifTags.Base.DateTimeDigitized: moment,
            ExifTags.Base.OffsetTimeOriginal: offset,
            ExifTags.Base.ExposureTime: Rational(1, 125),
            ExifTags.Base.FNumber: Rational(56, 10),
        }
    )
    if tags.device.has_position:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: LATITUDE,
                ExifTags.GPS.GPSLongitudeRef: "W",
                ExifTags.GPS.GPSLongitude: LONGITUDE,
            }
        )
    return exif
