"""Time-based codes against the published vectors, their single use, recovery codes."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from lib.auth import second_factor

# RFC 6238, appendix B: the secret of the SHA-1 vectors, and the last six of their eight digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime.fromisoformat("2026-11-22T12:00:05")
STEP = int(NOW.replace(tzinfo=UTC).timestamp()) // 30


def code_at(step: int) -> str:
    return pyotp.HOTP(SECRET).at(step)


@pytest.mark.parametrize(("seconds", "code"), RFC_VECTORS)
def test_the_published_vectors_match(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    step = second_factor.matching_step(RFC_SECRET, code, now=now, last_step=None)
    assert step == seconds // 30


@pytest.mark.parametrize(("drift", "is_taken"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_clock_may_be_one_step_off(drift: int, is_taken: int) -> None:
    step = second_factor.matching_step(SECRET, code_at(STEP + drift), now=NOW, last_step=None)
    assert step == (STEP + drift if is_taken else None)


def test_a_code_works_once() -> None:
    code = code_at(STEP)
    assert second_factor.matching_step(SECRET, code, now=NOW, last_step=STEP - 1) == STEP
    assert second_factor.matching_step(SECRET, code, now=NOW, last_step=STEP) is None
    later = NOW + timedelta(seconds=30)
    assert second_factor.matching_step(SECRET, code, now=later, last_step=STEP) is None


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\N{SUPERSCRIPT TWO}"]
)
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert second_factor.matching_step(SECRET, typed, now=NOW, last_step=None) is None


def test_a_code_may_be_typed_with_a_gap() -> None:
    code = code_at(STEP)
    typed = f" {code[:3]} {code[3:]} "
    assert second_factor.matching_step(SECRET, typed, now=NOW, last_step=None) == STEP


def test_the_address_names_clinic_and_person() -> None:
    address = second_factor.address_for_app(SECRET, username="sam", clinic_name="Juno & Co")
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query) == {"secret": [SECRET], "issuer": ["Juno & Co"]}


def test_the_qr_code_is_an_image_that_needs_no_server() -> None:
    assert second_factor.qr_code("otpauth://totp/x").startswith("data:image/svg+xml")


def test_secrets_are_never_the_same() -> None:
    assert len({second_factor.new_secret() for _ in range(50)}) == 50


def test_there_are_ten_recovery_codes_and_a_sheet_that_lists_them() -> None:
    codes = second_factor.new_recovery_codes()
    sheet = second_factor.recovery_sheet(codes, username="sam", clinic_name="Juno")
    assert len(set(codes)) == 10
    assert all(code in sheet for code in codes)


@pytest.mark.parametrize("typed", ["k7mq2-x9fpa", "K7MQ2X9FPA", " k7mq2 x9fpa "])
def test_a_recovery_code_may_be_typed_in_any_way(typed: str) -> None:
    assert second_factor.normal_recovery_code(typed) == "k7mq2x9fpa"
