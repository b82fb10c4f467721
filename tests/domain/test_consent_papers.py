"""What a file that shows a consent may be, whatever its name says."""

import pytest

from lib.domain import consent_papers
from lib.domain.consent import EvidenceKind
from lib.domain.consent_papers import Sort, begins_as, sort_of
from lib.errors import InvalidInputError

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + bytes(60) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"\0\0\0\0IEND\xaeB`\x82"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40)
EMAIL = b"Received: from mail\r\nFrom: a@example.com\r\nSubject: stop\r\n\r\nPlease stop.\r\n"


@pytest.mark.parametrize(
    ("content", "sort"),
    [
        (PDF, Sort.PDF),
        (JPEG, Sort.JPEG),
        (PNG, Sort.PNG),
        (HEIC, Sort.HEIC),
        (b"II*\0" + bytes(40), Sort.TIFF),
        (b"MM\0*" + bytes(40), Sort.TIFF),
        (EMAIL, Sort.EMAIL),
        (b"\xef\xbb\xbf" + EMAIL, Sort.EMAIL),
        (b"From x Mon Nov 23\r\n" + EMAIL, Sort.EMAIL),
        ("She said: stop, please. £5".encode(), Sort.TEXT),
        (b"Rang at ten.\nAgreed to email.", Sort.TEXT),
        (b"1 < 2 and script", Sort.TEXT),
    ],
)
def test_a_file_is_told_by_its_content(content: bytes, sort: Sort) -> None:
    assert sort_of(content) is sort


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", consent_papers.EMPTY),
        (b" \n ", consent_papers.EMPTY),
        (b"MZ\0\0", consent_papers.UNKNOWN),
        (b"PK\x03\x04\0\0", consent_papers.UNKNOWN),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", consent_papers.UNKNOWN),
        (consent_papers.OUTLOOK_MARK + bytes(20), consent_papers.OUTLOOK),
        (b"<!DOCTYPE html><p>stop", consent_papers.WEB_PAGE),
        (b"hello <SCRIPT>alert(1)</SCRIPT>", consent_papers.WEB_PAGE),
        (b'<svg onload="x">', consent_papers.WEB_PAGE),
        (b"caf\xe9", consent_papers.NOT_TEXT),
        (b"\x1b[31mred", consent_papers.NOT_TEXT),
        (PDF + b"PK\x05\x06" + bytes(18), consent_papers.TWO_IN_ONE),
        (JPEG + b"PK\x05\x06" + bytes(18), consent_papers.TWO_IN_ONE),
        (JPEG[:20] + b"%PDF-1.4" + JPEG[20:], consent_papers.TWO_IN_ONE),
        (JPEG[:20] + b"<html><script>" + JPEG[20:], consent_papers.TWO_IN_ONE),
        (b"%PDF-1.7\n<script>x</script>" + PDF[9:], consent_papers.TWO_IN_ONE),
        (PNG + bytes(100), consent_papers.TWO_IN_ONE),
        (PNG[:30], consent_papers.CUT),
        (PDF + b"x" * 2000, consent_papers.TWO_IN_ONE),
        (PDF[:30], consent_papers.CUT),
        (PDF.replace(b"/Type", b"/JavaScript (x) /Type"), consent_papers.ACTIVE_PDF),
        (PDF.replace(b"/Type", b"/J#61va#53cript (x) /Type"), consent_papers.ACTIVE_PDF),
        (PDF.replace(b"/Type", b"/Launch (x) /Type"), consent_papers.ACTIVE_PDF),
        (PDF.replace(b"/Type", b"/EmbeddedFiles (x) /Type"), consent_papers.ACTIVE_PDF),
        (PDF.replace(b"/Type", b"/Encrypt 5 0 R /Type"), consent_papers.LOCKED_PDF),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        sort_of(content)
    assert (caught.value.message, caught.value.field) == (words, "evidence")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="25 MB"):
        sort_of(b"a" * (consent_papers.MOST_BYTES + 1))


def test_the_beginning_alone_lets_through_what_only_the_whole_tells() -> None:
    assert (begins_as(b"Dear clinic"), begins_as(JPEG)) == (None, Sort.JPEG)


def test_each_kind_of_file_is_a_kind_of_evidence_and_has_a_name_that_says_nothing() -> None:
    assert [(one.kind, one.filename) for one in (Sort.PDF, Sort.EMAIL, Sort.TEXT)] == [
        (EvidenceKind.SCAN, "scan.pdf"),
        (EvidenceKind.EMAIL, "email.eml"),
        (EvidenceKind.NOTE, "note.txt"),
    ]
