"""What is broken, disguised or hostile is refused with a sentence, or taken for what it is."""

import io
import random
import secrets
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from lib.domain.media import Rendition
from lib.errors import MediaRefusedError
from lib.media import photographs, probing
from lib.media.prepared import Format
from lib.media.workers import Workers
from tests.media.conftest import CORPUS, Prepare, Seal

WHOLE = sorted(
    file
    for file in CORPUS.iterdir()
    if file.suffix not in {".sh", ".md"} and not file.name.startswith(("animated", "keyless"))
)
# A recording of a browser does not say how long it is, so nobody can tell that its end is missing.
ENDLESS = {"vp8-recorded.webm"}
NOT_MEDIA = {
    "text": b"Dear clinic, please find attached",
    "GIF": b"GIF89a" + b"\0" * 40,
    "PDF": b"%PDF-1.7\n",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "ZIP": b"PK\x03\x04" + b"\0" * 40,
    "BMP": b"BM" + b"\0" * 60,
    "Matroska": b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska" + b"\0" * 40,
    "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\nfile:///etc/passwd\n",
    "zeros": b"\0" * 5000,
}


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a black-and-white PNG that claims a size, whatever its chunks hold."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", header), *chunks, (b"IEND", b"")):
        content += struct.pack(">I", len(data)) + kind + data
        content += struct.pack(">I", zlib.crc32(kind + data))
    return content


def rows(width: int, height: int) -> bytes:
    """Return the packed pixels of a white picture, a few kilobytes for a hundred megapixels."""
    packing = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (-(-width // 8))
    return b"".join(packing.compress(row) for _ in range(height)) + packing.flush()


def test_an_empty_file_is_told_to_be_empty(prepare: Prepare) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        prepare(b"")
    assert refused.value.message == probing.EMPTY


@pytest.mark.parametrize("name", NOT_MEDIA)
def test_what_is_no_photograph_or_video_is_refused(prepare: Prepare, name: str) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        prepare(NOT_MEDIA[name])
    assert refused.value.message == probing.UNKNOWN


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("file", WHOLE, ids=lambda file: str(file.name))
def test_a_file_whose_end_is_missing_is_refused(prepare: Prepare, file: Path, part: float) -> None:
    content = file.read_bytes()
    if file.name in ENDLESS and part > 0.02:
        return
    with pytest.raises(MediaRefusedError):
        prepare(content[: int(len(content) * part)])


@pytest.mark.parametrize(("head", "body"), [("plain.png", "plain.jpg"), ("plain.jpg", "plain.png")])
def test_a_file_that_begins_as_another_is_refused(prepare: Prepare, head: str, body: str) -> None:
    content = (CORPUS / head).read_bytes()[:12] + (CORPUS / body).read_bytes()
    with pytest.raises(MediaRefusedError):
        prepare(content)


@pytest.mark.parametrize(
    ("brand", "name"), [(b"heic", "video.mp4"), (b"avif", "plain.heic"), (b"qt  ", "plain.avif")]
)
def test_a_wrong_brand_is_refused(prepare: Prepare, brand: bytes, name: str) -> None:
    content = (CORPUS / name).read_bytes()
    size = int.from_bytes(content[:4])
    with pytest.raises(MediaRefusedError):
        prepare(content[:8] + brand + content[12:16] + brand * ((size - 16) // 4) + content[size:])


@pytest.mark.parametrize("name", ["plain.jpg", "plain.png", "plain.webp"])
@pytest.mark.parametrize(
    "rest", [b"PK\x03\x04PLANTED", b"<script>PLANTED</script>", b"%PDF-1.7 PLANTED"]
)
def test_a_polyglot_is_taken_for_what_its_first_bytes_are(
    prepare: Prepare, name: str, rest: bytes
) -> None:
    found, renditions = prepare((CORPUS / name).read_bytes() + rest)
    assert found.format in {Format.JPEG, Format.PNG, Format.WEBP}
    assert [content for content in renditions.values() if b"PLANTED" in content] == []


@pytest.mark.parametrize(("width", "height"), [(10_001, 10_000), (2**31 - 1, 2**31 - 1)])
def test_more_than_a_hundred_megapixels_are_refused_before_they_are_unpacked(
    prepare: Prepare, width: int, height: int
) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        prepare(png(width, height, (b"IDAT", b"")))
    assert refused.value.message == photographs.TOO_LARGE


def test_a_hundred_megapixels_go_in(prepare: Prepare) -> None:
    found, _ = prepare(png(10_000, 10_000, (b"IDAT", rows(10_000, 10_000))))
    assert (found.width, found.height) == (10_000, 10_000)


def test_a_text_that_would_unpack_to_gigabytes_is_not_unpacked(prepare: Prepare) -> None:
    bomb = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"\0" * 300_000_000, 9)
    with pytest.raises(MediaRefusedError):
        prepare(png(8, 8, (b"iTXt", bomb), (b"IDAT", rows(8, 8))))


def test_hostile_metadata_does_not_keep_the_pixels_out(prepare: Prepare) -> None:
    plain = Image.new("RGB", (64, 64), (1, 2, 3))
    drawn = random.Random(1)  # noqa: S311 - the same each time
    entities = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + b"<!ENTITY b '&a;&a;&a;'>" * 999 + b"]>"
    # An entry that points at its own directory, again and again.
    loop = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\0\0\0\0"
    for exif, xmp in (
        (b"Exif\0\0" + drawn.randbytes(60_000), b""),
        (b"Exif\0\0MM\0*\xff\xff\xff\xff", b""),
        (loop, entities[:60_000]),
        (b"Exif\0\0", drawn.randbytes(60_000)),
    ):
        content = io.BytesIO()
        plain.save(content, "JPEG", exif=exif, xmp=xmp)
        found, _ = prepare(content.getvalue())
        assert (found.width, found.taken_at) == (64, None)


def test_a_picture_of_rare_colours_is_refused(prepare: Prepare) -> None:
    content = io.BytesIO()
    Image.new("F", (8, 8), 0.5).save(content, "TIFF")
    with pytest.raises(MediaRefusedError):
        prepare(content.getvalue())


def test_planted_text_of_a_png_does_not_reach_a_rendition(prepare: Prepare) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "PLANTED", zip=True)
    notes.add_itxt("XML:com.adobe.xmp", "<x>PLANTED</x>")
    content = io.BytesIO()
    Image.new("RGB", (64, 64)).save(content, "PNG", pnginfo=notes, exif=b"Exif\0\0PLANTED")
    _, renditions = prepare(content.getvalue())
    assert [name for name, made in renditions.items() if b"PLANTED" in made] == []


def test_files_with_random_damage_are_prepared_or_refused_and_never_anything_else(
    seal: Seal, tmp_path: Path
) -> None:
    drawn = random.Random(20_261_124)  # noqa: S311 - the same each time
    workers = Workers(count=1)
    try:
        for file in WHOLE:
            content = bytearray(file.read_bytes())
            for _ in range(20):
                content[drawn.randrange(12, len(content))] = drawn.randrange(256)
            source = seal(bytes(content))
            target = type(source)(tmp_path / secrets.token_hex(8), source.key, "x/thumbnail")
            with suppress(MediaRefusedError):
                assert workers.prepare(source, {Rendition.THUMBNAIL: target}).width > 0
    finally:
        workers.close()
