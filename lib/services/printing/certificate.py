"""A certificate of disposal on paper: what went, what remains, the search, and how to check it.

Everything in it is read from the text that was signed; the file of JSON is what can be verified.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Permission
from lib.domain.audit import Action, Event
from lib.domain.certificates import certificate_in, digest_of
from lib.errors import NotFoundError
from lib.paper.sheet import Block, Column, Fact, Facts, Notice, Notices, Sheet, Table, Words
from lib.services.printing.prepare import NOTHING, Asked, Printable
from lib.store import certificates, people
from lib.store.certificates import CertificateRow
from lib.store.connection import Cursor, UnitOfWork

NAME = "certificate"
TITLE = "Certificate of disposal"
COUNTED = (Column("What", 4), Column("How many", 1, is_figure=True))
REMAINS = (Column("What", 5), Column("Rule", 1), Column("How many", 1, is_figure=True))
SKIPPED = (Column("Record", 1), Column("Why it was left as it is", 4))
MOST_NUMBERS = 60
DECISIONS = (
    ("Proposed", "proposed_at", "proposed_by"),
    ("Approved", "approved_at", "approved_by"),
)
METHODS = {"erase": "Erased", "anonymise": "Erased, and counted in narrow tables without identity"}
SEARCH = (
    "After the store was rewritten, everything that was left was searched for the names of these "
    "records in every form they are written in, dates of birth with a name, telephone numbers, "
    "email and postal addresses, references, ids and hashes of files."
)
NO_BACKUPS = "No back-up from before the disposal is kept."
HELD = (
    "{} from before the disposal can hold these records, sealed with the clinic's key. The last of "
    "them ends on {}. Their photographs and video cannot be opened there: the keys are gone."
)
CHECKING = (
    "Fetch the certificate as a file of JSON from the case's screen, and run: "
    "python -m lib verify --certificate FILE"
)
CHANGED = "What is kept of this certificate is not what was signed. Tell the compliance officer."


def make(unit: UnitOfWork, asked: Asked) -> Sheet:
    """Return the certificate of a case, and note that it was printed. Raises `NotFoundError`."""
    row = certificates.get_of_case(unit.cursor, asked.subject_id)
    if row is None:
        raise NotFoundError(NOTHING)
    if digest_of(row.content) != row.content_sha256:
        raise NotFoundError(CHANGED)
    said = certificate_in(row.content)
    detail: dict[str, str | int | bool] = {"number": row.number, "form": "paper"}
    event = Event(Action.CERTIFICATE_VIEWED, subject_id=row.case_id, detail=detail)
    unit.audit(asked.actor, event)
    return Sheet(
        title=TITLE,
        name=f"certificate-{row.number}",
        printed=asked.printed,
        banner=None,
        blocks=tuple(_blocks(unit.cursor, said, row, asked)),
    )


def _blocks(
    cursor: Cursor, said: Mapping[str, Any], row: CertificateRow, asked: Asked
) -> Iterable[Block]:
    yield Notices("", (_finding(said),))
    yield Facts(f"Certificate {row.number}", tuple(_heading(cursor, said, asked)))
    yield Table("What went", COUNTED, _counted(said["counts"]), "Nothing went.")
    yield Table("What remains, and by which rule", REMAINS, tuple(_remains(said)), "Nothing.")
    if said["skipped"]:
        yield Table("Left as they are", SKIPPED, tuple(map(tuple, said["skipped"])))
    search = said["search"]
    yield Words("How they were looked for", (SEARCH,))
    yield Table("Looked for", COUNTED, _counted(search["identifiers"]), "Nothing.")
    yield Table("Where", COUNTED, tuple(_places(search)))
    yield Table("Held by others too", COUNTED, tuple(_shared(search)), "None of these.")
    yield Words("Back-ups", (_backups(said),))
    yield Facts("How this certificate can be checked", tuple(_checks(row)))


def _finding(said: Mapping[str, Any]) -> Notice:
    gone = formats.counted(len(said["items"]) + len(said["partial"]), "record")
    return Notice(f"{gone} gone: the search of everything that is left found nothing of them.")


def _heading(cursor: Cursor, said: Mapping[str, Any], asked: Asked) -> Iterable[Fact]:
    yield Fact("Method", (METHODS.get(said["method"], said["method"]),))
    yield Fact("Schedule of", (formats.day(date.fromisoformat(said["as_of"])),))
    for label, at, by in DECISIONS:
        yield Fact(label, (_moment(said[at], asked), f"by {_person(cursor, said[by])}"))
    yield Fact("Erased", (_moment(said["erased_at"], asked),))
    yield Fact("Issued", (_moment(said["issued_at"], asked),))
    yield Fact("Records", (_numbers(said["items"]),))
    if said["partial"]:
        yield Fact("Kept in part (C7)", (_numbers(said["partial"]),))


def _person(cursor: Cursor, person_id: str) -> str:
    person = people.get_person(cursor, UUID(person_id))
    return person.display_name if person else "somebody who is no longer known"


def _moment(written: str, asked: Asked) -> str:
    return formats.moment(datetime.fromisoformat(written), asked.zone)


def _numbers(numbers: list[str]) -> str:
    shown = ", ".join(numbers[:MOST_NUMBERS]) or "None"
    more = len(numbers) - MOST_NUMBERS
    return f"{shown} and {more:,} more, in the file" if more > 0 else shown


def _counted(counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple((formats.words(name), formats.figure(count)) for name, count in counts.items())


def _remains(said: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    for one in said["remains"]:
        yield formats.words(one["what"]), one["rule"], formats.figure(one["count"])


def _places(search: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for one in search["places"]:
        yield formats.words(one["what"]), f"{formats.figure(one['amount'])} {one['unit']}"
    yield "Media keys that are gone from both their places", formats.figure(search["keys_gone"])


def _shared(search: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield from _counted(search["shared"])
    if search["namesakes"]:
        words = "Remaining records with the same name and date of birth: look for duplicates"
        yield words, formats.figure(search["namesakes"])


def _backups(said: Mapping[str, Any]) -> str:
    if not said["held_in"]:
        return NO_BACKUPS
    copies = formats.counted(len(said["held_in"]), "copy", "copies")
    return HELD.format(copies, formats.day(date.fromisoformat(said["backups_end_on"])))


def _checks(row: CertificateRow) -> Iterable[Fact]:
    yield Fact("SHA-256", (_broken(row.content_sha256),))
    yield Fact("Signature (Ed25519)", (_broken(row.signature),))
    yield Fact("How", (CHECKING,))


def _broken(text: str) -> str:
    """Return a long text in groups that a person can compare, and paper can break."""
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


PRINTABLE = Printable(NAME, Permission.VIEW_DISPOSALS, make)
