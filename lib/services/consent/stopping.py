"""A no to keeping in touch puts the addresses on the suppression list, which outlives the record.

Consent that is given later answers it there too, because it is the patient's newer word.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.consent import KEEPING_IN_TOUCH, LONDON, Channel, Decision, Topic, day_of
from lib.services import contacts, suppression
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.suppression import Stop
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


class Imported(Answered, Protocol):
    """One answer that came in bulk; ids are text."""

    @property
    def patient_id(self) -> str:
        """Return whose answer it is."""

    @property
    def received_at(self) -> datetime:
        """Return when it reached the clinic (UTC)."""


@dataclass(frozen=True, slots=True)
class By:
    """Who writes something down, and when (UTC)."""

    actor: Actor
    now: datetime


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


def remember_many(clinic: Clinic, unit: UnitOfWork, by: By, events: Iterable[Imported]) -> None:
    """Put the addresses of everybody whom an import lets refuse or withdraw on the list.

    The service has authorised the actor; every patient whose address is new there is in the trail.
    """
    said: dict[Channel, dict[str, datetime]] = defaultdict(dict)
    for one in events:
        channel = one.topic.channel
        if one.topic.purpose == KEEPING_IN_TOUCH and channel and one.decision is not Decision.GIVEN:
            said[channel][one.patient_id] = max(
                one.received_at, said[channel].get(one.patient_id, one.received_at)
            )
    for channel, patients in said.items():
        _put_many(clinic, unit, by, (channel, patients))


def _put_many(
    clinic: Clinic, unit: UnitOfWork, by: By, said: tuple[Channel, Mapping[str, datetime]]
) -> None:
    channel, patients = said
    addresses = contacts.addresses_of(unit.cursor, patients, channel, day_of(by.now, LONDON))
    last: dict[str, datetime] = {}
    for patient_id, lines in addresses.items():
        for line in lines:
            last[line] = max(patients[patient_id], last.get(line, patients[patient_id]))
    if suppression.put(clinic, unit, by.actor, Stop(channel, last, by.now)):
        detail: dict[str, str | int | bool] = {"channel": channel.value}
        event = Event(Action.CONTACT_SUPPRESSED, detail=detail)
        unit.audit_each(by.actor, event, sorted(addresses))
