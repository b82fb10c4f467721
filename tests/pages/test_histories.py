"""The list of histories to review and the home page, without a browser."""

from datetime import timedelta
from uuid import UUID

import pytest

from lib.domain.access import Actor, Role
from lib.domain.formats import day
from lib.services import drafts, histories
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Subject
from lib.store import people
from lib.ui import clock, home, navigation
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage, sign_in_as
from tests.records import NOW, add_patient, audit_lines, restrict
from tests.services.test_histories import book


def add_coming(clinic: Clinic, count: int = 1, **values: object) -> list[UUID]:
    found = [add_patient(clinic, **values) for _ in range(count)]
    for patient_id in found:
        book(clinic, patient_id, clock.now() + timedelta(days=2))
    return found


def actor_of(clinic: Clinic, *roles: Role) -> Actor:
    """Return somebody who has an account, as the services see them."""
    sign_in_as(clinic, *roles)
    with clinic.store.reading() as cursor:
        person = people.list_people(cursor)[-1]
    return Actor(person.person_id, person.username, "Test Person", frozenset(roles))


def test_the_list_leads_to_the_history_and_says_when_it_was_confirmed(
    open_page: OpenPage, clinic: Clinic
) -> None:
    (patient_id,) = add_coming(clinic)
    screen = open_page("histories", Role.STAFF)
    assert not screen.exception
    (table,) = blocks(screen)
    ((_, link, confirmed, mark),) = table["rows"]
    assert link["text"] == "HART, Anna (Ms)"
    assert link["href"].endswith(f"?id={patient_id}")
    assert (confirmed, mark["word"]) == ("Never", "No history yet")


@pytest.mark.parametrize("days", [0, 2])
def test_who_comes_today_or_has_died_is_marked(
    open_page: OpenPage, clinic: Clinic, days: int
) -> None:
    book(
        clinic,
        add_patient(clinic),
        clock.stored(clock.local(clock.now()).replace(hour=12, tzinfo=None)) + timedelta(days=days),
    )
    (dead,) = add_coming(clinic, deceased_on=clock.today())
    (table,) = blocks(open_page("histories", Role.STAFF))
    words = {row[1]["href"].rpartition("=")[2]: row[3]["word"] for row in table["rows"]}
    assert words.pop(str(dead)) == "Deceased: cancel the visit"
    assert set(words.values()) == {"No history yet" if days else "Comes today"}


def test_more_than_a_page_has_steps(open_page: OpenPage, clinic: Clinic) -> None:
    add_coming(clinic, histories.PAGE + 2)
    screen = open_page("histories", Role.STAFF)
    later = next(one for one in screen.button if one.label == "Later visits")
    later.click().run()
    assert not screen.exception
    (table,) = blocks(screen)
    assert len(table["rows"]) == 2
    assert "Page 2 of 2" in [caption.value for caption in screen.caption]


def test_an_empty_list_says_what_that_means(open_page: OpenPage, clinic: Clinic) -> None:
    del clinic
    (table,) = blocks(open_page("histories", Role.STAFF))
    assert table["rows"] == []
    assert table["empty"].startswith("Everybody who comes")


def test_the_home_page_has_the_count_of_the_list(open_page: OpenPage, clinic: Clinic) -> None:
    add_coming(clinic, 3)
    needed = blocks(open_page("home", Role.STAFF))[0]
    (card,) = [card for card in needed["cards"] if card["title"] == "Histories to review"]
    assert (card["number"], card["href"]) == ("3", "/histories")


def test_what_was_left_unsaved_is_on_its_authors_home_page_alone(clinic: Clinic) -> None:
    patient_id, locked = add_patient(clinic), add_patient(clinic)
    mine, other = actor_of(clinic, Role.STAFF), actor_of(clinic, Role.STAFF)
    subjects = [
        Subject(Form.REGISTER),
        Subject(Form.EDIT, patient_id),
        Subject(Form.HISTORY, locked),
    ]
    for minute, subject in enumerate(subjects):
        drafts.keep(clinic, mine, subject, {"note": "x"}, now=NOW + timedelta(minutes=minute))
    restrict(clinic, locked)
    (table,) = home.unfinished(clinic, mine)
    said = [(row[0].text, row[0].note, row[1]) for row in table.rows]
    assert said[2] == ("Register a patient", "Somebody new", f"{day(NOW.date())} 09:00")
    assert said[1][:2] == ("Change a patient's details", _known(clinic, patient_id))
    assert said[0][1].startswith("Restricted record J")
    hrefs = [row[0].href for row in table.rows]
    assert hrefs[2] == navigation.href(navigation.REGISTER)
    assert hrefs[1].endswith(f"?id={patient_id}")
    assert home.unfinished(clinic, other) == []
    shown = {line[2] for line in audit_lines(clinic) if line[0] == "patient shown in a list"}
    assert shown == {str(patient_id), str(locked)}


def test_a_form_that_may_no_longer_be_saved_is_not_offered(clinic: Clinic) -> None:
    mine = actor_of(clinic, Role.STAFF)
    drafts.keep(clinic, mine, Subject(Form.REGISTER), {"note": "x"}, now=NOW)
    officer = Actor(mine.person_id, mine.username, "Test", frozenset({Role.COMPLIANCE}))
    assert home.unfinished(clinic, officer) == []


def _known(clinic: Clinic, patient_id: UUID) -> str:
    with clinic.store.reading() as cursor:
        row = cursor.execute(
            "SELECT reference FROM patient WHERE patient_id = ?", [patient_id]
        ).fetchone()
    assert row is not None
    return f"HART, Anna (Ms) · {row[0]}"


def test_every_form_has_its_name_and_its_screen() -> None:
    assert set(home.FORMS) == set(Form)
