"""What a withdrawal sets off at once: the lens, pictures to take down, a letter, a second look."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain import formats
from lib.domain.access import Actor
from lib.domain.consent import LONDON, Decision, Route, Topic
from lib.domain.consent_tasks import OUTCOMES, Kind, Outcome
from lib.domain.media import Purpose, Rendition
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    PurposeNotPermittedError,
    SavedAlreadyError,
)
from lib.services import merges, unmerging
from lib.services.clinic import Clinic
from lib.services.consent import events, tasks, withdrawing
from lib.services.media import gallery, lens, originals, serving, uses
from lib.services.media.uses import About
from lib.services.merging import Wanted
from lib.store import consent_standing, consent_tasks, media_uses
from lib.store.consent_tasks import Task
from tests.consents import (
    EDUCATION,
    SOCIAL_MEDIA,
    add_version,
    answer,
    give,
    receipt,
    withdraw,
)
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict, write
from tests.sealed_pictures import add_key, add_picture

LATER = NOW + timedelta(hours=1)
AGREED_AT = NOW - timedelta(days=3)
SAID = uses.Said(Purpose.EDUCATION, "Course in Leeds", TODAY)


class Case:
    """A patient who agreed to teaching and social media, with one picture."""

    def __init__(self, clinic: Clinic, actor: Actor) -> None:
        self.clinic, self.actor = clinic, actor
        self.patient_id = add_patient(clinic)
        self.media_id = add_picture(clinic, self.patient_id, add_key(clinic, self.patient_id))
        self.form = add_version(clinic)
        for topic in (EDUCATION, SOCIAL_MEDIA):
            give(clinic, actor, self.patient_id, self.form, topic, AGREED_AT)

    def use(self, purpose: Purpose = Purpose.EDUCATION) -> UUID:
        about = About(self.patient_id, self.media_id, NOW, TODAY)
        said = uses.Said(purpose, "Course in Leeds", TODAY)
        return uses.note(self.clinic, self.actor, about, uuid7s.uuid7(), said).use_id

    def export(self, purpose: Purpose = Purpose.EDUCATION) -> None:
        opened = originals.open_original(self.clinic, self.actor, self.media_id, purpose, now=NOW)
        opened.reader.close()

    def tasks(self, patient_id: UUID | None = None) -> list[Task]:
        with self.clinic.store.reading() as cursor:
            return consent_tasks.list_of(cursor, patient_id or self.patient_id)

    def kinds(self) -> list[str]:
        return [one.kind.value for one in self.tasks()]

    def close(self, task: Task, outcome: Outcome, note: str = "") -> Task:
        return tasks.close(self.clinic, self.actor, task.task_id, outcome, note, now=LATER)


@pytest.fixture
def case(clinic: Clinic, staff: Actor) -> Case:
    return Case(clinic, staff)


def test_the_lens_lets_through_what_was_agreed_and_nothing_after_it(case: Case) -> None:
    clinic, actor = case.clinic, case.actor
    asked = serving.Asked(case.media_id, Rendition.THUMBNAIL, Purpose.EDUCATION)
    purpose = Purpose.EDUCATION
    page = gallery.page_of(
        clinic, actor, case.patient_id, gallery.Filters(), purpose, 0, as_of=TODAY
    )
    assert [one.media_id for one in page.pictures] == [case.media_id]
    serving.open_rendition(clinic, actor, asked, now=NOW).reader.close()
    withdraw(clinic, actor, case.patient_id)
    # The session was shown the picture a moment ago: its next fetch is refused all the same.
    with pytest.raises(PurposeNotPermittedError) as refused:
        serving.open_rendition(clinic, actor, asked, now=NOW)
    assert refused.value.message == (
        "Pictures of this patient may not be used for education. Withdrawn on 23-Nov-2026."
    )
    with pytest.raises(PurposeNotPermittedError):
        case.export()
    with pytest.raises(PurposeNotPermittedError):
        case.use()
    page = gallery.page_of(
        clinic, actor, case.patient_id, gallery.Filters(), purpose, 0, as_of=TODAY
    )
    assert (page.pictures, page.hidden) == ((), 1)
    on_record = serving.Asked(case.media_id, Rendition.THUMBNAIL, Purpose.RECORD)
    serving.open_rendition(clinic, actor, on_record, now=NOW).reader.close()


def test_the_record_rests_on_its_own_basis(case: Case) -> None:
    with case.clinic.store.reading() as cursor:
        patients = [case.patient_id]
        everybody = lens.permitted(cursor, patients, Purpose.RECORD, TODAY)
        teaching = lens.permitted(cursor, patients, Purpose.EDUCATION, TODAY)
        handed_on = lens.permitted(cursor, patients, Purpose.THIRD_PARTY, TODAY)
        assert lens.is_permitted(cursor, case.patient_id, Purpose.SOCIAL_MEDIA, TODAY)
        assert lens.why(lens.standing(cursor, case.patient_id, Purpose.RECORD, TODAY)) == (
            lens.OF_RECORD
        )
    assert (everybody, teaching, handed_on) == (frozenset(patients), everybody, frozenset())


def test_every_place_where_a_picture_is_becomes_a_task_and_the_patient_a_letter(
    case: Case,
) -> None:
    used = case.use()
    case.use(Purpose.SOCIAL_MEDIA)
    case.export()
    case.export(Purpose.SOCIAL_MEDIA)
    taken = withdrawing.withdraw(
        case.clinic,
        case.actor,
        receipt(case.patient_id, route=Route.SMS, received_at=NOW),
        [(uuid7s.uuid7(), EDUCATION)],
    )
    found = case.tasks()
    assert {one.task_id for one in found} == set(taken.task_ids)
    said = "Consent was withdrawn on 23-Nov-2026 (text message)."
    # The trail keeps the time of the clock itself.
    today = formats.day(datetime.now(LONDON).date())
    assert {(one.kind.value, one.purpose, one.use_id, one.reason) for one in found} == {
        ("acknowledge", "education", None, said),
        ("take down", "education", used, f"A picture is in use since 23-Nov-2026. {said}"),
        ("take down", "education", None, f"1 picture was taken out on {today}. {said}"),
    }
    exports = [one for one in found if one.export_id]
    assert [one.media_id for one in exports] == [case.media_id]
    opened = [line[4] for line in audit_lines(case.clinic) if line[0] == "consent task opened"]
    assert len(opened) == len(found)


def test_a_refusal_that_takes_back_a_grant_does_the_same(case: Case) -> None:
    case.use()
    said = receipt(case.patient_id, received_at=NOW)
    events.record(case.clinic, case.actor, said, [answer(EDUCATION, Decision.REFUSED)])
    assert case.kinds() == ["take down", "acknowledge"]
    # A first refusal takes nothing back, and needs no letter.
    first = receipt(add_patient(case.clinic))
    found = events.record(case.clinic, case.actor, first, [answer(EDUCATION, Decision.REFUSED)])
    assert found.task_ids == ()


def test_a_withdrawal_that_a_later_grant_follows_takes_nothing_down(case: Case) -> None:
    case.use()
    earlier = AGREED_AT - timedelta(days=1)
    taken = withdraw(case.clinic, case.actor, case.patient_id, now=LATER, received_at=earlier)
    assert taken.standings[EDUCATION].may_use
    # It was keyed after something that came later: a person looks at it.
    assert case.kinds() == ["look at", "acknowledge"]


def test_what_an_import_brings_is_acknowledged_to_nobody(case: Case) -> None:
    case.use()
    withdraw(case.clinic, case.actor, case.patient_id, route=Route.IMPORT)
    assert case.kinds() == ["take down"]


def test_a_place_has_one_task_however_often_consent_is_taken_back(case: Case) -> None:
    case.use()
    case.export()
    withdraw(case.clinic, case.actor, case.patient_id)
    later = LATER + timedelta(hours=1)
    again = {"now": later, "received_at": later}
    withdraw(case.clinic, case.actor, case.patient_id, **again)
    assert case.kinds().count("take down") == 2


def test_a_correction_of_a_use_opens_no_second_task(case: Case) -> None:
    used = case.use()
    withdraw(case.clinic, case.actor, case.patient_id)
    about = About(case.patient_id, case.media_id, LATER, TODAY)
    corrected = uses.Said(Purpose.EDUCATION, "Course in York", TODAY)
    new_key = uuid7s.uuid7()
    uses.correct(case.clinic, case.actor, about, (used, new_key), corrected)
    withdraw(case.clinic, case.actor, case.patient_id, now=LATER, received_at=LATER)
    (task,) = [one for one in case.tasks() if one.kind is Kind.TAKE_DOWN]
    # Closing it ends the version that stands now.
    case.close(task, Outcome.TAKEN_DOWN)
    with case.clinic.store.reading() as cursor:
        seen = media_uses.list_uses(cursor, case.patient_id, case.media_id)
    standing = [one.use for one in seen if one.use.superseded_at is None]
    assert [(one.place, one.ended_on, one.replaces_id) for one in standing] == [
        ("Course in York", TODAY, new_key)
    ]


@pytest.mark.parametrize("outcome", [Outcome.TAKEN_DOWN, Outcome.RECALLED])
def test_a_picture_taken_down_is_no_longer_in_use_in_the_same_step(
    case: Case, outcome: Outcome
) -> None:
    case.use()
    withdraw(case.clinic, case.actor, case.patient_id)
    (task,) = [one for one in case.tasks() if one.kind is Kind.TAKE_DOWN]
    closed = case.close(task, outcome)
    assert (closed.outcome, closed.closed_at) == (outcome, LATER)
    assert case.close(task, outcome) == closed
    with case.clinic.store.reading() as cursor:
        (use, _) = (one.use for one in media_uses.list_uses(cursor, case.patient_id, case.media_id))
    assert use.ended_on == TODAY
    lines = [line[0] for line in audit_lines(case.clinic)]
    assert lines[-2:] == ["use of a photograph noted", "consent task closed"]
    with pytest.raises(SavedAlreadyError):
        case.close(task, Outcome.CANNOT_BE_RECALLED, "Printed")


def test_what_was_ended_by_hand_before_is_left_as_it_is(case: Case) -> None:
    used = case.use()
    withdraw(case.clinic, case.actor, case.patient_id)
    about = About(case.patient_id, case.media_id, LATER, TODAY)
    uses.end(case.clinic, case.actor, about, (used, uuid7s.uuid7()), TODAY)
    (task,) = [one for one in case.tasks() if one.kind is Kind.TAKE_DOWN]
    case.close(task, Outcome.TAKEN_DOWN)
    with case.clinic.store.reading() as cursor:
        assert len(media_uses.list_uses(cursor, case.patient_id, case.media_id)) == 2


def test_what_cannot_be_recalled_is_written_down_with_why(case: Case) -> None:
    case.use()
    withdraw(case.clinic, case.actor, case.patient_id)
    (task,) = [one for one in case.tasks() if one.kind is Kind.TAKE_DOWN]
    for outcome, note, field in (
        (Outcome.CANNOT_BE_RECALLED, " ", "note"),
        (Outcome.CANNOT_BE_RECALLED, "x" * 501, "note"),
        (Outcome.SENT, "", "outcome"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            case.close(task, outcome, note)
        assert refused.value.field == field
    closed = case.close(task, Outcome.CANNOT_BE_RECALLED, "In a printed book")
    assert closed.note == "In a printed book"
    with case.clinic.store.reading() as cursor:
        (noted,) = media_uses.list_uses(cursor, case.patient_id, case.media_id)
    assert noted.use.ended_on is None
    with pytest.raises(NotFoundError):
        tasks.close(case.clinic, case.actor, uuid7s.uuid7(), Outcome.SEEN, now=LATER)


def test_every_kind_of_task_can_end() -> None:
    assert set(OUTCOMES) == set(Kind)
    assert {one for some in OUTCOMES.values() for one in some} == set(Outcome)


def test_open_tasks_are_listed_without_restricted_records_and_in_the_trail(
    case: Case, owner: Actor
) -> None:
    case.use()
    withdraw(case.clinic, case.actor, case.patient_id)
    found = tasks.list_open(case.clinic, case.actor, Kind.TAKE_DOWN)
    assert (found.total, found.pages, list(found.patients)) == (1, 1, [case.patient_id])
    (use,) = found.uses.values()
    assert use.place == "Course in Leeds"
    assert audit_lines(case.clinic)[-1][0] == "patient shown in a list of consent"
    every = tasks.list_open(case.clinic, case.actor, None, 7)
    assert (every.page, every.total) == (0, sum(every.counts.values()))
    restrict(case.clinic, case.patient_id)
    assert tasks.list_open(case.clinic, case.actor).tasks == ()
    assert tasks.count_open(case.clinic, case.actor) == {}
    (task,) = [one for one in case.tasks() if one.kind is Kind.TAKE_DOWN]
    with pytest.raises(GroundNeededError):
        case.close(task, Outcome.TAKEN_DOWN)
    ground = Ground.PROTECT_PERSON
    tasks.close(case.clinic, case.actor, task.task_id, Outcome.TAKEN_DOWN, now=LATER, ground=ground)
    assert audit_lines(case.clinic)[-1][3] == ground.value
    with pytest.raises(NotPermittedError):
        tasks.list_open(case.clinic, owner)


def test_who_is_to_be_asked_is_asked_once_and_who_may_not_be_never(case: Case) -> None:
    clinic, actor = case.clinic, case.actor
    dead = add_patient(clinic, deceased_on=TODAY)
    held = add_patient(clinic)
    restrict(clinic, held)
    wanted = [case.patient_id, dead, held, case.patient_id]
    topic = Topic("third party")
    assert tasks.open_ask(clinic, actor, wanted, topic, now=NOW) == 1
    assert tasks.open_ask(clinic, actor, wanted, topic, now=LATER) == 0
    (task,) = case.tasks()
    assert (task.kind, task.topic) == (Kind.ASK, topic)
    case.close(task, Outcome.ASKED)
    assert tasks.open_ask(clinic, actor, wanted, topic, now=LATER) == 1


# Merging ------------------------------------------------------------------------------------


def merge(case: Case, survivor_id: UUID, absorbed_id: UUID) -> UUID:
    wanted = Wanted(uuid7s.uuid7(), survivor_id, absorbed_id, reason="One person")
    merges.merge(case.clinic, case.actor, wanted, now=LATER, as_of=TODAY)
    return wanted.merge_id


def standing(case: Case) -> list[tuple[UUID, str, str]]:
    with case.clinic.store.reading() as cursor:
        sql = "SELECT patient_id, purpose, decision FROM consent_standing ORDER BY 1, 2"
        return cursor.execute(sql).fetchall()


def state_id(case: Case) -> UUID | None:
    with case.clinic.store.reading() as cursor:
        return consent_standing.get_state(cursor)


def test_a_merge_works_out_anew_what_stands_and_its_undoing_gives_it_back(case: Case) -> None:
    other = add_patient(case.clinic, given_names="Ana")
    case.use()
    withdraw(case.clinic, case.actor, other, received_at=NOW)
    before, first = standing(case), state_id(case)
    assert len(before) == 3
    merge_id = merge(case, case.patient_id, other)
    assert standing(case) == [
        (case.patient_id, "education", "withdrawn"),
        (case.patient_id, "social media", "given"),
    ]
    # What one record ended, the other had in use: that is to be taken down.
    (task,) = [one for one in case.tasks() if one.kind is Kind.TAKE_DOWN]
    assert (task.purpose, task.media_id) == ("education", case.media_id)
    second = state_id(case)
    unmerging.undo(case.clinic, case.actor, merge_id, now=LATER)
    assert (standing(case), [one.kind.value for one in case.tasks(other)]) == (
        before,
        ["acknowledge"],
    )
    assert len({first, second, state_id(case)}) == 3


def test_a_withdrawal_between_a_merge_and_its_undoing_keeps_neither_from_the_other(
    case: Case,
) -> None:
    other = add_patient(case.clinic, given_names="Ana")
    case.use()
    merge_id = merge(case, other, case.patient_id)
    taken = withdraw(case.clinic, case.actor, other, now=LATER, received_at=LATER)
    assert len(taken.task_ids) == 2
    unmerging.undo(case.clinic, case.actor, merge_id, now=LATER)
    # What was said since stays with the record that it was said to; the picture's task goes back.
    assert [one.kind.value for one in case.tasks()] == ["take down"]
    assert (other, "education", "withdrawn") in standing(case)
    assert (case.patient_id, "education", "given") in standing(case)


def test_exports_of_a_record_that_was_merged_are_called_back_too(case: Case) -> None:
    other = add_patient(case.clinic, given_names="Ana")
    case.export()
    merge(case, other, case.patient_id)
    withdraw(case.clinic, case.actor, other, now=LATER, received_at=LATER)
    assert [bool(one.export_id) for one in case.tasks(other) if one.kind is Kind.TAKE_DOWN] == [
        True
    ]


def test_a_sheet_of_several_pictures_is_one_place(case: Case) -> None:
    second = add_picture(case.clinic, case.patient_id, add_key(case.clinic, case.patient_id))
    for media_id in (case.media_id, second):
        write(
            case.clinic,
            "audit_entry",
            entry_id=uuid7s.uuid7(),
            chain_id=uuid7s.uuid7(),
            position=1,
            occurred_at=NOW,
            action="photograph or video exported",
            outcome="done",
            patient_id=case.patient_id,
            subject_id=media_id,
            detail='{"document": "Contact sheet", "purpose": "education"}',
            previous_hash="",
            entry_hash="",
        )
    withdraw(case.clinic, case.actor, case.patient_id)
    (task,) = [one for one in case.tasks() if one.kind is Kind.TAKE_DOWN]
    assert task.media_id is None
    assert task.reason.startswith("2 pictures were taken out on 23-Nov-2026.")
