"""Finding patients as a service: permission, audit, recent records, filters."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from lib.domain.access import Actor
from lib.domain.search.results import SearchFilters
from lib.errors import NotPermittedError
from lib.services import search
from lib.services.clinic import Clinic
from lib.store.connection import UnitOfWork
from tests.search.people import now, register

Trail = list[tuple[str, str, UUID | None, dict[str, object]]]


def trail(clinic: Clinic) -> Trail:
    """Return action, outcome, patient and detail of every audit entry."""
    with clinic.store.reading() as cursor:
        rows = cursor.execute(
            "SELECT action, outcome, patient_id, detail FROM audit_entry ORDER BY position"
        ).fetchall()
    return [(row[0], row[1], row[2], json.loads(row[3])) for row in rows]


def test_every_patient_shown_is_in_the_audit_trail_and_the_text_is_not(
    clinic: Clinic, staff: Actor
) -> None:
    ids = register(clinic, {"family_name": "Hart"}, {"family_name": "Harte"}, {"family_name": "Z"})
    found = search.search(clinic, staff, "hart")
    assert [hit.patient_id for hit in found.results] == ids[:2]
    assert trail(clinic) == [
        ("searched patients", "done", None, {"results": 2, "kinds": "word"}),
        ("patient shown in search", "done", ids[0], {}),
        ("patient shown in search", "done", ids[1], {}),
    ]
    assert "hart" not in json.dumps([entry[3] for entry in trail(clinic)])


def test_a_search_that_finds_nobody_is_recorded_too(clinic: Clinic, staff: Actor) -> None:
    assert search.search(clinic, staff, "nobody 14/7/1945").results == ()
    assert trail(clinic) == [
        ("searched patients", "done", None, {"results": 0, "kinds": "born phone word"})
    ]


@pytest.mark.parametrize("text", ["hart", ""])
def test_who_may_not_search_is_refused_and_the_refusal_recorded(
    clinic: Clinic, owner: Actor, text: str
) -> None:
    register(clinic, {"family_name": "Hart"})
    with pytest.raises(NotPermittedError):
        search.search(clinic, owner, text)
    assert [entry[:2] for entry in trail(clinic)] == [("refused", "refused")]


def test_a_hit_has_what_its_row_shows(clinic: Clinic, staff: Actor) -> None:
    register(
        clinic,
        {"title": "Ms", "given_names": "Ann", "family_name": "Hart", "preferred_name": "Annie",
         "sex": "female", "external_id": "C7"},
    )  # fmt: skip
    (hit,) = search.search(clinic, staff, "annie hart").results
    assert (hit.title, hit.given_names, hit.family_name) == ("Ms", "Ann", "Hart")
    assert (hit.preferred_name, hit.sex, hit.external_id) == ("Annie", "female", "C7")
    assert hit.score > 1
    assert hit.why == ("preferred name Annie", "family name Hart")
    assert not hit.is_restricted


def test_filters_and_limit_reach_the_index(clinic: Clinic, staff: Actor) -> None:
    ids = register(clinic, {"family_name": "Hart"}, {"family_name": "Hart", "deceased_on": now()})
    alive = search.search(clinic, staff, "hart", SearchFilters(include_deceased=False))
    assert [hit.patient_id for hit in alive.results] == ids[:1]
    assert len(search.search(clinic, staff, "hart", limit=1).results) == 1


def test_without_text_the_records_opened_last_are_shown(clinic: Clinic, staff: Actor) -> None:
    ids = register(clinic, {"family_name": "A"}, {"family_name": "B"}, {"family_name": "C"})

    def opened(unit: UnitOfWork) -> None:
        for minutes, patient_id in enumerate((ids[2], ids[0])):
            unit.cursor.execute(
                "INSERT INTO recent_record (person_id, patient_id, opened_at) VALUES (?, ?, ?)",
                [staff.person_id, patient_id, now() - timedelta(minutes=minutes)],
            )

    clinic.store.transact(opened)
    found = search.search(clinic, staff, "  ")
    assert [hit.patient_id for hit in found.results] == [ids[2], ids[0]]
    assert {hit.why for hit in found.results} == {("opened recently",)}
    assert [entry[2] for entry in trail(clinic)] == [None, ids[2], ids[0]]


def test_somebody_else_has_other_recent_records(clinic: Clinic, staff: Actor) -> None:
    register(clinic, {"family_name": "A"})
    assert search.recent(clinic, staff).results == ()


def test_text_that_is_cut_is_told(clinic: Clinic, staff: Actor) -> None:
    assert search.search(clinic, staff, "a " * 60).is_cut
    assert not search.search(clinic, staff, "a").is_cut
