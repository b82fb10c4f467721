"""What the people of the synthetic clinic did about consent lately: agreed, used, took back, asked.

Everything goes through the services that the screens use, so that each task is a real one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lib.demo.accounts import COMPLIANCE, STAFF
from lib.demo.consent_forms import FORMS
from lib.demo.deeds import Ground
from lib.domain.consent import (
    EDUCATION,
    KEEPING_IN_TOUCH,
    SOCIAL_MEDIA,
    Channel,
    Decision,
    Route,
    State,
    Topic,
)
from lib.domain.consent_tasks import Kind, Outcome
from lib.domain.media import Purpose
from lib.services.clinic import Clinic
from lib.services.consent import events, evidence, overview_lists, tasks
from lib.services.consent.events import Receipt, Said
from lib.services.consent.evidence import Attached
from lib.services.consent.overview import Wish
from lib.services.consent.overview_lists import Choice
from lib.services.media import uses
from lib.services.media.uses import About
from lib.store import consent_tasks, media_items

TEACHING, PUBLISHING = Topic(EDUCATION), Topic(SOCIAL_MEDIA)
BY_EMAIL = Topic(KEEPING_IN_TOUCH, Channel.EMAIL)
ASKED = 6
SIGNED = "Signed in the room, after the review of the pictures."
# Of those with pictures, counted in their order: who agreed to what, whose are used, who left.
TAUGHT = frozenset({0, 1, 2, 4, 5, 7, 8, 10, 13, 16, 20, 25, 30})
PUBLISHED = frozenset({1, 4, 5, 8, 13, 20})
USED = {
    1: (Purpose.SOCIAL_MEDIA, "Clinic's website, page of results"),
    4: (Purpose.SOCIAL_MEDIA, "Instagram, post of the autumn series"),
    5: (Purpose.EDUCATION, "Slides of the injectors' workshop"),
    8: (Purpose.SOCIAL_MEDIA, "Instagram, story kept under results"),
}
# Two took it back; the pictures of the second are down again.
LEFT = (4, 8)
TAKEN_DOWN = 8
LEFT_NOTE = "Wrote that a colleague had found the picture; wants it gone."
LATE_NOTE = "The letter lay in the wrong tray."
CONFLICT_NOTE = "Said on the telephone that messages by email may go on."


@dataclass(frozen=True, slots=True)
class _Word:
    """One thing that somebody says: who, on what, which way, when and how it came."""

    patient_id: UUID
    topic: Topic
    decision: Decision
    at: datetime
    route: Route = Route.IN_PERSON
    note: str | None = None
    keyed_at: datetime | None = None


def do_all(clinic: Clinic, ground: Ground) -> None:
    """Let a few say something late or at odds, and put some down to be asked."""
    _odd_ones(clinic, ground)
    choice, now = Choice(TEACHING, State.SUPERSEDED), ground.at(1, 9)
    actor, as_of = COMPLIANCE.actor(), now.date()
    with_visits = overview_lists.list_patients(clinic, actor, choice, Wish(), as_of=as_of)
    chosen = [row.patient_id for row in with_visits.rows[:ASKED]]
    if chosen:
        overview_lists.ask(clinic, actor, TEACHING, chosen, now=now)


def with_pictures(clinic: Clinic, ground: Ground, patients: Sequence[UUID]) -> None:
    """Let some who have pictures agree to uses of them, use a few, and two take it back."""
    for place, patient_id in enumerate(patients):
        at = ground.at(30 - place % 7, 11)
        for topic, places in ((TEACHING, TAUGHT), (PUBLISHING, PUBLISHED)):
            if place in places:
                _say(clinic, ground, _Word(patient_id, topic, Decision.GIVEN, at))
        if place in USED:
            _use(clinic, ground, patient_id, USED[place])
    for place in LEFT:
        if place < len(patients):
            _leave(clinic, ground, patients[place], is_down=place == TAKEN_DOWN)


def _use(clinic: Clinic, ground: Ground, patient_id: UUID, used: tuple[Purpose, str]) -> None:
    purpose, place = used
    with clinic.store.reading() as cursor:
        pictures = sorted(
            one.media_id for one in media_items.list_digests(cursor, patient_id).values()
        )
    if pictures:
        now = ground.at(14, 15)
        about = About(patient_id, pictures[0], now, now.date())
        said = uses.Said(purpose, place, now.date())
        uses.note(clinic, STAFF.actor(), about, ground.key(now), said)


def _leave(clinic: Clinic, ground: Ground, patient_id: UUID, *, is_down: bool) -> None:
    at = ground.at(3, 10)
    word = _Word(patient_id, PUBLISHING, Decision.WITHDRAWN, at, Route.EMAIL, LEFT_NOTE)
    _say(clinic, ground, word)
    if not is_down:
        return
    with clinic.store.reading() as cursor:
        opened = consent_tasks.list_of(cursor, patient_id)
    for task in opened:
        if task.kind is Kind.TAKE_DOWN:
            now = at + timedelta(hours=2)
            tasks.close(clinic, STAFF.actor(), task.task_id, Outcome.TAKEN_DOWN, now=now)


def _odd_ones(clinic: Clinic, ground: Ground) -> None:
    """Key a letter long after it came, and two things that one person said on one day."""
    told = ground.rows("consent_event", "patient_id", "purpose", "decision")
    agreed = {
        str(key): None
        for key, purpose, decision in told
        if purpose == KEEPING_IN_TOUCH and decision == Decision.GIVEN and key not in ground.barred
    }
    late, torn = [UUID(key) for key in [*agreed][-40::20]]
    came, keyed = ground.at(17, 9), ground.at(2, 16)
    _say(
        clinic,
        ground,
        _Word(late, BY_EMAIL, Decision.WITHDRAWN, came, Route.POST, LATE_NOTE, keyed),
    )
    day = ground.at(4, 10)
    _say(clinic, ground, _Word(torn, BY_EMAIL, Decision.WITHDRAWN, day, Route.EMAIL))
    later = day + timedelta(hours=3)
    _say(
        clinic,
        ground,
        _Word(torn, BY_EMAIL, Decision.GIVEN, later, Route.PHONE, CONFLICT_NOTE),
    )


def _say(clinic: Clinic, ground: Ground, word: _Word) -> None:
    actor, now = STAFF.actor(), word.keyed_at or word.at + timedelta(minutes=5)
    form_version_id = evidence_id = None
    if word.decision is Decision.GIVEN:
        place = 1 if word.topic in {TEACHING, PUBLISHING} else 2
        form_version_id = FORMS[place].version_ids()[-1]
        attached = Attached(ground.key(word.at), word.patient_id, now, word.note or SIGNED)
        evidence_id = evidence.add_note(clinic, actor, attached)
    receipt = Receipt(
        word.patient_id, word.at, word.route, now, form_version_id, evidence_id, word.note
    )
    said = Said(ground.key(word.at), word.topic, word.decision)
    events.record(clinic, actor, receipt, [said])
