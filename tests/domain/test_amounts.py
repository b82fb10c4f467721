"""Doses, units and prices as they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.amounts import Dose, dose_of, pence_of, unit_of
from lib.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("20 units", "20", "unit"),
        ("20u", "20", "unit"),
        ("12.5 IU", "12.5", "unit"),
        ("1.0 ml", "1.0", "ml"),
        ("0,5ml", "0.5", "ml"),
        ("2 x 1 ml", "2", "ml"),
        ("2x0.55ml", "1.10", "ml"),
        ("1 syringe", "1", "syringe"),
        ("3 widgets", "3", "widgets"),
        ("20", "20", ""),
        ("0.125 mg", "0.125", "mg"),
    ],
)
def test_a_dose_is_read_with_its_unit(text: str, amount: str, unit: str) -> None:
    assert dose_of(text) == Dose(Decimal(amount), unit)


@pytest.mark.parametrize("text", ["", "-", "n/a", "none"])
def test_no_dose_is_none(text: str) -> None:
    assert dose_of(text) == Dose(None, "")


@pytest.mark.parametrize(
    "text",
    ["much", "1,000 units", "0", "-5", "1.2345 ml", "1e3", "10 of 20", "99999999", "0 ml", "ml 5"],
)
def test_what_is_no_dose_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        dose_of(text)


def test_a_unit_is_short() -> None:
    assert unit_of(" IU ") == "unit"
    with pytest.raises(InvalidInputError, match="too long"):
        unit_of("x" * 21)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£1,250.00", 125_000),
        ("1250", 125_000),
        ("120,50", 12_050),
        ("GBP 99.5", 9_950),
        ("0", 0),
        ("255.00", 25_500),
        ("12 500.75", 1_250_075),
        ("", None),
        ("n/a", None),
    ],
)
def test_a_price_is_read_in_pence(text: str, pence: int | None) -> None:
    assert pence_of(text) == pence


@pytest.mark.parametrize("text", ["free", "-5", "1.234", "1,2,3", "£", "99999999999", "1.250,00"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not a price"):
        pence_of(text)


@given(st.integers(0, 10**9))
def test_any_price_written_out_is_read_back(pence: int) -> None:
    assert pence_of(f"£{pence // 100:,}.{pence % 100:02}") == pence


@given(st.decimals("0.001", "999999.999", places=3))
def test_any_dose_written_out_is_read_back(amount: Decimal) -> None:
    assert dose_of(f"{amount} ml") == Dose(amount, "ml")
