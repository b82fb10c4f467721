"""The duplicates screen: searching, both records side by side, deciding and undoing."""

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services import duplicate_search
from lib.services.clinic import Clinic
from lib.ui import duplicates as drawn
from lib.ui.keys import Keys
from tests.conftest import actor_with
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import EVIL_FAMILY, EVIL_GIVEN, add_patient


@pytest.fixture(autouse=True)
def _no_search_left() -> Iterator[None]:
    duplicate_search.dismiss()
    yield
    duplicate_search.dismiss()


def record_twice(clinic: Clinic, **values: object) -> None:
    """Record one person twice and find that out."""
    for _ in range(2):
        add_patient(clinic, **values)
    duplicate_search.run(clinic, actor_with(Role.STAFF))


def pairs(screen: AppTest) -> list[dict[str, Any]]:
    return [pair for data in given(screen).get("desk_pairs", []) for pair in data["pairs"]]


def button(screen: AppTest, label: str) -> Any:  # noqa: ANN401 - AppTest's own
    return next(one for one in screen.button if one.label == label)


def words(screen: AppTest) -> str:
    return " ".join(one.value for one in (*screen.markdown, *screen.caption))


def test_the_empty_screen_says_how_to_begin(open_page: OpenPage) -> None:
    screen = open_page("duplicates", Role.STAFF)
    assert not screen.exception
    assert [one.value for one in screen.title] == ["Duplicates"]
    assert "Nobody has searched yet" in words(screen)
    assert [one.label for one in screen.button if "earch" in one.label] == ["Search for duplicates"]


def test_a_pair_is_drawn_with_both_banners_and_how_they_stand(
    open_page: OpenPage, clinic: Clinic
) -> None:
    record_twice(clinic, preferred_name="Annie")
    screen = open_page("duplicates", Role.COMPLIANCE)
    assert not screen.exception
    (pair,) = pairs(screen)
    assert pair["title"] == "Pair 1 of 1"
    assert pair["chance"].endswith("% likely to be one person")
    assert pair["href"] == f"/merge?pair={pair['pair_id']}"
    for side in (pair["one"], pair["other"]):
        assert side["name"] == "HART, Anna (Ms)"
        assert side["preferred"] == "Annie"
        assert side["born"].startswith("06-Aug-1985 (")
        assert side["reference"].startswith("J0000")
        assert side["href"].startswith("/patient?id=")
    marks = {line["label"]: line["mark"]["word"] for line in pair["lines"]}
    assert marks == {
        "Given names": "Agrees", "Family name": "Agrees", "Date of birth": "Agrees",
        "Gender": "Agrees", "Phone": "Not known", "Email": "Not known", "Address": "Not known",
        "Town and postcode": "Not known",
    }  # fmt: skip
    born = next(line for line in pair["lines"] if line["label"] == "Date of birth")
    assert born["one"] == ["06-Aug-1985"]
    assert "1 pair of records" in words(screen)
    assert "2 records compared" in words(screen)


def test_the_dead_and_the_young_are_marked(open_page: OpenPage, clinic: Clinic) -> None:
    record_twice(clinic, deceased_on="2020-03-01", born_on="1950-01-02", family_name="Older")
    record_twice(clinic, born_on="2015-05-05", family_name="Younger")
    marks = {
        pair["one"]["name"]: [mark["word"] for mark in pair["one"]["marks"]]
        for pair in pairs(open_page("duplicates", Role.STAFF))
    }
    assert marks == {
        "OLDER, Anna (Ms)": ["Deceased 01-Mar-2020 (70y)"],
        "YOUNGER, Anna (Ms)": ["Under 18"],
    }


def test_what_was_typed_is_shown_and_never_read_as_code(
    open_page: OpenPage, clinic: Clinic
) -> None:
    record_twice(clinic, given_names=EVIL_GIVEN, family_name=EVIL_FAMILY)
    screen = open_page("duplicates", Role.STAFF)
    assert not screen.exception
    (pair,) = pairs(screen)
    assert pair["one"]["name"] == f"{EVIL_FAMILY.upper()}, {EVIL_GIVEN} (Ms)"
    assert "script" not in words(screen)


def test_a_search_is_begun_watched_and_its_pairs_appear(
    open_page: OpenPage, clinic: Clinic
) -> None:
    add_patient(clinic), add_patient(clinic)
    screen = open_page("duplicates", Role.STAFF)
    button(screen, "Search for duplicates").click().run()
    job = duplicate_search.current()
    assert job is not None
    assert job.ended.wait(60)
    screen.run()
    assert not screen.exception
    assert len(pairs(screen)) == 1
    assert "Search again" in [one.label for one in screen.button]


def test_a_running_search_can_be_left_and_stopped(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = duplicate_search.Job()
    job.watch(duplicate_search.Progress("Comparing pairs", 300, 900))
    monkeypatch.setattr(duplicate_search, "_jobs", [job])
    screen = open_page("duplicates", Role.STAFF)
    assert not screen.exception
    assert "You can leave this page" in words(screen)
    button(screen, "Stop the search").click().run()
    assert job.is_cancelled
    job.problem, job.state = duplicate_search.CANCELLED, duplicate_search.State.CANCELLED
    screen.run()
    assert [one.value for one in screen.warning] == [
        "The search was stopped\\. The pairs are those of the search before\\."
    ]


def test_two_cannot_search_at_once(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = open_page("duplicates", Role.STAFF)
    search = button(screen, "Search for duplicates")
    monkeypatch.setattr(duplicate_search, "_jobs", [duplicate_search.Job()])
    monkeypatch.setattr(drawn.duplicate_search, "current", lambda: None)
    search.click().run()
    assert "running already" in screen.error[0].value


def test_a_decision_is_said_and_can_be_undone(open_page: OpenPage, clinic: Clinic) -> None:
    record_twice(clinic)
    screen = open_page("duplicates", Role.STAFF)
    (pair,) = pairs(screen)
    with clinic.store.reading() as cursor:
        (pair_id,) = cursor.execute("SELECT pair_id FROM duplicate_pair").fetchall()[0]
    assert pair["pair_id"] == str(pair_id)
    actor = actor_with(Role.STAFF)
    drawn.duplicates.decide_not_same(clinic, actor, pair_id, now=drawn.clock.now())
    screen.session_state[Keys.DUPLICATES_DECIDED] = pair_id
    screen.run()
    assert pairs(screen) == []
    assert "No pair waits for review" in words(screen)
    assert "Noted as not the same person" in words(screen)
    button(screen, "Undo").click().run()
    assert [one["pair_id"] for one in pairs(screen)] == [str(pair_id)]
    assert "Noted" not in words(screen)


def test_twenty_pairs_are_a_page(open_page: OpenPage, clinic: Clinic) -> None:
    for number in range(21):
        name = "abcdefghijklmnopqrstu"[number]
        for _ in range(2):
            add_patient(
                clinic, given_names=name * 3 + "in", family_name=name * 2 + "owski" + name,
                born_on=f"19{50 + number}-{number % 12 + 1:02}-{number + 1:02}",
            )  # fmt: skip
    duplicate_search.run(clinic, actor_with(Role.STAFF))
    screen = open_page("duplicates", Role.STAFF)
    assert len(pairs(screen)) == 20
    assert "Page 1 of 2" in words(screen)
    button(screen, "Less probable").click().run()
    assert [one["title"] for one in pairs(screen)] == ["Pair 21 of 21"]
    screen.session_state[Keys.DUPLICATES_PAGE] = 5
    screen.run()
    assert [one["title"] for one in pairs(screen)] == ["Pair 21 of 21"]


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.5, "50 % likely to be one person"),
        (0.994, "Over 99 % likely to be one person"),
        (0.999999, "Over 99 % likely to be one person"),
    ],
)
def test_a_chance_is_never_certain(probability: float, said: str) -> None:
    assert drawn.chance(probability) == said


def test_whoever_is_typed_again_is_named_beside_the_form(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    clinic.search.wait_ready()
    screen = open_page("register", Role.STAFF)
    fields = {one.label: one for one in screen.text_input}
    fields["Family name"].set_value("Hart")
    fields["Given names"].set_value("Anna")
    screen = fields["Date of birth"].set_value("06/08/1985").run()
    assert not screen.exception
    (cards,) = [block for block in blocks(screen) if block["title"] == "May be on file already"]
    assert [card["href"] for card in cards["cards"]] == [f"/patient?id={patient_id}"]
    fields = {one.label: one for one in screen.text_input}
    fields["Family name"].set_value("Zimmermann")
    screen = fields["Given names"].set_value("Quentin").run()
    assert "Nobody on file looks like this person so far" in words(screen)


def test_before_the_list_is_read_nobody_is_compared(
    open_page: OpenPage, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clinic.search, "start", lambda: None)
    screen = open_page("register", Role.STAFF)
    fields = {one.label: one for one in screen.text_input}
    fields["Family name"].set_value("Hart")
    screen = fields["Given names"].set_value("Anna").run()
    assert "nobody has been compared yet" in words(screen)
