"""A no to keeping in touch puts the addresses on the suppression list, which outlives the record.

Consent that is given later answers it there too, because it is the patient's newer word.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.consent import KEEPING_IN_TOUCH, LONDON, Decision, Topic, day_of
from lib.services import contacts
from lib.services.clinic import Clinic
from lib.services.contacts import About
from lib.store.connection import UnitOfWork


class Received(Protocol):
    """What all answers of one act have in common."""

    @property
    def patient_id(self) -> UUID:
        """Return whose answers they are."""

    @property
    def received_at(self) -> datetime:
        """Return when they reached the clinic (UTC)."""

    @property
    def now(self) -> datetime:
        """Return when they are written down (UTC)."""


class Answered(Protocol):
    """One answer of it."""

    @property
    def topic(self) -> Topic:
        """Return what was answered."""

    @property
    def decision(self) -> Decision:
        """Return what was said."""


def remember(
    clinic: Clinic,
    unit: UnitOfWork,
    actor: Actor,
    receipt: Received,
    answers: Iterable[Answered],
) -> None:
    """Put the addresses of every channel that was refused or withdrawn on the list, once."""
    said = {
        one.topic.channel: receipt.received_at.replace(microsecond=0)
        for one in answers
        if one.topic.purpose == KEEPING_IN_TOUCH
        and one.topic.channel is not None
        and one.decision is not Decision.GIVEN
    }
    if said:
        about = About(receipt.patient_id, receipt.now, day_of(receipt.now, LONDON))
        contacts.remember(clinic, unit, actor, about, said)
