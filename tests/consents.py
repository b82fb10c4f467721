"""Forms, evidence and answers for tests of consent: the rows alone, or through the service."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.consent import Channel, Decision, Route, Topic
from lib.services.clinic import Clinic
from lib.services.consent import events
from lib.services.consent.events import Receipt, Recorded, Said
from tests.records import NOW, write

EVERY_PURPOSE = (
    "treatment",
    "record media",
    "education",
    "social media",
    "third party",
    "keeping in touch",
    "obtaining information",
    "sharing with professionals",
)
EDUCATION = Topic("education")
SOCIAL_MEDIA = Topic("social media")
BY_EMAIL = Topic("keeping in touch", Channel.EMAIL)


def add_version(
    clinic: Clinic,
    in_force_from: date | None = date(2024, 1, 1),
    *,
    purposes: tuple[str, ...] = EVERY_PURPOSE,
    **values: Any,  # noqa: ANN401 - any column
) -> UUID:
    """Add a version of a form, the first of a form of its own unless `form_id` is given."""
    form_version_id = uuid7s.uuid7()
    if "form_id" not in values:
        values["form_id"] = add_form(clinic)
    usual = {
        "form_version_id": form_version_id,
        "number": 1,
        "text": "Please read this.",
        "is_material": True,
        "in_force_from": in_force_from,
        "version": 1,
        "recorded_at": NOW,
    }
    write(clinic, "consent_form_version", **{**usual, **values})
    for position, purpose in enumerate(purposes, 1):
        write(
            clinic,
            "consent_form_purpose",
            form_purpose_id=uuid7s.uuid7(),
            form_version_id=form_version_id,
            position=position,
            purpose=purpose,
        )
    return form_version_id


def add_form(clinic: Clinic) -> UUID:
    """Add a form without any version."""
    form_id = uuid7s.uuid7()
    write(
        clinic,
        "consent_form",
        form_id=form_id,
        name=f"Form {form_id}",
        is_active=True,
        version=1,
        changed_at=NOW,
    )
    return form_id


def add_evidence(clinic: Clinic, patient_id: UUID) -> UUID:
    """Add a note that shows what was said."""
    evidence_id = uuid7s.uuid7()
    write(
        clinic,
        "consent_evidence",
        evidence_id=evidence_id,
        patient_id=patient_id,
        kind="note",
        note="Paper in the green folder",
        recorded_at=NOW,
    )
    return evidence_id


def receipt(patient_id: UUID, **values: Any) -> Receipt:  # noqa: ANN401 - any field
    """Return what is said in person an hour ago; give other fields to vary."""
    now = values.pop("now", NOW)
    usual = {"received_at": now - timedelta(hours=1), "route": Route.IN_PERSON}
    return Receipt(patient_id=patient_id, now=now, **{**usual, **values})


def answer(topic: Topic, decision: Decision) -> Said:
    """Return an answer with an id of its own."""
    return Said(uuid7s.uuid7(), topic, decision)


def give(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    form_version_id: UUID,
    topic: Topic = EDUCATION,
    received_at: datetime = NOW - timedelta(hours=1),
    **values: Any,  # noqa: ANN401 - any field
) -> Recorded:
    """Let a patient agree, with evidence."""
    said = receipt(
        patient_id,
        received_at=received_at,
        form_version_id=form_version_id,
        evidence_id=add_evidence(clinic, patient_id),
        **values,
    )
    return events.record(clinic, actor, said, [answer(topic, Decision.GIVEN)])


def withdraw(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    topic: Topic = EDUCATION,
    **values: Any,  # noqa: ANN401 - any field
) -> Recorded:
    """Let a patient take consent back by phone."""
    said = receipt(patient_id, **{"route": Route.PHONE, "received_at": NOW, **values})
    return events.record(clinic, actor, said, [answer(topic, Decision.WITHDRAWN)])
