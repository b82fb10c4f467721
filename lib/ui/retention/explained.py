"""Why one record is still here: its state, the sentence, and the days that it follows from."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.retention_path import Role, Step
from lib.services.details import About
from lib.services.records import Record
from lib.services.retention import sentence
from lib.services.retention.sentence import Explained
from lib.ui import clock, formats, navigation, restricted, session
from lib.ui.components import retention_path
from lib.ui.components.blocks import Column, Link, Table
from lib.ui.components.retention_path import Head, Stop
from lib.ui.retention import badges

ICONS: Final[Mapping[Role, str]] = {
    Role.FACT: "fiber_manual_record",
    Role.ANCHOR: "start",
    Role.BLOCKER: "lock",
    Role.TODAY: "today",
    Role.LAST_DAY: "calendar_month",
    Role.GOING: "hourglass_bottom",
}
PATH: Final = "What this follows from"
COLUMNS = (Column("State", is_short=True), Column("Until when"))


def about(patient_id: UUID) -> About:
    """Return whose record this is, now."""
    return About(patient_id, clock.now(), clock.today(), restricted.ground_for(patient_id))


def told(actor: Actor, patient_id: UUID) -> Explained:
    """Return what the screen shows; the look is in the trail."""
    return sentence.explain(session.clinic(), actor, about(patient_id))


def draw_head(found: Explained) -> None:
    """Draw the state with the sentence why."""
    mark = badges.mark(found.disposition.status)
    retention_path.draw_head(Head(mark, found.line, found.sentence), key="record_retention_why")


def draw_path(found: Explained) -> None:
    """Draw the days that the sentence follows from."""
    stops = [_stop(one) for one in found.steps]
    retention_path.draw_path(PATH, stops, key="record_retention_path")


def _stop(one: Step) -> Stop:
    is_past = one.on <= clock.today()
    day = formats.day(one.on)
    return Stop(day, one.words, one.note, one.role.value, ICONS[one.role], is_past)


def of_record(actor: Actor, record: Record) -> Table:
    """Return until when a record is kept, for the record itself, with the way to why."""
    kept = sentence.kept_until(session.clinic(), actor, record, clock.today())
    query = {"id": str(record.patient.patient_id)}
    href = navigation.href(navigation.RECORD_RETENTION, query)
    return Table("Retention", COLUMNS, ((badges.mark(kept.status), Link(kept.words, href)),))
