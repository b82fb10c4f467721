"""Reviewing what is due on the screen: what is shown of each record, and what is asked before."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from lib.services.disposal import cases, overview
from lib.services.retention import schedule
from lib.ui import clock
from tests.pages.components import given
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage, session_of
from tests.records import add_patient, restrict
from tests.services.disposal.due import People, due, people, propose, treat
from tests.services.disposal.vital import mark


@pytest.fixture
def known(running_clinic: Clinic) -> People:
    return people(running_clinic)


def listed(screen: AppTest) -> dict[str, dict[str, Any]]:
    """Return the rows of the list by their keys."""
    (data,) = given(screen)["desk_due"]
    return {row["key"]: row for row in data["rows"]}


def words(row: dict[str, Any]) -> list[str]:
    return [one["word"] for one in row["marks"]]


def proposing(case_id: "UUID", patient_ids: "list[UUID]", asking: "frozenset[UUID]") -> None:
    from lib.ui.disposal import proposing  # noqa: PLC0415 - the script of a dialog brings its own

    proposing.ask(case_id, tuple(patient_ids), asking, 100)


def extending(hold_id: "UUID", patient_id: "UUID") -> None:
    from lib.ui.disposal import holding  # noqa: PLC0415 - the script of a dialog brings its own

    holding.extend(hold_id, patient_id)


def holding(hold_id: "UUID", patient_id: "UUID") -> None:
    from lib.ui.disposal import holding  # noqa: PLC0415 - the script of a dialog brings its own

    holding.hold(hold_id, patient_id)


def leaving_out(item_id: "UUID", number: str) -> None:
    from lib.ui.disposal import leaving_out  # noqa: PLC0415 - the script of a dialog brings its own

    leaving_out.ask(item_id, number)


def acting(act: str, of: "UUID") -> None:
    from lib.ui.components.due import Asked  # noqa: PLC0415 - a script brings its own
    from lib.ui.disposal import review  # noqa: PLC0415

    proposed = (of,) if act == "many" else ()
    review._act(Asked(proposed, act, of), 100)  # noqa: SLF001 - what the list asks for


def dialog(clinic: Clinic, actor_id: UUID, script: Callable[..., None], **values: Any) -> AppTest:  # noqa: ANN401
    """Draw a dialog alone: a whole run of the screen would be without it."""
    made = AppTest.from_function(script, default_timeout=PATIENCE_SECONDS, kwargs=values)
    made.user = {"session_id": str(session_of(clinic, actor_id)), "visit": ""}
    return made.run()


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


def problems(screen: AppTest) -> list[str]:
    html = (one.proto.body for one in screen.get("html"))
    return [one.split(">", 1)[1].removesuffix("</p>") for one in html if "desk-problem" in one]


def test_each_record_says_why_it_may_go_and_a_minors_is_never_swept_along(
    clinic: Clinic, known: People, open_page_of: OpenPage
) -> None:
    plain, taken = due(clinic), due(clinic)
    young = add_patient(clinic, born_on=date(1990, 5, 1))
    treat(clinic, young, date(2006, 5, 1))
    case = propose(clinic, known.proposer, taken)
    screen = open_page_of("disposals", known.proposer.person_id)
    assert not screen.exception
    rows = listed(screen)
    assert set(rows) == {str(plain), str(taken), str(young)}
    row = rows[str(plain)]
    assert row["name"] == "HART, Anna (Ms)"
    assert row["sentence"].startswith("Last treated 01-Mar-2015 + 7 years (C1) = kept until")
    assert (row["is_ordinary"], row["is_open"], words(row)) == (True, True, ["Due"])
    assert (rows[str(young)]["is_ordinary"], rows[str(young)]["is_open"]) == (False, True)
    assert words(rows[str(young)]) == ["Due", "Treated under 18"]
    assert rows[str(taken)]["is_open"] is False
    assert words(rows[str(taken)]) == ["Due", f"In case {case.number}"]
    assert [one["value"] for one in rows[str(taken)]["acts"]] == ["open"]


def test_of_a_restricted_record_that_waits_for_a_person_only_the_reference_is_told(
    clinic: Clinic, known: People, open_page_of: OpenPage
) -> None:
    hidden = add_patient(clinic, family_name="Quillfeather")
    restrict(clinic, hidden)
    screen = open_page_of("disposals", known.proposer.person_id)
    screen.segmented_control[0].select(screen.segmented_control[0].options[-1]).run()
    (row,) = listed(screen).values()
    assert "uillfeather" not in str(row).lower()
    assert (row["is_open"], row["acts"]) == (False, [])


def test_a_record_without_a_date_may_be_proposed_by_itself_but_not_what_protects_somebody(
    clinic: Clinic, known: People, open_page_of: OpenPage
) -> None:
    undated, kept = add_patient(clinic), add_patient(clinic)
    mark(clinic, kept)
    screen = open_page_of("disposals", known.proposer.person_id)
    screen.segmented_control[0].select(screen.segmented_control[0].options[-1]).run()
    rows = listed(screen)
    assert (rows[str(undated)]["is_ordinary"], rows[str(undated)]["is_open"]) == (False, True)
    assert [one["value"] for one in rows[str(undated)]["acts"]] == [
        *("propose", "hold", "vital", "open")
    ]
    assert rows[str(kept)]["is_open"] is False
    assert [one["value"] for one in rows[str(kept)]["acts"]] == ["hold", "vital", "open"]


def test_the_home_page_counts_the_records_that_the_list_shows_as_due(
    clinic: Clinic, known: People, open_page_of: OpenPage
) -> None:
    first = due(clinic)
    due(clinic)
    propose(clinic, known.proposer, first)
    (item,) = overview.due_items(clinic, known.proposer, clock.today())
    assert item.count == len(listed(open_page_of("disposals", known.proposer.person_id))) == 2
    assert item.detail.endswith("1 of them in a case that is open")


def test_a_double_click_proposes_once(clinic: Clinic, known: People) -> None:
    case_id, patient_id = uuid7s.uuid7(), due(clinic)
    values = {"case_id": case_id, "patient_ids": [patient_id], "asking": frozenset()}
    for _ in range(2):
        screen = dialog(clinic, known.proposer.person_id, proposing, **values)
        press(screen, "Propose disposal of this record")
    (case,) = cases.list_cases(clinic, known.owner)
    assert (case.case_id, case.records) == (case_id, 1)


def test_a_minors_record_is_proposed_once_somebody_says_that_they_looked(
    clinic: Clinic, known: People
) -> None:
    young = add_patient(clinic, born_on=date(1990, 5, 1))
    treat(clinic, young, date(2006, 5, 1))
    values = {"case_id": uuid7s.uuid7(), "patient_ids": [young], "asking": frozenset({young})}
    screen = dialog(clinic, known.proposer.person_id, proposing, **values)
    assert [one.disabled for one in screen.button] == [True]
    screen.checkbox[0].check().run()
    press(screen, "Propose disposal of this record")
    assert [one.records for one in cases.list_cases(clinic, known.owner)] == [1]


def test_a_refusal_is_told_in_the_dialog_and_nothing_is_proposed(
    clinic: Clinic, known: People
) -> None:
    kept = add_patient(clinic)
    treat(clinic, kept, clock.today() - timedelta(days=30))
    values = {"case_id": uuid7s.uuid7(), "patient_ids": [kept], "asking": frozenset()}
    screen = dialog(clinic, known.proposer.person_id, proposing, **values)
    press(screen, "Propose disposal of this record")
    assert "cannot go, so nothing was proposed" in screen.error[0].value
    assert cases.list_cases(clinic, known.owner) == []


@pytest.mark.parametrize(
    ("script", "label", "blocker"),
    [(extending, "Keep it until then", "extension"), (holding, "Hold it back", "legal_hold")],
)
def test_a_record_is_kept_back_with_a_reason(
    clinic: Clinic, known: People, script: Callable[..., None], label: str, blocker: str
) -> None:
    values = {"hold_id": uuid7s.uuid7(), "patient_id": due(clinic)}
    screen = dialog(clinic, known.proposer.person_id, script, **values)
    press(screen, label)
    assert problems(screen)[0].startswith("Say why")
    screen.text_area[0].input("A claim was announced.")
    press(screen, label)
    with clinic.store.reading() as cursor:
        told = schedule.of_patient(cursor, values["patient_id"], clock.today())
    assert told.disposition.blockers == (blocker,)


def test_one_is_left_out_of_a_case_with_a_reason(clinic: Clinic, known: People) -> None:
    case = propose(clinic, known.proposer, due(clinic), due(clinic))
    line = cases.open_case(clinic, known.proposer, case.case_id).lines[0]
    values = {"item_id": line.item.item_id, "number": line.item.number}
    screen = dialog(clinic, known.proposer.person_id, leaving_out, **values)
    press(screen, f"Leave {line.item.number} out")
    assert problems(screen)[0].startswith("Say why")
    screen.text_area[0].input("Still a patient here.")
    press(screen, f"Leave {line.item.number} out")
    assert cases.open_case(clinic, known.owner, case.case_id).case.skipped == 1


@pytest.mark.parametrize(
    ("act", "label"),
    [
        ("many", "Propose disposal of this record"),
        ("propose", "Propose disposal of this record"),
        ("extend", "Keep it until then"),
        ("hold", "Hold it back"),
    ],
)
def test_each_act_of_the_list_asks_what_it_needs(
    clinic: Clinic, known: People, act: str, label: str
) -> None:
    screen = dialog(clinic, known.proposer.person_id, acting, act=act, of=due(clinic))
    assert not screen.exception
    assert label in [one.label for one in screen.button]


def test_staff_do_not_open_the_list(open_page: OpenPage) -> None:
    screen = open_page("disposals", Role.STAFF)
    assert screen.title[0].value == "Not permitted"
