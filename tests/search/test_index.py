"""The live index over a real store: what is found, why, in which order, and how fresh."""

import threading
from datetime import date, timedelta
from uuid import UUID

import pytest

from lib.domain.search.results import SearchFilters
from lib.errors import StoreError
from lib.search import index as live
from lib.search.index import LiveIndex
from lib.services.clinic import Clinic
from lib.store.connection import UnitOfWork
from tests.search.people import TODAY, change, now, register

LIZ = {
    "given_names": "Elizabeth Anne",
    "family_name": "O\u2019Brien-Smith",
    "preferred_name": "Liz",
    "born_on": date(1945, 7, 14),
    "former": "Müller",
    "phone": "+447700900417",
    "email": "liz.obrien@example.com",
    "postcode": "SW1A 1AA",
    "external_id": "REC-223-org",
}
OTHERS = (
    {"given_names": "John", "family_name": "Smith", "born_on": date(1980, 3, 4)},
    {"given_names": "Jane", "family_name": "Smyth", "born_on": date(1980, 3, 5)},
    {"given_names": "小明", "family_name": "王", "born_on": date(1990, 4, 3)},
    {"given_names": "William", "family_name": "Jones", "phone": "+441134960123"},
    {"given_names": "Mary", "family_name": "McDonald", "born_on": date(1955, 5, 5)},
    {"given_names": "April", "family_name": "Hill", "born_on": date(1971, 1, 2)},
)


@pytest.fixture
def filled(clinic: Clinic) -> tuple[Clinic, list[UUID]]:
    """Return a clinic with Liz first, and everybody's ids."""
    return clinic, register(clinic, LIZ, *OTHERS)


def found(clinic: Clinic, text: str, limit: int = 10) -> list[UUID]:
    """Return who is found, the best first."""
    return [one.patient_id for one in clinic.search.search(text, limit=limit, today=TODAY)]


def why(clinic: Clinic, text: str) -> tuple[str, ...]:
    """Return the reasons of the best match."""
    return clinic.search.search(text, today=TODAY)[0].why


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("elizabeth", ("given name Elizabeth",)),
        ("smith elizabeth", ("family name O\u2019Brien-Smith", "given name Elizabeth")),
        ("obriensmith", ("family name O\u2019Brien-Smith",)),
        ("o'brien", ("family name O\u2019Brien-Smith",)),
        ("o brien smith", ("family name O\u2019Brien-Smith",)),
        ("eliz", ("given name Elizabeth starts eliz",)),
        ("liz", ("preferred name Liz",)),
        ("betty obrien", ("given name Elizabeth is also betty", "family name O\u2019Brien-Smith")),
        ("elizabteh", ("given name Elizabeth is close to elizabteh",)),
        ("muller", ("former name Müller",)),
        ("mueller", ("former name Müller",)),
        ("0417", ("phone ends 0417",)),
        ("07700 900417", ("phone ends 7700900417", )),
        ("+44 7700 900417", ("phone ends 447700900417",)),
        ("07700 9004", ("phone starts 077009004",)),
        ("+44 7700 9004", ("phone starts 4477009004",)),
        ("07700900471", ("phone has one figure different",)),
        ("liz.obrien@example.com", ("email liz.obrien@example.com",)),
        ("liz.ob", ("preferred name Liz", "family name O\u2019Brien-Smith starts ob")),
        ("sw1a1aa", ("postcode SW1A1AA",)),
        ("sw1a", ("postcode SW1A",)),
        ("14/7/1945", ("born 14-Jul-1945",)),
        ("july 1945 liz", ("born 14-Jul-1945", "preferred name Liz")),
        ("liz 14/7/1954", ("preferred name Liz", "born 14-Jul-1945, two figures swapped")),
        ("rec-223-org", ("external number rec-223-org",)),
        ("rec-22", ("external number starts rec-22",)),
        ("liz 1945 0417", ("preferred name Liz", "born 14-Jul-1945", "phone ends 0417")),
    ],
)  # fmt: skip
def test_liz_is_found_first_with_the_reason(
    filled: tuple[Clinic, list[UUID]], text: str, reasons: tuple[str, ...]
) -> None:
    clinic, ids = filled
    assert found(clinic, text)[0] == ids[0]
    assert why(clinic, text) == reasons


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("王小明", 3),
        ("wang xiaoming", 3),
        ("xiao ming", 3),
        ("mac donald", 5),
        ("mc donald", 5),
        ("marymcdonald", 5),
        ("april 1971", 6),
        ("hill april", 6),
        ("bill jones", 4),
    ],
)
def test_names_are_found_joined_split_and_in_any_script(
    filled: tuple[Clinic, list[UUID]], text: str, place: int
) -> None:
    clinic, ids = filled
    assert found(clinic, text)[0] == ids[place]


def test_a_reference_finds_its_patient(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, ids = filled
    with clinic.store.reading() as cursor:
        row = cursor.execute("SELECT reference FROM patient WHERE patient_id = ?", [ids[2]])
        reference = str((row.fetchone() or [""])[0])
    assert found(clinic, reference.lower()) == [ids[2]]
    assert why(clinic, reference) == (f"reference {reference}",)


def test_an_exact_name_outranks_its_phonetic_twin(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, ids = filled
    assert found(clinic, "smith")[:2] == [ids[0], ids[1]] or found(clinic, "smith")[:2] == [
        ids[1],
        ids[0],
    ]
    assert found(clinic, "smyth")[0] == ids[2]
    assert ids[1] in found(clinic, "smyth")


def test_who_fits_only_partly_comes_below_who_fits_wholly(
    filled: tuple[Clinic, list[UUID]],
) -> None:
    clinic, ids = filled
    matches = clinic.search.search("john smith", today=TODAY)
    assert matches[0].patient_id == ids[1]
    assert matches[0].score > 1 > matches[1].score


def test_nothing_is_found_for_nothing_and_for_nonsense(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, _ = filled
    assert found(clinic, "") == []
    assert found(clinic, "qqqqqqqq") == []


def test_somebody_without_a_date_of_birth_is_not_lost_to_a_typed_one(
    filled: tuple[Clinic, list[UUID]],
) -> None:
    clinic, ids = filled
    assert found(clinic, "william jones 1/1/1950")[0] == ids[4]


def test_a_change_is_found_at_once(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, ids = filled
    assert found(clinic, "featherstone") == []
    change(clinic, ids[1], "family_name", "Featherstone")
    assert found(clinic, "featherstone") == [ids[1]]
    assert ids[1] not in found(clinic, "smith", limit=1)
    (new,) = register(clinic, {"given_names": "Nina", "family_name": "Newcomer"})
    assert found(clinic, "newcomer") == [new]


def test_a_change_with_an_older_time_is_not_missed(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, _ = filled
    assert found(clinic, "latecomer") == []
    earlier = now() - timedelta(minutes=2)
    (new,) = register(clinic, {"family_name": "Latecomer", "changed_at": earlier})
    assert found(clinic, "latecomer") == [new]


def test_many_changes_at_once_are_taken_in_behind_the_scenes(
    filled: tuple[Clinic, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, _ = filled
    monkeypatch.setattr(live, "MOST_AT_ONCE", 3)
    assert found(clinic, "surge") == []
    new = register(clinic, *({"family_name": "Surge"} for _ in range(5)))
    clinic.search.search("surge")
    for thread in threading.enumerate():
        if thread.name == "search index":
            thread.join()
    assert sorted(found(clinic, "surge")) == sorted(new)


def test_a_changed_index_answers_like_one_built_anew(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, ids = filled
    clinic.search.wait_ready()
    change(clinic, ids[2], "given_names", "Janet")
    change(clinic, ids[3], "born_on", date(1991, 4, 3))
    register(clinic, {"given_names": "Jan", "family_name": "Smit", "phone": "+447700900419"})
    anew = LiveIndex(clinic.store)
    for text in ("smith", "jan smit", "smyht", "1980", "3/4/1991", "0419", "j", "wang"):
        old = clinic.search.search(text, today=TODAY)
        new = anew.search(text, today=TODAY)
        assert [(one.patient_id, one.why) for one in old] == [
            (one.patient_id, one.why) for one in new
        ]


def test_a_forgotten_patient_is_found_no_more_and_stays_so(
    filled: tuple[Clinic, list[UUID]],
) -> None:
    clinic, ids = filled
    assert found(clinic, "elizabeth") == [ids[0]]
    clinic.search.forget([ids[0]])
    assert ids[0] not in found(clinic, "elizabeth")
    change(clinic, ids[0], "note", "still on file for a moment")
    assert ids[0] not in found(clinic, "elizabeth")
    clinic.search.rebuild()
    assert ids[0] not in found(clinic, "elizabeth")


@pytest.mark.parametrize(
    ("filters", "places"),
    [
        (SearchFilters(), {0, 1, 2}),
        (SearchFilters(include_deceased=False), {0, 1}),
        (SearchFilters(practitioner_id=UUID(int=7)), {0}),
        (SearchFilters(practitioner_id=UUID(int=9)), set()),
        (SearchFilters(last_seen_from=date(2025, 1, 1)), {1}),
        (SearchFilters(last_seen_to=date(2024, 12, 31)), {0}),
        (SearchFilters(last_seen_from=date(2024, 1, 1), last_seen_to=date(2025, 12, 31)), {0, 1}),
    ],
)
def test_filters_narrow_what_is_found(
    clinic: Clinic, filters: SearchFilters, places: set[int]
) -> None:
    ids = register(
        clinic,
        {"family_name": "Hart", "last_practitioner_id": str(UUID(int=7)),
         "last_seen_on": date(2024, 6, 1)},
        {"family_name": "Hart", "last_practitioner_id": str(UUID(int=8)),
         "last_seen_on": date(2025, 6, 1)},
        {"family_name": "Hart", "deceased_on": date(2020, 1, 1)},
    )  # fmt: skip
    matches = clinic.search.search("hart", filters=filters)
    assert {ids.index(one.patient_id) for one in matches} == places


def test_of_equals_the_most_recently_seen_comes_first(clinic: Clinic) -> None:
    seen = [date(2020, 1, 1), date(2026, 1, 1), date(2023, 1, 1)]
    ids = register(clinic, *({"family_name": "Hart", "last_seen_on": day} for day in seen))
    assert found(clinic, "hart") == [ids[1], ids[2], ids[0]]


def test_an_index_that_cannot_be_built_says_so(clinic: Clinic) -> None:
    def spoil(unit: UnitOfWork) -> None:
        unit.cursor.execute("DROP TABLE patient_phone")

    clinic.store.transact(spoil)
    with pytest.raises(StoreError, match="could not be read"):
        clinic.search.search("smith")
    assert not clinic.search.is_ready


def test_the_way_back_is_shortened_while_nothing_changes(
    filled: tuple[Clinic, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, ids = filled
    assert found(clinic, "hill") == [ids[6]]
    monkeypatch.setattr(live, "OVERLAP", timedelta(0))
    first = clinic.search.refresh().since
    second = clinic.search.refresh().since
    assert second > first
    change(clinic, ids[6], "family_name", "Dale")
    assert found(clinic, "dale") == [ids[6]]


def test_an_index_that_was_never_started_has_nothing_to_refresh(clinic: Clinic) -> None:
    with pytest.raises(StoreError, match="still being read"):
        clinic.search.refresh()


def test_starting_twice_builds_once(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, ids = filled
    clinic.search.start()
    clinic.search.start()
    assert clinic.search.wait_ready()
    assert clinic.search.size == len(ids)


def test_forgetting_before_the_index_is_built_counts_too(
    filled: tuple[Clinic, list[UUID]],
) -> None:
    clinic, ids = filled
    clinic.search.forget(ids[:1])
    assert ids[0] not in found(clinic, "elizabeth")


def test_a_rebuild_that_fails_says_why(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, _ = filled
    assert clinic.search.wait_ready()

    def spoil(unit: UnitOfWork) -> None:
        unit.cursor.execute("DROP TABLE patient_phone")

    clinic.store.transact(spoil)
    with pytest.raises(StoreError):
        clinic.search.rebuild()


def test_the_state_of_the_index_can_be_shown(filled: tuple[Clinic, list[UUID]]) -> None:
    clinic, ids = filled
    assert not clinic.search.is_ready
    assert (clinic.search.size, clinic.search.words) == (0, 0)
    assert clinic.search.wait_ready()
    assert clinic.search.progress == 1.0
    assert clinic.search.size == len(ids)
    assert clinic.search.words > len(ids)
