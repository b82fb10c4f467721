"""Whom several parts together find though one of them is badly typed, or typed twice."""

from contextlib import closing
from datetime import date
from uuid import UUID

from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from tests.search.people import TODAY, register

FIRST_NAMES = ("Ann", "Beth", "Cara", "Dora", "Eve", "Fay", "Gwen", "Hope", "Iris", "Jill", "Kay")


def ids_of(clinic: Clinic, text: str) -> list[UUID]:
    """Return who is found, the best first."""
    return [one.patient_id for one in clinic.search.search(text, today=TODAY)]


def test_beside_an_exact_date_a_name_need_only_resemble(clinic: Clinic) -> None:
    born = date(1980, 3, 4)
    ids = register(
        clinic,
        {"given_names": "Krzysztof", "family_name": "Nowak", "born_on": born},
        *({"given_names": name, "family_name": "Hill", "born_on": born} for name in FIRST_NAMES),
    )
    best, *others = clinic.search.search("kristof 4/3/1980", today=TODAY)
    assert best.patient_id == ids[0]
    assert best.why == ("given name Krzysztof resembles kristof", "born 04-Mar-1980")
    assert best.score < 1
    assert len(others) == 9
    assert ids[0] not in ids_of(clinic, "kristof")


def test_of_namesakes_the_one_whose_date_has_two_figures_different_comes_first(
    clinic: Clinic,
) -> None:
    ids = register(
        clinic,
        {"given_names": "Ann", "family_name": "Hill", "born_on": date(1928, 7, 16)},
        *(
            {"given_names": "Ann", "family_name": "Hill", "born_on": date(2001, 11, day)}
            for day in range(1, 31)
        ),
    )
    assert ids_of(clinic, "ann hill 16/02/1968")[0] == ids[0]
    assert (
        "born 16-Jul-1928, two figures different"
        in clinic.search.search("ann hill 16/02/1968", today=TODAY)[0].why
    )


def test_a_phone_number_is_dialled_as_in_the_clinics_own_country(settings: Settings) -> None:
    here = settings.model_copy(update={"phone_region": "AU"})
    with closing(open_clinic(here)) as clinic:
        ids = register(clinic, {"phone": "+61412345678"}, {"phone": "+447700900417"})
        assert ids_of(clinic, "041234") == [ids[0]]
        assert ids_of(clinic, "0412 345 678")[0] == ids[0]
        assert ids_of(clinic, "077009") == []


def test_a_name_typed_twice_means_who_has_it_twice(clinic: Clinic) -> None:
    (meant, *others) = register(
        clinic,
        {"given_names": "Fraser", "family_name": "Fraser"},
        *({"given_names": "Fraser", "family_name": name} for name in FIRST_NAMES * 5),
        *({"given_names": name, "family_name": "Fraser"} for name in FIRST_NAMES * 5),
    )
    best, *rest = clinic.search.search("fraser fraser", today=TODAY)
    assert best.patient_id == meant
    assert best.why == ("given name Fraser", "family name Fraser")
    assert best.score > 1
    assert {match.patient_id for match in rest} <= set(others)
    assert len(rest) == 9


def test_a_name_that_nobody_has_typed_twice_finds_nobody(clinic: Clinic) -> None:
    register(clinic, {"given_names": "Ann", "family_name": "Hill", "phone": "+447700900417"})
    assert ids_of(clinic, "zzzz zzzz") == []
    assert len(ids_of(clinic, "hyll hyll")) == 1
    assert len(ids_of(clinic, "0417 0417 ann")) == 1
