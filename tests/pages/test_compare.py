"""The screen of comparison, without a browser."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.alignment import Alignment, Point
from lib.domain.media import Expression, Purpose, Stage, View
from lib.services.clinic import Clinic
from lib.services.media import pairs
from lib.services.media.pairs import Look, NewPair
from lib.ui.keys import Keys
from tests.conftest import actor_with
from tests.drawn_pairs import LEVEL, as_jpeg, picture
from tests.pages.components import given
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage
from tests.records import (
    NOW,
    TODAY,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
)
from tests.sealed_pictures import Files, add_key, add_picture

MARCH = date(2026, 3, 1)
ALIGNMENT = Alignment((Point(0.2, 0.5), Point(0.6, 0.5)), (Point(0.4, 0.5), Point(0.8, 0.5)))
PREVIEW = as_jpeg(picture((400, 300), LEVEL))


@pytest.fixture
def anna(clinic: Clinic) -> UUID:
    return add_patient(clinic)


@pytest.fixture
def both(clinic: Clinic, anna: UUID) -> tuple[UUID, UUID]:
    key_id = add_key(clinic, anna)
    series_id = add_treatment(clinic, anna, add_stock(clinic), MARCH)
    said = {
        "view": View.FRONT,
        "expression": Expression.REST,
        "treatment_series_id": series_id,
    }
    stages = ((Stage.BEFORE, MARCH), (Stage.REVIEW, MARCH + timedelta(days=14)))
    first, second = (
        add_picture(
            clinic, anna, key_id, Files({"preview": PREVIEW}), **said, stage=stage, captured_on=on
        )
        for stage, on in stages
    )
    return first, second


def opened(open_page: OpenPage, patient_id: UUID, *media_ids: UUID, **query: str) -> AppTest:
    names = ("first", "second")
    named = {name: str(key) for name, key in zip(names, media_ids, strict=False)}
    whole = {"id": str(patient_id), **named, **query}
    screen = open_page("compare", Role.STAFF, query=whole)
    assert not screen.exception
    return screen


def compared(screen: AppTest) -> dict[str, Any]:
    return given(screen)["desk_compare"][0]


def course(screen: AppTest) -> dict[str, Any]:
    return given(screen)["desk_course"][0]


def press(screen: AppTest, label: str) -> AppTest:
    next(one for one in screen.button if one.label == label).click()
    return screen.run()


def test_it_opens_with_a_pair_and_says_why(
    open_page: OpenPage, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    screen = opened(open_page, anna)
    first, second = compared(screen)["pictures"]
    assert [first["media_id"], second["media_id"]] == [str(key) for key in both]
    assert (first["day"], first["stage"], first["pose"], first["note"]) == (
        "01-Mar-2026",
        "Before",
        "Front, at rest",
        "Wrinkle relaxing",
    )
    assert second["alt"] == "Photograph, front, at rest, review, 15-Mar-2026"
    assert "its latest review" in screen.caption[0].value
    assert [one.value for one in screen.title] == ["Compare photographs"]


def test_the_course_has_the_treatment_between_and_marks_what_is_compared(
    open_page: OpenPage, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    found = course(opened(open_page, anna))
    assert found["chosen"] == [str(key) for key in both]
    assert [(one["day"], one["since"], one["treatments"]) for one in found["stops"]] == [
        ("01-Mar-2026", "", []),
        ("01-Mar-2026", "", ["Wrinkle relaxing"]),
        ("15-Mar-2026", "2 weeks later", []),
    ]


def test_an_alignment_is_there_when_the_page_is_opened_again(
    open_page: OpenPage, clinic: Clinic, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    wanted = NewPair(uuid7s.uuid7(), *both, ALIGNMENT)
    look = Look(Purpose.RECORD, TODAY)
    pairs.align(clinic, actor_with(Role.STAFF), anna, wanted, look, now=NOW)
    found = compared(opened(open_page, anna, *both))
    assert found["pictures"][1]["points"] == {
        "first": [[0.2, 0.5], [0.6, 0.5]],
        "second": [[0.4, 0.5], [0.8, 0.5]],
    }
    assert found["shared"] == pytest.approx([0, 0, 0.8, 1], abs=0.02)
    turned = compared(opened(open_page, anna, *both[::-1]))
    assert turned["shared"] == pytest.approx([0.2, 0, 1, 1], abs=0.02)


def test_who_may_not_align_is_not_offered_it(
    open_page: OpenPage, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    screen = open_page("compare", Role.COMPLIANCE, query={"id": str(anna)})
    assert len(compared(screen)["pictures"]) == len(both)
    assert compared(screen)["can_align"] is False
    assert compared(opened(open_page, anna))["can_align"] is True


def test_a_picture_that_is_gone_is_said_and_a_pair_is_chosen_instead(
    open_page: OpenPage, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    screen = opened(open_page, anna, both[0], uuid7s.uuid7())
    assert "was removed" in screen.warning[0].value
    assert len(compared(screen)["pictures"]) == 2


def test_without_pictures_it_says_how_to_begin(open_page: OpenPage, anna: UUID) -> None:
    screen = opened(open_page, anna)
    assert "no photographs yet" in screen.info[0].value
    assert [one.label for one in screen.button if "Export" in one.label] == []


def test_one_picture_is_not_enough(open_page: OpenPage, clinic: Clinic, anna: UUID) -> None:
    add_picture(clinic, anna, add_key(clinic, anna))
    assert "one photograph so far" in opened(open_page, anna).info[0].value


def test_a_purpose_that_nobody_agreed_to_shows_nothing(
    open_page: OpenPage, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    screen = opened(open_page, anna, *both, **{"for": "social media"})
    assert "may be used for social media" in screen.info[0].value
    assert given(screen).keys() & {"desk_compare", "desk_course"} == set()


def test_a_restricted_record_asks_for_its_ground(
    open_page: OpenPage, clinic: Clinic, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    restrict(clinic, anna)
    screen = opened(open_page, anna, *both)
    assert [one.value for one in screen.title] == ["This record is restricted"]
    assert "desk_compare" not in given(screen)


def test_the_export_asks_only_what_there_is_to_choose(
    open_page: OpenPage, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    screen = press(opened(open_page, anna, *both), "Export before and after")
    assert [one.label for one in screen.checkbox] == [
        "Dates under the pictures",
        "Match the brightness to the first picture",
    ]


def in_dialog(screen: AppTest, patient_id: UUID, both: tuple[UUID, UUID]) -> AppTest:
    """Open the export's dialog by itself, as the same person (see `test_people.in_dialog`)."""

    def script(patient: str, pictures: list[str]) -> None:
        from uuid import UUID  # noqa: PLC0415 - AppTest copies this function's body

        from lib.domain.media import Purpose  # noqa: PLC0415
        from lib.services.media.pairs import Look  # noqa: PLC0415
        from lib.ui import clock  # noqa: PLC0415
        from lib.ui.media import before_after  # noqa: PLC0415

        look = Look(Purpose.RECORD, clock.today())
        choice = before_after.Choice(
            tuple(map(UUID, pictures)), look, has_alignment=True, is_matched=True
        )
        before_after._ask(UUID(patient), choice)  # noqa: SLF001

    kwargs = {"patient": str(patient_id), "pictures": [str(key) for key in both]}
    dialog = AppTest.from_function(script, default_timeout=PATIENCE_SECONDS, kwargs=kwargs)
    dialog.user = dict(screen.user)
    return dialog.run()


def test_the_export_is_made_and_handed_over(
    open_page: OpenPage, clinic: Clinic, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    dialog = in_dialog(opened(open_page, anna, *both), anna, both)
    assert [(one.label, one.value) for one in dialog.checkbox] == [
        ("Dates under the pictures", True),
        ("Cut to what both show, as they are aligned", True),
        ("Match the brightness to the first picture", True),
    ]
    press(dialog, "Make the image")
    assert not dialog.exception
    assert dialog.get("link_button")[0].proto.url.startswith("/downloads/")
    exported = [line for line in audit_lines(clinic) if "exported" in line[0]]
    assert len(exported) == 2


def test_an_export_that_nobody_agreed_to_says_what_to_do(
    open_page: OpenPage, clinic: Clinic, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    dialog = in_dialog(opened(open_page, anna, *both), anna, both)
    dialog.radio[0].set_value(Purpose.EDUCATION).run()
    press(dialog, "Make the image")
    assert "or export for the record" in dialog.error[0].value
    assert list(dialog.get("link_button")) == []
    assert [line for line in audit_lines(clinic) if "exported" in line[0]] == []


def test_a_file_that_cannot_be_read_is_said(
    open_page: OpenPage, clinic: Clinic, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    dialog = in_dialog(opened(open_page, anna, *both), anna, both)
    clinic.media.files.path_of(both[0], "preview").unlink()
    press(dialog, "Make the image")
    assert len(dialog.error) == 1
    assert list(dialog.get("link_button")) == []


def doing(screen: AppTest, patient_id: UUID, both: tuple[UUID, UUID], act: str) -> AppTest:
    """Do what the browser would ask for, once, as the same person; AppTest has no components."""

    def script(patient: str, pictures: list[str], act: str) -> None:
        from dataclasses import replace  # noqa: PLC0415 - AppTest copies this function's body
        from uuid import UUID  # noqa: PLC0415

        import streamlit as st  # noqa: PLC0415

        from lib.domain.alignment import Alignment, Point  # noqa: PLC0415
        from lib.domain.media import Purpose  # noqa: PLC0415
        from lib.services.media import compare as service  # noqa: PLC0415
        from lib.services.media.before_after import Wanted  # noqa: PLC0415
        from lib.services.media.pairs import Look  # noqa: PLC0415
        from lib.ui import clock, session, undo  # noqa: PLC0415
        from lib.ui.components.compare import Asked  # noqa: PLC0415
        from lib.ui.media import before_after, compare  # noqa: PLC0415

        patient_id, keys = UUID(patient), tuple(map(UUID, pictures))
        undo.offer(patient_id)
        left, right = (Point(0.2, 0.5), Point(0.6, 0.5)), (Point(0.4, 0.5), Point(0.8, 0.5))
        asked = {
            "align": Asked(keys, Alignment(left, right)),
            "slip": Asked(keys, Alignment(left, (right[0], right[0]))),
            "clear": Asked(keys),
            "swap": Asked(is_swapped=True),
        }
        if act == "note":
            before_after._offer_noting(patient_id, Wanted(keys))  # noqa: SLF001
            return
        if act not in st.session_state:
            st.session_state[act] = True
            actor, look = session.require(), Look(Purpose.RECORD, clock.today())
            found = service.begin(session.clinic(), actor, patient_id, service.Asked(keys), look)
            scene = compare._Scene(actor, patient_id, look, found)  # noqa: SLF001
            if act in asked:
                compare._act(scene, asked[act])  # noqa: SLF001
            further = replace(scene, look=Look(Purpose.EDUCATION, clock.today()))
            compare._show(further, [*keys, UUID(act.split()[1])])  # noqa: SLF001

    kwargs = {"patient": str(patient_id), "pictures": [str(key) for key in both], "act": act}
    done = AppTest.from_function(script, default_timeout=PATIENCE_SECONDS, kwargs=kwargs)
    done.user = dict(screen.user)
    done.run()
    assert not done.exception
    return done


def standing(clinic: Clinic, patient_id: UUID, both: tuple[UUID, UUID]) -> Alignment | None:
    with clinic.store.reading() as cursor:
        return pairs.aligned_to(cursor, patient_id, both[0], [both[1]]).get(both[1])


def test_aligning_is_written_said_and_can_be_undone(
    open_page: OpenPage, clinic: Clinic, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    screen = opened(open_page, anna, *both)
    done = doing(screen, anna, both, "align")
    assert standing(clinic, anna, both) == ALIGNMENT
    assert "The pictures are aligned" in done.markdown[0].value
    press(done, "Undo")
    assert standing(clinic, anna, both) is None
    doing(screen, anna, both, "align")
    cleared = doing(screen, anna, both, "clear")
    assert "is cleared" in cleared.markdown[0].value
    press(cleared, "Undo")
    assert standing(clinic, anna, both) == ALIGNMENT


def test_points_that_cannot_be_are_told_to_the_browser(
    open_page: OpenPage, clinic: Clinic, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    done = doing(opened(open_page, anna, *both), anna, both, "slip")
    answers, refused = done.session_state[Keys.COMPARE_ANSWER]
    assert answers == 1
    assert "second picture are too close together" in refused
    assert standing(clinic, anna, both) is None


def test_swapping_and_the_lens_are_in_the_address(
    open_page: OpenPage, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    done = doing(opened(open_page, anna, *both), anna, both, "swap")
    first, second = map(str, both)
    assert done.query_params == {"id": str(anna), "first": second, "second": first}
    third = str(uuid7s.uuid7())
    done = doing(opened(open_page, anna, *both), anna, both, f"show {third}")
    assert done.query_params == {
        "id": str(anna),
        "first": first,
        "second": second,
        "more": third,
        "for": "education",
    }


def test_whoever_exports_for_another_use_is_led_to_where_it_is_noted(
    open_page: OpenPage, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    done = doing(opened(open_page, anna, *both), anna, both, "note")
    found = [(one.proto.label, one.proto.url) for one in done.get("link_button")]
    assert found == [
        (f"Note where picture {place} is used", f"/photograph?id={anna}&media={key}")
        for place, key in enumerate(both, start=1)
    ]
