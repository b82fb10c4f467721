"""What a file is, by its first bytes alone: its name and what was said of it are not asked."""

from lib.errors import MediaRefusedError
from lib.media.prepared import Format

HEAD_BYTES = 4096
EMPTY = "The file is empty. Copy it from the camera or phone again."
UNKNOWN = (
    "This is not a photograph or video that can be kept. Bring in JPEG, PNG, WebP, AVIF, TIFF, "
    "HEIC, MP4, MOV or WebM."
)

TIFF_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
AVIF_BRANDS = frozenset({b"avif", b"avis"})
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
MOV_BRAND = b"qt  "
# How a QuickTime file without brands may begin.
MOV_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


def format_of(head: bytes) -> Format:
    """Return what the file is, given its first `HEAD_BYTES` bytes.

    Raises `MediaRefusedError` with a sentence for the person who brought it in.
    """
    if not head:
        raise MediaRefusedError(EMPTY)
    found = _picture(head) or _boxed(head)
    if found is None:
        raise MediaRefusedError(UNKNOWN)
    return found


def _picture(head: bytes) -> Format | None:
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[:4] in TIFF_MARKS:
        return Format.TIFF
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return Format.WEBM
    return None


def _boxed(head: bytes) -> Format | None:
    """Tell the formats made of boxes (ISO/IEC 14496-12) apart by their brands."""
    if head[4:8] != b"ftyp":
        return Format.MOV if head[4:8] in MOV_BOXES else None
    end = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {major, *(head[at : at + 4] for at in range(16, end, 4))}
    if major in AVIF_BRANDS or (brands & AVIF_BRANDS and major not in HEIC_BRANDS - {b"mif1"}):
        return Format.AVIF
    if brands & HEIC_BRANDS:
        return Format.HEIC
    return Format.MOV if major == MOV_BRAND else Format.MP4
