"""How a record that looks like the person typed is worded."""

from datetime import date
from typing import Any

import pytest
import uuid_utils.compat as uuid7s

from lib.services.likely_duplicates import LikelyPatient
from lib.store.search import ResultRow
from lib.ui.likely_duplicates import cards

ROW: dict[str, Any] = {
    "patient_id": uuid7s.uuid7(), "reference": "J00042K", "title": "Ms", "given_names": "Anna",
    "family_name": "Hart", "preferred_name": None, "sex": "female", "born_on": date(1985, 8, 6),
    "deceased_on": None, "last_seen_on": None, "practitioner_name": None, "external_id": None,
    "is_restricted": False,
}  # fmt: skip


def likely(probability: float, *reasons: str, **values: Any) -> LikelyPatient:  # noqa: ANN401
    return LikelyPatient(ResultRow(**{**ROW, **values}), probability, reasons)


def test_a_card_identifies_the_record_and_says_why() -> None:
    (card,) = cards((likely(0.97, "same date of birth", "a phone number in common"),)).cards
    assert card.title == "HART, Anna (Ms)"
    assert card.detail.startswith("Born 06-Aug-1985 (")
    assert " · Female · J00042K. " in card.detail
    assert card.detail.endswith(
        "Very likely the same person: same date of birth, a phone number in common."
    )
    assert card.href == f"/patient?id={ROW['patient_id']}"
    assert card.mark is not None
    assert card.mark.word == "Open this record instead"


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.95, "Very likely"), (0.6, "Likely"), (0.2, "Possibly")],
)
def test_the_chance_is_a_word(probability: float, words: str) -> None:
    (card,) = cards((likely(probability),)).cards
    assert f"{words} the same person." in card.detail


def test_a_restricted_record_asks_for_its_ground() -> None:
    (card,) = cards((likely(0.95, is_restricted=True),)).cards
    assert card.mark is not None
    assert card.mark.word == "Restricted: open it and name a ground"


def test_a_death_is_said() -> None:
    (card,) = cards((likely(0.95, deceased_on=date(2020, 3, 1)),)).cards
    assert "Deceased 01-Mar-2020 (34y)" in card.detail
