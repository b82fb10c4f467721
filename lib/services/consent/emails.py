"""A withdrawal that came by email: reading the file, whom it may be from, and acting on it.

The email itself becomes the evidence, sealed in the patient's record, once a person confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.consent import Route
from lib.domain.consent_wishes import Proposal, proposals
from lib.domain.restriction import Ground
from lib.domain.search.results import SearchHit
from lib.errors import InvalidInputError
from lib.imports import emails
from lib.imports.emails import Email
from lib.services import search
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import events, evidence, waiting, withdrawing
from lib.services.consent.events import NOTHING_SAID, Receipt, Recorded
from lib.services.consent.evidence import Attached
from lib.services.consent.withdrawing import Withdrawn
from lib.services.records import noting_refusal
from lib.store.connection import UnitOfWork


@dataclass(frozen=True, slots=True)
class Opened:
    """An email as read: its words, who writes from its address, and what it seems to ask."""

    evidence_id: UUID
    email: Email
    matches: tuple[SearchHit, ...]
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class About:
    """Whose email it is, when it reached the clinic, when that is written down (both UTC)."""

    patient_id: UUID
    received_at: datetime
    now: datetime
    ground: Ground | None = None


def read(clinic: Clinic, actor: Actor, evidence_id: UUID, *, now: datetime, as_of: date) -> Opened:
    """Return what an email that was uploaded says, and whom it may be from.

    A sender is only a claim, so a person decides whose it is. Every patient shown is in the audit
    trail. Raises `NotPermittedError`, `NotFoundError` where the upload ended, and
    `InvalidInputError` where the file is no email.
    """
    email = emails.read(waiting.content(clinic, actor, evidence_id), now=now)
    matches = search.by_email(clinic, actor, email.senders, as_of=as_of)
    return Opened(evidence_id, email, matches, proposals(email.subject, email.own_text))


def withdraw(
    clinic: Clinic, actor: Actor, about: About, evidence_id: UUID, topics: Sequence[Withdrawn]
) -> Recorded:
    """Keep the email as evidence and withdraw what a person confirmed, in one transaction.

    Doing it again changes nothing. Raises as `events.record` and `evidence.add_file` do; then
    nothing was withdrawn, and the email still waits.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT, patient_id=about.patient_id)
    if not topics:
        raise InvalidInputError(NOTHING_SAID, field="decision")
    receipt = Receipt(
        about.patient_id,
        about.received_at,
        Route.EMAIL,
        about.now,
        evidence_id=evidence_id,
        ground=about.ground,
    )
    file = Attached(evidence_id, about.patient_id, about.now, has_file=True, ground=about.ground)
    with evidence.placing(clinic, actor, file) as placed:

        def work(unit: UnitOfWork) -> Recorded:
            placed.write(unit)
            return events.write(clinic, unit, actor, receipt, withdrawing.answers_of(topics))

        return noting_refusal(clinic, actor, about.patient_id, work)
