"""Keeping in touch with one patient: channels, what was said, what was sent, the trail."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.consent import Channel, Decision, State, Topic
from lib.domain.marketing import Basis, DetailsSource, Why
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, InvalidInputError, NotPermittedError
from lib.services import contacts
from lib.services.clinic import Clinic
from lib.services.consent import events
from lib.services.contacts import Answer, NewCollection, NewContact, Reach
from tests.consents import BY_EMAIL, add_version, answer, give, receipt, withdraw
from tests.in_touch import about, add_email, add_reachable, collect, say
from tests.records import NOW, TODAY, add_patient, add_stock, add_treatment, audit_lines, restrict

HOUR = timedelta(hours=1)


def by_email(clinic: Clinic, actor: Actor, patient_id: UUID) -> Reach:
    return contacts.open_contacts(clinic, actor, about(patient_id)).reaches[0]


def contact(*, is_marketing: bool = True, note: str = "Hello") -> NewContact:
    return NewContact(uuid7s.uuid7(), Channel.EMAIL, TODAY, is_marketing, note)


def test_each_channel_says_whether_why_and_on_which_basis(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_reachable(clinic)
    add_email(clinic, patient_id, "second@example.org", is_preferred=False)
    add_treatment(clinic, patient_id, add_stock(clinic), TODAY)
    told = contacts.open_contacts(clinic, staff, about(patient_id))
    assert [one.channel for one in told.reaches] == list(Channel)
    email, *others = told.reaches
    assert (email.verdict.basis, email.consent) == (Basis.SOFT_OPT_IN, State.NOT_ASKED)
    assert email.addresses == ("anna@example.org", "second@example.org")
    assert {one.verdict.why for one in others} == {Why.NO_ADDRESS}
    assert told.is_treated
    assert audit_lines(clinic)[-1][0] == "consent viewed"


def test_how_an_address_was_collected_decides_and_the_newest_note_counts(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    add_email(clinic, patient_id, "anna@example.org")
    assert by_email(clinic, staff, patient_id).verdict.why is Why.NOT_RECORDED
    collect(clinic, staff, patient_id, is_offered=False)
    assert by_email(clinic, staff, patient_id).verdict.why is Why.NOT_OFFERED
    new = NewCollection(uuid7s.uuid7(), Channel.EMAIL, DetailsSource.SALE, True, TODAY)
    for _ in range(2):
        contacts.note_collection(clinic, staff, about(patient_id, NOW + HOUR), new)
    assert by_email(clinic, staff, patient_id).verdict.why is Why.SOFT_OPT_IN
    later = replace(new, collection_id=uuid7s.uuid7(), collected_on=TODAY + timedelta(days=1))
    with pytest.raises(InvalidInputError) as caught:
        contacts.note_collection(clinic, staff, about(patient_id), later)
    assert caught.value.field == "collected_on"


def test_a_no_outranks_consent_and_a_later_yes_answers_it(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_reachable(clinic)
    give(clinic, staff, patient_id, add_version(clinic), BY_EMAIL)
    assert by_email(clinic, staff, patient_id).verdict.why is Why.CONSENT
    say(clinic, staff, patient_id, NOW)
    reach = by_email(clinic, staff, patient_id)
    assert (reach.verdict.why, reach.is_suppressed) == (Why.OPTED_OUT, True)
    say(clinic, staff, patient_id, NOW + HOUR, is_accepted=True)
    reach = by_email(clinic, staff, patient_id)
    assert (reach.verdict.why, reach.is_suppressed) == (Why.CONSENT, False)


def test_an_answer_saved_twice_is_one(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_reachable(clinic)
    wanted = Answer(uuid7s.uuid7(), Channel.EMAIL, is_accepted=False)
    for _ in range(2):
        contacts.answer(clinic, staff, about(patient_id), wanted)
    done = [line[0] for line in audit_lines(clinic)]
    assert done == ["patient changed", "contact suppressed"]


@pytest.mark.parametrize("decision", [Decision.WITHDRAWN, Decision.REFUSED])
def test_a_no_outlives_the_record_as_a_hash_until_consent_is_given_again(
    clinic: Clinic, staff: Actor, decision: Decision
) -> None:
    first = add_reachable(clinic)
    said = receipt(first, received_at=NOW)
    events.record(clinic, staff, said, [answer(BY_EMAIL, decision)])
    # Whoever has the address now: the record of the first is not needed.
    second = add_reachable(clinic, "ANNA@Example.org")
    assert by_email(clinic, staff, second).verdict.why is Why.SUPPRESSED
    form = add_version(clinic)
    later = NOW + HOUR
    give(clinic, staff, second, form, BY_EMAIL, received_at=later, now=later)
    assert by_email(clinic, staff, second).verdict.why is Why.CONSENT


def test_a_withdrawal_keyed_late_does_not_undo_consent_that_came_after_it(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_reachable(clinic)
    give(clinic, staff, patient_id, add_version(clinic), BY_EMAIL)
    withdraw(clinic, staff, patient_id, BY_EMAIL, received_at=NOW - timedelta(days=3))
    assert by_email(clinic, staff, patient_id).verdict.why is Why.CONSENT


def test_what_is_said_of_other_purposes_suppresses_nothing(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_reachable(clinic)
    withdraw(clinic, staff, patient_id, Topic("education"))
    assert "contact suppressed" not in [line[0] for line in audit_lines(clinic)]


def test_contacts_are_noted_once_with_the_basis_of_that_day(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_reachable(clinic)
    new = contact()
    for _ in range(2):
        contacts.note_contact(clinic, staff, about(patient_id), new)
    contacts.note_contact(clinic, staff, about(patient_id), contact(is_marketing=False, note=""))
    told = contacts.open_contacts(clinic, staff, about(patient_id))
    assert {one.basis: one.note for one in told.contacts} == {"CARE": None, "SOFT_OPT_IN": "Hello"}
    assert told.reaches[0].verdict.why is Why.TOO_SOON
    assert told.reaches[0].next_on == TODAY + timedelta(days=28)


def test_a_contact_noted_wrongly_stays_and_counts_no_longer(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_reachable(clinic)
    new = contact()
    contacts.note_contact(clinic, staff, about(patient_id), new)
    contacts.void_contact(clinic, staff, about(patient_id), (new.contact_id, Channel.EMAIL))
    told = contacts.open_contacts(clinic, staff, about(patient_id))
    assert [one.voided_at for one in told.contacts] == [NOW]
    assert told.reaches[0].verdict.why is Why.SOFT_OPT_IN


def test_a_contact_is_neither_of_tomorrow_nor_endless(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_reachable(clinic)
    for new, field in (
        (replace(contact(), contacted_on=TODAY + timedelta(days=1)), "contacted_on"),
        (contact(note="x" * 2_001), "note"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            contacts.note_contact(clinic, staff, about(patient_id), new)
        assert caught.value.field == field


def test_a_restricted_record_is_used_on_a_ground_and_never_written_to(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_reachable(clinic)
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        contacts.open_contacts(clinic, staff, about(patient_id))
    with pytest.raises(GroundNeededError):
        contacts.note_contact(clinic, staff, about(patient_id), contact())
    grounded = about(patient_id, ground=Ground.CONSENT)
    reach = contacts.open_contacts(clinic, staff, grounded).reaches[0]
    assert reach.verdict.why is Why.RESTRICTED
    contacts.note_contact(clinic, staff, grounded, contact(is_marketing=False))
    assert [line[3] for line in audit_lines(clinic)][-2:] == [Ground.CONSENT.value] * 2


def test_who_may_not_see_records_sees_no_contacts(
    clinic: Clinic, owner: Actor, administrator: Actor
) -> None:
    patient_id = add_reachable(clinic)
    for actor in (owner, administrator):
        with pytest.raises(NotPermittedError):
            contacts.open_contacts(clinic, actor, about(patient_id))
        with pytest.raises(NotPermittedError):
            say(clinic, actor, patient_id)
