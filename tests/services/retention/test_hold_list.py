"""The list of holds and vital interests: whose review is due, and what home says of it."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.holds import NewHold
from lib.domain.restriction import Ground
from lib.domain.retention import Blocker
from lib.domain.vital_interests import NewVitalInterest
from lib.errors import NotPermittedError
from lib.services.home import HomeItem, Urgency
from lib.services.retention import hold_list, holds, vital_interests
from lib.services.retention.hold_list import Asked, Page
from lib.store.hold_list import VITAL_INTEREST, Show
from tests.records import TODAY, add_history, add_patient, audit_lines, restrict
from tests.services.retention.conftest import Desk

ONE_DAY = timedelta(days=1)
SOON = TODAY + 14 * ONE_DAY


def place(desk: Desk, patient_id: UUID | None = None, **values: Any) -> UUID:  # noqa: ANN401
    usual = {
        "hold_id": uuid7s.uuid7(),
        "kind": Blocker.LEGAL_HOLD,
        "reason": "=A letter",
        "owner_id": desk.sam.person_id,
        "review_on": SOON,
    }
    about = desk.about(patient_id, Ground.LEGAL_CLAIMS)
    return holds.place(desk.clinic, desk.sam, about, NewHold(**{**usual, **values})).hold_id


def mark(desk: Desk) -> UUID:
    allergy = add_history(desk.clinic, desk.patient_id, "allergy", "Lidocaine")
    review_on = SOON + ONE_DAY
    new = NewVitalInterest(uuid7s.uuid7(), "Anaphylaxis", desk.kim.person_id, review_on, (allergy,))
    marked = vital_interests.mark(desk.clinic, desk.sam, desk.about(), new)
    return marked.vital_interest_id


def listed(desk: Desk, actor: Actor | None = None, **asked: Any) -> Page:  # noqa: ANN401
    return hold_list.list_page(desk.clinic, actor or desk.kim, Asked(**asked), as_of=TODAY)


def keys(page: Page) -> list[UUID]:
    return [one.key for one in page.rows]


def test_holds_and_vital_interests_are_listed_together_the_next_review_first(desk: Desk) -> None:
    vital, hold = mark(desk), place(desk)
    page = listed(desk)
    assert (keys(page), page.count, page.overdue) == ([hold, vital], 2, 0)
    assert [hold_list.title(one.kind) for one in page.rows] == ["Legal hold", "Vital interest"]


def test_the_list_narrows_to_reviews_kinds_and_ones_own(desk: Desk) -> None:
    vital, hold = mark(desk), place(desk)
    assert keys(listed(desk, show=Show.REVIEW)) == [hold]
    assert keys(listed(desk, kind=VITAL_INTEREST)) == [vital]
    assert keys(listed(desk, desk.sam, is_mine=True)) == [hold]
    assert keys(listed(desk, desk.kim, is_mine=True)) == [vital]


def test_what_was_released_or_has_ended_is_over(desk: Desk) -> None:
    released = place(desk)
    holds.release(desk.clinic, desk.kim, desk.about(), released, "Settled")
    ending = place(desk, ends_on=TODAY)
    later = hold_list.list_page(desk.clinic, desk.kim, Asked(), as_of=TODAY + ONE_DAY)
    over = hold_list.list_page(desk.clinic, desk.kim, Asked(Show.OVER), as_of=TODAY + ONE_DAY)
    assert (keys(listed(desk)), keys(listed(desk, show=Show.OVER))) == ([ending], [released])
    assert (keys(later), sorted(keys(over))) == ([], sorted([released, ending]))


def test_a_page_after_the_first_goes_on_where_that_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold_list, "PAGE", 1)
    first, second = place(desk, review_on=TODAY), place(desk)
    pages = [
        hold_list.list_page(desk.clinic, desk.kim, Asked(), as_of=TODAY, page=at) for at in (0, 1)
    ]
    assert [keys(page) for page in pages] == [[first], [second]]


def test_a_restricted_record_is_told_by_its_reference_alone(desk: Desk) -> None:
    place(desk)
    restrict(desk.clinic, desk.patient_id)
    row = listed(desk).rows[0]
    told = (row.is_restricted, row.family_name, row.given_names, row.born_on, row.reason)
    assert told == (True, "", "", None, "")
    assert row.reference != ""


def test_everybody_shown_is_in_the_trail(desk: Desk) -> None:
    other = add_patient(desk.clinic)
    place(desk)
    place(desk, other)
    listed(desk)
    lines = [line for line in audit_lines(desk.clinic) if line[0] == Action.RETENTION_LISTED]
    assert {line[2] for line in lines} == {str(desk.patient_id), str(other)}


def test_whoever_places_no_holds_sees_no_list(desk: Desk) -> None:
    with pytest.raises(NotPermittedError):
        listed(desk, desk.olive)


def test_the_file_is_for_compliance_and_holds_no_formula(desk: Desk) -> None:
    place(desk, ends_on=SOON)
    with pytest.raises(NotPermittedError):
        hold_list.export(desk.clinic, desk.sam, Asked(), as_of=TODAY)
    made = hold_list.export(desk.clinic, desk.kim, Asked(), as_of=TODAY)
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert rows[0] == list(hold_list.HEADINGS)
    assert rows[1][1:] == [
        "HART, Anna (Ms)",
        "06-Aug-1985",
        "Legal hold",
        "'=A letter",
        "23-Nov-2026",
        "07-Dec-2026",
        "Sam",
        "07-Dec-2026",
        "",
    ]


def test_a_restricted_record_is_in_the_file_by_its_reference_and_a_release_by_its_day(
    desk: Desk,
) -> None:
    hold = place(desk)
    restrict(desk.clinic, desk.patient_id)
    about = desk.about(ground=Ground.LEGAL_CLAIMS)
    holds.release(desk.clinic, desk.kim, about, hold, "Settled")
    made = hold_list.export(desk.clinic, desk.kim, Asked(Show.OVER), as_of=TODAY)
    row = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))[1]
    assert (row[1], row[4], row[9]) == (hold_list.RESTRICTED, "", "23-Nov-2026")


def home(desk: Desk, days: int = 0) -> tuple[list[HomeItem], list[HomeItem], list[HomeItem]]:
    day = TODAY + days * ONE_DAY
    return (
        list(hold_list.home_items(desk.clinic, desk.kim, day)),
        list(hold_list.home_items_of_owner(desk.clinic, desk.sam, day)),
        list(hold_list.home_items_of_owner(desk.clinic, desk.kim, day)),
    )


def test_compliance_and_the_owner_of_a_hold_are_reminded(desk: Desk) -> None:
    place(desk)
    mark(desk)
    compliance, owner, once = home(desk)
    counts = [(one.count, one.urgency, one.query) for one in (*compliance, *owner)]
    assert counts == [
        (1, Urgency.DUE, (("show", "review"),)),
        (1, Urgency.DUE, (("show", "review"), ("mine", "1"))),
    ]
    assert once == []


def test_the_reminder_counts_what_its_screen_shows(desk: Desk) -> None:
    place(desk)
    mark(desk)
    item = home(desk, days=15)[0][0]
    page = hold_list.list_page(
        desk.clinic, desk.kim, Asked(Show.REVIEW), as_of=TODAY + 15 * ONE_DAY
    )
    assert (item.count, item.urgency, item.detail) == (
        2,
        Urgency.OVERDUE,
        "1 overdue, 1 due soon; vital interests included",
    )
    assert (page.count, page.overdue) == (2, 1)


def test_nobody_is_reminded_of_what_is_far_off(desk: Desk) -> None:
    place(desk, review_on=SOON + ONE_DAY)
    assert home(desk) == ([], [], [])
