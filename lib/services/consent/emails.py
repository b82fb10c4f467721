"""A withdrawal that came by email: reading the file, whom it may be from, and acting on it.

The email itself is kept as evidence, sealed in the patient's record, once a person confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.consent import Route, Topic
from lib.domain.consent_wishes import Proposal, proposals
from lib.domain.restriction import Ground
from lib.domain.search.results import SearchHit
from lib.errors import InvalidInputError
from lib.imports.emails import Email
from lib.imports.emails import read as read_email
from lib.services import search
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import evidence, withdrawing
from lib.services.consent.events import NOTHING_SAID, Receipt, Recorded

FILENAME = "email.eml"


@dataclass(frozen=True, slots=True)
class Opened:
    """An email as read: its words, who writes from its address, and what it seems to ask."""

    email: Email
    matches: tuple[SearchHit, ...]
    proposals: tuple[Proposal, ...]
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class About:
    """Whose email it is, when it reached the clinic, when that is written down (both UTC)."""

    patient_id: UUID
    received_at: datetime
    now: datetime
    ground: Ground | None = None


def read(clinic: Clinic, actor: Actor, content: bytes, *, now: datetime, as_of: date) -> Opened:
    """Return what an email's file says, and whom it may be from; nothing is kept.

    A sender is only a claim, so a person decides whose it is. Every patient shown is in the audit
    trail. Raises `NotPermittedError`, and `InvalidInputError` where the file is no email.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT)
    email = read_email(content, now=now)
    matches = search.by_email(clinic, actor, email.senders, as_of=as_of)
    return Opened(email, matches, proposals(email.subject, email.own_text), content)


def withdraw(
    clinic: Clinic,
    actor: Actor,
    about: About,
    kept: tuple[UUID, bytes],
    topics: Sequence[tuple[UUID, Topic]],
) -> Recorded:
    """Keep the email as evidence and withdraw what a person confirmed; twice is once.

    `kept` is the evidence's id and the file, `topics` the events' ids with what each ends. Raises
    as `events.record` and `evidence.add_file` do; then nothing was withdrawn.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT, patient_id=about.patient_id)
    if not topics:
        raise InvalidInputError(NOTHING_SAID, field="decision")
    evidence_id, content = kept
    evidence.add_file(clinic, actor, about, evidence_id, content)  # placeholder until it is there
    receipt = Receipt(
        about.patient_id,
        about.received_at,
        Route.EMAIL,
        about.now,
        evidence_id=evidence_id,
        ground=about.ground,
    )
    return withdrawing.withdraw(clinic, actor, receipt, topics)
