"""Taking consent back: one step, by any channel, at once and everywhere (rules D2 and D5)."""

from collections.abc import Sequence
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.consent import Decision, Topic
from lib.services.clinic import Clinic
from lib.services.consent import events
from lib.services.consent.events import Receipt, Recorded, Said

Withdrawn = tuple[UUID, Topic]


def withdraw(
    clinic: Clinic, actor: Actor, receipt: Receipt, topics: Sequence[Withdrawn]
) -> Recorded:
    """Note that the patient takes consent to these topics back; each has an id from the form.

    What it sets off is open when this returns: pictures to take down, a letter. Raises as
    `events.record` does.
    """
    return events.record(clinic, actor, receipt, answers_of(topics))


def answers_of(topics: Sequence[Withdrawn]) -> list[Said]:
    """Return the answers that a withdrawal writes."""
    return [Said(event_id, topic, Decision.WITHDRAWN) for event_id, topic in topics]
