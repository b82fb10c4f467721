"""Writing forms of consent: numbers, days, what stays as it is, and what differs."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import consent_forms as rules
from lib.domain.consent_forms import IN_FORCE, USED, Numbered, Wording
from lib.domain.consent_texts import STARTS
from lib.domain.differences import Part
from lib.errors import InvalidInputError

TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
KNOWN = frozenset({"treatment", "education"})


def wording(**values: object) -> Wording:
    usual: dict[str, object] = {
        "form_version_id": UUID(int=1),
        "text": "We ask you.",
        "purposes": ("treatment",),
        "is_material": False,
        "in_force_from": TODAY,
        "note": "Says it more plainly",
        "version": 1,
    }
    return Wording(**{**usual, **values})  # type: ignore[arg-type]


def fault(made: Wording, number: int = 1, *others: Numbered) -> str | None:
    try:
        rules.check(made, number, others, KNOWN, TODAY)
    except InvalidInputError as error:
        return error.field
    return None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, None),
        ({"in_force_from": YESTERDAY}, "in_force_from"),
        ({"in_force_from": TOMORROW}, None),
        ({"text": " \n"}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "x" * 20_000}, None),
        ({"purposes": ()}, "purposes"),
        ({"purposes": ("treatment", "treatment")}, "purposes"),
        ({"purposes": ("out of use",)}, "purposes"),
        ({"note": "x" * 501}, "note"),
        ({"note": ""}, None),
        ({"in_force_from": None, "text": "", "purposes": (), "note": ""}, None),
    ],
)
def test_a_wording_in_force_needs_text_purposes_and_a_day_to_come(
    values: dict[str, object], field: str | None
) -> None:
    assert fault(wording(**values)) == field


def test_a_later_wording_says_what_changed_before_it_comes_into_force() -> None:
    assert fault(wording(note=" "), 2) == "note"
    assert fault(wording(note="", in_force_from=None), 2) is None


@pytest.mark.parametrize(
    ("other", "field"),
    [
        (Numbered(1, TODAY), None),
        (Numbered(1, YESTERDAY), None),
        (Numbered(1, TOMORROW), "in_force_from"),
        (Numbered(3, TODAY), None),
        (Numbered(3, YESTERDAY), "in_force_from"),
        (Numbered(3, None), None),
    ],
)
def test_wordings_come_into_force_in_their_order(other: Numbered, field: str | None) -> None:
    assert fault(wording(), 2, other) == field


@pytest.mark.parametrize(
    ("day", "is_used", "reason"),
    [
        (None, False, None),
        (TOMORROW, False, None),
        (TODAY, False, IN_FORCE),
        (YESTERDAY, False, IN_FORCE),
        (None, True, USED),
        (TOMORROW, True, USED),
    ],
)
def test_what_is_in_force_or_was_used_stays_as_it_is(
    day: date | None,
    is_used: bool,  # noqa: FBT001 - a column of the table
    reason: str | None,
) -> None:
    assert rules.fixed_because(day, is_used=is_used, as_of=TODAY) == reason


@given(st.sets(st.integers(1, 60)))
def test_a_new_number_is_higher_than_every_other(numbers: set[int]) -> None:
    made = rules.next_number(numbers)
    assert all(made > number for number in numbers)
    assert made - 1 in numbers or made == 1


@given(st.lists(st.text(max_size=12), max_size=6))
def test_codes_are_plain_and_never_given_twice(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        code = rules.code_of(name, taken)
        assert code not in taken
        assert code == code.strip() != ""
        taken.add(code)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_comparison_holds_both_texts_whole(old: str, new: str) -> None:
    found = rules.compare((("A",), old), (("A",), new))
    if old == new:
        assert found == ()
        return
    pieces = found[0].pieces
    assert "".join(one.text for one in pieces if one.part is not Part.ADDED) == old
    assert "".join(one.text for one in pieces if one.part is not Part.REMOVED) == new


def test_a_comparison_names_what_is_asked_for_too() -> None:
    found = rules.compare((("Treatment",), "Same"), (("Treatment", "Education"), "Same"))
    assert [one.name for one in found] == ["Asks for"]


@pytest.mark.parametrize(
    ("name", "kept"), [("  Use \n of pictures ", "Use of pictures"), ("x" * 80, "x" * 80)]
)
def test_a_name_is_kept_on_one_line(name: str, kept: str) -> None:
    assert rules.check_name(name, ["Other"], "form") == kept


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "OTHER"])
def test_a_name_that_is_empty_long_or_taken_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        rules.check_name(name, ["Other"], "form")


@pytest.mark.parametrize(
    ("question", "months"), [("", None), ("x" * 201, None), ("May we?", 0), ("May we?", 121)]
)
def test_a_purpose_needs_a_question_and_months_that_can_be(
    question: str, months: int | None
) -> None:
    with pytest.raises(InvalidInputError):
        rules.check_purpose(question, months)


def test_a_purpose_may_hold_for_ten_years_or_until_it_is_withdrawn() -> None:
    assert rules.check_purpose(" May  we? ", 120) == "May we?"
    assert rules.check_purpose("May we?", None) == "May we?"


def test_starting_texts_have_a_name_a_purpose_and_no_promise_of_their_own_number() -> None:
    assert len({one.name for one in STARTS}) == len(STARTS)
    assert all(one.purposes and one.text.strip() for one in STARTS)
