"""Cases of disposal on the screen: who sees what of them, who decides, and how it is refused."""

from collections.abc import Callable
from typing import Any

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Actor, Role
from lib.domain.disposal import CaseState
from lib.services.clinic import Clinic
from lib.services.disposal import cases, overview
from lib.services.disposal.cases import Decision
from lib.store.disposal_cases import Case
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage
from tests.records import NOW, TODAY
from tests.services.conftest import PASSWORD
from tests.services.disposal.due import People, due, people, propose

FAMILY = "Quillfeather"
OpenCase = Callable[[Actor], AppTest]


@pytest.fixture
def known(clinic: Clinic) -> People:
    return people(clinic)


@pytest.fixture
def case(clinic: Clinic, known: People) -> Case:
    """Two records that are proposed, with a note."""
    one = due(clinic, family_name=FAMILY)
    return propose(clinic, known.proposer, one, due(clinic), note="The yearly review.")


@pytest.fixture
def open_case(open_page_of: OpenPage, case: Case) -> OpenCase:
    def opened(actor: Actor) -> AppTest:
        return open_page_of("disposal", actor.person_id, {"case": str(case.case_id)})

    return opened


def of_kind(screen: AppTest, kind: str) -> list[dict[str, Any]]:
    return [block for block in blocks(screen) if block["kind"] == kind]


def entries(screen: AppTest) -> list[dict[str, Any]]:
    return [entry for block in of_kind(screen, "entries") for entry in block["entries"]]


def said(screen: AppTest) -> str:
    """Return everything that the screen says, in one text."""
    html = [one.proto.body for one in screen.get("html")]
    texts = [one.value for one in (*screen.markdown, *screen.title, *screen.caption)]
    return str([blocks(screen), html, texts])


def button(screen: AppTest, label: str) -> Any:  # noqa: ANN401 - AppTest's element
    return next(one for one in screen.button if one.label == label)


def test_the_proposer_sees_whose_records_they_are_and_does_not_decide(
    open_case: OpenCase, known: People, case: Case
) -> None:
    screen = open_case(known.proposer)
    assert not screen.exception
    assert screen.title[0].value == f"Case {case.number}"
    assert FAMILY.upper() in said(screen)
    assert "You proposed this case, so somebody else decides it." in said(screen)
    assert [one.label for one in screen.text_input] == []


def test_the_owner_decides_by_numbers_and_sees_nobodys_name(
    open_case: OpenCase, known: People, clinic: Clinic
) -> None:
    screen = open_case(known.owner)
    assert not screen.exception
    shown = [one for one in entries(screen) if one["when"].startswith("D-")]
    assert [one["title"] for one in shown] == ["Kept until 01-Mar-2022"] * 2
    assert [one["acts"] for one in shown] == [[], []]
    text = said(screen)
    with clinic.store.reading() as cursor:
        named = cursor.execute("SELECT reference, patient_id FROM patient").fetchall()
    for secret in (FAMILY, FAMILY.upper(), "Anna", *(str(one) for row in named for one in row)):
        assert secret not in text
    assert len(screen.text_input) == 2


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (("", PASSWORD), "Type the number of records in figures"),
        (("3", PASSWORD), "Type the number of records that will go: it is not 3"),
        (("2", "wrong"), "That is not your present password"),
    ],
)
def test_an_approval_wants_the_number_and_the_password(
    open_case: OpenCase, known: People, clinic: Clinic, typed: tuple[str, str], problem: str
) -> None:
    screen = open_case(known.owner)
    for field, text in zip(screen.text_input, typed, strict=True):
        field.input(text)
    button(screen, "Approve, and erase 2 records").click().run()
    assert problem in said(screen) + str([one.value for one in screen.error])
    (stands,) = cases.list_cases(clinic, known.owner)
    assert stands.state is CaseState.PROPOSED


def test_sending_back_wants_a_note_and_tells_the_proposer(
    open_case: OpenCase, known: People
) -> None:
    screen = open_case(known.approver)
    button(screen, "Send it back").click().run()
    assert "Say why it is sent back" in said(screen)
    screen.text_area[0].input("One of them is still a patient here.")
    button(screen, "Send it back").click().run()
    assert not screen.exception
    assert "The case is sent back." in said(screen)
    assert "One of them is still a patient here." in said(open_case(known.proposer))


def test_whoever_comes_second_is_told_what_the_first_decided(
    open_case: OpenCase, known: People, case: Case, clinic: Clinic
) -> None:
    screen = open_case(known.owner)
    decision = Decision(case.case_id, is_approved=False, note="Too early.")
    cases.decide(clinic, known.approver, decision, now=NOW)
    screen.text_input[0].input("2")
    screen.text_input[1].input(PASSWORD)
    button(screen, "Approve, and erase 2 records").click().run()
    assert not screen.exception
    assert "Too early." in said(screen)
    assert len(screen.text_input) == 0


def test_the_home_page_counts_what_the_list_of_disposals_offers_to_decide(
    clinic: Clinic, known: People, case: Case, open_page_of: OpenPage
) -> None:
    assert case.state is CaseState.PROPOSED
    for actor, count in ((known.owner, 1), (known.approver, 1), (known.proposer, 0)):
        items = list(overview.home_items(clinic, actor, TODAY))
        assert [one.count for one in items] == [1] * count
        screen = open_page_of("disposals", actor.person_id)
        assert not screen.exception
        cards = [card for block in of_kind(screen, "cards") for card in block["cards"]]
        assert [one["mark"]["word"] == "Waits for you" for one in cards] == [bool(count)]


def test_without_a_case_the_screen_says_how_to_go_on(open_page: OpenPage) -> None:
    for query in ({}, {"case": str(uuid7s.uuid7())}, {"case": "x"}):
        screen = open_page("disposal", Role.OWNER, query=query)
        assert not screen.exception
        assert screen.title[0].value == "Not found"


def test_the_list_says_what_will_be_here(open_page: OpenPage) -> None:
    screen = open_page("disposals", Role.OWNER)
    assert not screen.exception
    assert "No case is finished yet." in said(screen)
