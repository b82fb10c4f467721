"""A withdrawal by email is one transaction with its evidence, and never believes the sender."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.consent import KEEPING_IN_TOUCH, Channel, State, Topic
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
)
from lib.services import suppression
from lib.services.clinic import Clinic
from lib.services.consent import emails, waiting
from lib.services.consent.emails import About
from tests.conftest import actor_with
from tests.consents import EDUCATION, add_version, give
from tests.in_touch import add_email
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict

BY_EMAIL = Topic(KEEPING_IN_TOUCH, Channel.EMAIL)
CONTENT = (
    b"From: Anna <anna@example.org>\r\nDate: Sun, 22 Nov 2026 08:15:00 +0000\r\n\r\n"
    b"Stop emailing me, and do not use my photos for teaching.\r\n"
)


def upload(clinic: Clinic, actor: Actor, content: bytes = CONTENT) -> UUID:
    arriving = waiting.begin(clinic, actor, len(content), now=NOW)
    arriving.take(content)
    return arriving.finish(now=NOW).evidence_id


def read(clinic: Clinic, actor: Actor, evidence_id: UUID) -> emails.Opened:
    return emails.read(clinic, actor, evidence_id, now=NOW, as_of=TODAY)


def kept(clinic: Clinic) -> tuple[int, int]:
    """Return how many pieces of evidence and how many events there are."""
    with clinic.store.reading() as cursor:
        counts = [
            cursor.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            for table in ("consent_evidence", "consent_event")
        ]
    return counts[0][0], counts[1][0]  # type: ignore[index]


def test_whoever_writes_from_the_address_comes_first_and_is_in_the_trail(
    clinic: Clinic, staff: Actor
) -> None:
    former, present, other = (add_patient(clinic) for _ in range(3))
    add_email(clinic, former, "anna@example.org", valid_until=TODAY - timedelta(days=1))
    add_email(clinic, present, "ANNA@example.org")
    add_email(clinic, other, "hannah@example.org")
    found = read(clinic, staff, upload(clinic, staff))
    assert [(one.patient_id, one.why) for one in found.matches] == [
        (present, ("writes from this address",)),
        (former, ("wrote from this address before",)),
    ]
    assert [one.topic for one in found.proposals] == [EDUCATION, BY_EMAIL]
    shown = [line for line in audit_lines(clinic) if line[0] == "patient shown in search"]
    assert len(shown) == 2


def test_an_email_that_anybody_else_uploaded_is_not_there(clinic: Clinic, staff: Actor) -> None:
    evidence_id = upload(clinic, staff)
    with pytest.raises(NotFoundError):
        read(clinic, replace(staff, session_id=uuid7s.uuid7()), evidence_id)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMINISTRATOR])
def test_whoever_may_not_record_consent_reads_and_withdraws_nothing(
    clinic: Clinic, staff: Actor, role: Role
) -> None:
    evidence_id, patient_id = upload(clinic, staff), add_patient(clinic)
    with pytest.raises(NotPermittedError):
        read(clinic, actor_with(role), evidence_id)
    with pytest.raises(NotPermittedError):
        emails.withdraw(
            clinic,
            actor_with(role),
            About(patient_id, NOW, NOW),
            evidence_id,
            [(uuid7s.uuid7(), BY_EMAIL)],
        )


def test_a_withdrawal_and_its_email_are_kept_together_and_once(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, form = add_patient(clinic), add_version(clinic)
    give(clinic, staff, patient_id, form, received_at=NOW - timedelta(days=30))
    evidence_id, event_id = upload(clinic, staff), uuid7s.uuid7()
    about = About(patient_id, NOW - timedelta(days=1), NOW)
    done = emails.withdraw(clinic, staff, about, evidence_id, [(event_id, EDUCATION)])
    assert done.standings[EDUCATION].state is State.WITHDRAWN
    again = emails.withdraw(clinic, staff, about, evidence_id, [(event_id, EDUCATION)])
    assert again.event_ids == done.event_ids
    assert kept(clinic) == (2, 2)
    with clinic.store.reading() as cursor:
        row = cursor.execute(
            "SELECT e.kind, v.route FROM consent_evidence AS e "
            "JOIN consent_event AS v ON v.evidence_id = e.evidence_id WHERE v.event_id = ?",
            [event_id],
        ).fetchone()
    assert row == ("email", "email")


def test_what_is_refused_keeps_nothing_and_the_email_still_waits(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, evidence_id = add_patient(clinic), upload(clinic, staff)
    about = About(patient_id, NOW + timedelta(days=1), NOW)
    with pytest.raises(InvalidInputError) as raised:
        emails.withdraw(clinic, staff, about, evidence_id, [(uuid7s.uuid7(), BY_EMAIL)])
    assert raised.value.field == "received_at"
    with pytest.raises(InvalidInputError):
        emails.withdraw(clinic, staff, about, evidence_id, [])
    assert kept(clinic) == (0, 0)
    assert read(clinic, staff, evidence_id).email.senders == ("anna@example.org",)


def test_one_email_is_not_evidence_in_two_records(clinic: Clinic, staff: Actor) -> None:
    first, second, evidence_id = add_patient(clinic), add_patient(clinic), upload(clinic, staff)
    emails.withdraw(
        clinic, staff, About(first, NOW, NOW), evidence_id, [(uuid7s.uuid7(), BY_EMAIL)]
    )
    with pytest.raises(SavedAlreadyError):
        emails.withdraw(
            clinic, staff, About(second, NOW, NOW), evidence_id, [(uuid7s.uuid7(), BY_EMAIL)]
        )


def test_a_restricted_record_needs_its_ground(clinic: Clinic, staff: Actor) -> None:
    patient_id, evidence_id = add_patient(clinic), upload(clinic, staff)
    restrict(clinic, patient_id)
    topics = [(uuid7s.uuid7(), BY_EMAIL)]
    with pytest.raises(GroundNeededError):
        emails.withdraw(clinic, staff, About(patient_id, NOW, NOW), evidence_id, topics)
    assert kept(clinic) == (0, 0)
    about = About(patient_id, NOW, NOW, Ground.CONSENT)
    emails.withdraw(clinic, staff, about, evidence_id, topics)
    assert kept(clinic) == (1, 1)


def test_a_no_by_email_puts_the_address_on_the_suppression_list(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, evidence_id = add_patient(clinic), upload(clinic, staff)
    add_email(clinic, patient_id, "anna@example.org")
    topics = [(uuid7s.uuid7(), BY_EMAIL)]
    emails.withdraw(clinic, staff, About(patient_id, NOW, NOW), evidence_id, topics)
    with clinic.store.reading() as cursor:
        there = suppression.suppressed(clinic, cursor, Channel.EMAIL)
    assert there.since(["anna@example.org"]) == NOW
