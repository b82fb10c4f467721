"""Who is found to be recorded twice, and who only lives in the same house."""

import logging
import os
from datetime import date
from pathlib import Path

import pytest

from lib.domain.duplicates import BY_A_THIRD, Home, Person
from lib.errors import SearchCancelledError
from lib.linkage.finding import find_pairs
from tests.linkage.crowds import ANNA, OPTIONS, chance, changed, febrl, search, strangers

MARRIED = changed(ANNA, family_name="Moss", emails=("anna.moss@example.org",))
MOVED = changed(ANNA, homes=(Home(("9 Oak Road",), "York", "YO1 1AA"),), phones=("+447700900777",))
MISSPELT = changed(ANNA, given_names="Anan", family_name="Hartly", phones=())
WRONG_BIRTHDAY = changed(ANNA, born_on=date(1984, 9, 3), emails=())
SECOND_RECORDS = {
    "exactly the same": ANNA,
    "married": MARRIED,
    "moved": MOVED,
    "misspelt": MISSPELT,
    "wrong birthday": WRONG_BIRTHDAY,
    "nothing but a name and a birthday": Person("Anna", "Hartley", born_on=ANNA.born_on),
}
RELATIVES = {
    "twin": changed(ANNA, given_names="Rosalind"),
    "twin with contacts of her own": changed(
        ANNA, given_names="Rosalind", phones=("+447700900777",), emails=("rosalind@example.org",)
    ),
    "daughter": changed(ANNA, given_names="Beatrice", born_on=date(2006, 5, 17)),
    "daughter named like her": changed(
        ANNA, born_on=date(2006, 5, 17), emails=("young.anna@example.org",)
    ),
    "husband": changed(
        ANNA, given_names="Dominic", born_on=date(1981, 11, 2), sex="male",
        emails=("dominic@example.org",),
    ),
    "brother, a twin": changed(ANNA, given_names="Dominic", sex="male"),
}  # fmt: skip


@pytest.mark.parametrize("clinic", [0, 50, 300])
@pytest.mark.parametrize("name", SECOND_RECORDS)
def test_a_second_record_is_found_in_a_clinic_of_any_size(name: str, clinic: int) -> None:
    people = strangers(clinic) | {"first": ANNA, "second": SECOND_RECORDS[name]}
    found = search(people)
    assert chance(found, "first", "second") is not None
    assert len(found.pairs) == 1


@pytest.mark.parametrize("clinic", [0, 50, 300])
@pytest.mark.parametrize("name", RELATIVES)
def test_a_relative_in_the_same_house_is_somebody_else(name: str, clinic: int) -> None:
    people = strangers(clinic) | {"first": ANNA, "second": RELATIVES[name]}
    assert search(people).pairs == ()


def test_a_whole_family_is_told_apart_from_a_duplicate_in_it() -> None:
    family = {name: person for name, person in RELATIVES.items() if name != "twin"}
    people = strangers(100) | family | {"first": ANNA, "second": MISSPELT}
    pairs = [(pair.one, pair.other) for pair in search(people).pairs]
    assert ("first", "second") in pairs
    assert [pair for pair in pairs if "husband" in pair or "daughter" in pair] == []


def test_a_clinic_without_phones_and_emails_is_searched_as_well() -> None:
    def bare(person: Person) -> Person:
        return changed(person, phones=(), emails=(), homes=())

    people = {name: bare(person) for name, person in strangers(60).items()}
    found = search(people | {"first": bare(ANNA), "second": bare(MISSPELT)})
    assert chance(found, "first", "second") is not None
    assert len(found.pairs) == 1


@pytest.mark.parametrize("count", [0, 1])
def test_who_is_alone_has_no_duplicate(count: int) -> None:
    assert search(strangers(count)).pairs == ()


def test_the_same_records_give_the_same_pairs() -> None:
    people = strangers(120) | {"first": ANNA, "second": MISSPELT, "third": MARRIED}
    assert search(people) == search(people)


def test_two_records_are_tied_by_a_third_that_both_surely_are() -> None:
    """A and B, B and C are sure; A and C alone have hardly anything in common."""
    middle = changed(
        ANNA, other_names=(("Anna", "Moss"),), phones=("+447700900123", "+447700900777")
    )
    end = Person(
        "Susan", "Moss", preferred_name="Anna", born_on=None, sex="female",
        phones=("+447700900777",), emails=ANNA.emails,
    )  # fmt: skip
    start = changed(ANNA, emails=())
    people = strangers(200) | {"start": start, "middle": middle, "end": end}
    found = search(people)
    assert {(pair.one, pair.other) for pair in found.pairs} == {
        ("middle", "start"), ("end", "middle"), ("end", "start"),
    }  # fmt: skip
    (tied,) = [pair for pair in found.pairs if (pair.one, pair.other) == ("end", "start")]
    assert tied.signs[-1].comparison == BY_A_THIRD


def test_the_signs_hold_levels_and_no_values() -> None:
    (pair,) = search({"first": ANNA, "second": MISSPELT}).pairs
    assert {sign.comparison: sign.level for sign in pair.signs} == {
        "given": "slip", "family": "slip", "born": "same", "street": "same", "place": "same",
        "phone": "unknown", "email": "same", "sex": "same",
    }  # fmt: skip
    assert [sign.weight for sign in pair.signs if sign.level == "unknown"] == [0.0]
    assert all(sign.weight > 0 for sign in pair.signs if sign.level == "same")


def test_the_search_tells_how_far_it_is_and_can_be_stopped() -> None:
    heard = []
    find_pairs(strangers(30), OPTIONS, lambda stage, *_: heard.append(stage))
    assert list(dict.fromkeys(heard)) == [
        "Preparing the records",
        "Finding records that resemble each other",
        "Comparing pairs",
        "Weighing what was found",
    ]

    def stop(stage: str, *_: int) -> None:
        if stage == "Comparing pairs":
            message = "stopped"
            raise SearchCancelledError(message)

    with pytest.raises(SearchCancelledError):
        find_pairs(strangers(30), OPTIONS, stop)


def test_nothing_is_written_and_nothing_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    search(strangers(40) | {"first": ANNA, "second": MISSPELT})
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - names only
    assert caplog.text == ""
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_febrl1_is_found_with_the_same_numbers_as_any_clinic() -> None:
    people, truth = febrl("febrl1")
    listed = {(pair.one, pair.other) for pair in search(people).pairs}
    assert len(listed & truth) / len(truth) >= 0.97
    assert len(listed & truth) / len(listed) >= 0.99
