"""A contact sheet: only what was selected, for whom selected it, and each picture in the trail."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from lib.domain.access import Actor
from lib.domain.media import Purpose
from lib.errors import NotFoundError, NotPermittedError
from lib.paper import pdf
from lib.paper.sheet import Pictures, Sheet
from lib.services.clinic import Clinic
from lib.services.media import removal
from lib.services.printing import contact_sheet, registered
from lib.services.printing.prepare import prepare
from tests.paper.sheets import picture_bytes
from tests.records import add_patient, add_stock, add_treatment, audit_lines
from tests.sealed_pictures import Files, add_key, add_picture

registered.register_all()
SMALL = Files({"thumbnail": picture_bytes()})
NOW = datetime.fromisoformat("2026-11-24T09:00")


def offered(
    actor: Actor, patient_id: UUID, ids: list[UUID], purpose: Purpose = Purpose.RECORD
) -> UUID:
    return contact_sheet.offer(actor, patient_id, ids, purpose, now=NOW)


def added(clinic: Clinic, patient_id: UUID, **values: Any) -> UUID:  # noqa: ANN401 - any column
    return add_picture(clinic, patient_id, add_key(clinic, patient_id), SMALL, **values)


def printed(clinic: Clinic, actor: Actor, sheet_id: UUID, *, is_file: bool = False) -> Sheet:
    return prepare(clinic, actor, "contact-sheet", sheet_id, now=NOW, is_file=is_file)


def pictures(sheet: Sheet) -> list[Pictures]:
    return [block for block in sheet.blocks if isinstance(block, Pictures)]


def test_what_was_selected_is_there_the_oldest_day_first_in_words(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, stock = add_patient(clinic), add_stock(clinic)
    series = add_treatment(clinic, patient_id, stock, date(2026, 7, 14))
    later = added(
        clinic,
        patient_id,
        captured_on=date(2026, 7, 14),
        treatment_series_id=series,
        view="front",
        expression="smile",
        stage="before",
        area="lips",
    )
    first = added(clinic, patient_id, captured_on=date(2025, 1, 2), is_guessed=True)
    added(clinic, patient_id)
    sheet = printed(clinic, staff, offered(staff, patient_id, [later, first]))
    assert sheet.banner is not None
    assert sheet.banner.name == "HART, Anna (Ms)"
    assert [(one.title, [each.lines for each in one.pictures]) for one in pictures(sheet)] == [
        ("02-Jan-2025", [("View not said", "View and stage are a guess")]),
        ("14-Jul-2026 · Wrinkle relaxing", [("Front, smile", "Before · lips")]),
    ]
    assert [one.pictures[0].href for one in pictures(sheet)] == [
        f"/media-store/{key}/thumbnail?for=record" for key in (first, later)
    ]
    assert "Hart" not in str([each.alt for one in pictures(sheet) for each in one.pictures])


def test_a_page_brings_no_bytes_and_a_file_brings_them_unsealed(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    sheet_id = offered(staff, patient_id, [added(clinic, patient_id)])
    page, file = (
        pictures(printed(clinic, staff, sheet_id, is_file=wanted))[0].pictures[0]
        for wanted in (False, True)
    )
    assert (page.content, file.content) == (b"", SMALL.content["thumbnail"])
    reader = PdfReader(io.BytesIO(pdf.render(printed(clinic, staff, sheet_id, is_file=True))))
    assert [image.image.size for image in reader.pages[0].images] == [(24, 32)]


def test_a_picture_whose_file_cannot_be_read_stays_in_words(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    media_id = added(clinic, patient_id)
    clinic.media.files.path_of(media_id, "thumbnail").unlink()
    sheet = printed(clinic, staff, offered(staff, patient_id, [media_id]), is_file=True)
    assert [each.content for one in pictures(sheet) for each in one.pictures] == [b""]


def test_every_picture_on_it_is_in_the_trail_as_exported(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    ids = [added(clinic, patient_id) for _ in range(2)]
    printed(clinic, staff, offered(staff, patient_id, ids))
    lines = audit_lines(clinic)
    assert [line[0] for line in lines] == [
        "record printed",
        "photograph or video exported",
        "photograph or video exported",
    ]
    assert {line[4] for line in lines[1:]} == {'{"document": "Contact sheet", "purpose": "record"}'}


def test_another_person_or_a_later_hour_finds_nothing(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    patient_id = add_patient(clinic)
    sheet_id = offered(staff, patient_id, [added(clinic, patient_id)])
    stranger = replace(compliance, person_id=UUID(int=9))
    with pytest.raises(NotFoundError, match="has ended"):
        printed(clinic, stranger, sheet_id)
    later = NOW + contact_sheet.KEPT
    with pytest.raises(NotFoundError, match="has ended"):
        prepare(clinic, staff, "contact-sheet", sheet_id, now=later)
    with pytest.raises(NotFoundError):
        printed(clinic, staff, UUID(int=5))


def test_old_selections_are_let_go_of(staff: Actor) -> None:
    old = offered(staff, UUID(int=1), [UUID(int=2)])
    later = NOW + contact_sheet.KEPT + timedelta(seconds=1)
    contact_sheet.offer(staff, UUID(int=1), [UUID(int=2)], Purpose.RECORD, now=later)
    assert old not in contact_sheet.selections()


def test_the_lens_hides_all_of_it(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    media_id = added(clinic, patient_id)
    sheet_id = offered(staff, patient_id, [media_id], Purpose.EDUCATION)
    with pytest.raises(NotPermittedError):
        printed(clinic, staff, sheet_id)


def test_what_was_removed_or_is_somebody_elses_is_not_on_it(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    theirs = added(clinic, add_patient(clinic))
    gone = added(clinic, patient_id)
    removal.remove(clinic, staff, patient_id, [gone], "Twice", now=NOW)
    sheet = printed(clinic, staff, offered(staff, patient_id, [theirs, gone]))
    assert [(one.pictures, one.empty) for one in pictures(sheet)] == [
        ((), contact_sheet.NOTHING_LEFT)
    ]


def test_an_owner_may_not_print_it(clinic: Clinic, staff: Actor, owner: Actor) -> None:
    patient_id = add_patient(clinic)
    sheet_id = offered(staff, patient_id, [added(clinic, patient_id)])
    with pytest.raises(NotPermittedError):
        printed(clinic, owner, sheet_id)


def test_no_more_fit_on_one_than_it_holds(staff: Actor) -> None:
    ids = [UUID(int=number) for number in range(contact_sheet.MOST + 5)]
    sheet_id = offered(staff, UUID(int=1), ids)
    assert len(contact_sheet.selections()[sheet_id].media_ids) == contact_sheet.MOST
