"""What an import of consents sets off: the same as at the door, for those whom it concerns.

Hundreds of thousands of rows come at once; only patients of whom pictures are out, or whose events
are at odds, are looked at one by one.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from lib.domain.audit import Action
from lib.domain.consent import LONDON, Route, Topic
from lib.domain.consent_flags import Keyed, flags_of
from lib.imports.consents.plan import ConsentPlan
from lib.imports.importing import Plan, Writer
from lib.services.clinic import Clinic
from lib.services.consent import following, stopping
from lib.services.consent.following import ENDS, Written
from lib.store import consent_events, imported_consents
from lib.store.connection import UnitOfWork
from lib.store.imported_consents import StoredEvent

STAGE = "Opening what has to be done"


def follow(clinic: Clinic, unit: UnitOfWork, plan: Plan, writer: Writer) -> None:
    """Open the tasks that imported consents ask for; an import of anything else asks for none."""
    if not isinstance(plan, ConsentPlan) or not plan.written:
        return
    writer.tick(STAGE)
    by = stopping.By(writer.actor, writer.stamp.at)
    stopping.remember_many(clinic, unit, by, plan.written)
    ended = list({one.patient_id for one in plan.written if one.decision in ENDS})
    exported = Action.MEDIA_EXPORTED.value
    concerned = imported_consents.list_pictured(unit.cursor, ended, exported)
    concerned |= _at_odds([*plan.stored, *plan.written], plan.written)
    new = {UUID(one.event_id) for one in plan.written}
    found = consent_events.list_of_many(unit.cursor, sorted(map(UUID, concerned)))
    for rows in found.values():
        written = tuple(row for row in rows if row.event_id in new)
        before = [row for row in rows if row.event_id not in new]
        following.open_tasks(unit, writer.actor, Written(written, writer.stamp.at), before)


def _at_odds(events: Iterable[StoredEvent], written: Iterable[StoredEvent]) -> set[str]:
    """Return those who have a new event that a person should look at."""
    beside: dict[tuple[str, Topic], list[Keyed]] = defaultdict(list)
    for one in events:
        beside[one.patient_id, one.topic].append(_keyed(one))
    return {
        one.patient_id
        for one in written
        if len(beside[one.patient_id, one.topic]) > 1
        and flags_of(_keyed(one), beside[one.patient_id, one.topic], LONDON)
    }


def _keyed(one: StoredEvent) -> Keyed:
    route = Route(one.route)
    return Keyed(UUID(one.event_id), one.decision, one.received_at, route, one.recorded_at)
