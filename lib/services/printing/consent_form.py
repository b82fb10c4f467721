"""A blank form of consent on paper: the text, the questions with boxes, and room to sign."""

from lib.domain import formats
from lib.domain.access import Permission
from lib.domain.audit import Action, Event
from lib.paper import markdown
from lib.paper.sheet import Block, Column, Prose, Sheet, Table
from lib.services.consent import forms, purposes
from lib.services.consent.forms import FormText
from lib.services.printing.prepare import Asked, Printable
from lib.store.connection import UnitOfWork

QUESTIONS = (Column("What we ask you", 6), Column("Yes", 1), Column("No", 1))
SIGNING = (Column("To be filled in by hand", 3), Column("", 5))
LINES = ("Name", "Date of birth", "Date", "Signature", "Explained by")
CHANNELS = ("by email", "by text message", "by phone", "by post")
BOX = "☐"


def sheet_of(unit: UnitOfWork, asked: Asked) -> Sheet:
    """Return a wording as a blank form. Raises `NotFoundError`."""
    found = forms.get_version(unit.cursor, asked.subject_id)
    known = {one.code: one for one in purposes.list_purposes(unit.cursor)}
    event = Event(
        Action.RECORD_PRINTED,
        subject_id=found.form_version_id,
        detail={"document": "Blank consent form"},
    )
    unit.audit(asked.actor, event)
    rows = tuple(row for code in found.purposes if code in known for row in _rows(known[code]))
    blocks: tuple[Block, ...] = (
        Prose("Please read this first", markdown.passages(found.text), is_large=True),
        Table("Your answers", QUESTIONS, rows, "This form asks for nothing yet."),
        Table("Signing", SIGNING, tuple((one, "\n\n") for one in LINES)),
    )
    return Sheet(
        title=found.form_name,
        name=f"consent-form-{found.number}",
        printed=f"Blank form. {_version(found)}",
        banner=None,
        blocks=blocks,
        note=_version(found),
    )


def _rows(purpose: purposes.Purpose) -> list[tuple[str, ...]]:
    if not purpose.has_channels:
        return [(purpose.question, BOX, BOX)]
    return [(f"{purpose.question} ({channel})", BOX, BOX) for channel in CHANNELS]


def _version(found: FormText) -> str:
    if found.in_force_from is None:
        return f"Version {found.number}, a draft: not to be signed."
    return f"Version {found.number}, in force from {formats.day(found.in_force_from)}."


PRINTABLE = Printable("consent-form", Permission.RECORD_CONSENT, sheet_of)
# The same for those who write forms and ask no patient: an owner.
PROOF = Printable("consent-form-proof", Permission.MANAGE_CONSENT_FORMS, sheet_of)
