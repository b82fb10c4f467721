"""Patients who can be written to, and lists, for tests of keeping in touch."""

from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.consent import Channel
from lib.domain.marketing import DetailsSource, Message
from lib.services import campaigns, contacts
from lib.services.campaigns import NewCampaign
from lib.services.clinic import Clinic
from lib.services.contacts import Answer, NewCollection
from lib.services.details import About
from lib.store.campaigns import Campaign
from tests.records import NOW, TODAY, add_patient, write


def about(patient_id: UUID, now: datetime = NOW, **values: Any) -> About:  # noqa: ANN401
    """Return whose contacts, on the day of the tests."""
    return About(patient_id, now, TODAY, **values)


def add_email(clinic: Clinic, patient_id: UUID, email: str, **values: Any) -> None:  # noqa: ANN401
    """Add an email address, the preferred one."""
    usual = {"is_preferred": True, "source": "patient", "recorded_at": NOW}
    row = {"patient_email_id": uuid7s.uuid7(), "patient_id": patient_id, "email": email}
    write(clinic, "patient_email", **{**usual, **row, **values})


def add_phone(clinic: Clinic, patient_id: UUID, number: str, kind: str = "mobile") -> None:
    """Add a phone number."""
    write(
        clinic,
        "patient_phone",
        patient_phone_id=uuid7s.uuid7(),
        patient_id=patient_id,
        kind=kind,
        number=number,
        number_as_given=number,
        is_preferred=True,
        source="patient",
        recorded_at=NOW,
    )


def add_address(clinic: Clinic, patient_id: UUID, postcode: str, town: str = "Leeds") -> None:
    """Add a postal address."""
    write(
        clinic,
        "patient_address",
        patient_address_id=uuid7s.uuid7(),
        patient_id=patient_id,
        line_1="1 Acorn Road",
        town=town,
        postcode=postcode,
        is_preferred=True,
        source="patient",
        recorded_at=NOW,
    )


def add_reachable(clinic: Clinic, email: str = "anna@example.org", **values: Any) -> UUID:  # noqa: ANN401
    """Add a patient with whom every part of the soft opt-in is met for email."""
    patient_id = add_patient(clinic, **values)
    add_email(clinic, patient_id, email)
    write(
        clinic,
        "contact_collection",
        collection_id=uuid7s.uuid7(),
        patient_id=patient_id,
        channel="email",
        details_source="sale",
        is_opt_out_offered=True,
        collected_on=TODAY,
        recorded_at=NOW,
    )
    return patient_id


def collect(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    source: DetailsSource = DetailsSource.SALE,
    *,
    is_offered: bool = True,
) -> None:
    """Note how an email address was collected."""
    new = NewCollection(uuid7s.uuid7(), Channel.EMAIL, source, is_offered, TODAY)
    contacts.note_collection(clinic, actor, about(patient_id), new)


def say(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    now: datetime = NOW,
    *,
    is_accepted: bool = False,
) -> None:
    """Let a patient say whether they take emails."""
    wanted = Answer(uuid7s.uuid7(), Channel.EMAIL, is_accepted)
    contacts.answer(clinic, actor, about(patient_id, now), wanted)


def build(
    clinic: Clinic,
    actor: Actor,
    channel: Channel = Channel.EMAIL,
    **values: Any,  # noqa: ANN401 - any field
) -> Campaign:
    """Build a list for a message with which nothing is wrong."""
    audience = {"audience": values.pop("audience")} if "audience" in values else {}
    message = Message(channel, **values)
    new = NewCampaign(uuid7s.uuid7(), "December news", "We are open.", message, **audience)
    return campaigns.build(clinic, actor, new, now=NOW, as_of=TODAY)
