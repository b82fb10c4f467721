"""Consent: what a patient agreed to, worked out from events (rules D1 to D4); pure.

A consent is a series of events per patient, purpose and channel. The latest by the time it reached
the clinic decides; when it was keyed never matters.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

MONTHS_IN_YEAR = 12
# Days of consent are days in London (rule A1).
LONDON = ZoneInfo("Europe/London")

# The purposes that the software itself asks about; a clinic adds others (rule D4).
TREATMENT = "treatment"
RECORD_MEDIA = "record media"
EDUCATION = "education"
SOCIAL_MEDIA = "social media"
THIRD_PARTY = "third party"
KEEPING_IN_TOUCH = "keeping in touch"
OBTAINING_INFORMATION = "obtaining information"
SHARING_WITH_PROFESSIONALS = "sharing with professionals"


class Channel(StrEnum):
    """A way of contact; a purpose with channels is agreed to for each of them on its own."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    POST = "post"


class Decision(StrEnum):
    """What the patient said."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# At the same instant a withdrawal beats a refusal, and a refusal beats a grant (rule D1).
RANK = {Decision.GIVEN: 0, Decision.REFUSED: 1, Decision.WITHDRAWN: 2}


class Route(StrEnum):
    """How word of it reached the clinic; any of them will do for a withdrawal (rule D2)."""

    IN_PERSON = "in person"
    PAPER = "paper form"
    PHONE = "phone"
    EMAIL = "email"
    SMS = "text message"
    POST = "letter"
    WEB = "web form"
    IMPORT = "imported"


class EvidenceKind(StrEnum):
    """What shows it."""

    SIGNATURE = "signature"
    SCAN = "scan"
    EMAIL = "email"
    NOTE = "note"
    IMPORTED = "imported"


class State(StrEnum):
    """How consent stands; only ACTIVE may be used (rule D3)."""

    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    ACTIVE = "active"
    NOT_ASKED = "not asked"


class Topic(NamedTuple):
    """What is agreed to: a purpose, and a channel where the purpose has channels."""

    purpose: str
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One wording of a form; `number` counts within the form. None: not in force yet."""

    form_version_id: UUID
    form_id: UUID
    number: int
    is_material: bool
    in_force_from: date | None


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One thing that a patient said on one topic; `received_at` is UTC, to the second."""

    event_id: UUID
    decision: Decision
    received_at: datetime
    form_version_id: UUID | None = None
    evidence_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How consent stands on a day: the state, the event that decides, and what else explains it.

    `expires_on` is the first day on which a grant no longer holds; `superseded_by` the newer
    material version of the form.
    """

    state: State
    event: ConsentEvent | None = None
    expires_on: date | None = None
    superseded_by: FormVersion | None = None

    @property
    def may_use(self) -> bool:
        """Tell whether consent may be relied on."""
        return self.state is State.ACTIVE


@dataclass(frozen=True, slots=True)
class Terms:
    """What a state is worked out with: the forms' versions, the purpose's validity, the zone."""

    versions: Mapping[UUID, FormVersion]
    validity_months: int | None
    zone: ZoneInfo


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of its month where there is none."""
    year, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + months, MONTHS_IN_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the clinic's own day of a moment (UTC)."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins in the clinic's zone (UTC): it bounds a column of moments."""
    return datetime.combine(day, time.min, zone).astimezone(UTC).replace(tzinfo=None)


def counts(event: ConsentEvent, terms: Terms) -> bool:
    """Tell whether an event counts at all (rule D2).

    A grant needs evidence and a version of a form that was in force by its day; a refusal or a
    withdrawal needs neither.
    """
    if event.decision is not Decision.GIVEN:
        return True
    if event.evidence_id is None or event.form_version_id is None:
        return False
    version = terms.versions.get(event.form_version_id)
    if version is None or version.in_force_from is None:
        return False
    return version.in_force_from <= day_of(event.received_at, terms.zone)


def deciding(events: Iterable[ConsentEvent], terms: Terms, as_of: date) -> ConsentEvent | None:
    """Return the event that decides on a day, up to its end; None where none counts (rule D1)."""
    there = (
        one for one in events if day_of(one.received_at, terms.zone) <= as_of and counts(one, terms)
    )
    return max(there, key=lambda event: _weight(event, terms.versions), default=None)


def _weight(
    event: ConsentEvent, versions: Mapping[UUID, FormVersion]
) -> tuple[datetime, int, date, int, int]:
    """Return what orders events; ids are those of forms first, for they owe nothing to keying."""
    version = versions.get(event.form_version_id) if event.form_version_id else None
    return (
        event.received_at,
        RANK[event.decision],
        (version and version.in_force_from) or date.min,
        version.form_version_id.int if version else 0,
        event.event_id.int,
    )


def state_of(events: Iterable[ConsentEvent], terms: Terms, as_of: date) -> Standing:
    """Return how consent to one topic stands on a day (rule D3), in whatever order events come."""
    event = deciding(events, terms, as_of)
    if event is None:
        return Standing(State.NOT_ASKED)
    if event.decision is Decision.WITHDRAWN:
        return Standing(State.WITHDRAWN, event)
    if event.decision is Decision.REFUSED:
        return Standing(State.REFUSED, event)
    received_on = day_of(event.received_at, terms.zone)
    expires_on = months_after(received_on, terms.validity_months) if terms.validity_months else None
    if expires_on is not None and expires_on <= as_of:
        return Standing(State.EXPIRED, event, expires_on)
    newer = superseding(event, terms.versions, as_of)
    if newer is not None:
        return Standing(State.SUPERSEDED, event, expires_on, newer)
    return Standing(State.ACTIVE, event, expires_on)


def superseding(
    event: ConsentEvent, versions: Mapping[UUID, FormVersion], as_of: date
) -> FormVersion | None:
    """Return the newest material version of the event's form that came into force after its own."""
    if event.form_version_id is None:
        return None
    own = versions[event.form_version_id]
    newer = (
        one
        for one in versions.values()
        if one.form_id == own.form_id
        and one.number > own.number
        and one.is_material
        and one.in_force_from is not None
        and one.in_force_from <= as_of
    )
    return max(newer, key=lambda one: one.number, default=None)


def superseded_versions(versions: Mapping[UUID, FormVersion], as_of: date) -> frozenset[UUID]:
    """Return the versions of forms that a newer material one has taken the place of by a day."""
    newest: dict[UUID, int] = {}
    for one in versions.values():
        if one.is_material and one.in_force_from is not None and one.in_force_from <= as_of:
            newest[one.form_id] = max(one.number, newest.get(one.form_id, 0))
    return frozenset(
        key for key, one in versions.items() if one.number < newest.get(one.form_id, 0)
    )


def last_expired(as_of: date, validity_months: int) -> date:
    """Return the last day whose grants have expired by `as_of` (validity excludes its anniversary).

    It bounds a column instead of adding months to each of a million rows.
    """
    day = months_after(as_of, -validity_months)
    while months_after(day, validity_months) <= as_of:
        day += timedelta(days=1)
    while months_after(day, validity_months) > as_of:
        day -= timedelta(days=1)
    return day
