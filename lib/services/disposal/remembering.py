"""Keeping a promise after the record: addresses that nobody is to write to any more (rule D6)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.consent import Channel
from lib.services import contacts, suppression
from lib.services.clinic import Clinic
from lib.services.disposal import standing
from lib.services.suppression import Stop
from lib.store import disposal_kept
from lib.store.connection import UnitOfWork


def remember(
    clinic: Clinic, unit: UnitOfWork, actor: Actor, patient_ids: Sequence[UUID], now: datetime
) -> None:
    """Put the addresses of whoever said no on the suppression list, where they are not yet.

    Only keyed hashes stay; the entry in the trail names no patient.
    """
    said: dict[Channel, dict[str, datetime]] = defaultdict(dict)
    for patient_id, channel, at in disposal_kept.list_refusals(unit.cursor, patient_ids):
        said[Channel(channel)][str(patient_id)] = at
    day = standing.today(clinic, now)
    for channel, when in said.items():
        found = contacts.addresses_of(unit.cursor, when, channel, day)
        addresses = {line: when[key] for key, lines in found.items() for line in lines}
        added = suppression.put(clinic, unit, actor, Stop(channel, addresses, now))
        if added:
            detail: dict[str, str | int | bool] = {"channel": channel.value, "added": added}
            unit.audit(actor, Event(Action.CONTACT_SUPPRESSED, detail=detail))
