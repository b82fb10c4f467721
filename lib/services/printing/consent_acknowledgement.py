"""The letter that acknowledges a withdrawal: what was withdrawn, when, and what the clinic does.

It goes to the patient: it holds what the patient said, and nothing else of the record.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Permission
from lib.domain.consent import (
    EDUCATION,
    KEEPING_IN_TOUCH,
    OBTAINING_INFORMATION,
    RECORD_MEDIA,
    SHARING_WITH_PROFESSIONALS,
    SOCIAL_MEDIA,
    THIRD_PARTY,
    TREATMENT,
    Decision,
    Topic,
)
from lib.domain.consent_words import ROUTES, topic_name
from lib.errors import NotFoundError
from lib.paper.sheet import Fact, Facts, Sheet, Words
from lib.services.consent import purposes
from lib.services.printing.prepare import NOTHING, Asked, Printable, of_patient
from lib.services.records import usable
from lib.store import clinic_settings, consent_events, records
from lib.store.clinic_settings import Name
from lib.store.connection import Cursor
from lib.store.consent_events import EventRow
from lib.store.records import Patient

TITLE = "Your withdrawal of consent"
ENDS = frozenset({Decision.WITHDRAWN, Decision.REFUSED})
PICTURES = (
    "Your pictures are no longer shown for this. Where they were already used or sent, we take "
    "them down or ask for them back. What cannot be called back, we tell you on request."
)
# What the clinic does, by what was withdrawn; each sentence once.
DONE = {
    TREATMENT: "We will not treat you unless you agree to it anew.",
    RECORD_MEDIA: (
        "We take no more photographs or video of you. Those in your record stay there: they are "
        "part of your medical record, which we have to keep."
    ),
    EDUCATION: PICTURES,
    SOCIAL_MEDIA: PICTURES,
    THIRD_PARTY: PICTURES,
    KEEPING_IN_TOUCH: (
        "We no longer send you news of our services this way. We still write or call about your "
        "own appointments and treatment."
    ),
    OBTAINING_INFORMATION: "We no longer ask others for information about you.",
    SHARING_WITH_PROFESSIONALS: (
        "We no longer tell your GP or another professional of your treatment, unless your life or "
        "health depends on it, or the law requires it."
    ),
}
OTHERWISE = "We no longer do what you had agreed to."
LAWFUL = (
    "What was done before you withdrew stays lawful. Nobody treats you any differently because you "
    "withdrew, and you may agree again at any time."
)
QUESTIONS = (
    "If something here is not as you meant it, or you have a question, tell us by any way that "
    "suits you. You may also complain to the Information Commissioner's Office (ico.org.uk)."
)


def sheet_of(cursor: Cursor, asked: Asked) -> Sheet:
    """Return the letter about the act of one event. Raises `NotFoundError`, and as `usable`."""
    event = consent_events.get_events(cursor, [asked.subject_id]).get(asked.subject_id)
    if event is None or event.decision not in ENDS:
        raise NotFoundError(NOTHING)
    patient, _ = usable(cursor, event.patient_id, asked.ground)
    act = [one for one in consent_events.list_events(cursor, event.patient_id) if _same(one, event)]
    clinic = clinic_settings.get_setting(cursor, Name.CLINIC_NAME) or ""
    return Sheet(
        title=TITLE,
        name=f"consent-{patient.reference}-{event.received_at.date().isoformat()}",
        printed=asked.printed,
        banner=None,
        blocks=(
            _addressed(cursor, patient, asked),
            Words("", (f"Dear {_called(patient)},", _opening(event, asked))),
            _what(cursor, act),
            Words("What we do", tuple(_done(one.topic for one in act))),
            Words("", (LAWFUL, QUESTIONS, "Yours sincerely", clinic or asked.actor.display_name)),
        ),
    )


def _same(one: EventRow, event: EventRow) -> bool:
    """Tell whether two events are answers of one act."""
    return one.decision in ENDS and (one.received_at, one.recorded_at, one.route) == (
        event.received_at,
        event.recorded_at,
        event.route,
    )


def _addressed(cursor: Cursor, patient: Patient, asked: Asked) -> Facts:
    there = [
        one for one in records.list_addresses(cursor, patient.patient_id) if not one.valid_until
    ]
    name = " ".join(filter(None, (patient.title, patient.given_names, patient.family_name)))
    return Facts(
        "",
        (
            Fact("To", (name, *(there[0].lines if there else ("No address is recorded",)))),
            Fact("Date", (formats.day(asked.today),)),
            Fact("Reference", (patient.reference,)),
        ),
    )


def _called(patient: Patient) -> str:
    if patient.title and patient.family_name:
        return f"{patient.title} {patient.family_name}"
    return patient.preferred_name or patient.given_names or patient.family_name


def _opening(event: EventRow, asked: Asked) -> str:
    when = formats.moment(event.received_at, asked.zone)
    route = ROUTES[event.route]
    return (
        f"You told us ({route[:1].lower()}{route[1:]}, {when}) that you withdraw your consent. "
        "Thank you for telling us. This took effect as soon as we had written it down."
    )


def _what(cursor: Cursor, act: Sequence[EventRow]) -> Facts:
    names = {one.code: one.name for one in purposes.list_purposes(cursor)}
    said = tuple(
        topic_name(names.get(topic.purpose, formats.words(topic.purpose)), topic.channel)
        for topic in (one.topic for one in act)
    )
    return Facts("What you withdrew", (Fact("Consent to", said),))


def _done(topics: Iterable[Topic]) -> Iterable[str]:
    return dict.fromkeys(DONE.get(one.purpose, OTHERWISE) for one in topics)


def _patient_of(cursor: Cursor, event_id: UUID) -> UUID | None:
    event = consent_events.get_events(cursor, [event_id]).get(event_id)
    return event.patient_id if event else None


PRINTABLE = Printable(
    "consent-acknowledgement", Permission.RECORD_CONSENT, of_patient(sheet_of), _patient_of
)
