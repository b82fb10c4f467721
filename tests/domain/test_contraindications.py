"""The clinic's list held against a history: beginnings of words, active entries, levels."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.domain.contraindications import (
    Contraindication,
    Level,
    allergies_to,
    check,
    lines_of,
    matching,
)
from lib.domain.history import HistoryEntry, Kind, Status
from lib.errors import InvalidInputError

NOW = datetime.fromisoformat("2026-11-24T09:00")
ONE = UUID(int=1)
LISTED = Contraindication(
    ONE, "Pregnancy", ("pregnan",), ("toxin",), Level.STOP, "Wait.", True, 1, NOW
)


def entry(name: str, kind: Kind = Kind.CONDITION, **values: object) -> HistoryEntry:
    plain = HistoryEntry(
        entry_id=UUID(int=2),
        series_id=UUID(int=3),
        version=1,
        kind=kind,
        name=name,
        detail=None,
        severity=None,
        status=Status.ACTIVE,
        started_on=None,
        ended_on=None,
        source="patient",
        source_detail=None,
        correction_reason=None,
        recorded_at=NOW,
        recorded_by=None,
    )
    return replace(plain, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "is_found"),
    [
        ("Pregnancy", True),
        ("PREGNANT, 2nd month", True),
        ("not known if pregnant", True),
        ("Impregnated dressing", False),
        ("Migraine", False),
    ],
)
def test_a_term_is_the_beginning_of_a_word(said: str, is_found: bool) -> None:  # noqa: FBT001
    assert bool(matching([LISTED], [entry(said)], "toxin")) is is_found


@pytest.mark.parametrize(
    "changed",
    [
        {"status": Status.RESOLVED},
        {"status": Status.ENTERED_IN_ERROR},
        {"kind": Kind.ALLERGY},
    ],
)
def test_only_active_entries_that_are_no_allergies_count(changed: dict[str, object]) -> None:
    assert matching([LISTED], [entry("Pregnancy", **changed)], "toxin") == []  # type: ignore[arg-type]


def test_groups_narrow_and_none_means_all() -> None:
    history = [entry("Pregnancy")]
    assert matching([LISTED], history, "filler") == []
    assert matching([replace(LISTED, groups=())], history, "filler")
    assert matching([replace(LISTED, is_active=False)], history, "toxin") == []


def test_the_gravest_comes_first_and_once() -> None:
    mild = replace(LISTED, contraindication_id=UUID(int=9), level=Level.CAUTION)
    found = matching([mild, LISTED, LISTED], [entry("Pregnancy", detail="pregnant")], "toxin")
    assert [one.level for one in found] == [Level.STOP, Level.CAUTION]
    assert "The history says: Pregnancy (condition)." in found[0].words


@pytest.mark.parametrize(
    ("allergy", "component"),
    [
        ("Lidocaine", "Lidocaine hydrochloride"),
        ("Lidocaine and other local anaesthetics", "Lidocaine"),
        ("Cow's milk protein", "Cow\N{RIGHT SINGLE QUOTATION MARK}s milk protein"),
        ("Sulfonamides", "Sulfonamide"),
    ],
)
def test_an_allergy_to_a_component_stops(allergy: str, component: str) -> None:
    (found,) = allergies_to([component], [entry(allergy, Kind.ALLERGY)], "Velaxin")
    assert (found.level, component in found.source) == (Level.STOP, True)


def test_an_allergy_to_the_product_itself_stops_and_others_do_not() -> None:
    history = [entry("Hyaluronidase", Kind.ALLERGY), entry("Nickel", Kind.ALLERGY)]
    assert len(allergies_to([], history, "Hyaluronidase 1500")) == 1
    assert allergies_to(["Albumin"], [entry("PN", Kind.ALLERGY)], "Renuvia PN") == []
    assert allergies_to(["Nickel"], [entry("Nickel")], "Steel") == []


@given(some.text(max_size=40), some.text(max_size=40))
def test_whatever_is_typed_nothing_breaks(said: str, term: str) -> None:
    listed = replace(LISTED, terms=lines_of(term))
    for warning in matching([listed], [entry(said)], "toxin"):
        assert warning.entry_id == UUID(int=2)


@pytest.mark.parametrize(
    ("name", "terms", "advice", "field"),
    [
        ("", ("warfarin",), "Ask.", "name"),
        ("x" * 101, ("warfarin",), "Ask.", "name"),
        ("Blood", (), "Ask.", "terms"),
        ("Blood", ("a",), "Ask.", "terms"),
        ("Blood", ("warfarin",), " ", "advice"),
    ],
)
def test_an_entry_that_finds_or_says_nothing_is_refused(
    name: str, terms: tuple[str, ...], advice: str, field: str
) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        check(name, terms, advice)
    assert refusal.value.field == field
    check("Blood thinners", ("warfarin",), "Ask who prescribes it.")
