"""A certificate of disposal: its text, hash and signature, and that a change shows."""

import json
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from lib.domain import certificates
from lib.domain.certificates import Certificate, HeldUntil, Place, Remains, Searched

KEY = bytes(range(32))
AT = datetime.fromisoformat("2026-11-24T12:00:00")
SOMEBODY = UUID("01a20000-0000-7000-8000-000000000001")
CERTIFICATE = Certificate(
    number="C-000001",
    method="erase",
    as_of=date(2026, 11, 24),
    proposed_at=AT,
    proposed_by=SOMEBODY,
    approved_at=AT,
    approved_by=SOMEBODY,
    erased_at=AT,
    issued_at=AT,
    items=("D-000001",),
    partial=(),
    skipped=(("D-000002", "open_debt"),),
    counts={"identity": 3, "media": 10},
    remains=(Remains("C9", "financial entries", 2),),
    search=Searched(AT, AT, {"name": 4}, (Place("rows", 10, "rows"),), {"phone number": 1}, 0, 1),
    held_in=(HeldUntil("back-up", date(2026, 11, 23), date(2026, 12, 28)),),
    backups_end_on=date(2026, 12, 28),
)


def signed() -> certificates.Signed:
    return certificates.signed(certificates.content_of(CERTIFICATE), KEY)


def test_a_certificate_that_was_signed_is_whole() -> None:
    assert certificates.fault_of(signed()) is None
    assert signed().public_key == certificates.public_key_of(KEY)


def test_a_certificate_comes_back_from_its_file_as_it_was() -> None:
    assert certificates.signed_in(certificates.file_of(signed())) == signed()


def test_a_certificate_says_days_and_counts_in_words_that_a_screen_can_show() -> None:
    said = certificates.certificate_in(signed().content)

    assert said["backups_end_on"] == "2026-12-28"
    assert said["skipped"] == [["D-000002", "open_debt"]]


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (replace(signed(), content=signed().content + " "), certificates.CHANGED),
        (replace(signed(), digest="0" * 64), certificates.CHANGED),
        (replace(signed(), signature=signed().public_key), certificates.NOT_SIGNED),
        (replace(signed(), signature="?"), certificates.NOT_SIGNED),
        (replace(signed(), public_key=certificates.public_key_of(b"x" * 32)), "its signature"),
    ],
)
def test_whatever_is_changed_shows(found: certificates.Signed, fault: str) -> None:
    assert (certificates.fault_of(found) or "").startswith(fault)


def test_one_changed_figure_in_the_file_shows() -> None:
    kept = json.loads(certificates.file_of(signed()))
    kept["certificate"]["search"]["hits"] = 1

    found = certificates.signed_in(json.dumps(kept).encode())

    assert certificates.fault_of(found) == certificates.CHANGED


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"3",
        b'{"certificate":1,"sha256":1,"signature":"","public_key":""}',
    ],
)
def test_another_file_is_not_a_certificate(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a certificate"):
        certificates.signed_in(content)


def test_another_text_is_not_a_certificate() -> None:
    with pytest.raises(ValueError, match="not a certificate"):
        certificates.certificate_in("[]")
