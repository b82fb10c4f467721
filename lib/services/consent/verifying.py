"""Checking that every form signed in the room is the one that was signed, and every file whole.

Three places must agree: the content with its hash, the hash in the audit trail, and the form and
events of the store. A changed byte in any of them is told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import EvidenceKind
from lib.domain.consent_signing import Signed, chosen, content_of, digest_of, signed_from
from lib.errors import SealedFileError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import evidence
from lib.store import consent_captures, consent_evidence
from lib.store.connection import Cursor
from lib.store.consent_captures import CaptureRow

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """How many signed forms and files of evidence were read, and what is wrong, in sentences."""

    captures: int
    files: int
    faults: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether everything is what it was."""
        return not self.faults


def verify(clinic: Clinic, actor: Actor, progress: Progress | None = None) -> Checked:
    """Check every signed form and every file of evidence; that it was done is in the trail.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VERIFY_AUDIT)
    with clinic.store.reading() as cursor:
        noted = consent_captures.list_noted(cursor)
        keys = sorted({*consent_captures.list_capture_ids(cursor), *noted})
        faults: list[str] = []
        for done, key in enumerate(keys, 1):
            faults += [f"signed form {key}: {one}" for one in faults_of(cursor, key, noted)]
            if progress:
                progress(done, len(keys))
        sealed = sorted(consent_evidence.list_files(cursor))
        faults += [f"evidence {key}: {one}" for key in sealed for one in _file(clinic, cursor, key)]
    detail: dict[str, str | int | bool] = {"signed forms": len(keys), "faults": len(faults)}
    done_ = Event(Action.AUDIT_VERIFIED, detail=detail)
    clinic.store.transact(lambda unit: unit.audit(actor, done_))
    return Checked(len(keys), len(sealed), tuple(faults))


def faults_of(cursor: Cursor, capture_id: UUID, noted: Mapping[UUID, str]) -> list[str]:
    """Return what is wrong with one signed form; nothing where it is whole."""
    row = consent_captures.get_capture(cursor, capture_id)
    if row is None:
        return ["it was signed, and is not there any more"]
    return [*_content(row, noted), *_store(cursor, row)]


def _content(row: CaptureRow, noted: Mapping[UUID, str]) -> Iterator[str]:
    digest = digest_of(row.content)
    if digest != row.content_sha256:
        yield "its content is not the one that its hash was made of"
    if row.capture_id not in noted:
        yield "the audit trail does not say that it was signed"
    elif noted[row.capture_id] != row.content_sha256:
        yield "its hash is not the one that the audit trail noted"


def _store(cursor: Cursor, row: CaptureRow) -> Iterator[str]:
    try:
        signed = signed_from(row.content)
    except ValueError:
        yield "its content cannot be read"
        return
    if content_of(signed) != row.content:
        yield "its content is not written as it was"
    if (signed.capture_id, signed.form.form_version_id, signed.signed_at) != (
        row.capture_id,
        row.form_version_id,
        row.signed_at,
    ):
        yield "its content is of another form or another moment"
    yield from _wording(cursor, signed)
    yield from _events(cursor, row, signed)


def _wording(cursor: Cursor, signed: Signed) -> Iterator[str]:
    kept = consent_captures.get_wording(cursor, signed.form.form_version_id)
    if kept is None:
        yield "the version of the form that was signed is not there any more"
    elif (kept.form_id, kept.number, kept.text) != (
        signed.form.form_id,
        signed.form.number,
        signed.form.text,
    ):
        yield "the form's version does not say what was signed"


def _events(cursor: Cursor, row: CaptureRow, signed: Signed) -> Iterator[str]:
    kept = consent_evidence.get_evidence(cursor, row.evidence_id)
    if kept is None or (kept.patient_id, kept.kind) != (row.patient_id, EvidenceKind.SIGNATURE):
        yield "its evidence is not there, or is somebody else's"
    there = consent_captures.list_events(cursor, row.patient_id, row.evidence_id)
    for one in chosen(signed.answers):
        event = there.pop(one.event_id, None)
        said = (one.topic.purpose, one.topic.channel or "", one.decision, row.signed_at)
        if event is None:
            yield f"the answer on {one.topic.purpose} was not recorded"
        elif (event.purpose, event.channel, event.decision, event.received_at) != said:
            yield f"what was recorded on {one.topic.purpose} is not what was answered"
        elif event.form_version_id != row.form_version_id:
            yield f"what was recorded on {one.topic.purpose} names another form"
    if there:
        yield "something rests on it that was not answered"


def _file(clinic: Clinic, cursor: Cursor, evidence_id: UUID) -> Iterator[str]:
    row = consent_evidence.get_evidence(cursor, evidence_id)
    try:
        if row is not None and not evidence.is_whole(clinic, row):
            yield "its file is not the one that came in"
    except SealedFileError as error:
        yield error.message
