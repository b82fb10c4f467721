"""What is expected of the years ahead: returning patients restart their clocks."""

from lib.domain.access import Actor
from lib.services.retention.schedule import Schedule


def draw(actor: Actor, found: Schedule) -> None:
    """Draw the expectation beside the schedule, how it was tried, and a what-if for the settings.

    The schedule is that of the whole clinic on the day that is looked at, nothing narrowed away.
    """
    del actor, found
