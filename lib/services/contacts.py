"""Keeping in touch with one patient: by which channel, on which basis, when next; what was sent.

Nobody's soft opt-in is assumed: that an opt-out was offered is known only where somebody records
it, so a channel of which nothing is recorded needs consent.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import Channel, State
from lib.domain.marketing import (
    DetailsSource,
    Message,
    Verdict,
    is_opted_out,
    may_contact_next_on,
)
from lib.errors import InvalidInputError
from lib.services import marketing, suppression
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.marketing import Ask
from lib.services.records import noting_refusal, usable
from lib.services.suppression import LINE, Stop
from lib.store import contacts, merges, records, treatments
from lib.store.connection import Cursor, UnitOfWork
from lib.store.contacts import Collection, Contact
from lib.store.marketing_facts import Crowd, list_facts
from lib.store.marks import batched
from lib.store.records import Preference
from lib.store.rows import insert_row

Result = TypeVar("Result")

SECTION = "keeping in touch"
MOST_CONTACTS = 200
LONGEST_NOTE = 2_000
# More patients than this and one look through everybody is quicker than many through a few.
MOST_ONE_BY_ONE = 5_000
LATER = "this day has not come yet"
TOO_LONG = f"say it in {LONGEST_NOTE:,} characters"
CARE = "CARE"


@dataclass(frozen=True, slots=True)
class Reach:
    """How one channel stands for an ordinary message: the verdict and what it rests on.

    `next_on` is the first day of the next message (rule D7), None where none was sent before.
    """

    channel: Channel
    verdict: Verdict
    consent: State
    addresses: tuple[str, ...]
    is_suppressed: bool
    collection: Collection | None
    preference: Preference | None
    contacted_on: date | None
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the screen shows; `is_treated` suggests how details were collected."""

    reaches: tuple[Reach, ...]
    contacts: tuple[Contact, ...]
    is_treated: bool


@dataclass(frozen=True, slots=True)
class NewCollection:
    """How an address was collected, as the form says; the form made the id."""

    collection_id: UUID
    channel: Channel
    source: DetailsSource
    is_opt_out_offered: bool
    collected_on: date


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact to note, as the form says; the form made the id."""

    contact_id: UUID
    channel: Channel
    contacted_on: date
    is_marketing: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the patient takes messages over a channel; the form made the id."""

    answer_id: UUID
    channel: Channel
    is_accepted: bool


def open_contacts(clinic: Clinic, actor: Actor, about: About) -> Told:
    """Return how a patient may be reached, and every contact; the look is in the trail.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError` and `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=about.patient_id)

    def work(unit: UnitOfWork) -> Told:
        cursor = unit.cursor
        _, restriction = usable(cursor, about.patient_id, about.ground)
        ground = about.ground.value if restriction and about.ground else None
        detail: dict[str, str | int | bool] = {"section": SECTION}
        viewed = Event(
            Action.CONSENT_VIEWED, patient_id=about.patient_id, ground=ground, detail=detail
        )
        unit.audit(actor, viewed)
        return Told(
            tuple(_reaches(clinic, cursor, about)),
            tuple(contacts.list_contacts(cursor, about.patient_id, MOST_CONTACTS)),
            treatments.begin(cursor, about.patient_id, 1)[0].first_on is not None,
        )

    return noting_refusal(clinic, actor, about.patient_id, work)


def _reaches(clinic: Clinic, cursor: Cursor, about: About) -> list[Reach]:
    collected = contacts.list_collections(cursor, about.patient_id)
    stated = {one.channel: one for one in records.list_preferences(cursor, about.patient_id)}
    return [_reach(clinic, cursor, about, channel, (collected, stated)) for channel in Channel]


def _reach(
    clinic: Clinic,
    cursor: Cursor,
    about: About,
    channel: Channel,
    known: tuple[Mapping[Channel, Collection], Mapping[str, Preference]],
) -> Reach:
    facts = list_facts(cursor, Crowd((about.patient_id,)), channel, about.as_of)
    days = clinic.settings.marketing_days
    there = suppression.suppressed(clinic, cursor, channel)
    decided = marketing.decide(facts, Ask(Message(channel), about.as_of, days), there)
    row = facts.to_pylist()[0]
    addresses = tuple((row["addresses"] or "").split(LINE)) if row["addresses"] else ()
    return Reach(
        channel=channel,
        verdict=marketing.verdict_of(decided, 0),
        consent=State(row["consent"]),
        addresses=addresses,
        is_suppressed=is_opted_out(there.since(addresses), row["agreed_at"]),
        collection=known[0].get(channel),
        preference=known[1].get(channel.value),
        contacted_on=row["contacted_on"],
        next_on=may_contact_next_on(row["contacted_on"], days),
    )


def note_collection(clinic: Clinic, actor: Actor, about: About, wanted: NewCollection) -> None:
    """Note how an address was collected; what was noted before stays, and counts no longer.

    Raises `InvalidInputError` with the field.
    """
    if wanted.collected_on > about.as_of:
        raise InvalidInputError(LATER, field="collected_on")

    def work(unit: UnitOfWork) -> None:
        if contacts.is_there(unit.cursor, "contact_collection", wanted.collection_id):
            return
        row = {
            "collection_id": wanted.collection_id,
            "patient_id": about.patient_id,
            "channel": wanted.channel.value,
            "details_source": wanted.source.value,
            "is_opt_out_offered": wanted.is_opt_out_offered,
            "collected_on": wanted.collected_on,
        }
        insert_row(unit.cursor, "contact_collection", row | _recorded(actor, about))
        _audit(unit, actor, about, Action.CONTACT_COLLECTION_NOTED, wanted.channel)

    _noting(clinic, actor, about, work)


def note_contact(clinic: Clinic, actor: Actor, about: About, wanted: NewContact) -> None:
    """Note a contact that was made, of marketing or of care; the same id again changes nothing.

    A marketing contact keeps the basis that there was for it that day, NONE included: the log says
    what happened. Raises `InvalidInputError` with the field.
    """
    if wanted.contacted_on > about.as_of:
        raise InvalidInputError(LATER, field="contacted_on")
    if len(wanted.note.strip()) > LONGEST_NOTE:
        raise InvalidInputError(TOO_LONG, field="note")

    def work(unit: UnitOfWork) -> None:
        if contacts.is_there(unit.cursor, "contact_log", wanted.contact_id):
            return
        row = {
            "contact_id": wanted.contact_id,
            "patient_id": about.patient_id,
            "channel": wanted.channel.value,
            "contacted_on": wanted.contacted_on,
            "is_marketing": wanted.is_marketing,
            "basis": _basis(clinic, unit.cursor, about, wanted),
            "note": wanted.note.strip() or None,
        }
        insert_row(unit.cursor, "contact_log", row | _recorded(actor, about))
        _audit(unit, actor, about, Action.CONTACT_NOTED, wanted.channel)

    _noting(clinic, actor, about, work)


def _basis(clinic: Clinic, cursor: Cursor, about: About, wanted: NewContact) -> str:
    if not wanted.is_marketing:
        return CARE
    reach = _reach(clinic, cursor, about, wanted.channel, ({}, {}))
    return reach.verdict.basis.value


def void_contact(clinic: Clinic, actor: Actor, about: About, contact: tuple[UUID, Channel]) -> None:
    """Let a contact that was noted by hand count no longer; it stays in the log, struck out."""

    def work(unit: UnitOfWork) -> None:
        contact_id, channel = contact
        contacts.void_contact(unit.cursor, about.patient_id, contact_id, about.now, actor.person_id)
        _audit(unit, actor, about, Action.CONTACT_NOTED, channel, undone=True)

    _noting(clinic, actor, about, work)


def answer(clinic: Clinic, actor: Actor, about: About, wanted: Answer) -> None:
    """Note whether the patient takes messages over a channel; what was said before stays.

    A no puts their addresses on the suppression list, where it outlives the record. A yes answers
    an earlier no, on that list too, because it is the patient's newer word; it is no consent.
    """

    def work(unit: UnitOfWork) -> None:
        cursor = unit.cursor
        if contacts.is_there(cursor, "contact_preference", wanted.answer_id):
            return
        row = {
            "contact_preference_id": wanted.answer_id,
            "patient_id": about.patient_id,
            "channel": wanted.channel.value,
            "is_accepted": wanted.is_accepted,
            "stated_on": about.as_of,
            "source": "patient",
        }
        insert_row(cursor, "contact_preference", row | _recorded(actor, about))
        merges.count_version(cursor, about.patient_id, merges.Stamp(about.now, actor.person_id))
        _audit(unit, actor, about, Action.PATIENT_CHANGED, wanted.channel)
        if not wanted.is_accepted:
            remember(clinic, unit, actor, about, {wanted.channel: about.now})

    _noting(clinic, actor, about, work)


def remember(
    clinic: Clinic,
    unit: UnitOfWork,
    actor: Actor,
    about: About,
    said: Mapping[Channel, datetime],
) -> None:
    """Put a patient's addresses on the suppression list: by channel, when they said no (UTC).

    For a service that has authorised the actor; a withdrawal and a disposal need it too.
    """
    for channel, at in said.items():
        facts = list_facts(unit.cursor, Crowd((about.patient_id,)), channel, about.as_of)
        lines = facts.column("addresses").to_pylist()
        addresses = lines[0].split(LINE) if lines and lines[0] else ()
        stop = Stop(channel, dict.fromkeys(addresses, at), about.now)
        suppression.remember(clinic, unit, actor, [stop], about.patient_id)


def addresses_of(
    cursor: Cursor, patient_ids: Iterable[str], channel: Channel, as_of: date
) -> dict[str, list[str]]:
    """Return where each of many patients is reached on a channel, to a service that may know."""
    wanted = set(patient_ids)
    if len(wanted) > MOST_ONE_BY_ONE:
        crowds = [Crowd()]
    else:
        crowds = [Crowd(tuple(keys)) for keys in batched([UUID(one) for one in sorted(wanted)])]
    found: dict[str, list[str]] = {}
    for crowd in crowds:
        facts = list_facts(cursor, crowd, channel, as_of)
        keys, lines = (facts.column(name).to_pylist() for name in ("patient_id", "addresses"))
        for key, line in zip(keys, lines, strict=True):
            if key in wanted and line:
                found[key] = line.split(LINE)
    return found


def _noting(
    clinic: Clinic, actor: Actor, about: About, work: Callable[[UnitOfWork], Result]
) -> Result:
    """Do the work on a record that may be used, by somebody who may note contacts."""
    authorise(clinic, actor, Permission.RUN_CAMPAIGNS, patient_id=about.patient_id)

    def checked(unit: UnitOfWork) -> Result:
        usable(unit.cursor, about.patient_id, about.ground)
        return work(unit)

    return noting_refusal(clinic, actor, about.patient_id, checked)


def _recorded(actor: Actor, about: About) -> dict[str, object]:
    return {"recorded_at": about.now, "recorded_by": actor.person_id}


def _audit(  # noqa: PLR0913 - what an entry of the trail is made of
    unit: UnitOfWork,
    actor: Actor,
    about: About,
    action: Action,
    channel: Channel,
    *,
    undone: bool = False,
) -> None:
    detail: dict[str, str | int | bool] = {"channel": channel.value}
    if undone:
        detail["undone"] = True
    restriction = records.get_restriction(unit.cursor, about.patient_id)
    ground = about.ground.value if about.ground and restriction else None
    event = Event(action, patient_id=about.patient_id, ground=ground, detail=detail)
    unit.audit(actor, event)
