"""The patient's copy of a form signed in the room: the exact text, the answers, the signature.

Everything in it is read from the content that was signed; whatever the form says now is not asked.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Permission
from lib.domain.consent_signing import ASPECT, Choice, Signed, Signer, paths_of
from lib.errors import NotFoundError
from lib.paper import markdown
from lib.paper.sheet import Block, Column, Drawing, Fact, Facts, Prose, Sheet, Table, Words
from lib.services.consent import capturing
from lib.services.printing import record as on_record
from lib.services.printing.banner import banner
from lib.services.printing.prepare import NOTHING, Asked, Printable, of_patient
from lib.store import consent_captures
from lib.store.connection import Cursor

NAME = "consent-copy"
TITLE = "Your consent"
WIDTH = 600
ANSWERS = {Choice.YES: "Yes", Choice.NO: "No", Choice.NOT_TODAY: "Not today: nothing recorded"}
COLUMNS = (Column("What you were asked", 5), Column("Your answer", 2))
TAKING_BACK = (
    "You may take any of these answers back at any time, by any way you like: in person, by "
    "telephone, by letter, by email or by text message. It is as easy as giving them, and your "
    "treatment does not depend on it."
)
CHANGED = (
    "What the clinic keeps of this form is not what was signed. Tell the compliance officer before "
    "you rely on it."
)


def sheet_of(cursor: Cursor, asked: Asked) -> Sheet:
    """Return the copy of one signed form; raises `NotFoundError` and what `records.read` raises."""
    record = on_record.read(cursor, asked, 1)
    row = consent_captures.get_capture(cursor, asked.subject_id)
    if row is None or row.patient_id != record.patient.patient_id:
        raise NotFoundError(NOTHING)
    try:
        _, signed = capturing.read(cursor, asked.subject_id)
    except ValueError as error:
        raise NotFoundError(CHANGED) from error
    at = formats.moment(signed.signed_at, asked.zone)
    form = signed.form
    blocks: list[Block] = [
        Facts("", tuple(_facts(signed, at))),
        Prose(f"{form.name}, version {form.number}", markdown.passages(form.text), is_large=True),
        Table("Your answers", COLUMNS, tuple(_answers(signed))),
        *_questions(signed),
        *_signature("Signature", signed.signer, at),
        *(_signature("Witness", signed.witness, at) if signed.witness else ()),
        Words("If you change your mind", (TAKING_BACK,)),
        Facts("How this copy can be checked", (Fact("SHA-256", (_broken(row.content_sha256),)),)),
    ]
    return Sheet(
        title=TITLE,
        name=f"consent-{record.patient.reference}-{signed.signed_at.date().isoformat()}",
        printed=asked.printed,
        # A patient's own copy needs no alert.
        banner=replace(banner(record, asked), alerts=()),
        blocks=tuple(blocks),
    )


def _facts(signed: Signed, at: str) -> Iterable[Fact]:
    yield Fact("Clinic", (signed.clinic,))
    yield Fact("Signed", (at,))
    yield Fact("Signed by", (_who(signed.signer),))


def _who(one: Signer) -> str:
    return one.name if one.is_patient else f"{one.name} ({one.relation}), for the patient"


def _answers(signed: Signed) -> Iterable[tuple[str, str]]:
    for one in signed.answers:
        yield f"{one.name}: {one.question}", ANSWERS[one.choice or Choice.NOT_TODAY]


def _questions(signed: Signed) -> Iterable[Block]:
    if signed.questions:
        yield Words("Questions you asked, and how they were answered", (signed.questions,))


def _signature(title: str, one: Signer, at: str) -> Iterable[Block]:
    if one.signature.name:
        words = f"{one.signature.name}, typed as a signature by {one.name} on {at}"
        yield Words(title, (words,))
        return
    yield Drawing(
        title=title,
        alt=f"Signature of {one.name}, drawn on {at}",
        width=WIDTH,
        height=WIDTH // ASPECT,
        contours=paths_of(one.signature.strokes, WIDTH),
        lines=(),
        points=(),
    )
    yield Words("", (f"{one.name}, {at}",))


def _broken(digest: str) -> str:
    """Return a hash in groups that a person can compare, and paper can break."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def patient_of(cursor: Cursor, capture_id: UUID) -> UUID | None:
    """Return whose form it is, or None."""
    return consent_captures.get_patient(cursor, capture_id)


PRINTABLE = Printable(NAME, Permission.VIEW_RECORD, of_patient(sheet_of), patient_of)
