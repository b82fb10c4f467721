"""What must hold of lookup for any of the names, dates and numbers on file."""

import string
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from lib.domain.search.folding import fold, forms
from lib.search.details import Match
from lib.search.index import LiveIndex
from lib.services.clinic import open_clinic
from lib.settings import Settings
from tests.search.people import TODAY, Row, register

GIVEN = ("Elizabeth", "Liz", "John", "Jon", "Mary Anne", "Seán", "小明", "Bill", "William", "Ann")
FAMILY = ("Smith", "Smyth", "Smithson", "O'Brien", "Brien-Jones", "Jones", "Müller", "王", "Smit")
FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d%m%Y", "%d-%b-%y", "%Y%m%d")
EVERYBODY = 100
PLACES = st.integers(0, len(GIVEN) * len(FAMILY) - 1)
WORDS = sorted(
    {form for name in (*GIVEN, *FAMILY) for part in name.split() for form in forms(part)}
)
Crowd = tuple[LiveIndex, list[Row]]
SLOWLY = limits(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """Give an index over every pair of the names, each with a date and a phone of their own."""
    clinic = open_clinic(Settings(home=tmp_path_factory.mktemp("crowd") / "clinic", threads=1))
    pairs = [(given_names, family) for given_names in GIVEN for family in FAMILY]
    people: list[Row] = [
        {
            "given_names": given_names,
            "family_name": family_name,
            "born_on": date(1930 + place // 2, 1 + place % 12, 1 + place % 28),
            "phone": f"+447700{900_000 + place * 1_097}",
        }
        for place, (given_names, family_name) in enumerate(pairs)
    ]
    ids = register(clinic, *people)
    yield (
        clinic.search,
        [person | {"id": patient_id} for person, patient_id in zip(people, ids, strict=True)],
    )
    clinic.close()


def search(crowd: Crowd, text: str, limit: int = EVERYBODY) -> list[Match]:
    """Return the matches, the best first."""
    return crowd[0].search(text, limit=limit, today=TODAY)


def ids(matches: list[Match]) -> list[Any]:
    """Return the patients of the matches."""
    return [match.patient_id for match in matches]


@given(place=PLACES, is_reversed=st.booleans(), is_shouted=st.booleans())
@SLOWLY
def test_everybody_is_found_by_their_own_full_name(
    crowd: Crowd,
    place: int,
    is_reversed: bool,  # noqa: FBT001
    is_shouted: bool,  # noqa: FBT001
) -> None:
    person = crowd[1][place]
    words = [person["given_names"], person["family_name"]]
    text = ", ".join(reversed(words)) if is_reversed else " ".join(words)
    found = search(crowd, text.upper() if is_shouted else text, limit=10)
    assert person["id"] in ids([match for match in found if match.is_exact])


@given(place=PLACES, length=st.integers(3, 12))
@SLOWLY
def test_everybody_is_found_by_the_beginning_of_the_family_name(
    crowd: Crowd, place: int, length: int
) -> None:
    person = crowd[1][place]
    start = fold(person["family_name"]).replace(" ", "")[:length]
    assert person["id"] in ids(search(crowd, start))


@given(place=PLACES, digits=st.integers(6, 12))
@SLOWLY
def test_everybody_is_found_by_the_end_of_the_phone(crowd: Crowd, place: int, digits: int) -> None:
    person = crowd[1][place]
    assert person["id"] in ids(search(crowd, person["phone"][-digits:]))


@given(place=PLACES, form=st.sampled_from(FORMS))
@SLOWLY
def test_everybody_is_found_by_the_date_of_birth_in_any_form(
    crowd: Crowd, place: int, form: str
) -> None:
    person = crowd[1][place]
    found = search(crowd, person["born_on"].strftime(form))
    assert person["id"] in ids([match for match in found if match.is_exact])


@given(place=PLACES, form=st.sampled_from(FORMS), order=st.permutations(range(3)))
@SLOWLY
def test_who_fits_a_mix_of_everything_comes_first(
    crowd: Crowd, place: int, form: str, order: list[int]
) -> None:
    person = crowd[1][place]
    known = (person["family_name"], person["born_on"].strftime(form), person["phone"][-4:])
    found = search(crowd, ", ".join(known[number] for number in order))
    assert found[0].patient_id == person["id"]


@given(
    word=st.sampled_from(WORDS),
    cut=st.integers(1, 12),
    slip=st.sampled_from(string.ascii_lowercase),
)
@SLOWLY
def test_who_fits_exactly_is_never_below_who_fits_by_a_slip(
    crowd: Crowd, word: str, cut: int, slip: str
) -> None:
    typed = word[:cut] + (slip if cut % 2 else "")
    found = search(crowd, typed)
    exact = {person["id"] for person in crowd[1] if _fits(person, typed)}
    assert set(ids(found)[: len(exact)]) == exact
    assert [match.score > 1 for match in found] == [match.patient_id in exact for match in found]


@given(first=st.sampled_from(WORDS), second=st.sampled_from(WORDS), cut=st.integers(2, 9))
@SLOWLY
def test_results_come_in_the_order_of_their_scores_each_with_a_reason(
    crowd: Crowd, first: str, second: str, cut: int
) -> None:
    found = search(crowd, f"{first} {second[:cut]}")
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(match.why for match in found)
    assert len(set(ids(found))) == len(found)


def _fits(person: Row, typed: str) -> bool:
    """Tell, without the index, whether the typed word begins any form of any name."""
    written = f"{person['given_names']} {person['family_name']}".split()
    return any(form.startswith(typed) for word in written for form in forms(word))
