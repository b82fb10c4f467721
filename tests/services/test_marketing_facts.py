"""A list over a whole clinic says of everybody what the rule says of each: on random crowds."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.ages import is_minor
from lib.domain.consent import (
    KEEPING_IN_TOUCH,
    LONDON,
    Channel,
    ConsentEvent,
    Decision,
    FormVersion,
    State,
    Terms,
    state_of,
)
from lib.domain.marketing import (
    Basis,
    DetailsSource,
    Message,
    Standing,
    Verdict,
    Why,
    basis,
    capped,
    may_contact_next_on,
)
from lib.services import marketing, suppression
from lib.services.clinic import Clinic
from lib.services.marketing import Ask
from lib.services.suppression import Stop
from lib.store import consent_standing
from lib.store.connection import UnitOfWork
from lib.store.marketing_facts import Crowd, list_facts
from tests.conftest import actor_with
from tests.records import NOW, TODAY, add_patient, insert

CROWD = 60
DAYS = 28
LONG_AGO = datetime.fromisoformat("1900-01-01")
CHANNELS = (Channel.EMAIL, Channel.PHONE)
MESSAGES = (Message(Channel.EMAIL), Message(Channel.EMAIL, uses_health_data=True))


@dataclass
class Person:
    """What happened to somebody on one channel, in no order."""

    patient_id: UUID
    born_on: date
    is_dead: bool
    is_restricted: bool
    address: str = ""
    suppressed_at: datetime | None = None
    events: list[ConsentEvent] = field(default_factory=list)
    # Said when, and whether messages are taken.
    stated: list[tuple[datetime, bool]] = field(default_factory=list)
    collected: list[tuple[DetailsSource, bool]] = field(default_factory=list)
    contacted: list[date] = field(default_factory=list)


def moment(chance: random.Random) -> datetime:
    return NOW.replace(microsecond=0) - timedelta(minutes=chance.randrange(3 * 365 * 24 * 60))


def versions(chance: random.Random) -> dict[UUID, FormVersion]:
    form_id, found = uuid7s.uuid7(), {}
    for number in (1, 2, 3):
        key = uuid7s.uuid7()
        in_force = date(2023, 1, 1) + timedelta(days=450 * (number - 1))
        found[key] = FormVersion(
            key, form_id, number, chance.random() < 0.5, None if number == 3 else in_force
        )
    return found


def draw(chance: random.Random, forms: dict[UUID, FormVersion]) -> Person:
    person = Person(
        uuid7s.uuid7(),
        TODAY - timedelta(days=chance.choice([17, 18, 30, 50]) * 365 + chance.randrange(9)),
        is_dead=chance.random() < 0.05,
        is_restricted=chance.random() < 0.05,
        address=f"p{uuid7s.uuid7()}@example.org" if chance.random() < 0.9 else "",
        suppressed_at=moment(chance) if chance.random() < 0.2 else None,
    )
    for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
        decision = chance.choice([Decision.GIVEN, Decision.GIVEN, Decision.GIVEN, *Decision])
        person.events.append(
            ConsentEvent(
                uuid7s.uuid7(),
                decision,
                moment(chance),
                chance.choice([*forms]) if chance.random() < 0.95 else None,
                uuid7s.uuid7() if chance.random() < 0.95 else None,
            )
        )
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        person.stated.append((moment(chance), chance.random() < 0.5))
    for _ in range(chance.choice([0, 1, 1, 2])):
        person.collected.append((chance.choice([*DetailsSource] * 2), chance.random() < 0.7))
    for _ in range(chance.choice([0, 0, 1, 2])):
        person.contacted.append(TODAY - timedelta(days=chance.randrange(60)))
    return person


def expected(person: Person, message: Message, forms: dict[UUID, FormVersion]) -> Verdict:
    """Return what the rule says of one person, straight from what happened to them."""
    bars = {
        Why.DECEASED: person.is_dead,
        Why.RESTRICTED: person.is_restricted,
        Why.MINOR: is_minor(person.born_on, TODAY),
        Why.NO_ADDRESS: not person.address,
    }
    for why, is_so in bars.items():
        if is_so:
            return Verdict(Basis.NONE, why)
    standing = state_of(person.events, Terms(forms, 24, LONDON), TODAY)
    event = standing.event
    is_given = event is not None and event.decision is Decision.GIVEN
    given_at = event.received_at if event and is_given else LONG_AGO
    stated_at, is_accepted = max(person.stated, default=(LONG_AGO, True))
    source, is_offered = person.collected[-1] if person.collected else (None, False)
    verdict = basis(
        message,
        Standing(
            standing.state,
            source,
            is_opt_out_offered=is_offered,
            is_opted_out=not is_accepted and given_at <= stated_at,
        ),
    )
    agreed_at = max(given_at, stated_at if is_accepted else LONG_AGO)
    if verdict.is_allowed and person.suppressed_at and agreed_at <= person.suppressed_at:
        return Verdict(Basis.NONE, Why.SUPPRESSED)
    last = max(person.contacted, default=None)
    return capped(verdict, may_contact_next_on(last, DAYS), TODAY)


def keep(clinic: Clinic, crowd: list[Person], forms: dict[UUID, FormVersion]) -> None:
    """Write a crowd into the store."""

    def work(unit: UnitOfWork) -> None:
        for one in forms.values():
            insert(
                unit.cursor,
                "consent_form_version",
                form_version_id=one.form_version_id,
                form_id=one.form_id,
                number=one.number,
                text="Read this.",
                is_material=one.is_material,
                in_force_from=one.in_force_from,
                version=1,
                recorded_at=NOW,
            )
        for person in crowd:
            keep_one(clinic, unit, person)
        consent_standing.refresh(unit.cursor, [person.patient_id for person in crowd])

    clinic.store.transact(work)


def keep_one(clinic: Clinic, unit: UnitOfWork, person: Person) -> None:
    cursor, key = unit.cursor, {"patient_id": person.patient_id}
    for channel in CHANNELS:
        way = {"channel": channel.value}
        for event in person.events:
            # Each channel has events of its own: what is said on one says nothing on another.
            event_id = event.event_id if channel is Channel.EMAIL else uuid7s.uuid7()
            decision = event.decision if channel is Channel.EMAIL else Decision.WITHDRAWN
            insert(
                cursor,
                "consent_event",
                event_id=event_id,
                purpose=KEEPING_IN_TOUCH,
                decision=decision.value,
                received_at=event.received_at,
                route="in person",
                form_version_id=event.form_version_id,
                evidence_id=event.evidence_id,
                recorded_at=NOW,
                **key,
                **way,
            )
    if person.address:
        insert(
            cursor,
            "patient_email",
            patient_email_id=uuid7s.uuid7(),
            email=person.address,
            is_preferred=True,
            source="patient",
            recorded_at=NOW,
            **key,
        )
    if person.is_restricted:
        insert(
            cursor,
            "restriction",
            restriction_id=uuid7s.uuid7(),
            reason="contested",
            placed_at=NOW,
            **key,
        )
    if person.suppressed_at:
        stop = Stop(Channel.EMAIL, {person.address.upper(): person.suppressed_at}, NOW)
        suppression.put(clinic, unit, actor_with(), stop)
    keep_said(unit, person)


def keep_said(unit: UnitOfWork, person: Person) -> None:
    cursor = unit.cursor
    shared = {"patient_id": person.patient_id, "channel": "email"}
    for at, is_accepted in person.stated:
        insert(
            cursor,
            "contact_preference",
            contact_preference_id=uuid7s.uuid7(),
            is_accepted=is_accepted,
            stated_on=at.date(),
            source="patient",
            recorded_at=at,
            **shared,
        )
    for place, (source, is_offered) in enumerate(person.collected):
        insert(
            cursor,
            "contact_collection",
            collection_id=uuid7s.uuid7(),
            details_source=source.value,
            is_opt_out_offered=is_offered,
            collected_on=TODAY,
            recorded_at=NOW + timedelta(seconds=place),
            **shared,
        )
    for day in person.contacted:
        insert(
            cursor,
            "contact_log",
            contact_id=uuid7s.uuid7(),
            contacted_on=day,
            is_marketing=True,
            basis="CONSENT",
            recorded_at=NOW,
            **shared,
        )


@pytest.mark.parametrize("seed", [1, 2])
def test_everybody_of_a_random_crowd_is_in_or_out_as_the_rule_says(
    clinic: Clinic, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a crowd, not a secret
    forms = versions(chance)
    crowd = []
    for _ in range(CROWD):
        person = draw(chance, forms)
        person.patient_id = add_patient(
            clinic, born_on=person.born_on, deceased_on=TODAY if person.is_dead else None
        )
        crowd.append(person)
    keep(clinic, crowd, forms)
    for message in MESSAGES:
        wanted = {str(one.patient_id): expected(one, message, forms) for one in crowd}
        assert decided(clinic, Crowd(), message) == wanted
        few = crowd[:5]
        some = decided(clinic, Crowd(tuple(one.patient_id for one in few)), message)
        assert some == {str(one.patient_id): wanted[str(one.patient_id)] for one in few}


def decided(clinic: Clinic, crowd: Crowd, message: Message) -> dict[str, Verdict]:
    with clinic.store.reading() as cursor:
        facts = list_facts(cursor, crowd, message.channel, TODAY)
        there = suppression.suppressed(clinic, cursor, message.channel)
    found = marketing.decide(facts, Ask(message, TODAY, DAYS), there)
    return {
        key: marketing.verdict_of(found, row)
        for row, key in enumerate(found.patient_ids.to_pylist())
    }


def test_a_purpose_that_does_not_expire_stays_active(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)

    def work(unit: UnitOfWork) -> None:
        unit.cursor.execute("UPDATE consent_purpose SET validity_months = NULL")
        insert(
            unit.cursor,
            "consent_standing",
            patient_id=patient_id,
            purpose=KEEPING_IN_TOUCH,
            channel="email",
            event_id=uuid7s.uuid7(),
            decision="given",
            received_on=date(2001, 1, 1),
        )

    clinic.store.transact(work)
    with clinic.store.reading() as cursor:
        facts = list_facts(cursor, Crowd(), Channel.EMAIL, TODAY).to_pylist()
    assert [row["consent"] for row in facts] == [State.ACTIVE.value]
