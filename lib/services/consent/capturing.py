"""Signing a form in the room: what is shown, and saving it with its evidence and events at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import (
    LONDON,
    Channel,
    EvidenceKind,
    Route,
    Standing,
    State,
    Topic,
    day_of,
)
from lib.domain.consent_signing import (
    Answer,
    FormShown,
    Signed,
    Signer,
    chosen,
    content_of,
    digest_of,
    faults_of,
    same_but_for_time,
    signed_from,
)
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError, SavedAlreadyError
from lib.services import accounts, correcting, drafts
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import events, forms, purposes, reading
from lib.services.consent.events import Receipt, Said
from lib.services.consent.forms import FormText
from lib.services.consent.refusals import noting
from lib.services.drafts import Form, Subject
from lib.services.records import usable
from lib.store import consent_captures, consent_evidence
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_captures import CaptureRow
from lib.store.consent_evidence import EvidenceRow

NO_FORM = "This form is not in force. Choose one of those that are."
NEWER = (
    "A newer version of this form came into force meanwhile. Nothing was saved: the patient must "
    "read and sign the new one."
)
DECEASED = "This patient has died: nobody can agree to anything in their name."
NO_CAPTURE = "There is no signed form at this address. It may have been disposed of."
WAYS = {
    Channel.EMAIL: "by email",
    Channel.SMS: "by text message",
    Channel.PHONE: "by phone",
    Channel.POST: "by post",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """One question of a form: its topic, its words, how it stands; no answer is proposed."""

    topic: Topic
    name: str
    question: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Offered:
    """A form in force with its questions. `is_due`: one of them has no consent that holds."""

    form: FormText
    questions: tuple[Asking, ...]
    clinic: str

    @property
    def is_due(self) -> bool:
        """Tell whether there is something to ask that was not asked, has expired or changed."""
        due = {State.NOT_ASKED, State.EXPIRED, State.SUPERSEDED}
        return any(one.standing.state in due for one in self.questions)


@dataclass(frozen=True, slots=True)
class Signing:
    """What the tablet sends; ids are minted by the form."""

    capture_id: UUID
    evidence_id: UUID
    patient_id: UUID
    form_version_id: UUID
    answers: tuple[Answer, ...]
    questions: str
    signer: Signer
    witness: Signer | None = None
    ground: Ground | None = None


def list_offered(
    clinic: Clinic, actor: Actor, patient_id: UUID, *, as_of: date, ground: Ground | None = None
) -> list[Offered]:
    """Return the forms that the patient can be asked with, those that are due first.

    In the trail as consent viewed. Raises `NotPermittedError`, `NotFoundError`, `MergedError` and
    `GroundNeededError` (rule E1).
    """
    permission = Permission.RECORD_CONSENT
    authorise(clinic, actor, permission, patient_id=patient_id)
    name = accounts.clinic_name(clinic)

    def work(unit: UnitOfWork) -> list[Offered]:
        _, restriction = usable(unit.cursor, patient_id, ground)
        found = _offered(unit.cursor, patient_id, as_of, name)
        used = ground.value if restriction and ground else None
        unit.audit(actor, Event(Action.CONSENT_VIEWED, patient_id=patient_id, ground=used))
        return found

    return noting(clinic, actor, (permission, patient_id), work)


def capture(clinic: Clinic, actor: Actor, wanted: Signing, *, now: datetime) -> UUID:
    """Save a form that was signed in the room: evidence, content and events in one transaction.

    Saving the same again changes nothing; returns the signed form's id. Raises
    `InvalidInputError` with the field (`form` where it is no longer the one in force),
    `SavedAlreadyError`, `NotPermittedError`, `NotFoundError`, `MergedError` and
    `GroundNeededError` (rule E1).
    """
    permission = Permission.RECORD_CONSENT
    authorise(clinic, actor, permission, patient_id=wanted.patient_id)
    at, name = now.replace(microsecond=0), accounts.clinic_name(clinic)

    def work(unit: UnitOfWork) -> UUID:
        patient, restriction = usable(unit.cursor, wanted.patient_id, wanted.ground)
        signed = _signed(unit.cursor, wanted, name, at)
        saved = consent_captures.get_capture(unit.cursor, wanted.capture_id)
        if saved is not None:
            _check_same(saved, signed)
            return saved.capture_id
        if patient.deceased_on is not None:
            raise InvalidInputError(DECEASED)
        _check_form(unit.cursor, wanted, at)
        for field, reason in faults_of(signed).items():
            raise InvalidInputError(reason, field=field)
        _write(clinic, unit, actor, (wanted, signed), now)
        drafts.forget(unit, actor, subject(wanted.patient_id, wanted.form_version_id))
        used = wanted.ground.value if restriction and wanted.ground else None
        unit.audit(actor, _event(signed, used))
        return wanted.capture_id

    return noting(clinic, actor, (permission, wanted.patient_id), work)


def told(wanted: Signing, offered: Offered, at: datetime) -> Signed:
    """Return what a tablet says so far, to see what is still missing."""
    form = offered.form
    shown = FormShown(form.form_version_id, form.form_id, form.form_name, form.number, form.text)
    return Signed(
        wanted.capture_id,
        wanted.patient_id,
        offered.clinic,
        shown,
        wanted.answers,
        wanted.questions,
        wanted.signer,
        wanted.witness,
        at,
    )


def subject(patient_id: UUID, form_version_id: UUID) -> Subject:
    """Return what the draft of a signing is about."""
    return Subject(Form.CONSENT, patient_id, form_version_id)


def read(cursor: Cursor, capture_id: UUID) -> tuple[CaptureRow, Signed]:
    """Return a signed form to a service that has authorised the actor and audits itself.

    Raises `NotFoundError`, and `ValueError` where its content was changed beyond reading.
    """
    row = consent_captures.get_capture(cursor, capture_id)
    if row is None:
        raise NotFoundError(NO_CAPTURE)
    return row, signed_from(row.content)


def _offered(cursor: Cursor, patient_id: UUID, as_of: date, name: str) -> list[Offered]:
    standings = reading.standings(cursor, patient_id, as_of)
    found = [
        Offered(form, _questions(cursor, form, standings), name)
        for form in forms.list_askable(cursor, as_of)
    ]
    return sorted((one for one in found if one.questions), key=lambda one: not one.is_due)


def _questions(
    cursor: Cursor, form: FormText, standings: Mapping[Topic, Standing]
) -> tuple[Asking, ...]:
    known = {one.code: one for one in purposes.list_purposes(cursor) if one.is_active}
    return tuple(
        Asking(
            topic,
            known[code].name,
            _worded(known[code].question, topic),
            standings.get(topic, Standing(State.NOT_ASKED)),
        )
        for code in form.purposes
        if code in known
        for topic in purposes.topics_of(known[code])
    )


def _worded(question: str, topic: Topic) -> str:
    """Return the question with the way of contact that it is about."""
    if topic.channel is None:
        return question
    return f"{question.rstrip('?')} {WAYS[topic.channel]}?"


def _signed(cursor: Cursor, wanted: Signing, name: str, at: datetime) -> Signed:
    """Return what is signed, its questions in the clinic's own words whatever the browser says."""
    form = forms.get_version(cursor, wanted.form_version_id)
    said = {one.topic: one for one in wanted.answers}
    asked = _questions(cursor, form, {})
    answers = tuple(
        replace(said[one.topic], name=one.name, question=one.question)
        for one in asked
        if one.topic in said
    )
    if len(answers) < max(len(asked), len(wanted.answers)):
        raise InvalidInputError(NEWER, field="form")
    shown = FormShown(form.form_version_id, form.form_id, form.form_name, form.number, form.text)
    return Signed(
        wanted.capture_id,
        wanted.patient_id,
        name,
        shown,
        answers,
        wanted.questions,
        wanted.signer,
        wanted.witness,
        at,
    )


def _check_form(cursor: Cursor, wanted: Signing, at: datetime) -> None:
    """Raise unless this is the wording in force of a form that is in use."""
    askable = forms.list_askable(cursor, day_of(at, LONDON))
    if wanted.form_version_id in {one.form_version_id for one in askable}:
        return
    form_id = forms.get_version(cursor, wanted.form_version_id).form_id
    is_newer = any(one.form_id == form_id for one in askable)
    raise InvalidInputError(NEWER if is_newer else NO_FORM, field="form")


def _check_same(saved: CaptureRow, signed: Signed) -> None:
    if not same_but_for_time(signed_from(saved.content), signed):
        raise SavedAlreadyError(correcting.SAVED_ALREADY)


def _write(
    clinic: Clinic, unit: UnitOfWork, actor: Actor, what: tuple[Signing, Signed], now: datetime
) -> None:
    wanted, signed = what
    content = content_of(signed)
    consent_evidence.insert_evidence(unit.cursor, _evidence(actor, wanted, now))
    row = CaptureRow(
        wanted.capture_id,
        wanted.patient_id,
        wanted.evidence_id,
        wanted.form_version_id,
        signed.signed_at,
        content,
        digest_of(content),
        now,
        actor.person_id,
    )
    consent_captures.insert_capture(unit.cursor, row)
    receipt = Receipt(
        wanted.patient_id,
        signed.signed_at,
        Route.IN_PERSON,
        now,
        wanted.form_version_id,
        wanted.evidence_id,
        ground=wanted.ground,
    )
    said = [
        Said(one.event_id, one.topic, one.decision)
        for one in chosen(signed.answers)
        if one.decision
    ]
    events.write(clinic, unit, actor, receipt, said)


def _evidence(actor: Actor, wanted: Signing, now: datetime) -> EvidenceRow:
    return EvidenceRow(
        evidence_id=wanted.evidence_id,
        patient_id=wanted.patient_id,
        kind=EvidenceKind.SIGNATURE,
        note=None,
        filename=None,
        media_type=None,
        bytes=None,
        sha256=None,
        key_id=None,
        recorded_at=now,
        recorded_by=actor.person_id,
    )


def _event(signed: Signed, ground: str | None) -> Event:
    """Return the trail's entry: the hash in it is what a changed content is found by."""
    return Event(
        Action.CONSENT_SIGNED,
        patient_id=signed.patient_id,
        subject_id=signed.capture_id,
        ground=ground,
        detail={"sha256": digest_of(content_of(signed))},
    )
