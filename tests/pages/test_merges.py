"""The screens that merge two records and undo it, without a browser."""

from datetime import date
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.restriction import Ground
from lib.services.clinic import Clinic
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import (
    EVIL_FAMILY,
    EVIL_GIVEN,
    NOW,
    add_patient,
    add_stock,
    add_treatment,
    restrict,
    write,
)

BORN = date(1985, 8, 6)


def merge_screen(open_page: OpenPage, survivor_id: UUID, absorbed_id: UUID) -> AppTest:
    return open_page("merge", Role.STAFF, query={"id": str(survivor_id), "other": str(absorbed_id)})


def press(screen: AppTest, label: str) -> AppTest:
    next(one for one in screen.button if one.label == label).click()
    return screen.run()


def merges_of(clinic: Clinic) -> list[tuple[UUID, UUID, UUID, bool]]:
    with clinic.store.reading() as cursor:
        return cursor.execute(
            "SELECT merge_id, patient_id, absorbed_id, undone_at IS NOT NULL FROM patient_merge"
        ).fetchall()


def reference(clinic: Clinic, patient_id: UUID) -> str:
    with clinic.store.reading() as cursor:
        sql = "SELECT reference FROM patient WHERE patient_id = ?"
        return str(cursor.execute(sql, [patient_id]).fetchall()[0][0])


def test_two_records_are_merged_and_the_merge_is_undone(
    open_page: OpenPage, clinic: Clinic
) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic, given_names="Anne")
    add_treatment(clinic, absorbed_id, add_stock(clinic), date(2026, 1, 5))
    screen = merge_screen(open_page, survivor_id, absorbed_id)
    assert not screen.exception
    assert [one["name"] for one in given(screen)["desk_banner"]] == [
        "HART, Anna (Ms)",
        "HART, Anne (Ms)",
    ]
    (moving,) = (one for one in blocks(screen) if one["title"].startswith("What moves"))
    assert moving["rows"] == [["Treatment", "1", "0"], ["Product used", "1", "0"]]
    press(screen, "Merge these records")
    assert not screen.exception
    ((merge_id, *both),) = merges_of(clinic)
    assert both == [survivor_id, absorbed_id, False]

    gone = reference(clinic, absorbed_id)
    record = open_page("patient", Role.STAFF, query={"id": str(absorbed_id)})
    assert not record.exception
    (arrival, *_) = (one for one in blocks(record) if one["kind"] == "notices")
    assert arrival["notices"][0]["title"].startswith(f"{gone} was merged into this record on")

    undo = open_page("merges", Role.STAFF, query={"merge": str(merge_id)})
    press(undo, "Undo this merge")
    assert not undo.exception
    assert merges_of(clinic) == [(merge_id, survivor_id, absorbed_id, True)]
    again = open_page("patient", Role.STAFF, query={"id": str(absorbed_id)})
    assert [one["name"] for one in given(again)["desk_banner"]] == ["HART, Anne (Ms)"]


def test_the_screen_says_what_to_do_first_where_the_records_disagree(
    open_page: OpenPage, clinic: Clinic
) -> None:
    survivor_id = add_patient(clinic)
    absorbed_id = add_patient(clinic, born_on=date(1986, 8, 6))
    screen = merge_screen(open_page, survivor_id, absorbed_id)
    press(screen, "Merge these records")
    assert [one.value for one in screen.error] == [
        "Say why these are one person although the records disagree\\."
    ]
    screen.text_input[0].set_value("Her passport says 1985")
    press(screen, "Merge these records")
    assert [row[1:] for row in merges_of(clinic)] == [(survivor_id, absorbed_id, False)]


def test_numbers_in_one_system_are_asked_about(open_page: OpenPage, clinic: Clinic) -> None:
    pair = add_patient(clinic), add_patient(clinic)
    for number, patient_id in enumerate(pair):
        write(
            clinic,
            "patient_external_id",
            system="Old desk",
            external_id=str(number),
            patient_id=patient_id,
        )
    screen = merge_screen(open_page, *pair)
    press(screen, "Merge these records")
    assert merges_of(clinic) == []
    screen.checkbox[0].check()
    press(screen, "Merge these records")
    assert len(merges_of(clinic)) == 1


def test_a_choice_decides_what_the_record_says(open_page: OpenPage, clinic: Clinic) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic, given_names="Anne")
    screen = merge_screen(open_page, survivor_id, absorbed_id)
    (choice,) = screen.radio
    choice.set_value("absorbed")
    press(screen, "Merge these records")
    record = open_page("patient", Role.STAFF, query={"id": str(survivor_id)})
    assert given(record)["desk_banner"][0]["name"] == "HART, Anne (Ms)"


def test_swapping_lets_the_other_record_stay(open_page: OpenPage, clinic: Clinic) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic, given_names="Anne")
    screen = merge_screen(open_page, survivor_id, absorbed_id)
    press(screen, "Let the other record stay instead")
    assert not screen.exception
    assert [one["name"] for one in given(screen)["desk_banner"]] == [
        "HART, Anne (Ms)",
        "HART, Anna (Ms)",
    ]


def test_the_other_record_is_looked_for_from_a_record(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    clinic.search.rebuild()
    screen = open_page("merge", Role.STAFF, query={"id": str(patient_id)})
    assert not screen.exception
    assert [title.value for title in screen.title] == ["This is a duplicate of …"]
    assert "desk_lookup" in given(screen)


def test_a_pair_of_duplicates_opens_with_the_one_registered_first(
    open_page: OpenPage, clinic: Clinic
) -> None:
    later_id = add_patient(clinic, registered_on=date(2020, 1, 1), given_names="Anne")
    earlier_id = add_patient(clinic)
    pair_id = uuid7s.uuid7()
    write(
        clinic,
        "duplicate_pair",
        pair_id=pair_id,
        patient_id=later_id,
        other_patient_id=earlier_id,
        probability=0.99,
        evidence="[]",
        state="open",
        found_at=NOW,
    )
    screen = open_page("merge", Role.STAFF, query={"pair": str(pair_id)})
    names = [one["name"] for one in given(screen)["desk_banner"]]
    assert names == ["HART, Anna (Ms)", "HART, Anne (Ms)"]


def test_a_merge_that_was_done_already_says_so(open_page: OpenPage, clinic: Clinic) -> None:
    survivor_id, absorbed_id = add_patient(clinic), add_patient(clinic)
    press(merge_screen(open_page, survivor_id, absorbed_id), "Merge these records")
    third_id = add_patient(clinic)
    screen = merge_screen(open_page, third_id, absorbed_id)
    assert not screen.exception
    assert [title.value for title in screen.title] == ["These records cannot be merged"]


def test_a_restricted_record_asks_for_its_ground_first(open_page: OpenPage, clinic: Clinic) -> None:
    pair = add_patient(clinic), add_patient(clinic)
    restrict(clinic, pair[1])
    screen = merge_screen(open_page, *pair)
    assert [title.value for title in screen.title] == ["This record is restricted"]
    screen.radio[0].set_value(Ground.LEGAL_CLAIMS)
    press(screen, "Open the record on this ground")
    press(screen, "Merge these records")
    assert not screen.exception
    assert len(merges_of(clinic)) == 1


@pytest.mark.parametrize("query", [{}, {"pair": "nonsense"}, {"pair": str(UUID(int=5))}])
def test_an_address_that_names_nothing_says_so(open_page: OpenPage, query: dict[str, str]) -> None:
    screen = open_page("merge", Role.STAFF, query=query)
    assert not screen.exception
    assert [title.value for title in screen.title] == ["Not found"]


def test_a_merge_that_is_not_known_says_so(open_page: OpenPage) -> None:
    screen = open_page("merges", Role.STAFF, query={"merge": str(UUID(int=5))})
    assert [title.value for title in screen.title] == ["Not found"]


def test_the_list_of_merges_names_references_and_leads_to_the_undo(
    open_page: OpenPage, clinic: Clinic
) -> None:
    survivor_id = add_patient(clinic)
    absorbed_id = add_patient(clinic, given_names=EVIL_GIVEN, family_name=EVIL_FAMILY)
    screen = merge_screen(open_page, survivor_id, absorbed_id)
    screen.text_input[0].set_value("Typed by mistake")
    press(screen, "Merge these records")
    listed = open_page("merges", Role.STAFF)
    ((row,),) = (one["rows"] for one in blocks(listed))
    assert row[1]["text"] == reference(clinic, survivor_id)
    assert row[2] == reference(clinic, absorbed_id)
    assert row[5]["href"] == f"/merges?merge={merges_of(clinic)[0][0]}"


def test_an_undo_that_a_later_merge_forbids_says_which(open_page: OpenPage, clinic: Clinic) -> None:
    first_id, second_id, third_id = (add_patient(clinic) for _ in range(3))
    press(merge_screen(open_page, second_id, third_id), "Merge these records")
    press(merge_screen(open_page, first_id, second_id), "Merge these records")
    lower = next(row[0] for row in merges_of(clinic) if row[2] == third_id)
    screen = open_page("merges", Role.STAFF, query={"merge": str(lower)})
    (notice,) = (one for one in blocks(screen) if one["kind"] == "notices")
    (line,) = notice["notices"][0]["lines"]
    assert line == (
        f"{reference(clinic, second_id)} was merged into {reference(clinic, first_id)} after this. "
        "Undo that merge first, then this one."
    )
    assert "Undo this merge" not in [one.label for one in screen.button]
