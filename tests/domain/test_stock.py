"""How a lot stands on a day, and what the barcode on a pack says (GS1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.stock import Barcode, LotState, barcode_of, is_barcode, state_of
from lib.errors import InvalidInputError

TODAY = date(2026, 11, 24)
GTIN = "09506000134352"


@pytest.mark.parametrize(
    ("expires_on", "withdrawn_on", "state"),
    [
        (TODAY - timedelta(days=1), None, LotState.EXPIRED),
        (TODAY, None, LotState.EXPIRES_SOON),
        (TODAY + timedelta(days=60), None, LotState.EXPIRES_SOON),
        (TODAY + timedelta(days=61), None, LotState.IN_DATE),
        (None, None, LotState.NO_DATE),
        (TODAY - timedelta(days=1), TODAY, LotState.WITHDRAWN),
        (None, TODAY + timedelta(days=1), LotState.NO_DATE),
    ],
)
def test_a_lot_stands_so_on_the_day(
    expires_on: date | None, withdrawn_on: date | None, state: LotState
) -> None:
    assert state_of(expires_on, withdrawn_on, TODAY) is state


@pytest.mark.parametrize(
    "text",
    [
        f"(01){GTIN}(17)280131(10)AB-12",
        f"01{GTIN}1728013110AB-12",
        f"]d201{GTIN}1728013110AB-12",
        f"\x1d01{GTIN}10AB-12\x1d17280131",
        f"01{GTIN}112501011728013110AB-12",
    ],
)
def test_a_barcode_gives_item_expiry_and_lot(text: str) -> None:
    assert is_barcode(text)
    assert barcode_of(text) == Barcode(GTIN, date(2028, 1, 31), "AB-12")


def test_day_00_is_the_last_of_the_month() -> None:
    assert barcode_of("(17)280200(10)X").expires_on == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    ["(17)281301", "(17)280230", "(17)28", "(01)09506000134353", "(01)123", "()", "0150ab", "(10"],
)
def test_a_barcode_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        barcode_of(text)


@given(
    st.dates(date(2000, 1, 1), date(2050, 12, 31)),
    st.text("ABCXYZ0123456789-/", min_size=1, max_size=20),
)
def test_what_is_printed_is_what_is_read(expires_on: date, lot: str) -> None:
    expiry = f"{expires_on:%y%m%d}"
    for text in (f"(17){expiry}(10){lot}", f"\x1d17{expiry}10{lot}", f"\x1d10{lot}\x1d17{expiry}"):
        assert barcode_of(text) == Barcode(None, expires_on, lot)


@pytest.mark.parametrize("text", ["AB-12", "", "17B4", "0112"])
def test_a_lot_number_that_was_typed_is_no_barcode(text: str) -> None:
    assert not is_barcode(text)
