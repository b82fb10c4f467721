"""Galleries of a patient and of the clinic: order, pages, filters, the lens, and the trail."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.audit import Action, Outcome
from lib.domain.media import Expression, Kind, Purpose, Stage, View
from lib.domain.media_gallery import NO_FACETS, Filters, Treated
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    MergedError,
    NotFoundError,
    NotPermittedError,
    PurposeNotPermittedError,
)
from lib.services.clinic import Clinic
from lib.services.media import gallery
from lib.services.media.gallery import PAGE, Page
from lib.store import media_clinic, media_gallery
from lib.store.media_gallery import Cut
from tests.records import (
    NOW,
    TODAY,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
    restrict,
    write,
)
from tests.sealed_pictures import add_key, add_rendition, add_rows

RECORD = Purpose.RECORD
EVERYTHING = Filters()


def page_of(
    clinic: Clinic, actor: Actor, patient_id: UUID, filters: Filters = EVERYTHING, page: int = 0
) -> Page:
    return gallery.page_of(clinic, actor, patient_id, filters, RECORD, page, as_of=TODAY)


def ids(page: Page) -> list[UUID]:
    return [one.media_id for one in page.pictures]


def test_the_newest_day_comes_first_and_a_day_as_it_went(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    noon = datetime.fromisoformat("2026-11-02T12:00")
    undated = add_rows(clinic, anna, key, captured_on=None, captured_at=None)
    old = add_rows(clinic, anna, key, captured_on=date(2025, 1, 5))
    timeless = add_rows(clinic, anna, key, captured_at=None)
    second = add_rows(clinic, anna, key, captured_at=noon)
    first = add_rows(clinic, anna, key, captured_at=noon - timedelta(hours=1))
    also_first = add_rows(clinic, anna, key, captured_at=noon - timedelta(hours=1))
    shown = ids(page_of(clinic, staff, anna))
    assert shown == [first, also_first, second, timeless, old, undated]


def test_a_page_has_sixty_and_one_past_the_last_is_the_last(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    everything = [add_rows(clinic, anna, key) for _ in range(PAGE + 2)]
    first, second = (page_of(clinic, staff, anna, page=number) for number in (0, 1))
    assert (len(first.pictures), len(second.pictures)) == (60, 2)
    assert (first.total, first.pages, second.page) == (62, 2, 1)
    assert ids(first) + ids(second) == everything
    assert page_of(clinic, staff, anna, page=9) == second
    assert page_of(clinic, staff, anna, page=-1) == first


def test_an_empty_gallery_is_one_page_of_nothing(clinic: Clinic, staff: Actor) -> None:
    found = page_of(clinic, staff, add_patient(clinic))
    assert found == Page((), 0, 0, NO_FACETS)
    assert found.pages == 1


def test_a_picture_says_what_other_tables_know_of_it(clinic: Clinic, staff: Actor) -> None:
    anna, stock = add_patient(clinic), add_stock(clinic)
    key = add_key(clinic, anna)
    series = add_treatment(clinic, anna, stock, date(2026, 10, 1))
    correct_treatment(clinic, anna, stock, series, name="Corrected", treated_on=date(2026, 10, 2))
    media_id = add_rows(
        clinic,
        anna,
        key,
        kind="video",
        format="MP4",
        duration_ms=4_000,
        treatment_series_id=series,
        practitioner_id=stock.practitioner_id,
        view="left oblique",
        expression="smile",
        stage="before",
        area="forehead",
        note="Seen twice",
        is_guessed=True,
    )
    add_rendition(clinic, anna, media_id, "stream", media_type=None, fault="cannot be played")
    for removed, gone_at in ((False, None), (True, None), (False, NOW)):
        write(
            clinic,
            "media_annotation",
            annotation_id=uuid7s.uuid7(),
            series_id=uuid7s.uuid7(),
            version=1,
            media_id=media_id,
            patient_id=anna,
            marks="[]",
            is_removed=removed,
            superseded_at=gone_at,
            recorded_at=NOW,
        )
    (picture,) = page_of(clinic, staff, anna).pictures
    assert (picture.kind, picture.duration_ms) == (Kind.VIDEO, 4_000)
    assert (picture.treatment_name, picture.treated_on) == ("Corrected", date(2026, 10, 2))
    assert (picture.practitioner_id, picture.practitioner_name) == (
        stock.practitioner_id,
        "Pat Lee",
    )
    assert (picture.view, picture.expression) == (View.LEFT_OBLIQUE, Expression.SMILE)
    assert (picture.stage, picture.area, picture.note) == (Stage.BEFORE, "forehead", "Seen twice")
    assert (picture.is_guessed, picture.label_version) == (True, 1)
    assert (picture.has_stream, picture.stream_fault) == (False, "cannot be played")
    assert picture.annotations == 1


def test_each_filter_narrows_and_the_values_to_choose_from_stay(
    clinic: Clinic, staff: Actor
) -> None:
    anna, stock = add_patient(clinic), add_stock(clinic)
    key = add_key(clinic, anna)
    series = add_treatment(clinic, anna, stock, date(2026, 10, 1))
    plain = add_rows(clinic, anna, key, captured_on=date(2026, 9, 1))
    said = add_rows(
        clinic,
        anna,
        key,
        kind="video",
        captured_on=date(2026, 10, 1),
        treatment_series_id=series,
        practitioner_id=stock.practitioner_id,
        view="front",
        expression="rest",
        stage="review",
        area="chin",
    )
    for filters in (
        Filters(captured_from=date(2026, 10, 1)),
        Filters(treatment_series_id=series),
        Filters(view=View.FRONT),
        Filters(expression=Expression.REST),
        Filters(stage=Stage.REVIEW),
        Filters(area="chin"),
        Filters(practitioner_id=stock.practitioner_id),
        Filters(kind=Kind.VIDEO),
        Filters(view=View.FRONT, area="chin", captured_until=date(2026, 10, 1)),
    ):
        assert ids(page_of(clinic, staff, anna, filters)) == [said]
    assert ids(page_of(clinic, staff, anna, Filters(captured_until=date(2026, 9, 1)))) == [plain]
    found = page_of(clinic, staff, anna, Filters(view=View.BACK))
    assert (found.pictures, found.total) == ((), 0)
    facets = found.facets
    assert (facets.views, facets.expressions) == ({View.FRONT: 1}, {Expression.REST: 1})
    assert (facets.stages, facets.areas) == ({Stage.REVIEW: 1}, {"chin": 1})
    assert facets.kinds == {Kind.PHOTOGRAPH: 1, Kind.VIDEO: 1}
    assert facets.practitioners == {stock.practitioner_id: ("Pat Lee", 1)}
    treated = Treated(series, "Wrinkle relaxing", date(2026, 10, 1))
    assert facets.treatments == {series: (treated, 1)}
    assert (facets.first_on, facets.last_on) == (date(2026, 9, 1), date(2026, 10, 1))


def test_only_the_version_in_force_counts(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    media_id = add_rows(clinic, anna, add_key(clinic, anna), view="front")
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE media_label SET superseded_at = ?", [NOW])
    )
    write(
        clinic,
        "media_label",
        label_id=uuid7s.uuid7(),
        media_id=media_id,
        patient_id=anna,
        version=2,
        capture_source="person",
        view="back",
        is_guessed=False,
        recorded_at=NOW,
    )
    (picture,) = page_of(clinic, staff, anna).pictures
    assert (picture.view, picture.label_version) == (View.BACK, 2)


def test_removed_pictures_are_shown_by_themselves(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    there = add_rows(clinic, anna, key, view="front")
    removed = add_rows(clinic, anna, key, view="back", removed_at=NOW)
    assert ids(page_of(clinic, staff, anna)) == [there]
    found = page_of(clinic, staff, anna, Filters(is_removed=True))
    assert (ids(found), found.facets.views) == ([removed], {View.BACK: 1})


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not RECORD])
def test_the_lens_leaves_nothing_but_how_many_it_hides(
    clinic: Clinic, staff: Actor, purpose: Purpose
) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    media_id = add_rows(clinic, anna, key, view="front")
    add_rows(clinic, anna, key, view="back")
    found = gallery.page_of(clinic, staff, anna, Filters(view=View.FRONT), purpose, 0, as_of=TODAY)
    assert found == Page((), 0, 0, NO_FACETS, hidden=1)
    with pytest.raises(PurposeNotPermittedError):
        gallery.pictures(clinic, staff, anna, [media_id], purpose, as_of=TODAY)
    assert audit_lines(clinic)[-1][:3] == (Action.REFUSED, Outcome.REFUSED, str(anna))


def test_each_look_is_in_the_trail_with_its_purpose(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    add_rows(clinic, anna, add_key(clinic, anna))
    page_of(clinic, staff, anna)
    assert audit_lines(clinic) == [
        (Action.MEDIA_LISTED, "done", str(anna), None, '{"purpose": "record", "shown": 1}')
    ]


def test_a_restricted_record_needs_a_ground(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    media_id = add_rows(clinic, anna, add_key(clinic, anna))
    restrict(clinic, anna)
    with pytest.raises(GroundNeededError):
        page_of(clinic, staff, anna)
    assert audit_lines(clinic)[-1][:3] == (Action.REFUSED, "refused", str(anna))
    found = gallery.page_of(
        clinic, staff, anna, EVERYTHING, RECORD, 0, as_of=TODAY, ground=Ground.LEGAL_CLAIMS
    )
    assert ids(found) == [media_id]
    assert audit_lines(clinic)[-1][3] == "legal claims"


def test_whoever_may_not_sees_nothing_and_it_is_noted(clinic: Clinic, owner: Actor) -> None:
    anna = add_patient(clinic)
    with pytest.raises(NotPermittedError):
        page_of(clinic, owner, anna)
    with pytest.raises(NotPermittedError):
        gallery.pictures(clinic, owner, anna, [], RECORD, as_of=TODAY)
    with pytest.raises(NotPermittedError):
        gallery.clinic_page(clinic, owner, EVERYTHING, RECORD, 0, as_of=TODAY)
    assert [line[:2] for line in audit_lines(clinic)] == [(Action.REFUSED, "refused")] * 3


def test_a_merged_record_has_no_gallery(clinic: Clinic, staff: Actor) -> None:
    other = add_patient(clinic)
    with pytest.raises(MergedError):
        page_of(clinic, staff, add_patient(clinic, merged_into_id=other))


def test_pictures_come_in_the_order_asked_for_and_only_this_patients(
    clinic: Clinic, staff: Actor
) -> None:
    anna, ben = add_patient(clinic), add_patient(clinic)
    key = add_key(clinic, anna)
    one, two, gone = (
        add_rows(clinic, anna, key),
        add_rows(clinic, anna, key),
        add_rows(clinic, anna, key, removed_at=NOW),
    )
    theirs = add_rows(clinic, ben, add_key(clinic, ben))
    found = gallery.pictures(clinic, staff, anna, [two, one], RECORD, as_of=TODAY)
    assert [picture.media_id for picture in found] == [two, one]
    for wrong in (theirs, gone, uuid7s.uuid7()):
        with pytest.raises(NotFoundError):
            gallery.pictures(clinic, staff, anna, [one, wrong], RECORD, as_of=TODAY)


def test_the_clinics_gallery_leaves_out_restricted_and_merged_records(
    clinic: Clinic, compliance: Actor, staff: Actor
) -> None:
    anna, ben, cleo = (add_patient(clinic, family_name=name) for name in ("A", "B", "C"))
    gone = add_patient(clinic, merged_into_id=anna)
    newest = add_rows(clinic, ben, add_key(clinic, ben), captured_on=date(2026, 11, 3))
    older = add_rows(clinic, anna, add_key(clinic, anna), view="front")
    for left_out in (cleo, gone):
        add_rows(clinic, left_out, add_key(clinic, left_out), view="back")
    restrict(clinic, cleo)
    found = gallery.clinic_page(clinic, compliance, EVERYTHING, RECORD, 0, as_of=TODAY)
    assert (ids(found), found.total, found.hidden) == ([newest, older], 2, 0)
    assert found.facets.views == {View.FRONT: 1}
    assert [row.family_name for row in found.patients.values()] == ["B", "A"]
    assert [line[:3] for line in audit_lines(clinic)] == [
        (Action.MEDIA_LISTED, "done", str(ben)),
        (Action.MEDIA_LISTED, "done", str(anna)),
    ]
    with pytest.raises(NotPermittedError):
        gallery.clinic_page(clinic, staff, EVERYTHING, RECORD, 0, as_of=TODAY)


def test_the_lens_holds_across_the_clinic(clinic: Clinic, compliance: Actor) -> None:
    anna = add_patient(clinic)
    add_rows(clinic, anna, add_key(clinic, anna))
    found = gallery.clinic_page(clinic, compliance, EVERYTHING, Purpose.EDUCATION, 0, as_of=TODAY)
    assert found == replace(Page((), 0, 0, NO_FACETS), hidden=1)


def test_the_clinics_gallery_can_be_narrowed_to_patients_and_by_every_filter(
    clinic: Clinic,
) -> None:
    anna, ben = add_patient(clinic), add_patient(clinic)
    mine = add_rows(clinic, anna, add_key(clinic, anna), view="front", area="chin")
    add_rows(clinic, anna, add_key(clinic, anna), view="front", captured_on=date(2020, 1, 1))
    add_rows(clinic, ben, add_key(clinic, ben), view="front", area="chin")
    filters = Filters(
        captured_from=date(2026, 1, 1),
        captured_until=date(2026, 12, 31),
        view=View.FRONT,
        area="chin",
        kind=Kind.PHOTOGRAPH,
    )
    asked = media_clinic.Asked(filters, frozenset({anna}))
    with clinic.store.reading() as cursor:
        assert media_clinic.count_pictures(cursor, asked) == 1
        found = media_clinic.list_pictures(cursor, asked, Cut(10))
        facets = media_clinic.get_facets(cursor, asked)
        nobody = media_clinic.Asked(Filters(), frozenset())
        assert media_clinic.list_pictures(cursor, nobody, Cut(10)) == []
        assert media_clinic.get_facets(cursor, nobody) == NO_FACETS
    assert [one.media_id for one in found] == [mine]
    assert (facets.views, facets.areas) == ({View.FRONT: 2}, {"chin": 1})
    assert (facets.first_on, facets.last_on) == (date(2020, 1, 1), date(2026, 11, 2))


def test_counts_and_lists_of_a_patient_agree_with_the_page(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    for view in ("front", "front", "back"):
        add_rows(clinic, anna, key, view=view)
    filters = Filters(view=View.FRONT)
    page = page_of(clinic, staff, anna, filters)
    with clinic.store.reading() as cursor:
        assert media_gallery.count_pictures(cursor, anna, filters) == page.total == 2
        listed = media_gallery.list_pictures(cursor, anna, filters, Cut(10))
    assert tuple(listed) == page.pictures
