"""Certificates of disposal: issued once a case is proved, checked, and handed out.

`issue` makes the proof and keeps the certificate; it is called again after an interruption, and
returns the one that is there. What was to be searched for is let go by the caller once the case is
done (`identifiers.let_go`).
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import certificates as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.certificates import Certificate, HeldUntil, Remains, Signed
from lib.errors import InvalidInputError, NotFoundError
from lib.services.authority import authorise
from lib.services.backups import listing
from lib.services.clinic import Clinic
from lib.services.disposal import memory, proof, taking_out
from lib.services.disposal.proof import Progress, Proof
from lib.services.downloads import Download
from lib.store import certificates as table
from lib.store.certificates import CaseRow, CertificateRow, ItemRow
from lib.store.connection import Cursor, UnitOfWork

NO_CERTIFICATE = "There is no such certificate. A case has one once it is proved."
NOT_DECIDED = "This case was not approved and carried out, so nothing can be certified."
NOT_OURS = "it was signed with another clinic's key"
NOT_KEPT = "this clinic has no certificate of its number"
NOT_SAME = "this clinic's certificate of its number says something else"
UNREADABLE = "The file {} cannot be read as a certificate: {}."
MEDIA_TYPE = "application/json"
# Noted with what went of each record, and still there by rule.
STAYING = frozenset({taking_out.KEPT_PAID, taking_out.UNLINKED})


@dataclass(frozen=True, slots=True)
class Checked:
    """How many certificates were checked, and what is wrong with which, in sentences."""

    certificates: int
    faults: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether every certificate is the one that was signed."""
        return not self.faults


def issue(
    clinic: Clinic, case_id: UUID, *, now: datetime, progress: Progress | None = None
) -> CertificateRow:
    """Prove a case whose records are gone, and keep its certificate; return it.

    The same case again returns what is kept. Raises `NotFoundError`, and `NotProvedError` where
    something was found: nothing is kept then, and it can be tried again.
    """
    with clinic.store.reading() as cursor:
        there = table.get_of_case(cursor, case_id)
        case = table.get_case(cursor, case_id)
    if there is not None:
        return there
    if case is None:
        raise NotFoundError(proof.NO_CASE)
    # What was built of the records in memory goes before the search that looks there too.
    memory.let_go(clinic, proof.ids_of(clinic, case_id))
    made = proof.prove(clinic, case_id, progress)
    proof.require(made)
    held = _held(clinic, made.searched.began_at)

    def work(unit: UnitOfWork) -> CertificateRow:
        kept = table.get_of_case(unit.cursor, case_id)
        if kept is not None:
            return kept
        certificate = _certificate(unit.cursor, (case_id, case), made, (held, now))
        signed = rules.signed(rules.content_of(certificate), clinic.master_key)
        row = CertificateRow(
            certificate_id=uuid7s.uuid7(),
            number=certificate.number,
            case_id=case_id,
            content=signed.content,
            content_sha256=signed.digest,
            signature=signed.signature,
            issued_at=now,
        )
        table.insert_certificate(unit.cursor, row)
        return row

    return clinic.store.transact(work)


def of_case(clinic: Clinic, actor: Actor, case_id: UUID) -> CertificateRow | None:
    """Return a case's certificate to show it, which the trail says; None: it has none yet.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)

    def work(unit: UnitOfWork) -> CertificateRow | None:
        row = table.get_of_case(unit.cursor, case_id)
        if row is not None:
            unit.audit(actor, _viewed(row, "screen"))
        return row

    return clinic.store.transact(work)


def download(clinic: Clinic, actor: Actor, case_id: UUID) -> Download:
    """Return a case's certificate as a file of JSON; that it was fetched is in the trail then.

    Raises `NotPermittedError` and `NotFoundError`.
    """
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)
    with clinic.store.reading() as cursor:
        row = table.get_of_case(cursor, case_id)
    if row is None:
        raise NotFoundError(NO_CERTIFICATE)
    return Download(
        filename=f"certificate-{row.number}.json",
        media_type=MEDIA_TYPE,
        event=_viewed(row, "file"),
        content=rules.file_of(signed_of(clinic, row)),
    )


def signed_of(clinic: Clinic, row: CertificateRow) -> Signed:
    """Return a certificate with the clinic's public key, as it leaves the clinic."""
    public_key = rules.public_key_of(clinic.master_key)
    return Signed(row.content, row.content_sha256, row.signature, public_key)


def verify(clinic: Clinic) -> Checked:
    """Check every certificate that is kept: its hash, its signature, its number."""
    with clinic.store.reading() as cursor:
        rows = table.list_certificates(cursor)
    faults = tuple(
        f"certificate {row.number}: {fault}" for row in rows for fault in _faults(clinic, row)
    )
    return Checked(len(rows), faults)


def read_file(file: Path) -> Signed:
    """Return the certificate in a file of JSON. Raises `InvalidInputError` where there is none."""
    try:
        return rules.signed_in(file.read_bytes())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidInputError(UNREADABLE.format(file, why)) from error


def fault_of(signed: Signed, clinic: Clinic | None = None) -> str | None:
    """Return what is wrong with a certificate, or None; with a clinic, whether it is its own."""
    fault = rules.fault_of(signed)
    if fault or clinic is None:
        return fault
    if signed.public_key != rules.public_key_of(clinic.master_key):
        return NOT_OURS
    with clinic.store.reading() as cursor:
        row = table.get_numbered(cursor, str(rules.certificate_in(signed.content)["number"]))
    if row is None:
        return NOT_KEPT
    return None if row.content == signed.content else NOT_SAME


def _faults(clinic: Clinic, row: CertificateRow) -> Iterator[str]:
    fault = rules.fault_of(signed_of(clinic, row))
    if fault:
        yield fault
    elif rules.certificate_in(row.content)["number"] != row.number:
        yield NOT_SAME


def _certificate(
    cursor: Cursor,
    of: tuple[UUID, CaseRow],
    made: Proof,
    at: tuple[tuple[HeldUntil, ...], datetime],
) -> Certificate:
    (case_id, case), (held, now) = of, at
    if case.decided_at is None or case.decided_by is None or case.erased_at is None:
        raise InvalidInputError(NOT_DECIDED)
    items = table.list_items(cursor, case_id)
    gone = [item for item in items if item.state == proof.DISPOSED]
    return Certificate(
        number=case.number,
        method=case.method,
        as_of=case.as_of,
        proposed_at=case.proposed_at,
        proposed_by=case.proposed_by,
        approved_at=case.decided_at,
        approved_by=case.decided_by,
        erased_at=case.erased_at,
        issued_at=now,
        items=tuple(item.number for item in gone if not item.is_partial),
        partial=tuple(item.number for item in gone if item.is_partial),
        skipped=tuple(
            (item.number, item.skipped_because or "") for item in items if item not in gone
        ),
        counts=_counts(gone),
        remains=tuple(one for one in _remains(cursor, gone, made) if one.count),
        search=made.searched,
        held_in=held,
        backups_end_on=max((one.ends_on for one in held), default=None),
    )


def _held(clinic: Clinic, began: datetime) -> tuple[HeldUntil, ...]:
    """Return the copies that could hold the records: all that were begun before the proof was.

    One that was begun after the store was rewritten holds nothing, and is counted all the same.
    """
    return tuple(
        HeldUntil(one.kind.value, one.begun_at.date(), one.ends_on)
        for one in listing.alive(clinic, now=began)
        if one.begun_at <= began
    )


def _counts(items: Sequence[ItemRow]) -> dict[str, int]:
    """Return what went, by category, of all records together."""
    return {name: count for name, count in _all_counts(items).items() if name not in STAYING}


def _all_counts(items: Sequence[ItemRow]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for item in items:
        total.update(json.loads(item.counts or "{}"))
    return dict(sorted(total.items()))


def _remains(cursor: Cursor, gone: Sequence[ItemRow], made: Proof) -> Iterator[Remains]:
    numbers = [item.number for item in gone]
    partial = [item.patient_id for item in gone if item.is_partial and item.patient_id]
    trail = table.count_trail(cursor, numbers)
    yield Remains("C7", "records of which the vital-interest subset is kept", len(partial))
    yield Remains("C7", "facts in those subsets", table.count_vital(cursor, partial))
    paid = _all_counts(gone).get(taking_out.KEPT_PAID, 0)
    yield Remains("C9", "financial entries without patient or treatment", paid)
    yield Remains("G1", "entries of the audit trail, pointing to disposal numbers alone", trail)
    yield Remains("G1", "ids of rows that are gone, in those entries", made.in_trail)
    yield Remains("C10", "disposal numbers with their dates and counts", len(numbers))


def _viewed(row: CertificateRow, form: str) -> Event:
    detail: dict[str, str | int | bool] = {"number": row.number, "form": form}
    return Event(Action.CERTIFICATE_VIEWED, subject_id=row.case_id, detail=detail)
